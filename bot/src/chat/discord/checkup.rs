//! What Discord itself says about the set-up: token, application, leave to read, guilds, channels, clock; for the doctor.
//!
//! It looks and changes nothing.

use ::commands::policy::{self, Guild, Policy, Room};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serenity::model::Permissions;
use serenity::model::channel::GuildChannel;
use serenity::model::guild::{Member, PartialGuild};

use super::error::{CallError, code};
use super::gateway::Application;
use super::rest::{Call, Rest};
use super::spot::{Spot, id};
use super::{Settings, api};
use crate::chat::Check;

/// More would make a deadline on a card wrong by as much.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(30);

/// What the bot does in a channel.
fn needed() -> Permissions {
    Permissions::VIEW_CHANNEL
        | Permissions::SEND_MESSAGES
        | Permissions::EMBED_LINKS
        | Permissions::ATTACH_FILES
        | Permissions::READ_MESSAGE_HISTORY
        | Permissions::ADD_REACTIONS
        | Permissions::CREATE_PUBLIC_THREADS
        | Permissions::SEND_MESSAGES_IN_THREADS
}

#[derive(Deserialize)]
struct Me {
    #[serde(deserialize_with = "id")]
    id: u64,
    username: String,
}

/// What is looked at, and with what.
struct Look<'a> {
    rest: Rest,
    named: &'a policy::Discord,
    policy: &'a Policy,
}

/// Looks at everything that can be looked at, where the policy has Discord.
pub async fn checkup(settings: &Settings, policy: &Policy) -> Vec<Check> {
    let Some(named) = policy.discord() else { return vec![] };
    match Rest::new(api(settings), settings.bot_token.clone()) {
        Ok(rest) => Look { rest, named, policy }.everything().await,
        Err(error) => vec![Check::wrong("Discord", error.to_string(), "see the address of its API")],
    }
}

impl Look<'_> {
    /// Where the token is wrong, nothing else can be looked at.
    async fn everything(&self) -> Vec<Check> {
        let token = "the bot token of Discord";
        let me: Result<Me, CallError> = self.rest.read(Call::get("users/@me")).await;
        let (me, mut checks) = match me {
            Ok(me) => (me.id, vec![Check::fine(token, format!("Discord knows it as {}", me.username))]),
            Err(error) => {
                let fix = "copy the token from the developer portal, Bot, where [discord].bot_token says that it is";
                return vec![Check::wrong(token, error.to_string(), fix)];
            }
        };
        checks.extend(self.application().await);
        checks.push(self.clock().await);
        for guild in &self.named.guilds {
            checks.extend(self.guild(guild, me).await);
        }
        checks
    }

    async fn application(&self) -> Vec<Check> {
        let (what, portal) =
            ("the application of Discord", "copy it from the developer portal, General Information");
        let found: Application = match self.rest.read(Call::get("applications/@me")).await {
            Ok(found) => found,
            Err(error) => return vec![Check::wrong(what, error.to_string(), portal)],
        };
        let mut checks = vec![];
        if found.id.to_string() == self.named.application {
            checks.push(Check::fine(what, found.id.to_string()));
        } else {
            let problem = format!("the token is of {}, the policy says {}", found.id, self.named.application);
            checks.push(Check::wrong(what, problem, portal));
        }
        let key = "the public key of Discord";
        checks.push(match &self.named.public_key {
            None => Check::fine(key, "not in the policy: interactions come over the gateway"),
            Some(ours) if ours.eq_ignore_ascii_case(&found.verify_key) => {
                Check::fine(key, "as Discord has it")
            }
            Some(_) => Check::wrong(key, "it is not the one that Discord has", portal),
        });
        let content = "the message content intent of Discord";
        checks.push(Check::fine(
            content,
            if found.may_read_messages() {
                "granted: 📌 records what anybody wrote"
            } else {
                "not granted: 📌 records no text of people's messages; \"Add to timeline\" does"
            },
        ));
        checks
    }

    async fn clock(&self) -> Check {
        let what = "the clock, as Discord has it";
        let answered = match self.rest.headers(Call::get("gateway")).await {
            Ok(headers) => headers,
            Err(error) => return Check::wrong(what, error.to_string(), "see whether Discord can be reached"),
        };
        let date = answered.get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
        let Some(theirs) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else {
            return Check::fine(what, "Discord does not say what time it is");
        };
        let apart = (Utc::now() - theirs.to_utc()).abs();
        if apart <= CLOCKS_APART {
            return Check::fine(what, format!("less than {} s apart", CLOCKS_APART.num_seconds() + 1));
        }
        let problem = format!("{} s apart", apart.num_seconds());
        Check::wrong(what, problem, "set this machine's clock, best with NTP")
    }

    async fn guild(&self, named: &Guild, me: u64) -> Vec<Check> {
        let what = format!("the server {} of Discord", named.name);
        let guild: PartialGuild = match self.rest.read(Call::get(format!("guilds/{}", named.id))).await {
            Ok(guild) => guild,
            Err(error) => return vec![Check::wrong(what, error.to_string(), self.invitation())],
        };
        let mut checks = vec![Check::fine(what, guild.name.clone())];
        let member = Call::get(format!("guilds/{}/members/{me}", named.id));
        let member = match self.rest.read::<Member>(member).await {
            Ok(member) => member,
            Err(error) => {
                let what = format!("the bot's roles in {}", named.name);
                checks.push(Check::wrong(what, error.to_string(), self.invitation()));
                return checks;
            }
        };
        for room in self.policy.rooms() {
            if let Ok(spot) = Spot::of(&room.place)
                && room.place.platform == ::commands::request::Platform::Discord
                && spot.guild.to_string() == named.id
            {
                checks.push(self.channel(room, spot, (&guild, &member)).await);
            }
        }
        checks
    }

    async fn channel(&self, room: &Room, spot: Spot, (guild, me): (&PartialGuild, &Member)) -> Check {
        let what = format!("the channel {}", room.name);
        let channel: GuildChannel =
            match self.rest.read(Call::get(format!("channels/{}", spot.channel))).await {
                Ok(channel) => channel,
                Err(error) if error.is(code::MISSING_ACCESS) => {
                    return Check::wrong(
                        what,
                        "the bot does not see it",
                        "add the bot's role to the channel's permissions",
                    );
                }
                Err(error) => {
                    let fix = "copy the channel's id again: switch on developer mode, then Copy Channel ID";
                    return Check::wrong(what, error.to_string(), fix);
                }
            };
        let missing = needed() - guild.user_permissions_in(&channel, me);
        if missing.is_empty() {
            return Check::fine(what, format!("#{}", channel.name));
        }
        let problem = format!("the bot lacks: {}", missing.get_permission_names().join(", "));
        Check::wrong(what, problem, "give them to the bot's role in this channel")
    }

    /// Where somebody who may manage the server lets the bot in with what it needs.
    fn invitation(&self) -> String {
        format!(
            "let the bot in: https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions={}",
            self.named.application,
            needed().bits()
        )
    }
}
