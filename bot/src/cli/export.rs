//! The lines of an export: one event with its seal, as JSON, written and read back.
//!
//! What `actor` and `event` say is kept byte for byte, because the hash is over these bytes; nothing is checked here.

use std::io::{BufRead, Read as _};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use commands::seal::{Hash, Link, Row};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// No event is nearly as long; a file without line ends must not fill the memory.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Exported {
    seq: i64,
    previous: Hash,
    hash: Hash,
    id: i64,
    at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    key: String,
    incident: Option<i64>,
    operation: Option<i64>,
    alert_group: Option<i64>,
    actor: Box<RawValue>,
    event: Box<RawValue>,
}

impl Exported {
    /// `None` where the row is gone.
    pub(super) fn of(link: Link) -> Result<Option<Self>> {
        let Link { seq, previous, hash, timeline_id: _, row } = link;
        let Some(row) = row else { return Ok(None) };
        let Row { id, at, recorded_at, key, incident, operation, alert_group, actor, event } = row;
        let (actor, event) = (RawValue::from_string(actor)?, RawValue::from_string(event)?);
        let exported = Self {
            seq,
            previous,
            hash,
            id,
            at,
            recorded_at,
            key,
            incident,
            operation,
            alert_group,
            actor,
            event,
        };
        Ok(Some(exported))
    }

    pub(super) fn into_link(self) -> Link {
        let row = Row {
            id: self.id,
            at: self.at,
            recorded_at: self.recorded_at,
            key: self.key,
            incident: self.incident,
            operation: self.operation,
            alert_group: self.alert_group,
            actor: self.actor.get().to_owned(),
            event: self.event.get().to_owned(),
        };
        Link { seq: self.seq, previous: self.previous, hash: self.hash, timeline_id: row.id, row: Some(row) }
    }
}

/// The lines of a file, one at a time.
pub(super) fn read(mut file: impl BufRead) -> impl Iterator<Item = Result<Exported>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        number += 1;
        let mut line = vec![];
        let read = file.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        match read {
            Ok(0) => None,
            Ok(_) => Some(parsed(&line).with_context(|| format!("line {number}"))),
            Err(error) => Some(Err(error.into())),
        }
    })
}

fn parsed(line: &[u8]) -> Result<Exported> {
    ensure!(line.ends_with(b"\n"), "it has no end: the file was cut off, or is no export");
    serde_json::from_slice(line).context("it is no exported event")
}
