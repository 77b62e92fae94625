//! What the bot says in Slack, told against the stand-in: the adapter alone, without database and cluster.

mod checkup;
mod files;
mod paces;
mod rooms;
mod speaks;
mod trouble;
mod wakes;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use bot::chat::slack::{Settings, Slack};
use bot::chat::{Budgets, Platform, Posting, SendError, Site};
use commands::message::{Block, Field, Message, Page, Reaction, Span, Text, Tone, Weight};
use commands::names::PersonId;
use commands::policy::Policy;
use commands::request::{self, Account, Place};
use commands::untrusted::Untrusted;
use secrecy::SecretString;
use tests::adapter::{AtDesk, PNG, Uncounted};
use tests::slack;
use tests::world::chats::slack_settings;

/// The adapter and the Slack that it speaks to.
struct Told {
    slack: slack::Slack,
    adapter: Arc<Slack>,
    desk: Arc<AtDesk>,
}

impl Told {
    async fn begin() -> Result<Self> {
        Self::with(slack::Settings::default()).await
    }

    async fn with(settings: slack::Settings) -> Result<Self> {
        Self::counted_by(settings, Arc::new(Uncounted)).await
    }

    async fn counted_by(settings: slack::Settings, budgets: Arc<dyn Budgets>) -> Result<Self> {
        let slack = slack::Slack::start(settings).await?;
        let policy = Arc::new(Policy::parse(&policy(&slack))?);
        let site = Site { url: Some("https://watchkeeper.example".to_owned()) };
        let desk = Arc::new(AtDesk::new(&policy));
        let at_desk = Arc::clone(&desk);
        let adapter = Slack::open(slack_settings(&slack), policy, at_desk, site, budgets)?;
        Ok(Self { slack, adapter, desk })
    }

    fn ops(&self) -> Place {
        Place { platform: request::Platform::Slack, channel: self.slack.place("acme", "ops"), thread: None }
    }

    fn account(&self, person: &str) -> Account {
        Account { platform: request::Platform::Slack, id: self.slack.account("acme", person) }
    }

    async fn posts(&self, place: &Place, key: &str, message: &Message) -> Result<String, SendError> {
        self.adapter.post(Posting { place, key, message, only_for: None, answer_to: None }).await
    }
}

/// The example policy, with this Slack in it.
pub(crate) fn policy(slack: &slack::Slack) -> String {
    let example = include_str!("../../../deploy/watchkeeper.example.toml");
    let account = |name: &str| format!("{name} = \"{name}\", slack = \"{}\"", slack.account("acme", name));
    let people = ["alice", "bob", "carol", "dave"].iter().fold(example.to_owned(), |text, name| {
        let (from, to) = (format!("console = \"{name}\""), account(name).replacen(name, "console", 1));
        text.replace(&from, &to)
    });
    let here = [
        ("T0123ABCD", slack.team("acme")),
        ("C0123ABCD", slack.channel("acme", "ops")),
        ("C0123ABCE", slack.channel("acme", "general")),
    ];
    let with_slack = people.lines().map(uncommented).collect::<Vec<_>>().join("\n");
    here.iter().fold(with_slack, |text, (example, here)| text.replace(example, here))
}

/// The example has Slack's part as comments.
fn uncommented(line: &str) -> &str {
    let keys = [
        "[slack",
        "app_token =",
        "signing_secret =",
        "team =",
        "bot_token =",
        "ops =",
        "search =",
        "may =",
        "invite =",
    ];
    let is_slacks = |text: &&str| keys.iter().any(|key| text.starts_with(key));
    line.strip_prefix("# ").filter(is_slacks).unwrap_or(line)
}

fn plan() -> Message {
    let text = Text::new().plain("its log says ").outside(&Untrusted::new("<!here> *a & b*"));
    Message::new(Tone::Waiting, Text::new().plain("Deploy search-api to production: ").code("98ab4e2"))
        .block(Block::Fields(vec![Field::new("Approval", "0 of 1 — oncall may approve")]))
        .paragraph(text)
        .footnote(Text::new().code("OP-12"))
        .button(Weight::Primary, "Approve", "approve OP-12")
        .button(Weight::Danger, "Deny", "deny OP-12")
        .offering(&[Reaction::Approve, Reaction::Deny])
}

fn done() -> Message {
    Message::new(Tone::Good, "Deploy search-api to production: 98ab4e2 — done")
        .footnote(Text::new().code("OP-12"))
}
