//! App Home: cards, one below the other, for one person.
//!
//! What stands there and when it is shown anew is not decided here.

use commands::message::Message;
use commands::request::Account;
use futures::future::{BoxFuture, FutureExt as _};
use serde::Deserialize;
use serde_json::json;

use super::Slack;
use super::error::CallError;
use super::render;
use crate::chat::{Homes, SendError};

#[derive(Deserialize)]
struct Published {}

impl Homes for Slack {
    fn show<'a>(&'a self, whose: &'a Account, cards: &'a [Message]) -> BoxFuture<'a, Result<(), SendError>> {
        async move {
            let published = self.publish(whose, cards).await;
            published.map_err(|error| error.sending("show App Home".to_owned()))
        }
        .boxed()
    }
}

impl Slack {
    async fn publish(&self, whose: &Account, cards: &[Message]) -> Result<(), CallError> {
        let Some((team, user)) = whose.id.split_once('/') else {
            return Err(CallError::NoPlace(whose.id.clone()));
        };
        let blocks = render::home(cards, self.reader());
        let request = json!({"user_id": user, "view": {"type": "home", "blocks": blocks}});
        self.client.post::<Published>(team, "views.publish", &request).await.map(|Published {}| ())
    }
}
