//! `link` and `unlink`: an account becomes somebody's by the code that it was shown, and nobody's again.
//!
//! A stored link changes what the policy says of its account (`store::link::people`); nothing else asks for it here. The code
//! itself is not known here: `outbox` makes it while it is shown.

use commands::policy::{self, Authorised, Person};
use commands::replies::link as reply;
use commands::request::{Account, Platform, Request};
use commands::subject::Subject;
use commands::timeline::{Actor, EventKind};
use commands::untrusted::Untrusted;
use commands::verbs::link::{Args, CODE_LASTS, CODE_TRIES, Code, HANDS_CHANGE_AFTER, LINKABLE};

use super::only;
use crate::context::{Asked, Context, Stop};
use crate::record::Effects;
use crate::store::link::{self, Change, Offer};
use crate::store::message::Outgoing;

/// What may be typed before anybody knows who it is, and what is never recorded as it was typed.
pub async fn by_anybody(context: &Context, asked: &Asked, args: &Args) -> Result<Effects, Stop> {
    let from = &asked.request.from;
    match (args, context.policy.person(from)) {
        (Args::Code(code), _) => proved(context, asked, policy::known(from, &context.policy)?, code).await,
        (Args::Who | Args::Account(_), Some(person)) => Ok(only(asked.aside(reply::known(person)))),
        (Args::Who | Args::Account(_), None) => by_a_stranger(context, asked).await,
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
        Args::Account(account) => named(context, asked, authorised.person(), account).await,
        Args::Who | Args::Code(_) => by_anybody(context, asked, args).await,
    }
}

async fn named(
    context: &Context,
    asked: &Asked,
    person: &Person,
    account: &Account,
) -> Result<Effects, Stop> {
    is_free(context, asked, person, account).await?;
    if !LINKABLE.contains(&account.platform) {
        return Err(reply::not_here(account).into());
    }
    let mut effects = only(asked.aside(reply::named(account)));
    effects.links.push(Change::Offer(Offer {
        account: account.clone(),
        person: person.id.clone(),
        named_from: asked.request.from.clone(),
        lasts: CODE_LASTS,
    }));
    Ok(effects)
}

/// It is nobody's, and nobody else's reactions by it can still count.
async fn is_free(context: &Context, asked: &Asked, person: &Person, account: &Account) -> Result<(), Stop> {
    if let Some(owner) = context.policy.person(account) {
        return Err(reply::taken(account, &owner.id, &person.id).into());
    }
    match link::let_go(context.store.pool(), account).await? {
        Some((owner, at)) if owner != person.id && asked.at < at + HANDS_CHANGE_AFTER => {
            Err(reply::was_theirs(account, &owner, at).into())
        }
        Some(_) | None => Ok(()),
    }
}

/// An account that was named is to be shown its code.
async fn by_a_stranger(context: &Context, asked: &Asked) -> Result<Effects, Stop> {
    let from = &asked.request.from;
    let open = link::open(context.store.pool(), from).await?;
    if open.is_none_or(|open| context.policy.person_by_id(&open.person).is_none()) {
        return Ok(only(asked.aside(reply::stranger(from))));
    }
    if !is_answered_alone(&asked.request) {
        return Err(reply::not_alone().into());
    }
    let answer = asked.aside(reply::no_code_any_more(from));
    Ok(only(Outgoing { about: Subject::LinkCode(asked.row), ..answer }))
}

/// Whether nobody else sees an answer that is for whoever asked.
fn is_answered_alone(request: &Request) -> bool {
    match request.from.platform {
        Platform::Slack => true,
        // Only an interaction has an answer of its own.
        Platform::Discord => request.answer_to.is_some(),
        Platform::Console => false,
    }
}

/// Whoever named an account has seen what it was shown, or says so.
async fn proved(context: &Context, asked: &Asked, person: &Person, code: &Code) -> Result<Effects, Stop> {
    let open = link::offers_of(context.store.pool(), &person.id).await?;
    let open: Vec<_> =
        open.into_iter().filter(|offer| offer.is_shown() && offer.tries < CODE_TRIES).collect();
    let Some(tries) = open.iter().map(|offer| offer.tries).max() else {
        return Err(reply::no_code(&person.id).into());
    };
    let Some(open) = open.into_iter().find(|offer| offer.hash == link::hash(&offer.account, code)) else {
        let mut effects = asked.refused(&context.policy, &reply::wrong_code(CODE_TRIES - tries - 1));
        effects.links.push(Change::Tried(person.id.clone()));
        return Ok(effects);
    };
    // It may have become somebody's since it was named.
    is_free(context, asked, person, &open.account).await?;
    let mut effects = only(asked.aside(reply::linked(&open.account, &person.id)));
    let kind = EventKind::Linked { account: Untrusted::new(open.account.to_string()) };
    effects.events.push(asked.event("linked", Actor::Person(person.id.clone()), kind));
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
