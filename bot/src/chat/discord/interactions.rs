//! Interactions: slash commands, message commands, buttons, modals and lists, over the gateway or the endpoint alike.
//!
//! What asks for something is a committed row before it is answered; what only shows a form or a list is answered at once. The
//! two ways in are never both in use, and an interaction that comes twice has the same id.

use std::sync::Arc;
use std::time::Duration;

use ::commands::id::AlertGroupId;
use ::commands::message::Reaction;
use ::commands::policy::Policy;
use ::commands::request::{Account, Platform, Quoted, Reacted, Request, Said};
use ::commands::subject::Subject;
use serenity::model::application::{
    CommandData, CommandDataOption, CommandDataOptionValue, CommandInteraction, CommandType,
    ComponentInteraction, Interaction, ModalInteraction, ResolvedTarget,
};
use serenity::model::channel::PartialChannel;
use serenity::model::id::{ChannelId, GuildId};
use serenity::model::user::User;

use super::answer::Answer;
use super::buttons::{self, Shown};
use super::commands::{self, Form, Given};
use super::handle::{Begun, Handle};
use super::heard::{Seen, with_names};
use super::spot::{Kind, Spot, given_at};
use super::{Discord, modal};
use crate::chat::{Intake, NotStored};

/// Discord waits for three seconds.
const STORE_TIMEOUT: Duration = Duration::from_millis(2_500);
/// A title that is made of somebody's words.
const MAX_TITLE_CHARS: usize = 150;

/// Whom an interaction is from, and where it was made.
struct From {
    id: u64,
    account: Account,
    spot: Spot,
    application: u64,
    token: String,
}

impl Discord {
    pub(super) async fn interaction(
        &self,
        interaction: &Interaction,
        intake: &dyn Intake,
    ) -> Result<Answer, NotStored> {
        match interaction {
            Interaction::Ping(_) => Ok(Answer::pong()),
            Interaction::Command(command) => self.command(command, intake).await,
            Interaction::Autocomplete(command) => Ok(self.list(&command.data).await),
            Interaction::Component(component) => self.pressed(component, intake).await,
            Interaction::Modal(submitted) => self.submitted(submitted, intake).await,
            _ => Ok(Answer::aside("I do not know this kind of interaction.")),
        }
    }

    async fn command(&self, command: &CommandInteraction, intake: &dyn Intake) -> Result<Answer, NotStored> {
        let place = (command.guild_id, command.channel.as_ref(), command.channel_id);
        let Some(from) = self.from(command.id.get(), &command.user, place, &command.token).await else {
            return Ok(nowhere());
        };
        if command.data.kind == CommandType::Message {
            return self.on_message(&command.data, from, intake).await;
        }
        let Some((form, given)) = filled_in(&command.data) else { return Ok(out_of_date()) };
        let missing =
            form.options().into_iter().any(|it| it.needed && !it.required && !given.contains_key(it.name));
        if missing {
            return Ok(Answer::modal(modal::modal(&form, &given)));
        }
        let line = self.named(commands::line(&form, &given)).await?;
        take(intake, from.says(Said::Words(line), Begun::Deferred)).await?;
        Ok(Answer::deferred())
    }

    /// The line with people as the policy names them, where they are mentioned in it.
    async fn named(&self, line: String) -> Result<String, NotStored> {
        if !line.contains("<@") {
            return Ok(line);
        }
        let people = self.people().await?;
        Ok(with_names(&line, &people))
    }

    async fn people(&self) -> Result<Arc<Policy>, NotStored> {
        self.desk.people().await.map_err(|error| NotStored(Box::new(error)))
    }

    async fn submitted(&self, filled: &ModalInteraction, intake: &dyn Intake) -> Result<Answer, NotStored> {
        let place = (filled.guild_id, filled.channel.as_ref(), filled.channel_id);
        let Some(from) = self.from(filled.id.get(), &filled.user, place, &filled.token).await else {
            return Ok(nowhere());
        };
        let Some((form, given)) = modal::submitted(&filled.data) else { return Ok(out_of_date()) };
        let line = self.named(commands::line(&form, &given)).await?;
        take(intake, from.says(Said::Words(line), Begun::Deferred)).await?;
        Ok(Answer::deferred())
    }

    /// Pressing a button types its command into the thread of its card.
    async fn pressed(
        &self,
        pressed: &ComponentInteraction,
        intake: &dyn Intake,
    ) -> Result<Answer, NotStored> {
        let place = (pressed.guild_id, pressed.channel.as_ref(), pressed.channel_id);
        let Some(mut from) = self.from(pressed.id.get(), &pressed.user, place, &pressed.token).await else {
            return Ok(nowhere());
        };
        let embeds = pressed.message.embeds.iter();
        let shown: Vec<_> = embeds.map(|embed| Shown { description: embed.description.clone() }).collect();
        let Some(command) = buttons::command(&pressed.data.custom_id, &shown) else {
            return Ok(out_of_date());
        };
        from.spot.thread = from.spot.thread.or(Some(pressed.message.id.get()));
        take(intake, from.says(Said::Pressed(command), Begun::Pressed)).await?;
        Ok(Answer::acknowledged())
    }

