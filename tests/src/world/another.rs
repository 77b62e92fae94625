//! A second chat beside the console, all in memory: other accounts of the same people, in channels and direct messages.
//!
//! It is for stories about who somebody is and where something may be done. What Slack and Discord themselves are like is for
//! stories with their stand-ins.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bot::chat::{Desk, Intake as _, Platform, Posting, SendError};
use bot::inbox::Inbox;
use bot::store::Store;
use chrono::{DateTime, Utc};
use commands::message::plain::{View, plain};
use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place, Reacted, Request, Said};
use futures::future::{BoxFuture, FutureExt as _};
use tokio::sync::Notify;

use super::World;

const PATIENCE: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(60);
const TEAM: &str = "T0ACME";

/// The policy's part: one channel where everything may be done, and one where everything but voting may.
pub const ROOMS: &str = r#"
[slack]
app_token = { env = "APP_TOKEN" }

[slack.workspaces.acme]
team = "T0ACME"
bot_token = { env = "BOT_TOKEN" }

[slack.workspaces.acme.channels]
war = { id = "C0WAR", may = ["read", "respond", "operate", "vote"] }
watch = { id = "C0WATCH", may = ["read", "respond", "operate"] }
"#;

/// The other chat, in the story's hands.
#[derive(Clone)]
pub struct Elsewhere(Arc<Shared>);

struct Shared {
    posts: Mutex<Vec<Post>>,
    deliveries: AtomicU64,
    inbox: Inbox,
    desk: Mutex<Option<Arc<dyn Desk>>>,
}

/// A message of the bot there.
#[derive(Clone)]
pub struct Post {
    pub id: String,
    pub place: Place,
    /// Whom alone it is shown to.
    pub only_for: Option<Account>,
    pub message: Message,
    key: String,
    reactions: Vec<(Account, Reaction)>,
    read: bool,
}

impl Post {
    pub fn text(&self) -> String {
        plain(&self.message, View::timeless())
    }
}

