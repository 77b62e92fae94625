//! The chain over the timeline: each row has a seal, which is a hash over the seal before it and over everything in the row.
//!
//! It makes the hash itself, from the same canonical form as the database's function in `migrations/0007_audit.sql` but without
//! asking it, and says the first place that does not fit. It reads no database and no file.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(String);

const HASH_CHARS: usize = 64;

/// One row of the timeline, with everything that is stored of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub key: String,
    pub incident: Option<i64>,
    pub operation: Option<i64>,
    pub alert_group: Option<i64>,
    /// JSON exactly as jsonb prints it.
    pub actor: String,
    pub event: String,
}

/// A seal, and the row that it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub seq: i64,
    pub previous: Hash,
    pub hash: Hash,
    pub timeline_id: i64,
    /// `None`: sealed, and not there any more.
    pub row: Option<Row>,
}

/// How far a chain goes: whoever noted it can tell later whether anything up to there was changed or cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: Hash,
}

/// The first thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("seal {seq} is missing: the next one there is {found}")]
    Missing { seq: i64, found: i64 },
    #[error(
        "seal {seq} does not follow the seal before it: something before it was changed, or it was put there"
    )]
    Unchained { seq: i64 },
    #[error("the event of seal {seq} is gone: row {id} of the timeline was deleted")]
    Gone { seq: i64, id: i64 },
    #[error(
        "the event of seal {seq} is not what was sealed: row {id} of the timeline, or its seal, was changed"
    )]
    Changed { seq: i64, id: i64 },
    #[error("row {id} of the timeline has no seal: it was not written in the ordinary way")]
    Unsealed { id: i64 },
    #[error("seal {seq} has another hash than was expected: everything up to it was written anew")]
    NotExpected { seq: i64 },
    #[error("the chain ends at seal {end}, before the expected seal {seq}: its end was cut off")]
    CutOff { seq: i64, end: i64 },
    #[error("the expected seal {seq} is before seal {first}, where this part begins: take a longer one")]
    NotInThisPart { seq: i64, first: i64 },
}

/// A chain as it is walked, from one link to the next.
#[derive(Clone, Debug)]
pub struct Chain {
    first: Option<i64>,
    head: Option<Head>,
    expected: Option<Head>,
    links: u64,
    /// The links may begin anywhere.
    part: bool,
}

impl Chain {
    /// From the first event on.
    pub fn whole(expected: Option<Head>) -> Self {
        Self { first: None, head: None, expected, links: 0, part: false }
    }

    /// From any event on, as in an export of the newest ones; what is before it is not looked at.
    pub fn part(expected: Option<Head>) -> Self {
        Self { part: true, ..Self::whole(expected) }
    }

    /// From behind this head on, up to which the whole was looked at before.
    pub fn after(head: Option<Head>) -> Self {
        let links = head.as_ref().map_or(0, |head| head.seq.unsigned_abs());
        Self { first: head.as_ref().map(|_| 1), head, links, ..Self::whole(None) }
    }

    /// The last link that fits.
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    pub fn follow(&mut self, link: &Link) -> Result<(), Broken> {
        let seq = link.seq;
        let (next, previous) = match &self.head {
            Some(head) => (head.seq + 1, head.hash.clone()),
            None if self.part => (seq, link.previous.clone()),
            None => (1, Hash::before_the_first()),
        };
        if seq != next {
            return Err(Broken::Missing { seq: next, found: seq });
        }
        if link.previous != previous {
            return Err(Broken::Unchained { seq });
        }
        let Some(row) = &link.row else { return Err(Broken::Gone { seq, id: link.timeline_id }) };
        if link.hash != Hash::of(&canonical(seq, &previous, row)) {
            return Err(Broken::Changed { seq, id: row.id });
        }
        if self.expected.as_ref().is_some_and(|expected| expected.seq == seq && expected.hash != link.hash) {
            return Err(Broken::NotExpected { seq });
        }
        self.first.get_or_insert(seq);
        self.head = Some(Head { seq, hash: link.hash.clone() });
        self.links += 1;
        Ok(())
    }

    /// How many links there were, and the last one; `None` where nothing was ever recorded.
    pub fn end(self) -> Result<(u64, Option<Head>), Broken> {
        let end = self.head.as_ref().map_or(0, |head| head.seq);
        match (self.expected.map(|expected| expected.seq), self.first) {
            (Some(seq), _) if seq > end => Err(Broken::CutOff { seq, end }),
            (Some(seq), Some(first)) if seq < first => Err(Broken::NotInThisPart { seq, first }),
            (Some(_) | None, _) => Ok((self.links, self.head)),
        }
    }
}

impl Hash {
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn before_the_first() -> Self {
        Self("0".repeat(HASH_CHARS))
    }

    fn of(canonical: &str) -> Self {
        Self::from_bytes(&Sha256::digest(canonical.as_bytes()))
    }
}

/// Eleven fields, each `length in bytes:text` and a newline, or `-` and a newline for null. Moments are microseconds since 1970.
fn canonical(seq: i64, previous: &Hash, row: &Row) -> String {
    let number = |number: i64| Some(number.to_string());
    let fields = [
        number(seq),
        Some(previous.0.clone()),
        number(row.id),
        number(row.at.timestamp_micros()),
        number(row.recorded_at.timestamp_micros()),
        Some(row.key.clone()),
        row.incident.and_then(number),
        row.operation.and_then(number),
        row.alert_group.and_then(number),
        Some(row.actor.clone()),
        Some(row.event.clone()),
    ];
    let field = |field: Option<String>| match field {
        Some(text) => format!("{}:{text}\n", text.len()),
        None => "-\n".to_owned(),
    };
    fields.into_iter().map(field).collect()
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// Not what `Head` prints.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a head reads SEQ:HASH, a number and {HASH_CHARS} hexadecimal digits, as `audit verify` prints it")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (seq, hash) = text.split_once(':').ok_or(NoHead)?;
        let seq = seq.parse().map_err(|_| NoHead)?;
        let is_hash = hash.len() == HASH_CHARS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if seq < 1 || !is_hash {
            return Err(NoHead);
        }
        Ok(Self { seq, hash: Hash(hash.to_ascii_lowercase()) })
    }
}

#[cfg(test)]
mod tests;
