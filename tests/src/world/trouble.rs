//! Trouble with the chat in which a story is told: it limits, fails, hangs, loses answers, or is gone.
//!
//! The trouble is the stand-in's; this only says it in one way for all of them.

use std::time::Duration;

use anyhow::Result;

use super::World;
use crate::discord::Discord;
use crate::slack::Slack;
use crate::{discord, slack};

/// How Discord calls what the bot says; what it answers at once, while somebody waits, is not among it.
const SAYING: [&str; 4] =
    ["create_message", "update_message", "execute_webhook", "update_original_webhook_message"];

/// How the chat answers the bot, until a story says otherwise. What people do there reaches the bot all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// 429, to come again after this many seconds.
    Limits(u32),
    /// The same of whatever the bot asks for, where the chat has such a limit.
    LimitsAll(u32),
    /// 503 to everything.
    Fails,
    Slow(Duration),
    /// It takes requests and never answers.
    Hangs,
}

/// One post that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It is done, and the answer is lost.
    LosesAnswer,
    /// It is lost, and so is the answer.
    LosesRequest,
}

impl World {
    pub fn chat_has(&self, trouble: Trouble) {
        if let Some(slack) = &self.chats.slack {
            slack.weather(slack::On::All, trouble.in_slack());
        }
        if let Some(discord) = &self.chats.discord {
            let weather = trouble.in_discord();
            match trouble {
                Trouble::None | Trouble::LimitsAll(_) => discord.weather(discord::On::All, weather),
                Trouble::Limits(_) | Trouble::Fails | Trouble::Slow(_) | Trouble::Hangs => {
                    SAYING.iter().for_each(|saying| discord.weather(discord::On::Operation(saying), weather));
                }
            }
        }
    }

    /// The next message that the bot posts.
    pub fn next_post_has(&self, mishap: Mishap) {
        if let Some(slack) = &self.chats.slack {
            let weather = match mishap {
                Mishap::LosesAnswer => slack::Weather::LosesAnswers,
                Mishap::LosesRequest => slack::Weather::LosesRequests,
            };
            slack.weather_once(slack::On::Method("chat.postMessage"), weather);
        }
        if let Some(discord) = &self.chats.discord {
            let weather = match mishap {
                Mishap::LosesAnswer => discord::Weather::LosesAnswers,
                Mishap::LosesRequest => discord::Weather::LosesRequests,
            };
            discord.weather_once(discord::On::Operation("create_message"), weather);
        }
    }

    /// Nothing of the chat answers, and nothing of what people do there reaches the bot.
    pub async fn chat_goes_away(&self) {
        if let Some(slack) = &self.chats.slack {
            slack.goes_away().await;
        }
        if let Some(discord) = &self.chats.discord {
            discord.goes_away().await;
        }
    }

    /// It is back, and the bot has found its way there.
    pub async fn chat_comes_back(&self) -> Result<()> {
        if let Some(slack) = &self.chats.slack {
            slack.comes_back().await?;
        }
        if let Some(discord) = &self.chats.discord {
            discord.comes_back().await?;
        }
        self.ops.ready().await
    }

    /// How often the bot was told to come again later.
    pub fn times_limited(&self) -> usize {
        let slack = self.chats.slack.iter().flat_map(Slack::exchanges).map(|exchange| exchange.status);
        let discord = self.chats.discord.iter().flat_map(Discord::exchanges).map(|exchange| exchange.status);
        slack.chain(discord).filter(|status| *status == 429).count()
    }
}

impl Trouble {
    fn in_slack(self) -> slack::Weather {
        match self {
            Self::None => slack::Weather::Fine,
            Self::Limits(seconds) | Self::LimitsAll(seconds) => slack::Weather::Limits(seconds.into()),
            Self::Fails => slack::Weather::Fails(503),
            Self::Slow(late) => slack::Weather::Slow(late),
            Self::Hangs => slack::Weather::Hangs,
        }
    }

    fn in_discord(self) -> discord::Weather {
        match self {
            Self::None => discord::Weather::Fine,
            Self::Limits(seconds) => discord::Weather::Limits(seconds.into()),
            Self::LimitsAll(seconds) => discord::Weather::LimitsAll(seconds.into()),
            Self::Fails => discord::Weather::Fails(503),
            Self::Slow(late) => discord::Weather::Slow(late),
            Self::Hangs => discord::Weather::Hangs,
        }
    }
}