impl Elsewhere {
    pub(crate) fn of(database_url: &str) -> Result<Self> {
        let inbox = Inbox::new(Store::open(database_url)?, Arc::new(Notify::new()));
        let (posts, desk) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Shared { posts, deliveries: AtomicU64::new(0), inbox, desk })))
    }

    pub(crate) fn platform(&self) -> Arc<dyn Platform> {
        Arc::new(self.clone())
    }

    pub(crate) fn asks_at(&self, desk: Arc<dyn Desk>) {
        *self.0.desk.lock().unwrap_or_else(PoisonError::into_inner) = Some(desk);
    }

    /// Whom the platform asks while somebody has its home open.
    pub fn desk(&self) -> Result<Arc<dyn Desk>> {
        let desk = self.0.desk.lock().unwrap_or_else(PoisonError::into_inner).clone();
        desk.context("the bot has not been started")
    }

    /// Somebody there, by the user's id, in a channel of this id.
    pub fn account(user: &str) -> Account {
        Account { platform: request::Platform::Slack, id: format!("{TEAM}/{user}") }
    }

    fn posts(&self) -> MutexGuard<'_, Vec<Post>> {
        self.0.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn types(&self, user: &str, channel: &str, words: &str) -> Result<()> {
        self.delivers(user, channel, Said::Words(words.to_owned())).await
    }

    pub async fn reacts(&self, user: &str, to: &Post, reaction: Reaction) -> Result<()> {
        self.reacts_without_event(user, to, reaction);
        let reacted = Reacted { message: to.id.clone(), reaction, added: true, quoted: None };
        let channel = to.place.channel.rsplit('/').next().unwrap_or_default();
        self.delivers(user, channel, Said::Reacted(reacted)).await
    }

    /// The event is lost; the reaction is there.
    pub fn reacts_without_event(&self, user: &str, to: &Post, reaction: Reaction) {
        let mut posts = self.posts();
        let post = posts.iter_mut().find(|post| post.id == to.id);
        post.into_iter().for_each(|post| post.reactions.push((Self::account(user), reaction)));
    }

    async fn delivers(&self, user: &str, channel: &str, said: Said) -> Result<()> {
        let delivery = self.0.deliveries.fetch_add(1, Ordering::Relaxed);
        let place =
            Place { platform: request::Platform::Slack, channel: format!("{TEAM}/{channel}"), thread: None };
        let request = Request {
            delivery: format!("elsewhere/{delivery}"),
            from: Self::account(user),
            place,
            at: Utc::now(),
            said,
            answer_to: None,
        };
        self.0.inbox.accept(request).await?;
        Ok(())
    }

    /// Waits for an unread message that says this, and reads it.
    pub async fn sees(&self, words: &str) -> Result<Post> {
        let begun = Instant::now();
        loop {
            if let Some(post) = self.reads(words) {
                return Ok(post);
            }
            if begun.elapsed() > PATIENCE {
                bail!("nobody said {words:?} elsewhere; unread:\n{}", self.unread().join("\n---\n"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn reads(&self, words: &str) -> Option<Post> {
        let mut posts = self.posts();
        let post = posts.iter_mut().find(|post| !post.read && post.text().contains(words))?;
        post.read = true;
        Some(post.clone())
    }

    /// What nobody has read.
    pub fn unread(&self) -> Vec<String> {
        self.posts().iter().filter(|post| !post.read).map(Post::text).collect()
    }
}

impl Platform for Elsewhere {
    fn platform(&self) -> request::Platform {
        request::Platform::Slack
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        let mut posts = self.posts();
        let id = format!("{}", posts.len() + 1);
        posts.push(Post {
            id: id.clone(),
            place: posting.place.clone(),
            only_for: posting.only_for.cloned(),
            message: posting.message.clone(),
            key: posting.key.to_owned(),
            reactions: vec![],
            read: false,
        });
        async move { Ok(id) }.boxed()
    }

    fn find<'a>(
        &'a self,
        _place: &'a Place,
        key: &'a str,
        _since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>, SendError>> {
        let found = self.posts().iter().find(|post| post.key == key).map(|post| post.id.clone());
        async move { Ok(found) }.boxed()
    }

    fn edit<'a>(
        &'a self,
        _place: &'a Place,
        message_id: &'a str,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        for post in self.posts().iter_mut().filter(|post| post.id == message_id) {
            post.message = message.clone();
            post.read = false;
        }
        async move { Ok(()) }.boxed()
    }

    fn reactions<'a>(
        &'a self,
        _place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        let post = self.posts().iter().find(|post| post.id == message_id).cloned();
        async move { Ok(post.map(|post| post.reactions).unwrap_or_default()) }.boxed()
    }
}

/// As `world::begin_where`, with another chat beside the console.
pub async fn begin_elsewhere(
    keeper: &str,
    policy: impl FnOnce(&str) -> String,
) -> Result<(World, Elsewhere)> {
    let lab = crate::lab::shared(std::path::Path::new(keeper));
    let mut stage = super::place::Stage::set(lab, crate::lab::workload::Pods::Simulated).await?;
    stage.policy = policy(&stage.policy);
    let elsewhere = Elsewhere::of(&stage.database_url)?;
    let bot = super::start(lab, &stage, None, &super::chats::Chats::default(), Some(&elsewhere)).await?;
    let mut world = World::open(lab, stage, super::Runs::Inside(bot)).await?;
    world.elsewhere = Some(elsewhere.clone());
    Ok((world, elsewhere))
}

impl World {
    /// The same, where there is another chat.
    pub async fn ends_elsewhere(self, elsewhere: &Elsewhere) -> Result<()> {
        self.stage.everything_is_done().await?;
        let unread = elsewhere.unread();
        anyhow::ensure!(unread.is_empty(), "nobody read elsewhere:\n{}", unread.join("\n---\n"));
        self.ends().await
    }
}
