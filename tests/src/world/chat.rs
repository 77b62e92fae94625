//! A chat platform in trouble: the console's, behind a server that limits, fails, hangs or loses its answers when a story says so.
//!
//! It counts what it is asked, so that a bot that repeats itself is seen, and knows nothing of what the bot wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bot::chat::{Platform, Posting, SendError, SendErrorKind};
use chrono::{DateTime, Utc};
use commands::message::{Message, Reaction};
use commands::request::{self, Account, Place};
use futures::future::{BoxFuture, FutureExt};

/// Longer than any story.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// How the platform is, until a story says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// 429, with this Retry-After in seconds.
    Limits(u64),
    /// 503 to everything.
    Down,
    /// It does what it is asked, and the answer is lost.
    LosesAnswers,
    /// What it is asked is lost, and so is the answer.
    LosesRequests,
    /// It takes requests and never answers.
    Hangs,
    /// It will not have this content.
    Refuses,
}

/// One call that the platform got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `post`, `find` or `edit`.
    pub what: &'static str,
    /// The key of a post or a find; the message's id of an edit.
    pub of: String,
}

/// The platform's switchboard, in the story's hands.
#[derive(Clone)]
pub struct Chat(Arc<Mutex<State>>);

struct State {
    weather: Weather,
    /// Weather of messages whose words contain this.
    of_words: HashMap<&'static str, Weather>,
    calls: Vec<Call>,
}

impl Default for Chat {
    fn default() -> Self {
        let state = State { weather: Weather::Fine, of_words: HashMap::new(), calls: vec![] };
        Self(Arc::new(Mutex::new(state)))
    }
}

impl Chat {
    pub fn is(&self, weather: Weather) {
        self.state().weather = weather;
    }

    /// Whatever else the weather is, messages with these words have their own.
    pub fn to_words_is(&self, words: &'static str, weather: Weather) {
        self.state().of_words.insert(words, weather);
    }

    /// Everything that it was asked so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// What it was asked about this key, in order.
    pub fn asked(&self, key: &str) -> Vec<&'static str> {
        self.state().calls.iter().filter(|call| call.of == key).map(|call| call.what).collect()
    }

    /// In front of the real platform.
    pub fn before(&self, platform: Arc<dyn Platform>) -> Arc<dyn Platform> {
        Arc::new(Troubled { chat: self.clone(), platform })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn called(&self, what: &'static str, of: &str, message: Option<&Message>) -> Weather {
        let mut state = self.state();
        state.calls.push(Call { what, of: of.to_owned() });
        let text = message.and_then(|message| serde_json::to_string(message).ok()).unwrap_or_default();
        let own = state.of_words.iter().find(|(words, _)| text.contains(**words));
        own.map_or(state.weather, |(_, weather)| *weather)
    }
}

struct Troubled {
    chat: Chat,
    platform: Arc<dyn Platform>,
}

impl Troubled {
    /// Does what is asked as the weather is.
    async fn under<T>(
        &self,
        weather: Weather,
        work: impl Future<Output = Result<T, SendError>> + Send,
    ) -> Result<T, SendError> {
        let failed = |kind| {
            let source = Some(format!("the story's chat is {weather:?}").into());
            Err(SendError { platform: "console", action: "reach it".to_owned(), kind, source })
        };
        match weather {
            Weather::Fine => work.await,
            Weather::Limits(seconds) => {
                failed(SendErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) })
            }
            Weather::Down => failed(SendErrorKind::Unavailable),
            Weather::LosesAnswers => work.await.and_then(|_| failed(SendErrorKind::Unanswered)),
            Weather::LosesRequests => failed(SendErrorKind::Unanswered),
            Weather::Hangs => {
                tokio::time::sleep(FOR_EVER).await;
                work.await
            }
            Weather::Refuses => failed(SendErrorKind::NotAccepted),
        }
    }
}

impl Platform for Troubled {
    fn platform(&self) -> request::Platform {
        self.platform.platform()
    }

    fn post<'a>(&'a self, posting: Posting<'a>) -> BoxFuture<'a, Result<String, SendError>> {
        let weather = self.chat.called("post", posting.key, Some(posting.message));
        async move { self.under(weather, self.platform.post(posting)).await }.boxed()
    }

    fn find<'a>(
        &'a self,
        place: &'a Place,
        key: &'a str,
        since: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<String>, SendError>> {
        let weather = self.chat.called("find", key, None);
        async move { self.under(weather, self.platform.find(place, key, since)).await }.boxed()
    }

    fn edit<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let weather = self.chat.called("edit", message_id, Some(message));
        async move { self.under(weather, self.platform.edit(place, message_id, message)).await }.boxed()
    }

    /// Reading is never in trouble here: the stories are about what is said.
    fn reactions<'a>(
        &'a self,
        place: &'a Place,
        message_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<(Account, Reaction)>, SendError>> {
        self.platform.reactions(place, message_id)
    }
}
