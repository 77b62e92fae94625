//! Discord, told against the stand-in: the adapter alone, with an intake that keeps what it is handed; and once the whole bot.

mod commands;
mod forms;
mod given_up;
mod hears;
mod missed;
mod says;
mod trouble;
mod wakes;
mod whole;

use std::sync::Arc;
use std::time::Duration;

use ::commands::message::{Field, Message, Page, Reaction, Text, Tone, Weight};
use ::commands::names::PersonId;
use ::commands::policy::Policy;
use ::commands::request::{self, Account, Place, Request, Said};
use ::commands::untrusted::Untrusted;
use anyhow::{Context as _, Result};
use bot::chat::discord::Discord;
use bot::chat::{Intake, LastHeard, Platform, Posting, SendError, Site};
use chrono::Utc;
use tests::adapter::{AtDesk, Ears};
use tests::discord::{self, Answer};
use tests::world::chats::discord_settings;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The adapter, the Discord that it speaks to, and what it hands over.
struct Told {
    discord: discord::Discord,
    adapter: Arc<Discord>,
    desk: Arc<AtDesk>,
    ears: Arc<Ears>,
    _listening: DropGuard,
}

impl Told {
    /// Over the gateway.
    async fn begin() -> Result<Self> {
        Self::with(discord::Settings::default(), false).await
    }

    /// Interactions come to the endpoint, everything else over the gateway.
    async fn begin_at_the_endpoint() -> Result<Self> {
        let told = Self::with(discord::Settings::default(), true).await?;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}/discord/interactions", listener.local_addr()?);
        let routes = told.adapter.router(Arc::clone(&told.ears) as Arc<dyn Intake>);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        told.discord.delivers_to(&url).await?;
        Ok(told)
    }

    async fn with(settings: discord::Settings, endpoint: bool) -> Result<Self> {
        let discord = discord::Discord::start(settings).await?;
        let policy = Arc::new(Policy::parse(&policy(&discord, endpoint))?);
        let site = Site { url: Some("https://watchkeeper.example".to_owned()) };
        let desk = Arc::new(AtDesk::new(&policy));
        let at_desk = Arc::clone(&desk);
        let adapter = Discord::open(discord_settings(&discord), policy, at_desk, site)?;
        let (ears, cancel) = (Arc::new(Ears::default()), CancellationToken::new());
        let intake = Arc::clone(&ears) as Arc<dyn Intake>;
        let last_heard = Arc::clone(&ears) as Arc<dyn LastHeard>;
        tokio::spawn(Arc::clone(&adapter).listen(intake, last_heard, cancel.clone()));
        discord.until("a session", || (discord.sessions() == 1).then_some(())).await?;
        discord.until("the commands", || (!discord.commands().is_empty()).then_some(())).await?;
        Ok(Self { discord, adapter, desk, ears, _listening: cancel.drop_guard() })
    }

    fn ops(&self) -> Place {
        let channel = self.discord.place("acme", "ops");
        Place { platform: request::Platform::Discord, channel, thread: None }
    }

    fn ops_id(&self) -> String {
        self.discord.channel("acme", "ops")
    }

    fn under(&self, message: &str) -> Place {
        Place { thread: Some(message.to_owned()), ..self.ops() }
    }

    fn account(&self, person: &str) -> Account {
        Account { platform: request::Platform::Discord, id: self.discord.account(person) }
    }

    /// This account is that person's from now on, which no policy says.
    fn links(&self, account: &str, person: &str) {
        self.desk.links(self.account(account), person);
    }

    async fn posts(&self, place: &Place, key: &str, message: &Message) -> Result<String, SendError> {
        self.adapter.post(Posting { place, key, message, only_for: None, answer_to: None }).await
    }

    /// As the outbox does with the first message of a request.
    async fn answers(&self, request: &Request, key: &str, message: &Message) -> Result<String, SendError> {
        let (place, answer_to) = (&request.place, request.answer_to.as_deref());
        self.adapter.post(Posting { place, key, message, only_for: None, answer_to }).await
    }

    async fn whispers(&self, request: &Request, message: &Message) -> Result<String, SendError> {
        let (place, answer_to) = (&request.place, request.answer_to.as_deref());
        let only_for = Some(&request.from);
        self.adapter.post(Posting { place, key: "reply/9", message, only_for, answer_to }).await
    }

    /// Everything that the bot sent was what Discord's document allows.
    fn ends(self) {
        assert_eq!(wrong(&self.discord), Vec::<String>::new());
    }
}

/// The example policy, with this Discord in it.
fn policy(discord: &discord::Discord, endpoint: bool) -> String {
    with_discord(include_str!("../../../deploy/watchkeeper.example.toml"), discord, endpoint)
}

/// Any policy, with this Discord in it.
fn with_discord(policy: &str, discord: &discord::Discord, endpoint: bool) -> String {
    let people = ["alice", "bob", "carol", "dave"].iter().fold(policy.to_owned(), |text, name| {
        let account = format!("console = \"{name}\", discord = \"{}\"", discord.account(name));
        text.replace(&format!("console = \"{name}\""), &account)
    });
    let public_key = match endpoint {
        true => format!("public_key = \"{}\"", discord.public_key()),
        false => String::new(),
    };
    let channel = |name: &str| {
        let id = discord.channel("acme", name);
        format!(
            "[discord.guilds.acme.channels.{name}]\nid = \"{id}\"\nmay = [\"read\", \"respond\", \"operate\", \"vote\"]\n"
        )
    };
    format!(
        "{people}\n[discord]\nbot_token = {{ env = \"X\" }}\napplication = \"{}\"\n{public_key}\n[discord.guilds.acme]\nguild = \"{}\"\n{}{}",
        discord.application_id(),
        discord.guild("acme"),
        channel("ops"),
        channel("incidents"),
    )
}

/// What the bot sent and Discord would not have taken; the stand-in's own answers are another test's business.
fn wrong(discord: &discord::Discord) -> Vec<String> {
    discord.wrong().into_iter().filter(|line| !line.starts_with("answer of")).collect()
}

fn words(request: &Request) -> &str {
    match &request.said {
        Said::Words(words) | Said::Pressed(words) => words,
        Said::Reacted(_) => "(a reaction)",
    }
}

fn plan() -> Message {
    let outside =
        Text::new().plain("its log says ").outside(&Untrusted::new("@everyone [a](https://b.example) **c**"));
    Message::new(Tone::Waiting, Text::new().plain("Deploy search-api to production: ").code("98ab4e2"))
        .block(::commands::message::Block::Fields(vec![Field::new("Approval", "0 of 1: oncall may approve")]))
        .paragraph(outside)
        .footnote(Text::new().code("OP-12"))
        .button(Weight::Primary, "Approve", "approve OP-12")
        .button(Weight::Danger, "Deny", "deny OP-12")
        .offering(&[Reaction::Approve, Reaction::Deny])
}

fn done() -> Message {
    Message::new(Tone::Good, "Deploy search-api to production: done").footnote(Text::new().code("OP-12"))
}
