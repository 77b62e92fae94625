//! What could not be handled or sent: the list, the one card that says so in chat, and what a replay comes to.
//!
//! Why a letter is dead comes from outside and is quoted; nothing is judged here.

use chrono::{DateTime, Utc};

use crate::id::DeadLetterId;
use crate::message::{Block, Message, Span, Text, Tone, Weight};
use crate::refusal::Refusal;
use crate::request::Place;
use crate::subject::Subject;
use crate::untrusted::Untrusted;

/// Of an error, and of what somebody typed, no more than this is quoted.
const QUOTED_CHARS: usize = 160;

/// What was given up, and what is known of it.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub what: What,
    pub died_at: DateTime<Utc>,
    pub attempts: i32,
    pub why: Untrusted,
    /// What the log has the failure under.
    pub reference: Option<String>,
}

#[derive(Clone, Debug)]
pub enum What {
    /// A message of ours for this place; about nothing that this version knows, if it says nothing.
    Message { about: Option<Subject>, place: Place },
    /// A post of an alert source.
    Alerts { source: String },
    /// What somebody typed, or a reaction.
    Request { account: Untrusted, words: Option<Untrusted> },
}

/// How many there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub deliveries: i64,
    pub messages: i64,
}

impl Count {
    pub fn all(self) -> i64 {
        self.deliveries + self.messages
    }
}

/// All of them, or as many as fit.
pub fn list(count: Count, newest: &[DeadLetter]) -> Message {
    if count.all() == 0 {
        return Message::new(Tone::Good, "There are no dead letters.");
    }
    let message = Message::new(Tone::Warning, numbers(count)).block(lines(newest));
    let message = and_more(message, count, newest);
    replay_buttons(message, newest)
}

/// The card: somebody has to look, or nothing is left to look at.
pub fn card(count: Count, newest: &[DeadLetter]) -> Message {
    if count.all() == 0 {
        return Message::new(Tone::Good, "No dead letters are left.");
    }
    let message = Message::new(Tone::Bad, numbers(count).plain(": not handled or not sent, and given up"));
    let message = and_more(message.block(lines(newest)), count, newest);
    message
        .paragraph("Put the cause right, then replay them; nothing of them is lost.")
        .button(Weight::Primary, "Replay all", "dead-letters replay all")
        .button(Weight::Plain, "List", "dead-letters")
}

/// They wait again; `left` were too many for once.
pub fn replayed(letters: &[DeadLetterId], left: i64) -> Message {
    let said = match letters {
        [only] => Text::new().code(only.to_string()).plain(" is tried again."),
        many => Text::new().plain(format!("{} dead letters are tried again.", many.len())),
    };
    let message = super::done(said);
    if left == 0 {
        message
    } else {
        message.paragraph(format!("{left} are left for the next time.").as_str())
    }
}

pub fn not_dead(letter: DeadLetterId) -> Refusal {
    let reason = Text::new().code(letter.to_string()).plain(" is no dead letter, or not any more.");
    Refusal::new(reason, list_hint())
}

pub fn none_left() -> Refusal {
    Refusal::new("There are no dead letters.", "Nothing is left to replay.")
}

fn list_hint() -> Text {
    Text::new().code("dead-letters").plain(" lists what can be replayed.")
}

/// `3 dead letters: 1 delivery, 2 messages`
fn numbers(count: Count) -> Text {
    let some = |number: i64, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    let kinds =
        [some(count.deliveries, "delivery", "deliveries"), some(count.messages, "message", "messages")];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    let letters = if count.all() == 1 { "dead letter" } else { "dead letters" };
    Text::new().plain(format!("{} {letters} ({})", count.all(), kinds.join(", ")))
}

fn lines(letters: &[DeadLetter]) -> Block {
    Block::List(letters.iter().map(line).collect())
}

fn line(letter: &DeadLetter) -> Text {
    let times = if letter.attempts == 1 { "once".to_owned() } else { format!("{} times", letter.attempts) };
    let text = Text::new().code(letter.id.to_string()).plain(": ").then(what(&letter.what));
    let text = text.plain(format!(", tried {times}, given up ")).when(letter.died_at).plain(": ");
    let text = text.outside(&letter.why.shortened(QUOTED_CHARS));
    match &letter.reference {
        Some(reference) => text.plain(" (reference ").code(reference.as_str()).plain(")"),
        None => text,
    }
}

fn what(what: &What) -> Text {
    match what {
        What::Message { about, place } => {
            let to = Untrusted::new(format!("{}/{}", place.platform.as_str(), place.channel));
            about_words(*about).plain(" for ").with(Span::OutsideCode(to))
        }
        What::Alerts { source } => Text::new().plain("alerts from ").plain(source.as_str()),
        What::Request { account, words } => {
            let who = Text::new().with(Span::OutsideCode(account.clone()));
            match words {
                Some(words) => who.plain(" typed ").with(Span::OutsideCode(words.shortened(QUOTED_CHARS))),
                None => who.plain(" reacted"),
            }
        }
    }
}

fn about_words(about: Option<Subject>) -> Text {
    let card = |id: String| Text::new().plain("the card of ").code(id);
    match about {
        Some(Subject::Operation(id)) => card(id.to_string()),
        Some(Subject::AlertGroup(id)) => card(id.to_string()),
        Some(Subject::Incident(id)) => card(id.to_string()),
        Some(Subject::Review(id)) => Text::new().plain("the review of ").code(id.to_string()),
        Some(Subject::Reply(_)) => "an answer".into(),
        Some(Subject::LinkCode(_)) => "a code for linking an account".into(),
        Some(Subject::DeadLetters(_)) => "the card about dead letters".into(),
        Some(Subject::Room(id)) => Text::new().plain("the card in the channel of ").code(id.to_string()),
        Some(Subject::Reminder(_)) => "a reminder".into(),
        Some(Subject::CatchUp(_)) => "what a channel missed".into(),
        Some(Subject::SilenceOver(_)) => "the end of a silence".into(),
        None => "a message".into(),
    }
}

fn and_more(message: Message, count: Count, shown: &[DeadLetter]) -> Message {
    let more = count.all() - i64::try_from(shown.len()).unwrap_or(i64::MAX);
    if more <= 0 { message } else { message.paragraph(format!("And {more} older ones.").as_str()) }
}

/// One button for each of a few, and one for all of several.
fn replay_buttons(mut message: Message, letters: &[DeadLetter]) -> Message {
    const MAX_SINGLE_BUTTONS: usize = 4;
    if letters.len() <= MAX_SINGLE_BUTTONS {
        for letter in letters {
            let label = format!("Replay {}", letter.id);
            message = message.button(Weight::Plain, &label, format!("dead-letters replay {}", letter.id));
        }
    }
    if letters.len() > 1 {
        message = message.button(Weight::Primary, "Replay all", "dead-letters replay all");
    }
    message
}
