//! Accounts that people have linked to themselves, and the codes by which they did.
//!
//! A code is kept as a hash and nothing else; that its time is up is decided here, by the server's clock. Who may link what is
//! decided elsewhere.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use commands::names::PersonId;
use commands::policy::Policy;
use commands::request::{Account, Platform};
use commands::verbs::link::Code;
use sha2::{Digest as _, Sha256};
use sqlx::PgExecutor;

use super::Connection;
use super::error::{Doing, Error, fenced};

/// What a request changes here.
#[derive(Debug)]
pub enum Change {
    /// This account may become this person's, once it was shown a code.
    Offer(Offer),
    /// This person tried another code.
    Tried(PersonId),
    Link(Open),
    Unlink {
        account: Account,
        by: PersonId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub account: Account,
    pub person: PersonId,
    /// The account that named it.
    pub named_from: Account,
    pub lasts: TimeDelta,
}

/// An account that was named and is not linked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    id: i64,
    pub account: Account,
    pub person: PersonId,
    pub named_from: String,
    /// Empty until it is shown a code.
    pub hash: Vec<u8>,
    pub tries: i32,
}

impl Open {
    pub fn is_shown(&self) -> bool {
        !self.hash.is_empty()
    }
}

/// A code is one for its account, and stored so.
pub fn hash(account: &Account, code: &Code) -> Vec<u8> {
    Sha256::digest(format!("{account}\n{}", code.as_str())).to_vec()
}

pub async fn write(db: &mut Connection, change: &Change) -> Result<(), Error> {
    match change {
        Change::Offer(offer) => name(db, offer).await,
        Change::Tried(person) => tried(db, person).await,
        Change::Link(open) => {
            close(&mut *db, open).await?;
            insert(db, open).await
        }
        Change::Unlink { account, by } => unlink(db, account, by).await,
    }
}

/// Who people are: the policy, where the accounts that are linked now are theirs. Whoever asks whose an account is, or which
/// accounts somebody has, asks in there.
pub async fn people(db: impl PgExecutor<'_>, policy: &Arc<Policy>) -> Result<Arc<Policy>, Error> {
    let links = all(db).await?;
    Ok(if links.is_empty() { Arc::clone(policy) } else { Arc::new(policy.with_links(&links)) })
}

/// Whose this account was last and until when, if it was unlinked.
pub async fn let_go(
    db: impl PgExecutor<'_>,
    account: &Account,
) -> Result<Option<(PersonId, DateTime<Utc>)>, Error> {
    let row = sqlx::query!(
        r#"select person, unlinked_at as "unlinked_at!" from account_link
           where platform = $1 and account = $2 and unlinked_at is not null order by unlinked_at desc limit 1"#,
        account.platform.as_str(),
        account.id
    )
    .fetch_optional(db)
    .await
    .doing("look whose an account was")?;
    Ok(row.map(|row| (PersonId::new(row.person), row.unlinked_at)))
}

/// The accounts that are linked now, with whose they are; all of them.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<(Account, PersonId)>, Error> {
    let rows = sqlx::query!(
        "select platform, account, person from account_link where unlinked_at is null order by id"
    )
    .fetch_all(db)
    .await
    .doing("read the linked accounts")?;
    let known = rows.into_iter().filter_map(|row| {
        let platform = Platform::from_name(&row.platform)?;
        Some((Account { platform, id: row.account }, PersonId::new(row.person)))
    });
    Ok(known.collect())
}

/// Who named this account, if somebody did and it can still be linked.
pub async fn open(db: impl PgExecutor<'_>, account: &Account) -> Result<Option<Open>, Error> {
    let row = sqlx::query!(
        "select id, person, named_from, hash, tries from link_code
         where platform = $1 and account = $2 and closed_at is null and expires_at > now()",
        account.platform.as_str(),
        account.id
    )
    .fetch_optional(db)
    .await
    .doing("look who named an account")?;
    Ok(row.map(|row| Open {
        id: row.id,
        account: account.clone(),
        person: PersonId::new(row.person),
        named_from: row.named_from,
        hash: row.hash,
        tries: row.tries,
    }))
}

