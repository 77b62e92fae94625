//! Slash commands: `/deploy …` and `/watchkeeper deploy …` are what is typed, slash and all.
//!
//! A command that needs a form and was typed without words opens it; everything else is a request.

use commands::request::Said;
use serde_json::json;

use super::said::{Deed, Who, place};
use super::text::Reader;
use super::wire::SlashCommand;
use super::{Answer, Ear, Heard};
use crate::chat::slack::forms::{Form, Opening};

pub(super) async fn hear(ear: &Ear, command: SlashCommand) -> Heard {
    let SlashCommand { team_id: team, channel_id, user_id, command, text, trigger_id, response_url } =
        command;
    if !ear.knows(&team) {
        return Ok(aside("This workspace is not in Watchkeeper's policy file, so nothing was done."));
    }
    let people = ear.people_in(&text).await?;
    let reader = Reader { policy: &people, team: &team, bot: None };
    let words = format!("{command} {}", reader.plain(&text));
    let who = Who { team: &team, user: &user_id };
    if let Some(form) = Form::asked_for(&words) {
        let opening = Opening { place: Some(place(&team, &channel_id, None)), ..Opening::default() };
        return Ok(match ear.slack.open_form(who, &trigger_id, form, opening).await {
            Ok(()) => Answer::Taken,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a form could not be opened");
                aside(&form.could_not_be_opened())
            }
        });
    }
    let deed =
        Deed::now(format!("trigger/{trigger_id}"), place(&team, &channel_id, None), Said::Words(words));
    ear.hand_over(who, Deed { answer_to: response_url, ..deed }).await?;
    // Others see what was typed, and the answer comes as every answer does.
    Ok(Answer::With(json!({"response_type": "in_channel"})))
}

/// Shown to whoever typed it.
fn aside(text: &str) -> Answer {
    Answer::With(json!({"response_type": "ephemeral", "text": text}))
}
