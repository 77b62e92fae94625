//! The chats besides the console that a story's bot speaks to, and how an operator sets the bot up for them: the policy's sections,
//! and the secrets.
//!
//! What people do in a chat is in `room`.

use bot::chat::{Site, discord, slack};
use bot::serve::Settings;
use secrecy::SecretString;

use super::people::PEOPLE;
use super::room::discord::GUILD;
use super::room::slack::WORKSPACE;
use crate::discord::Discord;
use crate::slack::Slack;

/// Where a story is told, in every chat.
pub(crate) const CHANNEL: &str = "ops";
/// Where links lead; nobody follows them.
const CONSOLE: &str = "https://watchkeeper.example";

#[derive(Clone, Default)]
pub(super) struct Chats {
    pub(super) slack: Option<Slack>,
    pub(super) discord: Option<Discord>,
}

impl Chats {
    /// What the bot is started with, and these.
    pub(super) fn with(&self, settings: Settings) -> Settings {
        if self.slack.is_none() && self.discord.is_none() {
            return settings;
        }
        Settings {
            site: Site { url: Some(CONSOLE.to_owned()) },
            slack: self.slack.as_ref().map(slack_settings),
            discord: self.discord.as_ref().map(discord_settings),
            ..settings
        }
    }

    /// A story's policy, with everybody's accounts; alerts arrive where the story is told.
    pub(super) fn named_in(&self, policy: &str) -> String {
        let mut policy = policy.to_owned();
        if let Some(discord) = &self.discord {
            policy = with_accounts(&policy, "discord", |account| discord.account(account));
            policy.push_str(&discord_section(discord));
            policy = policy.replace("place = \"console/ops\"", "place = \"discord/acme/ops\"");
        }
        if let Some(slack) = &self.slack {
            policy = with_slack(&policy, slack);
        }
        policy
    }
}

/// A story's policy, with this Slack in it; alerts arrive there.
pub fn with_slack(policy: &str, slack: &Slack) -> String {
    let policy = with_accounts(policy, "slack", |account| slack.account(WORKSPACE, account));
    let policy = policy.replace("place = \"console/ops\"", "place = \"slack/acme/ops\"");
    policy + &slack_section(slack)
}

/// `accounts = { console = "alice" }` gets another one.
fn with_accounts(policy: &str, platform: &str, id: impl Fn(&str) -> String) -> String {
    PEOPLE.iter().fold(policy.to_owned(), |policy, (account, _)| {
        let console = format!("accounts = {{ console = \"{account}\"");
        policy.replace(&console, &format!("{console}, {platform} = \"{}\"", id(account)))
    })
}

fn slack_section(slack: &Slack) -> String {
    let (team, channel) = (slack.team(WORKSPACE), slack.channel(WORKSPACE, CHANNEL));
    format!(
        r#"
[slack]
app_token = {{ env = "WATCHKEEPER_SLACK_APP_TOKEN" }}
signing_secret = {{ env = "WATCHKEEPER_SLACK_SIGNING_SECRET" }}

[slack.workspaces.{WORKSPACE}]
team = "{team}"
bot_token = {{ env = "WATCHKEEPER_SLACK_BOT_TOKEN" }}

[slack.workspaces.{WORKSPACE}.channels.{CHANNEL}]
id = "{channel}"
may = ["read", "respond", "operate", "vote"]
"#
    )
}

pub fn slack_settings(slack: &Slack) -> slack::Settings {
    slack::Settings {
        api: slack.api_url(),
        app_token: Some(SecretString::from(slack.app_token())),
        signing_secret: Some(SecretString::from(slack.signing_secret())),
        bot_tokens: [(slack.team(WORKSPACE), SecretString::from(slack.bot_token(WORKSPACE)))].into(),
    }
}

fn discord_section(discord: &Discord) -> String {
    let (application, guild) = (discord.application_id(), discord.guild(GUILD));
    let channel = discord.channel(GUILD, CHANNEL);
    format!(
        r#"
[discord]
bot_token = {{ env = "WATCHKEEPER_DISCORD_BOT_TOKEN" }}
application = "{application}"

[discord.guilds.{GUILD}]
guild = "{guild}"

[discord.guilds.{GUILD}.channels.{CHANNEL}]
id = "{channel}"
may = ["read", "respond", "operate", "vote"]
"#
    )
}

pub fn discord_settings(discord: &Discord) -> discord::Settings {
    discord::Settings { api: Some(discord.api_url()), bot_token: SecretString::from(discord.bot_token()) }
}