/// The accounts that this person named and that can still be linked.
pub async fn offers_of(db: impl PgExecutor<'_>, person: &PersonId) -> Result<Vec<Open>, Error> {
    let rows = sqlx::query!(
        "select id, platform, account, named_from, hash, tries from link_code
         where person = $1 and closed_at is null and expires_at > now() order by id",
        person.as_str()
    )
    .fetch_all(db)
    .await
    .doing("look for accounts that somebody named")?;
    let offers = rows.into_iter().filter_map(|row| {
        let account = Account { platform: Platform::from_name(&row.platform)?, id: row.account };
        let (person, named_from) = (person.clone(), row.named_from);
        Some(Open { id: row.id, account, person, named_from, hash: row.hash, tries: row.tries })
    });
    Ok(offers.collect())
}

/// The account is shown a new code, of which this is kept, and the time runs from now on. Whose it is said to be; none where nobody
/// says so any more.
pub async fn give(
    db: impl PgExecutor<'_>,
    account: &Account,
    hash: &[u8],
    lasts: TimeDelta,
) -> Result<Option<PersonId>, Error> {
    let person = sqlx::query_scalar!(
        "update link_code set hash = $3, given_at = now(), expires_at = now() + make_interval(secs => $4), tries = 0
         where platform = $1 and account = $2 and closed_at is null and expires_at > now() returning person",
        account.platform.as_str(),
        account.id,
        hash,
        lasts.as_seconds_f64()
    )
    .fetch_optional(db)
    .await
    .doing("store what a code is known by")?;
    Ok(person.map(PersonId::new))
}

/// Whoever names it last is who it can be linked to.
async fn name(db: impl PgExecutor<'_>, offer: &Offer) -> Result<(), Error> {
    sqlx::query!(
        "insert into link_code (platform, account, person, named_from, hash, expires_at)
         values ($1, $2, $3, $4, '', now() + make_interval(secs => $5))
         on conflict (platform, account) where closed_at is null do update
             set person = excluded.person, named_from = excluded.named_from, hash = excluded.hash,
                 given_at = now(), expires_at = excluded.expires_at, tries = 0",
        offer.account.platform.as_str(),
        offer.account.id,
        offer.person.as_str(),
        offer.named_from.to_string(),
        offer.lasts.as_seconds_f64()
    )
    .execute(db)
    .await
    .doing("store that an account was named")
    .map(drop)
}

async fn tried(db: impl PgExecutor<'_>, person: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update link_code set tries = tries + 1 where person = $1 and closed_at is null and hash <> ''",
        person.as_str()
    )
    .execute(db)
    .await
    .doing("count a wrong code")
    .map(drop)
}

/// Once, and only while it is the one that was looked at.
async fn close(db: impl PgExecutor<'_>, open: &Open) -> Result<(), Error> {
    let result = sqlx::query!(
        "update link_code set closed_at = now()
         where id = $1 and hash = $2 and tries = $3 and closed_at is null and expires_at > now()",
        open.id,
        open.hash,
        open.tries
    )
    .execute(db)
    .await
    .doing("use a code")?;
    fenced(&result, "code")
}

async fn insert(db: impl PgExecutor<'_>, open: &Open) -> Result<(), Error> {
    let result = sqlx::query!(
        "insert into account_link (platform, account, person, named_from) values ($1, $2, $3, $4)
         on conflict (platform, account) where unlinked_at is null do nothing",
        open.account.platform.as_str(),
        open.account.id,
        open.person.as_str(),
        open.named_from
    )
    .execute(db)
    .await
    .doing("link an account")?;
    fenced(&result, "account")
}

/// One that was unlinked meanwhile is unlinked already.
async fn unlink(db: impl PgExecutor<'_>, account: &Account, by: &PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update account_link set unlinked_at = now(), unlinked_by = $3
         where platform = $1 and account = $2 and unlinked_at is null",
        account.platform.as_str(),
        account.id,
        by.as_str()
    )
    .execute(db)
    .await
    .doing("unlink an account")
    .map(drop)
}
