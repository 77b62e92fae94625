//! One call of a method: who calls, what was given, and the questions that most methods ask first.
//!
//! It knows nothing of HTTP.

use serde_json::{Map, Value, json};

use super::super::state::{Channel, Kind, State, Team};
use super::arguments::Arguments;

/// What a method answers besides `ok`.
pub(super) type Answer = Result<Value, Refused>;

/// Why not, in Slack's words.
#[derive(Debug)]
pub(in super::super) struct Refused {
    pub(in super::super) error: String,
    messages: Vec<String>,
    /// `needed` and `provided` of a missing scope, and what else goes beside the error.
    beside: Map<String, Value>,
}

impl Refused {
    pub(super) fn with(error: &str, messages: impl IntoIterator<Item = String>) -> Self {
        Self { error: error.to_owned(), messages: messages.into_iter().collect(), beside: Map::new() }
    }

    fn missing_scope(needed: &str, team: &Team) -> Self {
        let provided: Vec<_> = team.bot.scopes.iter().map(String::as_str).collect();
        let beside = [("needed", needed.to_owned()), ("provided", provided.join(","))];
        let beside = beside.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        Self { beside, ..Self::from("missing_scope") }
    }

    pub(in super::super) fn answer(self) -> Value {
        let mut answer = self.beside;
        answer.insert("ok".to_owned(), false.into());
        answer.insert("error".to_owned(), self.error.into());
        if !self.messages.is_empty() {
            answer.insert("response_metadata".to_owned(), json!({"messages": self.messages}));
        }
        Value::Object(answer)
    }
}

impl From<&str> for Refused {
    fn from(error: &str) -> Self {
        Self::with(error, [])
    }
}

pub(super) struct Call<'a> {
    pub(super) state: &'a mut State,
    /// The workspace of the token.
    pub(super) team: String,
    pub(super) args: Arguments,
}

impl Call<'_> {
    pub(super) fn team(&self) -> Result<&Team, Refused> {
        self.state.team(&self.team).ok_or_else(|| "team_not_found".into())
    }

    pub(super) fn team_mut(&mut self) -> Result<&mut Team, Refused> {
        self.state.team_mut(&self.team).ok_or_else(|| "team_not_found".into())
    }

    /// The bot that calls.
    pub(super) fn me(&self) -> String {
        self.team().map(|team| team.bot.user.clone()).unwrap_or_default()
    }

    pub(super) fn needs(&self, scope: &str) -> Result<(), Refused> {
        let team = self.team()?;
        if team.bot.scopes.contains(scope) { Ok(()) } else { Err(Refused::missing_scope(scope, team)) }
    }

    /// `channels:history` for a public channel, `groups:history` for a private one, `im:history` for two people.
    pub(super) fn needs_for(&self, kind: Kind, what: &str) -> Result<(), Refused> {
        match (kind, what) {
            (Kind::Public, "write") => self.needs("channels:manage"),
            (Kind::Public, what) => self.needs(&format!("channels:{what}")),
            (Kind::Private, what) => self.needs(&format!("groups:{what}")),
            (Kind::Direct, what) => self.needs(&format!("im:{what}")),
        }
    }

    /// The conversation that this argument names by its id, if the bot can know of it.
    pub(super) fn channel(&self, argument: &str) -> Result<&Channel, Refused> {
        let (id, me) = (self.args.word(argument), self.me());
        let known = self.team()?.channel(id).filter(|channel| channel.id == id && channel.is_open_to(&me));
        known.ok_or_else(|| "channel_not_found".into())
    }

    /// The same, to be changed.
    pub(super) fn channel_mut(&mut self, argument: &str) -> Result<&mut Channel, Refused> {
        let id = self.channel(argument)?.id.clone();
        self.team_mut()?.channel_mut(&id).ok_or_else(|| "channel_not_found".into())
    }

    /// The bot is in the conversation, and it is not archived.
    pub(super) fn is_inside(&self, argument: &str) -> Result<(), Refused> {
        let channel = self.channel(argument)?;
        if channel.archived {
            return Err("is_archived".into());
        }
        if channel.has(&self.me()) { Ok(()) } else { Err("not_in_channel".into()) }
    }
}

/// A piece of a list from a cursor on, and the cursor of the next piece.
pub(super) fn page<T>(items: Vec<T>, args: &Arguments, usual: usize) -> Result<(Vec<T>, String), Refused> {
    let limit = match args.number("limit") {
        None => usual,
        Some(limit @ 1..=1_000) => limit as usize,
        Some(_) => return Err("invalid_limit".into()),
    };
    let from = match args.text("cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => {
            let number = cursor.strip_prefix("next-").and_then(|number| number.parse::<usize>().ok());
            number.ok_or_else(|| Refused::from("invalid_cursor"))?
        }
    };
    let more = items.len() > from.saturating_add(limit);
    let next = if more { format!("next-{}", from + limit) } else { String::new() };
    Ok((items.into_iter().skip(from).take(limit).collect(), next))
}
