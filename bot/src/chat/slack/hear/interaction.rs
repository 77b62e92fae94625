//! Buttons, shortcuts and forms.
//!
//! A button types its command; a shortcut is a reaction or opens a form; what a form says is a typed command. Selects, links and
//! whatever else people touch mean nothing to the bot.

use commands::grammar;
use commands::message::Reaction;
use commands::policy::{self, RoomRight};
use commands::request::{Place, Platform, Said};

use super::message::On;
use super::said::{Deed, Who, place};
use super::text::{Reader, unescaped};
use super::wire::{Action, Interaction, View};
use super::{Answer, Ear, Heard};
use crate::chat::slack::Slack;
use crate::chat::slack::forms::{Form, Opening, Submitted};
use crate::chat::slack::render::ACTION_PREFIX;

/// The shortcuts, by the names that the manifest gives them.
pub(in crate::chat::slack) const ADD_TO_TIMELINE: &str = "add_to_timeline";
pub(in crate::chat::slack) const OPEN_INCIDENT: &str = "open_incident";
pub(in crate::chat::slack) const DECLARE_INCIDENT: &str = "declare_incident";

pub(super) async fn hear(ear: &Ear, interaction: Interaction) -> Heard {
    let Some(team) = interaction.team.as_ref().map(|team| team.id.clone()) else { return Ok(Answer::Taken) };
    if !ear.knows(&team) {
        return Ok(Answer::Taken);
    }
    let who = Who { team: &team, user: &interaction.user.id };
    match interaction.kind.as_str() {
        "block_actions" => pressed(ear, who, &interaction).await,
        "message_action" => of_message(ear, who, &interaction).await,
        "shortcut" => anywhere(ear, who, &interaction).await,
        "view_submission" => submitted(ear, who, interaction.view.as_ref()).await,
        "block_suggestion" => Ok(Answer::With(ear.slack.suggest(&interaction).await)),
        _ => Ok(Answer::Taken),
    }
}

async fn pressed(ear: &Ear, who: Who<'_>, interaction: &Interaction) -> Heard {
    let Some(trigger) = &interaction.trigger_id else { return Ok(Answer::Taken) };
    let is_ours = |action: &&Action| action.action_id.starts_with(ACTION_PREFIX);
    let Some(command) = interaction.actions.iter().find(is_ours).and_then(|action| action.value.as_deref())
    else {
        return Ok(Answer::Taken);
    };
    let command = unescaped(command);
    let at_home = interaction.channel.is_none();
    let place = match &interaction.channel {
        Some(channel) => place(who.team, &channel.id, thread_of(interaction)),
        None => ear.slack.room_for(who, &command),
    };
    let deed = Deed::now(format!("trigger/{trigger}"), place, Said::Pressed(command));
    let heard = ear.hand_over(who, Deed { answer_to: interaction.response_url.clone(), ..deed }).await?;
    if at_home {
        ear.slack.show_home_later(who.team, who.user);
    }
    Ok(heard)
}

/// What is pressed on a card is said in its thread.
fn thread_of(interaction: &Interaction) -> Option<&str> {
    let container = interaction.container.as_ref();
    let message = interaction.message.as_ref();
    let thread = message.and_then(|message| message.thread_ts.as_deref());
    let thread = thread.or_else(|| container?.thread_ts.as_deref());
    // What one person alone was shown is no message that a thread could hang under.
    let lasting = container.filter(|container| !container.is_ephemeral);
    thread.or_else(|| lasting?.message_ts.as_deref())
}

async fn of_message(ear: &Ear, who: Who<'_>, interaction: &Interaction) -> Heard {
    let (Some(trigger), Some(channel), Some(message)) =
        (&interaction.trigger_id, &interaction.channel, &interaction.message)
    else {
        return Ok(Answer::Taken);
    };
    let bot = ear.slack.client.bot(who.team).await.ok().map(|bot| bot.user_id.as_str());
    let people = ear.slack.desk.people().await?;
    let reader = Reader { policy: &people, team: who.team, bot };
    let on = On::of(reader, message);
    match interaction.callback_id.as_deref() {
        Some(ADD_TO_TIMELINE) => {
            let place = place(who.team, &channel.id, Some(&on.thread));
            let delivery = format!("trigger/{trigger}");
            let said = on.reacted(&message.ts, Reaction::Pin, true);
            ear.hand_over(who, Deed::now(delivery, place, said)).await
        }
        Some(OPEN_INCIDENT) => {
            let text = reader.plain(message.text.as_deref().unwrap_or_default());
            let title = text.lines().next().unwrap_or_default().to_owned();
            let place = Some(place(who.team, &channel.id, message.thread_ts.as_deref()));
            open(ear, who, trigger, Opening { place, title, details: text }).await
        }
        _ => Ok(Answer::Taken),
    }
}

async fn anywhere(ear: &Ear, who: Who<'_>, interaction: &Interaction) -> Heard {
    match (interaction.callback_id.as_deref(), &interaction.trigger_id) {
        (Some(DECLARE_INCIDENT), Some(trigger)) => open(ear, who, trigger, Opening::default()).await,
        _ => Ok(Answer::Taken),
    }
}

async fn open(ear: &Ear, who: Who<'_>, trigger: &str, opening: Opening) -> Heard {
    ear.slack.open_form(who, trigger, Form::Declare, opening).await?;
    Ok(Answer::Taken)
}

/// A form that is sent twice is one command.
async fn submitted(ear: &Ear, who: Who<'_>, view: Option<&View>) -> Heard {
    let Some(view) = view else { return Ok(Answer::Taken) };
    match ear.slack.read_form(who, view) {
        Submitted::Not => Ok(Answer::Taken),
        Submitted::Wrong(answer) => Ok(Answer::With(answer)),
        Submitted::Says { place, words } => {
            let deed = Deed::now(format!("view/{}", view.id), place, Said::Words(words));
            ear.hand_over(who, deed).await
        }
    }
}

impl Slack {
    /// App Home is no channel: what is pressed there is said in the first one of the workspace where it may be.
    fn room_for(&self, who: Who<'_>, command: &str) -> Place {
        let right = grammar::parse(command, &self.policy).ok().map(|command| command.right());
        let rooms = self.policy.rooms().iter().filter(|room| is_of(who.team, &room.place));
        let mut fitting = rooms.filter(|room| {
            right.as_ref().is_some_and(|right| policy::may_here(right, Some(room), &self.policy).is_ok())
        });
        // Nowhere: then whoever pressed it hears so.
        fitting.next().map_or_else(|| place(who.team, who.user, None), |room| room.place.clone())
    }

    /// The channels of a workspace where incidents are worked on.
    pub(in crate::chat::slack) fn rooms_for_incidents(&self, team: &str) -> Vec<(&str, &Place)> {
        let rooms = self.policy.rooms().iter();
        rooms
            .filter(|room| is_of(team, &room.place) && room.may.contains(&RoomRight::Respond))
            .map(|room| (room.name.as_str(), &room.place))
            .collect()
    }
}

fn is_of(team: &str, place: &Place) -> bool {
    place.platform == Platform::Slack && place.channel.split_once('/').is_some_and(|(of, _)| of == team)
}
