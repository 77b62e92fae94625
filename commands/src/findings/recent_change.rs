//! What changed last, and by whom: most trouble begins with a change.
//!
//! A change is not blamed here, it is only told; the reader sees what came first.

use chrono::TimeDelta;

use super::look::Look;
use super::{Found, Level};
use crate::facts::{Facts, Revision};
use crate::lasting::lasting;
use crate::message::{Span, Text};
use crate::names::Image;
use crate::untrusted::Untrusted;

/// What changed earlier than this is no news.
const RECENT_HOURS: i64 = 24;

/// A revision this much younger than the bot's last change was not made by it.
const OWN_REVISION_SECONDS: i64 = 60;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    by_somebody(look).or_else(|| by_us(look)).into_iter().collect()
}

/// `from → to` of the newest two revisions.
pub(crate) fn images(facts: &Facts) -> Option<(Image, Image)> {
    let mut newest_first: Vec<&Revision> = facts.revisions.iter().collect();
    newest_first.sort_by_key(|revision| std::cmp::Reverse(revision.number));
    let image = |revision: &&Revision| {
        let wanted = |name: &str| name == facts.target.container;
        revision.containers.iter().find(|c| wanted(&c.name)).map(|c| c.image.clone())
    };
    Some((newest_first.get(1).and_then(image)?, newest_first.first().and_then(image)?))
}

fn arrow(text: Text, facts: &Facts) -> Text {
    let Some((from, to)) = images(facts).filter(|(from, to)| from != to) else { return text };
    let code = |image: &Image| Span::OutsideCode(Untrusted::new(image.short()));
    text.plain(": ").with(code(&from)).plain(" → ").with(code(&to))
}

fn by_us(look: &Look<'_>) -> Option<Found> {
    let change = look.facts.last_change.as_ref()?;
    let ago = look.now - change.at;
    if ago > TimeDelta::hours(RECENT_HOURS) {
        return None;
    }
    let text = Text::new()
        .plain(format!("Changed {} ago by ", lasting(ago)))
        .person(&change.requested_by)
        .plain(format!(" ({})", change.operation))
        .plain(": ")
        .plain(change.summary.as_str());
    Some(found(look, "metadata.annotations[watchkeeper.dev/operation]", change.operation.to_string(), text))
}

fn by_somebody(look: &Look<'_>) -> Option<Found> {
    let newest = look.facts.revisions.iter().max_by_key(|revision| revision.number)?;
    let created_at = newest.created_at?;
    let ago = look.now - created_at;
    let own = |at| created_at - at <= TimeDelta::seconds(OWN_REVISION_SECONDS);
    if look.facts.last_change.as_ref().is_some_and(|change| own(change.at)) {
        return None;
    }
    if look.facts.revisions.len() < 2 || ago > TimeDelta::hours(RECENT_HOURS) {
        return None;
    }
    // Without the bot's record of a change that the target says it made, nobody is named.
    let unknown = look.facts.last_change.is_none() && look.facts.workload.stamp.is_some();
    let by = if unknown { "" } else { ", not by the bot" };
    let mut text = arrow(Text::new().plain(format!("Changed {} ago{by}", lasting(ago))), look.facts);
    if let Some(cause) = &newest.change_cause {
        text = text.plain(". Change cause: ").outside(cause);
    }
    Some(found(
        look,
        "metadata.annotations[deployment.kubernetes.io/revision]",
        newest.number.to_string(),
        text,
    ))
}

fn found(look: &Look<'_>, field: &str, value: String, reason: Text) -> Found {
    let target = &look.facts.target;
    Found {
        level: Level::Note,
        object: look.deployment(),
        field: field.to_owned(),
        value: Untrusted::new(value),
        reason,
        log_line: None,
        next: Some(format!("history {} in {}", target.service, target.environment)),
    }
}
