//! Discord, told against the stand-in: the adapter alone, with an intake that keeps what it is handed; and once the whole bot.

mod commands;
mod forms;
mod hears;
mod says;
mod trouble;
mod whole;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::commands::grammar::{self, Completion};
use ::commands::message::{Field, Message, Page, Reaction, Text, Tone, Weight};
use ::commands::policy::Policy;
use ::commands::request::{self, Account, Place, Request, Said};
use ::commands::untrusted::Untrusted;
use anyhow::{Context as _, Result};
use bot::chat::discord::{Discord, Settings};
use bot::chat::{
    Accepted, Desk, Intake, NoAnswer, NotStored, Platform, Posting, SendError, Site, TurnedAway,
};
use futures::future::{BoxFuture, FutureExt};
use secrecy::SecretString;
use tests::discord::{self, Answer};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What the adapter handed over, and what is to become of the next ones.
#[derive(Default)]
struct Ears {
    heard: Mutex<Vec<Request>>,
    turned_away: Mutex<Vec<TurnedAway>>,
    /// The database is away for so many of the next.
    deaf: Mutex<usize>,
}

impl Intake for Ears {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<Accepted, NotStored>> {
        async move {
            let mut deaf = self.deaf.lock().unwrap_or_else(PoisonError::into_inner);
            if *deaf > 0 {
                *deaf -= 1;
                return Err(NotStored("the database is away".into()));
            }
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.iter().any(|known| known.delivery == request.delivery) {
                return Ok(Accepted::Duplicate);
            }
            heard.push(request);
            Ok(Accepted::New)
        }
        .boxed()
    }

    fn turned_away(&self, somebody: TurnedAway) {
        self.turned_away.lock().unwrap_or_else(PoisonError::into_inner).push(somebody);
    }
}

impl Ears {
    fn heard(&self) -> Vec<Request> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_deaf_for(&self, requests: usize) {
        *self.deaf.lock().unwrap_or_else(PoisonError::into_inner) = requests;
    }

    /// Waits until so many are there, and takes them.
    async fn hears(&self, count: usize) -> Result<Vec<Request>> {
        let look = async {
            while self.heard().len() < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(45), look).await;
        let heard = self.heard();
        waited.with_context(|| format!("heard only {heard:?}"))?;
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(heard)
    }

    async fn hears_one(&self) -> Result<Request> {
        let mut heard = VecDeque::from(self.hears(1).await?);
        heard.pop_front().context("nothing was heard")
    }
}

/// A desk that completes from the policy and knows two tags.
struct AtDesk(Policy);

impl Desk for AtDesk {
    fn complete(&self, words: &str) -> Vec<Completion> {
        grammar::complete(words, &self.0)
    }

    fn tags<'a>(&'a self, service: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
        async move {
            match service {
                "search-api" => Ok(vec!["98ab4e2".to_owned(), "7c3f2b1".to_owned()]),
                _ => Err(NoAnswer("the registry is away".into())),
            }
        }
        .boxed()
    }

    fn home<'a>(&'a self, _who: &'a Account) -> BoxFuture<'a, Result<Message, NoAnswer>> {
        async { Ok(Message::new(Tone::Neutral, "nothing waits")) }.boxed()
    }

    fn picture(&self, _page: Page) -> BoxFuture<'_, Result<Option<Vec<u8>>, NoAnswer>> {
        async { Ok(Some(b"\x89PNG\r\n\x1a\n and so on".to_vec())) }.boxed()
    }
}

/// The adapter, the Discord that it speaks to, and what it hands over.
struct Told {
    discord: discord::Discord,
    adapter: Arc<Discord>,
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
        let policy = Policy::parse(&policy(&discord, endpoint))?;
        let site = Site { url: Some("https://watchkeeper.example".to_owned()) };
        let desk = Arc::new(AtDesk(policy.clone()));
        let adapter = Discord::open(secrets(&discord), Arc::new(policy), desk, site)?;
        let (ears, cancel) = (Arc::new(Ears::default()), CancellationToken::new());
        let intake = Arc::clone(&ears) as Arc<dyn Intake>;
        tokio::spawn(Arc::clone(&adapter).listen(intake, cancel.clone()));
        discord.until("a session", || (discord.sessions() == 1).then_some(())).await?;
        discord.until("the commands", || (!discord.commands().is_empty()).then_some(())).await?;
        Ok(Self { discord, adapter, ears, _listening: cancel.drop_guard() })
    }

    fn ops(&self) -> Place {
        let channel = self.discord.place("acme", "ops");
        Place { platform: request::Platform::Discord, channel, thread: None }
    }

    fn under(&self, message: &str) -> Place {
        Place { thread: Some(message.to_owned()), ..self.ops() }
    }

    fn account(&self, person: &str) -> Account {
        Account { platform: request::Platform::Discord, id: self.discord.account(person) }
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

fn secrets(discord: &discord::Discord) -> Settings {
    Settings { api: Some(discord.api_url()), bot_token: SecretString::from(discord.bot_token()) }
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
