//! App Home: the open incidents and what waits for whoever looks, shown when it is opened and after something was pressed there.
//!
//! What stands there is the desk's; nothing is promised about how new it is.

use std::sync::Arc;
use std::time::Duration;

use commands::message::{Message, Tone};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;

use super::Slack;
use super::error::CallError;
use super::hear::Who;
use super::render::{self, Rest};

/// Homes that are read and shown at the same time; who comes then sees it when they look again.
const AT_ONCE: usize = 8;
const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// What was pressed there is done by then, mostly.
const LATER: Duration = Duration::from_secs(3);

pub(super) struct Homes(Arc<Semaphore>);

impl Default for Homes {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

#[derive(Deserialize)]
struct Published {}

impl Slack {
    pub(super) fn show_home_soon(self: &Arc<Self>, team: &str, user: &str) {
        self.show_home_after(Duration::ZERO, team, user);
    }

    pub(super) fn show_home_later(self: &Arc<Self>, team: &str, user: &str) {
        self.show_home_after(LATER, team, user);
    }

    fn show_home_after(self: &Arc<Self>, pause: Duration, team: &str, user: &str) {
        let Ok(place) = Arc::clone(&self.homes.0).try_acquire_owned() else {
            tracing::warn!("App Home is opened by too many at once");
            return;
        };
        let (slack, team, user) = (Arc::clone(self), team.to_owned(), user.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            if let Err(error) = slack.show_home(Who { team: &team, user: &user }).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "App Home is not shown");
            }
            drop(place);
        });
    }

    async fn show_home(&self, who: Who<'_>) -> Result<(), CallError> {
        let account = who.account();
        let message = match tokio::time::timeout(READ_TIMEOUT, self.desk.home(&account)).await {
            Ok(Ok(message)) => message,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "App Home cannot be read");
                unread()
            }
            Err(_elapsed) => unread(),
        };
        let blocks = render::card(&message, self.reader(), Rest::LeftOut).blocks;
        let request = json!({"user_id": who.user, "view": {"type": "home", "blocks": blocks}});
        self.client.post::<Published>(who.team, "views.publish", &request).await.map(|Published {}| ())
    }
}

fn unread() -> Message {
    let message = Message::new(Tone::Warning, "This cannot be shown at the moment");
    message.paragraph("Open it again in a minute. Commands and reactions in channels work by another way.")
}
