//! The reactions that a message offers: put on it by the bot, so that one tap is enough.
//!
//! A message without them is still whole: people can pick the reaction or press the button. So nothing here fails a send; what
//! could not be put on is logged, and tried again with the next edit of the message.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use commands::message::Reaction;
use serde::Deserialize;
use slack_morphism::SlackReactionName;
use slack_morphism::api::SlackApiReactionsAddRequest;

use super::Slack;
use super::error::CallError;
use super::spot::{Spot, ts};

/// All reactions of one message: the outbox waits for them.
const OFFER_TIMEOUT: Duration = Duration::from_secs(4);
/// Messages of which it is remembered that everything is on them. One that is forgotten costs a call that says so.
const REMEMBERED: usize = 1_000;

/// The messages that have what they offer: `T…/C…/ts`, and how many reactions that was.
#[derive(Default)]
pub(super) struct Offered(Mutex<VecDeque<(String, usize)>>);

#[derive(Deserialize)]
struct Added {}

impl Slack {
    pub(super) async fn offer(&self, spot: Spot<'_>, message: &str, reactions: &[Reaction]) {
        let of = format!("{}/{}/{message}", spot.team, spot.channel);
        if reactions.is_empty() || self.offered.has(&of, reactions.len()) {
            return;
        }
        let all = async {
            for reaction in reactions {
                self.put_on_in_turn(spot, message, *reaction).await?;
            }
            Ok(())
        };
        let timed_out = |_elapsed| Err(CallError::TimedOut(OFFER_TIMEOUT));
        match tokio::time::timeout(OFFER_TIMEOUT, all).await.unwrap_or_else(timed_out) {
            Ok(()) => self.offered.note(of, reactions.len()),
            Err(error) => tracing::warn!(
                message.channel = spot.channel,
                message.id = message,
                error = &error as &dyn std::error::Error,
                "a message does not offer its reactions; they are put on when it is edited next"
            ),
        }
    }

    /// A plan waits for its turn, for people vote by what is offered there; no channel waits for 👀.
    async fn put_on_in_turn(
        &self,
        spot: Spot<'_>,
        message: &str,
        reaction: Reaction,
    ) -> Result<(), CallError> {
        let votes = matches!(reaction, Reaction::Approve | Reaction::Deny);
        loop {
            match self.put_on(spot, message, reaction).await {
                Err(CallError::TooSoon { again_in }) if votes => tokio::time::sleep(again_in).await,
                put_on => return put_on,
            }
        }
    }

    async fn put_on(&self, spot: Spot<'_>, message: &str, reaction: Reaction) -> Result<(), CallError> {
        let name = SlackReactionName(short_name(reaction).to_owned());
        let request = SlackApiReactionsAddRequest::new(spot.channel_id(), name, ts(message));
        match self.client.post::<Added>(spot.team, "reactions.add", &request).await {
            Err(error) if error.code() == Some("already_reacted") => Ok(()),
            added => added.map(|Added {}| ()),
        }
    }
}

impl Offered {
    fn has(&self, message: &str, count: usize) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|(known, had)| known == message && *had >= count)
    }

    fn note(&self, message: String, count: usize) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        known.push_back((message, count));
    }
}

/// What Slack calls it.
fn short_name(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Approve => "white_check_mark",
        Reaction::Deny => "x",
        Reaction::Acknowledge => "eyes",
        Reaction::Pin => "pushpin",
        Reaction::Silence => "no_bell",
    }
}
