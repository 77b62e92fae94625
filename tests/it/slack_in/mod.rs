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
mod story;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::commands::grammar::{self, Completion};
use ::commands::message::{Message, Page, Tone, Weight};
use ::commands::policy::Policy;
use ::commands::request::{Account, Request, Said};
use anyhow::{Context, Result};
use bot::chat::slack::Slack;
use bot::chat::{Accepted, Desk, Intake, NoAnswer, NotStored, Site, TurnedAway};
use futures::future::{BoxFuture, FutureExt};
use tests::slack;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

/// On a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(45);

/// An inbox in memory: what is handed over, once each.
#[derive(Default)]
struct Inbox {
    requests: Mutex<Vec<Request>>,
    deliveries: Mutex<BTreeSet<String>>,
    turned_away: Mutex<Vec<TurnedAway>>,
    away: AtomicBool,
    changed: Notify,
}

impl Intake for Inbox {
    fn accept(&self, request: Request) -> BoxFuture<'_, Result<Accepted, NotStored>> {
        async move {
            if self.away.load(Ordering::SeqCst) {
                return Err(NotStored("the database is away".into()));
            }
            if !self.deliveries.lock().expect("never poisoned").insert(request.delivery.clone()) {
                return Ok(Accepted::Duplicate);
            }
            self.requests.lock().expect("never poisoned").push(request);
            self.changed.notify_waiters();
            Ok(Accepted::New)
        }
        .boxed()
    }

    fn turned_away(&self, somebody: TurnedAway) {
        self.turned_away.lock().expect("never poisoned").push(somebody);
    }
}

/// A desk that knows the policy, two tags and a plan that waits.
struct OpenDesk(Arc<Policy>);

impl Desk for OpenDesk {
    fn complete(&self, words: &str) -> Vec<Completion> {
        grammar::complete(words, &self.0)
    }

    fn tags<'a>(&'a self, service: &'a str) -> BoxFuture<'a, Result<Vec<String>, NoAnswer>> {
        let tags =
            if service == "search-api" { vec!["98ab4e2".to_owned(), "7c3f2b1".to_owned()] } else { vec![] };
        async { Ok(tags) }.boxed()
    }

    fn home<'a>(&'a self, _who: &'a Account) -> BoxFuture<'a, Result<Message, NoAnswer>> {
        let message = Message::new(Tone::Waiting, "1 plan waits for your approval");
        async { Ok(message.button(Weight::Primary, "Approve OP-12", "approve OP-12")) }.boxed()
    }

    fn picture(&self, _page: Page) -> BoxFuture<'_, Result<Option<Vec<u8>>, NoAnswer>> {
        async { Ok(None) }.boxed()
    }
}

/// The adapter, what it hears, and the Slack that it hears it from.
struct Told {
    slack: slack::Slack,
    inbox: Arc<Inbox>,
    /// Where the HTTP door is.
    address: SocketAddr,
    _listens: DropGuard,
}

impl Told {
    /// Slack delivers by Socket Mode.
    async fn by_socket() -> Result<Self> {
        let told = Self::begin(slack::Settings::default()).await?;
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
        let slack = slack::Slack::start(settings).await?;
        let policy = Arc::new(Policy::parse(&crate::slack_out::policy(&slack))?);
        let desk = Arc::new(OpenDesk(Arc::clone(&policy)));
        let adapter = Slack::open(crate::slack_out::secrets(&slack), policy, desk, Site::default())?;
        let inbox = Arc::<Inbox>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = adapter.router(Arc::clone(&inbox) as Arc<dyn Intake>);
        let cancel = CancellationToken::new();
        let until = cancel.clone().cancelled_owned();
        drop(tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(until).await }));
        drop(tokio::spawn(adapter.listen(Arc::clone(&inbox) as Arc<dyn Intake>, cancel.clone())));
        Ok(Self { slack, inbox, address, _listens: cancel.drop_guard() })
    }

    fn alice(&self) -> slack::Person {
        self.slack.person("acme", "alice")
    }

    fn bob(&self) -> slack::Person {
        self.slack.person("acme", "bob")
    }

    /// The next thing that was handed over.
    async fn hears(&self) -> Result<Request> {
        let heard = async {
            loop {
                let changed = self.inbox.changed.notified();
                let mut requests = self.inbox.requests.lock().expect("never poisoned");
                if !requests.is_empty() {
                    return requests.remove(0);
                }
                drop(requests);
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.context("nothing is heard")
    }

    /// Nothing more was handed over once everything is delivered.
    async fn hears_no_more(&self) -> Result<()> {
        self.slack.settles().await?;
        let requests = self.inbox.requests.lock().expect("never poisoned");
        anyhow::ensure!(requests.is_empty(), "it heard {requests:?}");
        Ok(())
    }

    fn inbox_is_away(&self, away: bool) {
        self.inbox.away.store(away, Ordering::SeqCst);
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
