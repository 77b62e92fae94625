//! From what was read to the one `Request` that is handed over.
//!
//! The delivery's name is Slack's own and the same when it comes again, so that it acts once.

use chrono::{DateTime, Utc};
use commands::request::{Account, Place, Platform, Request, Said};

use super::{Answer, Ear, Heard};

/// Somebody in a workspace.
#[derive(Clone, Copy, Debug)]
pub(in crate::chat::slack) struct Who<'a> {
    pub(in crate::chat::slack) team: &'a str,
    pub(in crate::chat::slack) user: &'a str,
}

impl Who<'_> {
    pub(in crate::chat::slack) fn account(self) -> Account {
        account(self.team, self.user)
    }
}

pub(super) fn account(team: &str, user: &str) -> Account {
    Account { platform: Platform::Slack, id: format!("{team}/{user}") }
}

pub(in crate::chat::slack) fn place(team: &str, channel: &str, thread: Option<&str>) -> Place {
    let channel = format!("{team}/{channel}");
    Place { platform: Platform::Slack, channel, thread: thread.map(str::to_owned) }
}

/// When somebody did it; for what Slack gives no time of, now. Nothing that matters is decided by this clock.
pub(super) fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// A message's id is its moment.
pub(super) fn moment(ts: &str) -> DateTime<Utc> {
    let read = || {
        let (seconds, rest) = ts.split_once('.').unwrap_or((ts, ""));
        let micros: u32 = format!("{rest:0<6}").get(..6)?.parse().ok()?;
        DateTime::from_timestamp(seconds.parse().ok()?, micros * 1_000)
    };
    read().unwrap_or_else(now)
}

/// What was done, without who did it.
pub(in crate::chat::slack) struct Deed {
    pub(in crate::chat::slack) delivery: String,
    pub(in crate::chat::slack) place: Place,
    pub(in crate::chat::slack) at: DateTime<Utc>,
    pub(in crate::chat::slack) said: Said,
    /// Slack's `response_url`: the only way to whoever did it where the bot is not in the channel.
    pub(in crate::chat::slack) answer_to: Option<String>,
}

impl Deed {
    pub(in crate::chat::slack) fn now(delivery: String, place: Place, said: Said) -> Self {
        Self { delivery, place, at: now(), said, answer_to: None }
    }
}

impl Ear {
    /// Slack may hear that it was taken once this returns.
    pub(in crate::chat::slack) async fn hand_over(&self, who: Who<'_>, deed: Deed) -> Heard {
        let Deed { delivery, place, at, said, answer_to } = deed;
        let request = Request { delivery, from: who.account(), place, at, said, answer_to };
        self.intake.accept(request).await?;
        Ok(Answer::Taken)
    }

    /// Whether the policy has this workspace; nothing could be answered in another.
    pub(super) fn knows(&self, team: &str) -> bool {
        let known = self.slack.client.token(team).is_ok();
        if !known {
            tracing::warn!(team, "something came from a workspace that the policy does not name");
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_moment() {
        assert_eq!(moment("1531420618.000200").to_rfc3339(), "2018-07-12T18:36:58.000200+00:00");
        assert_eq!(moment("1531420618").to_rfc3339(), "2018-07-12T18:36:58+00:00");
        assert_eq!(moment("1531420618.5").to_rfc3339(), "2018-07-12T18:36:58.500+00:00");
    }
}
