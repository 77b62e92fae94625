//! Events: what is said to the bot by name or in a direct message, reactions, and App Home being opened.
//!
//! What programs say or do never counts, nor what is edited later: whoever meant something else says it again.

use commands::request::Said;
use serde_json::{Value, json};

use super::said::{Deed, Who, moment, place};
use super::text::Reader;
use super::wire::{Authorization, Callback, HomeOpened, Message, Reaction};
use super::{Answer, Ear, Heard, Unheard};

/// Which messages besides plain ones somebody has sent as words.
const SPOKEN_SUBTYPES: [&str; 2] = ["file_share", "thread_broadcast"];
const DIRECT: &str = "im";
const HOME: &str = "home";

pub(super) async fn hear(ear: &Ear, callback: Callback) -> Heard {
    match callback.kind.as_str() {
        "url_verification" => Ok(Answer::With(json!({"challenge": callback.challenge}))),
        "event_callback" if ear.knows(&callback.team_id) => of_workspace(ear, callback).await,
        "app_rate_limited" => {
            tracing::warn!("Slack held events back: more than 30,000 came within an hour");
            Ok(Answer::Taken)
        }
        _ => Ok(Answer::Taken),
    }
}

async fn of_workspace(ear: &Ear, callback: Callback) -> Heard {
    let Callback { team_id: team, event_id, event: about, authorizations, .. } = callback;
    let kind = about.get("type").and_then(Value::as_str).unwrap_or_default();
    if !matches!(kind, "app_mention" | "message" | "reaction_added" | "reaction_removed" | "app_home_opened")
    {
        return Ok(Answer::Taken);
    }
    let bot = bot_in(ear, &team, authorizations).await?;
    let event = Event { ear, team: &team, delivery: format!("event/{event_id}"), bot: &bot };
    match kind {
        "app_mention" => event.said(serde_json::from_value(about)?).await,
        "message" => event.said_directly(serde_json::from_value(about)?).await,
        "reaction_added" => event.reacted(serde_json::from_value(about)?, true).await,
        "reaction_removed" => event.reacted(serde_json::from_value(about)?, false).await,
        _ => event.opened_home(serde_json::from_value(about)?),
    }
}

/// Who the bot is there: Slack says for whom it brings the event, and is asked where it does not.
async fn bot_in(
    ear: &Ear,
    team: &str,
    authorizations: Option<Vec<Authorization>>,
) -> Result<String, Unheard> {
    let named = authorizations.into_iter().flatten().find(|it| it.is_bot).and_then(|it| it.user_id);
    match named {
        Some(bot) => Ok(bot),
        None => Ok(ear.slack.client.bot(team).await?.user_id.clone()),
    }
}

struct Event<'a> {
    ear: &'a Ear,
    team: &'a str,
    delivery: String,
    bot: &'a str,
}

impl Event<'_> {
    /// Slack sends every message of the channels as well; only what is for the bot alone is words to it without its name.
    async fn said_directly(self, message: Message) -> Heard {
        if message.channel_type.as_deref() != Some(DIRECT) {
            return Ok(Answer::Taken);
        }
        self.said(message).await
    }

    async fn said(self, message: Message) -> Heard {
        let Some((user, channel)) = by_a_person(&message, self.bot) else { return Ok(Answer::Taken) };
        let thread = message.thread_ts.as_deref().filter(|thread| *thread != message.ts);
        let text = message.text.as_deref().unwrap_or_default();
        let people = self.ear.people_in(text).await?;
        let reader = Reader { policy: &people, team: self.team, bot: Some(self.bot) };
        let deed = Deed {
            delivery: self.delivery,
            place: place(self.team, channel, thread),
            at: moment(&message.ts),
            said: Said::Words(reader.addressed(text)),
            answer_to: None,
        };
        self.ear.hand_over(Who { team: self.team, user }, deed).await
    }

    async fn reacted(self, reaction: Reaction, added: bool) -> Heard {
        let Some(meaning) = self.ear.slack.policy.reaction(&reaction.reaction) else {
            return Ok(Answer::Taken);
        };
        let (Some(channel), Some(ts)) = (&reaction.item.channel, &reaction.item.ts) else {
            return Ok(Answer::Taken);
        };
        let on_ours = reaction.item_user.as_deref().is_none_or(|author| author == self.bot);
        if reaction.user == self.bot || !super::message::may_mean_something(meaning, on_ours) {
            return Ok(Answer::Taken);
        }
        let people = self.ear.slack.desk.people().await?;
        let reader = Reader { policy: &people, team: self.team, bot: Some(self.bot) };
        let Some(on) = self.ear.look_at(reader, channel, ts, meaning).await? else {
            return Ok(Answer::Taken);
        };
        let deed = Deed {
            delivery: self.delivery,
            place: place(self.team, channel, Some(&on.thread)),
            at: moment(&reaction.event_ts),
            said: on.reacted(ts, meaning, added),
            answer_to: None,
        };
        self.ear.hand_over(Who { team: self.team, user: &reaction.user }, deed).await
    }

    /// Nothing is done by looking, so Slack need not wait for it.
    fn opened_home(self, opened: HomeOpened) -> Heard {
        if opened.tab == HOME {
            self.ear.slack.show_home_soon(self.team, &opened.user);
        }
        Ok(Answer::Taken)
    }
}

/// Who said it, and in which channel; none where it was a program, an edit, or nothing that is said.
fn by_a_person<'a>(message: &'a Message, bot: &str) -> Option<(&'a str, &'a str)> {
    let spoken = message.subtype.as_deref().is_none_or(|subtype| SPOKEN_SUBTYPES.contains(&subtype));
    let by_program = message.bot_id.as_deref().is_some_and(|id| !id.is_empty());
    let user = message.user.as_deref().filter(|user| *user != bot && !by_program)?;
    let channel = message.channel.as_deref()?;
    (spoken && message.edited.is_none()).then_some((user, channel))
}
