//! `link` and `unlink`: an account becomes somebody's by a code that they were given for it, and nobody's again.
//!
//! A stored link changes what the policy says of its account (`Context::with_links`); nothing else asks for it here.

use commands::policy::{Authorised, Person};
use commands::replies::link as reply;
use commands::request::{Account, Platform};
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;
use commands::verbs::link::{Args, CODE_LASTS, CODE_TRIES, Code, LINKABLE};
use uuid::Uuid;

use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::link::{self, Change, Offer};

/// What may be typed before anybody knows who it is.
pub async fn by_anybody(context: &Context, asked: &Asked, args: &Args) -> Result<Effects, Stop> {
    let from = &asked.request.from;
    let known = context.policy.person(from);
    match (args, known) {
        (Args::Who | Args::Account(_), None) => Ok(only(asked.aside(reply::stranger(from)))),
        (Args::Who | Args::Account(_), Some(person)) => Ok(only(asked.aside(reply::known(person)))),
        (Args::Code(_), Some(person)) => Err(reply::taken(from, &person.id, &person.id).into()),
        (Args::Code(code), None) => proved(context, asked, code).await,
    }
}

/// What takes somebody who is known.
pub(super) async fn by_somebody(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    args: &Args,
) -> Result<Effects, Stop> {
    match args {
        Args::Account(account) => named(context, asked, authorised.person(), account),
        Args::Who | Args::Code(_) => by_anybody(context, asked, args).await,
    }
}

fn named(context: &Context, asked: &Asked, person: &Person, account: &Account) -> Result<Effects, Stop> {
    if let Some(owner) = context.policy.person(account) {
        return Err(reply::taken(account, &owner.id, &person.id).into());
    }
    if !LINKABLE.contains(&account.platform) {
        return Err(reply::not_here(account).into());
    }
    let code = new_code();
    let mut effects = only(asked.aside(reply::code(&code, account)));
    effects.links.push(Change::Offer(Offer {
        account: account.clone(),
        person: person.id.clone(),
        named_from: asked.request.from.clone(),
        hash: link::hash(account, &code),
        lasts: CODE_LASTS,
    }));
    Ok(effects)
}

fn new_code() -> Code {
    // All but the bytes in which a UUID has its version and variant; the others come from the system's random numbers.
    let random = *Uuid::new_v4().as_bytes();
    let [a, b, c, d, e, f, _, g, _, h, ..] = random;
    Code::from_random([a, b, c, d, e, f, g, h])
}

/// The account that was named has the code, or says so.
async fn proved(context: &Context, asked: &Asked, code: &Code) -> Result<Effects, Stop> {
    let from = &asked.request.from;
    let open = link::open(context.store.pool(), from).await?;
    let Some(open) = open.filter(|open| open.tries < CODE_TRIES) else {
        return Err(reply::no_code(from).into());
    };
    if open.hash != link::hash(from, code) {
        let refusal = reply::wrong_code(from, CODE_TRIES - open.tries - 1);
        let mut effects = asked.refused(&context.policy, &refusal);
        effects.links.push(Change::Tried(from.clone()));
        return Ok(effects);
    }
    if context.policy.person_by_id(&open.person).is_none() {
        return Err(reply::no_code(from).into());
    }
    let mut effects = only(asked.aside(reply::linked(from, &open.person)));
    let kind = EventKind::Linked { account: Untrusted::new(from.to_string()) };
    effects.events.push(asked.event("linked", Actor::Person(open.person.clone()), kind));
    effects.links.push(Change::Link(open));
    Ok(effects)
}

pub(super) async fn unlink(
    context: &Context,
    asked: &Asked,
    authorised: &Authorised,
    platform: Platform,
) -> Result<Effects, Stop> {
    let person = &authorised.person().id;
    let all = link::all(context.store.pool()).await?;
    let theirs = |(account, owner): &(Account, _)| account.platform == platform && owner == person;
    let accounts: Vec<Account> = all.into_iter().filter(theirs).map(|(account, _)| account).collect();
    if accounts.is_empty() {
        return Err(reply::nothing_linked(person, platform.as_str()).into());
    }
    let mut effects = only(asked.aside(reply::unlinked(&accounts)));
    let kind = EventKind::Unlinked {
        accounts: accounts.iter().map(|account| Untrusted::new(account.to_string())).collect(),
    };
    effects.events.push(asked.event("unlinked", Actor::Person(person.clone()), kind));
    let unlinked = accounts.into_iter().map(|account| Change::Unlink { account, by: person.clone() });
    effects.links.extend(unlinked);
    Ok(effects)
}
