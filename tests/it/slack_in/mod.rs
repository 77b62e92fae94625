//! What people do in Slack and what the bot hears of it, told against the stand-in: the adapter alone, with an inbox that notes
//! what it is given and can be full.

mod commands;
mod delivery;
mod forms;
mod home;
mod manifest;
mod mentions;
mod messages;
mod samples;
mod signed;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::commands::message::{Message, Tone, Weight};
use ::commands::policy::Policy;
use ::commands::request::{Account, Platform, Request, Said};
use anyhow::{Context, Result};
use bot::chat::slack::Slack;
use bot::chat::{Desk as _, Intake, Platform as _, Site};
use tests::adapter::{AtDesk, Ears, Uncounted};
use tests::slack;
use tests::world::chats::slack_settings;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The adapter, what it hears, and the Slack that it hears it from.
struct Told {
    slack: slack::Slack,
    adapter: Arc<Slack>,
    desk: Arc<AtDesk>,
    inbox: Arc<Ears>,
    /// Where the HTTP door is.
    address: SocketAddr,
    _listens: DropGuard,
}

impl Told {
    /// Slack delivers by Socket Mode.
    async fn by_socket() -> Result<Self> {
        Self::listening(slack::Settings::default()).await
    }

    async fn listening(settings: slack::Settings) -> Result<Self> {
        let told = Self::begin(settings).await?;
        told.slack.until("two connections", || (told.slack.connections() == 2).then_some(())).await?;
        Ok(told)
    }

    /// Slack posts what it delivers.
    async fn by_http() -> Result<Self> {
        let told = Self::begin(slack::Settings::default()).await?;
        told.slack.delivers_to(slack::Urls::at(&format!("http://{}/slack", told.address)));
        Ok(told)
    }

    async fn begin(settings: slack::Settings) -> Result<Self> {
        Self::begin_where(settings, |policy| policy).await
    }

    async fn begin_where(settings: slack::Settings, changed: impl Fn(String) -> String) -> Result<Self> {
        let slack = slack::Slack::start(settings).await?;
        let policy = Arc::new(Policy::parse(&changed(crate::slack_out::policy(&slack)))?);
        let plan = Message::new(Tone::Waiting, "1 plan waits for your approval");
        let plan = plan.button(Weight::Primary, "Approve OP-12", "approve OP-12");
        let home = vec![plan, Message::new(Tone::Good, "No open incidents")];
        let desk = Arc::new(AtDesk { home, ..AtDesk::new(&policy) });
        // Zoe has linked her account since; the policy does not say so.
        let zoe = Account { platform: Platform::Slack, id: "T0ACME/U0ZOE".to_owned() };
        desk.links(zoe, "carol");
        let (secrets, uncounted) = (slack_settings(&slack), Arc::new(Uncounted));
        let adapter = Slack::open(secrets, policy, Arc::clone(&desk) as _, Site::default(), uncounted)?;
        let inbox = Arc::<Ears>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = adapter.router(Arc::clone(&inbox) as Arc<dyn Intake>);
        let cancel = CancellationToken::new();
        let until = cancel.clone().cancelled_owned();
        drop(tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(until).await }));
        let listens = Arc::clone(&adapter).listen(Arc::clone(&inbox) as Arc<dyn Intake>, cancel.clone());
        drop(tokio::spawn(listens));
        Ok(Self { slack, adapter, desk, inbox, address, _listens: cancel.drop_guard() })
    }

    fn alice(&self) -> slack::Person {
        self.slack.person("acme", "alice")
    }

    fn bob(&self) -> slack::Person {
        self.slack.person("acme", "bob")
    }

    /// Waits until somebody has their home open, and shows it; what they pressed there.
    async fn shows_home(&self) -> Result<Option<String>> {
        let (whose, pressed) = self.inbox.hears_of_a_home().await?;
        let homes = self.adapter.homes().context("Slack has homes")?;
        homes.show(&whose, &self.desk.home(&whose).await?).await?;
        Ok(pressed)
    }

    /// The next thing that was handed over.
    async fn hears(&self) -> Result<Request> {
        self.inbox.hears_one().await
    }

    /// Nothing more was handed over once everything is delivered.
    async fn hears_no_more(&self) -> Result<()> {
        self.slack.settles().await?;
        let requests = self.inbox.heard();
        anyhow::ensure!(requests.is_empty(), "it heard {requests:?}");
        Ok(())
    }

    fn inbox_is_away(&self, away: bool) {
        self.inbox.is_deaf_for(if away { usize::MAX } else { 0 });
    }
}

/// `T0ACME/U0ALICE in T0ACME/C0OPS: types status`
fn shown(request: &Request) -> String {
    let place = &request.place;
    let thread = place.thread.as_ref().map(|_| ", in a thread").unwrap_or_default();
    let said = match &request.said {
        Said::Words(words) => format!("types {words}"),
        Said::Pressed(words) => format!("presses {words}"),
        Said::Reacted(reacted) => {
            let verb = if reacted.added { "reacts" } else { "takes back" };
            let quoted = reacted
                .quoted
                .as_ref()
                .map(|quoted| format!(" to {:?} of {}", quoted.text.for_comparison(), quoted.author.id));
            format!("{verb} {:?}{}", reacted.reaction, quoted.unwrap_or_default())
        }
    };
    format!("{} in {}{thread}: {said}", request.from.id, place.channel)
}