    async fn on_message(
        &self,
        data: &CommandData,
        from: From,
        intake: &dyn Intake,
    ) -> Result<Answer, NotStored> {
        let Some(ResolvedTarget::Message(message)) = data.target() else { return Ok(out_of_date()) };
        let (seen, people) = (Seen::from(message), self.people().await?);
        match data.name.as_str() {
            commands::ADD_TO_TIMELINE => {
                let reacted = Reacted {
                    message: seen.id.to_string(),
                    reaction: Reaction::Pin,
                    added: true,
                    quoted: Some(seen.quoted(&people)),
                };
                take(intake, from.says(Said::Reacted(reacted), Begun::Deferred)).await?;
                Ok(Answer::deferred())
            }
            commands::OPEN_INCIDENT => match self.alert_of(&seen).await {
                Some(alert) => {
                    let words = Said::Words(format!("incident open {alert}"));
                    take(intake, from.says(words, Begun::Deferred)).await?;
                    Ok(Answer::deferred())
                }
                None => Ok(declaring(&seen.quoted(&people))),
            },
            _ => Ok(out_of_date()),
        }
    }

    /// The alert whose card of ours this is.
    async fn alert_of(&self, seen: &Seen) -> Option<AlertGroupId> {
        match seen.key()?.parse() {
            Ok(Subject::AlertGroup(alert)) if self.me().await.ok() == Some(seen.author.id) => Some(alert),
            Ok(_) | Err(_) => None,
        }
    }

    async fn list(&self, data: &CommandData) -> Answer {
        let (Some((form, mut given)), Some(focus)) = (filled_in(data), data.autocomplete()) else {
            return Answer::choices([]);
        };
        given.remove(focus.name);
        self.choices(&form, &given, focus.name, focus.value).await
    }

    /// `None` outside of the guilds that the policy names.
    async fn from(
        &self,
        id: u64,
        user: &User,
        (guild, channel, channel_id): (Option<GuildId>, Option<&PartialChannel>, ChannelId),
        token: &str,
    ) -> Option<From> {
        let guild = guild.map(GuildId::get).filter(|guild| self.knows_guild(*guild))?;
        if let Some(channel) = channel {
            let parent = channel.parent_id.map(ChannelId::get);
            self.channels.learn(channel_id.get(), Kind::of(u8::from(channel.kind), parent));
        }
        let spot = match self.spot(guild, channel_id.get()).await {
            Ok(spot) => spot,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a channel could not be looked up");
                Spot { guild, channel: channel_id.get(), thread: None }
            }
        };
        let account = Account { platform: Platform::Discord, id: user.id.to_string() };
        let application = self.named.application.parse().ok()?;
        Some(From { id, account, spot, application, token: token.to_owned() })
    }
}

impl From {
    fn says(self, said: Said, begun: Begun) -> Request {
        let handle = Handle { begun, application: self.application, token: self.token };
        Request {
            delivery: format!("interaction/{}", self.id),
            from: self.account,
            place: self.spot.place(),
            at: given_at(self.id),
            said,
            answer_to: Some(handle.written()),
        }
    }
}

/// Whether it was new makes no difference: it is answered again if it comes again.
async fn take(intake: &dyn Intake, request: Request) -> Result<(), NotStored> {
    match tokio::time::timeout(STORE_TIMEOUT, intake.accept(request)).await {
        Ok(taken) => taken.map(drop),
        Err(_elapsed) => Err(NotStored("the database did not answer in time".into())),
    }
}

/// The form of a command, and the options that were filled in.
fn filled_in(data: &CommandData) -> Option<(Form, Given)> {
    let (sub, options) = match data.options.first() {
        Some(CommandDataOption { name, value: CommandDataOptionValue::SubCommand(inner), .. }) => {
            (Some(name.as_str()), inner)
        }
        Some(_) | None => (None, &data.options),
    };
    let text = |option: &CommandDataOption| {
        let (CommandDataOptionValue::String(text) | CommandDataOptionValue::Autocomplete { value: text, .. }) =
            &option.value
        else {
            return None;
        };
        Some((option.name.clone(), text.trim().to_owned()))
    };
    let given = options.iter().filter_map(text).filter(|(_, text)| !text.is_empty()).collect();
    Some((Form::named(&data.name, sub)?, given))
}

/// Somebody's words as the title of an incident, for them to better.
fn declaring(quoted: &Quoted) -> Answer {
    let words = quoted.text.for_comparison().split_whitespace().collect::<Vec<_>>().join(" ");
    let title = words.chars().take(MAX_TITLE_CHARS).collect();
    match Form::named("incident", Some("declare")) {
        Some(form) => Answer::modal(modal::modal(&form, &Given::from([("title".to_owned(), title)]))),
        None => out_of_date(),
    }
}

fn nowhere() -> Answer {
    Answer::aside("I work in the servers that my policy file names, and this is none of them.")
}

fn out_of_date() -> Answer {
    Answer::aside("I do not know this command or button any more. Type `/help` to see what there is.")
}
