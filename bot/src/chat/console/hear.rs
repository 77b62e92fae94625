//! What somebody does in a room, on its way to the bot: stored in the room first, then handed to `Intake`.
//!
//! It does not parse, authorise or answer. Everything here can be sent again: the room's rows and the request's delivery stay
//! the same.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use commands::message::Reaction;
use commands::message::plain::{self, Times, View};
use commands::names::PersonId;
use commands::request::{Place, Platform, Quoted, Reacted, Request, Said};
use commands::untrusted::Untrusted;
use commands::verbs::VERBS;

use super::directory::{BOT_ACCOUNT, Directory, Member, console_account};
use super::{Console, addressed};
use crate::chat::{Intake, NotStored};
use crate::store::console::{
    ConsoleRooms, Hearing, RoomMessage, RoomSaid, RoomsError, Spoken, WaitingReaction,
};

/// Longer words are refused, not cut.
pub(super) use commands::grammar::MAX_LINE_CHARS as WORDS_MAX_CHARS;
/// A delivery id is a UUID in practice.
const DELIVERY_MAX_CHARS: usize = 100;

/// Takes in what people do.
#[derive(Clone)]
pub(super) struct Ear {
    pub console: Arc<Console>,
    pub intake: Arc<dyn Intake>,
}

/// What somebody wants to say, as a form or a client sends it.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    pub channel: String,
    pub thread: Option<i64>,
    pub words: String,
    pub delivery: String,
}

/// Where words went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub message: i64,
    pub for_bot: bool,
    /// The rooms' last change before.
    pub change: i64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum HearError {
    /// The request makes no sense; the text says what would.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    NotFound(String),
    #[error(transparent)]
    Rooms(#[from] RoomsError),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl Ear {
    /// Shows the words in the room, and hands them on when they are meant for the bot.
    pub(super) async fn say(&self, member: &Member, saying: Saying) -> Result<Heard, HearError> {
        let words = saying.words.trim();
        self.check(words, &saying)?;
        if let Some(thread) = saying.thread {
            let root = self.rooms().message(thread).await?;
            if root.channel != saying.channel {
                return Err(HearError::NotFound(format!("Message {thread} is not in #{}.", saying.channel)));
            }
        }
        let for_bot = addressed::to_the_bot(words, VERBS.iter().map(|verb| verb.word));
        let words = Untrusted::new(words);
        let spoken = Spoken {
            channel: &saying.channel,
            thread: saying.thread,
            account: &member.account,
            words: &words,
            pressed: None,
            delivery: &saying.delivery,
            for_bot,
        };
        let change = self.rooms().last_change().await?;
        let message = self.rooms().say(spoken).await?;
        if for_bot {
            self.hand_on(message).await?;
        }
        Ok(Heard { message, for_bot, change })
    }

    /// Presses a button of a card, which types its command into the card's thread.
    pub(super) async fn press(
        &self,
        member: &Member,
        (message, command): (i64, &str),
        delivery: &str,
    ) -> Result<Heard, HearError> {
        let card = self.rooms().message(message).await?;
        let label = match &card.said {
            RoomSaid::ByBot(card) => card.buttons.iter().find(|button| button.command == command),
            RoomSaid::ByPerson { .. } => None,
        };
        let Some(button) = label else {
            return Err(HearError::NotFound(
                "That button is no longer on the card; look at what the card says now.".to_owned(),
            ));
        };
        check_delivery(delivery)?;
        let words = Untrusted::new(command);
        let spoken = Spoken {
            channel: &card.channel,
            thread: Some(card.thread.unwrap_or(card.id)),
            account: &member.account,
            words: &words,
            pressed: Some(&button.label),
            delivery,
            for_bot: true,
        };
        let change = self.rooms().last_change().await?;
        let message = self.rooms().say(spoken).await?;
        self.hand_on(message).await?;
        Ok(Heard { message, for_bot: true, change })
    }

    /// Hands on a message of this member's that the bot did not take in at first.
    pub(super) async fn say_again(&self, member: &Member, message: i64) -> Result<(), HearError> {
        match &self.rooms().message(message).await?.said {
            RoomSaid::ByPerson { account, hearing: Hearing::NotYet, .. } if *account == member.account => {
                self.hand_on(message).await?;
            }
            RoomSaid::ByPerson { .. } | RoomSaid::ByBot(_) => {}
        }
        Ok(())
    }

    /// Puts a reaction there or takes it away, and tells the bot.
    pub(super) async fn react(
        &self,
        member: &Member,
        (message, reaction): (i64, Reaction),
        added: bool,
    ) -> Result<(), HearError> {
        self.rooms().message(message).await?;
        let account = member.account.as_str();
        let Some(turn) = self.rooms().react(message, (account, reaction), added).await? else {
            return Ok(());
        };
        let account = account.to_owned();
        let made = WaitingReaction { message, account, reaction, present: added, turn, at: now() };
        self.hand_on_reaction(made).await
    }

    /// Hands on what a stop left behind between the room and the bot.
    pub(super) async fn hand_on_waiting(&self) -> Result<(), HearError> {
        let mut failed = None;
        // One that cannot be handed on must not hold up the others.
        for message in self.rooms().waiting_messages().await? {
            failed = self.hand_on(message).await.err().or(failed);
        }
        for reaction in self.rooms().waiting_reactions().await? {
            failed = self.hand_on_reaction(reaction).await.err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn hand_on_reaction(&self, made: WaitingReaction) -> Result<(), HearError> {
        let target = self.rooms().message(made.message).await?;
        let (message, turn, name) = (made.message, made.turn, plain::reaction(made.reaction));
        let request = Request {
            delivery: format!("reaction/{message}/{}/{name}/{turn}", made.account),
            from: console_account(&made.account),
            place: place(&target.channel, Some(target.thread.unwrap_or(message))),
            at: made.at,
            said: Said::Reacted(Reacted {
                message: message.to_string(),
                reaction: made.reaction,
                added: made.present,
                quoted: (made.reaction == Reaction::Pin).then(|| self.quoted(&target)),
            }),
            answer_to: None,
        };
        self.intake.accept(request).await?;
        self.rooms().reaction_taken_in(message, (&made.account, made.reaction), turn).await?;
        Ok(())
    }

    async fn hand_on(&self, message: i64) -> Result<(), HearError> {
        let said = self.rooms().message(message).await?;
        let RoomSaid::ByPerson { account, words, pressed, .. } = &said.said else { return Ok(()) };
        let command = words.for_comparison().to_owned();
        let request = Request {
            delivery: format!("message/{message}"),
            from: console_account(account),
            place: place(&said.channel, said.thread),
            at: said.created_at,
            said: if pressed.is_some() { Said::Pressed(command) } else { Said::Words(command) },
            answer_to: None,
        };
        self.intake.accept(request).await?;
        self.rooms().taken_in(message).await?;
        Ok(())
    }

    fn quoted(&self, message: &RoomMessage) -> Quoted {
        let (author, text) = match &message.said {
            RoomSaid::ByPerson { account, words, .. } => (account.as_str(), words.clone()),
            RoomSaid::ByBot(card) => {
                let name = |person: &PersonId| self.directory().name_of(person);
                let title = plain::text(&card.title, View { name: &name, times: Times::Clock });
                (BOT_ACCOUNT, Untrusted::new(title))
            }
        };
        Quoted { author: console_account(author), text, at: message.created_at }
    }

    fn check(&self, words: &str, saying: &Saying) -> Result<(), HearError> {
        let directory = self.directory();
        if directory.channel(&saying.channel).is_none() {
            let known = directory.channels().join(", #");
            return Err(HearError::NotFound(format!("There is no such channel here. Known: #{known}.")));
        }
        if words.is_empty() {
            return Err(HearError::Refused(
                "Nothing was typed. Type help to see what I understand.".to_owned(),
            ));
        }
        if words.chars().count() > WORDS_MAX_CHARS {
            return Err(HearError::Refused(format!("That is longer than {WORDS_MAX_CHARS} characters.")));
        }
        check_delivery(&saying.delivery)
    }

    fn directory(&self) -> &Directory {
        self.console.directory()
    }

    fn rooms(&self) -> &ConsoleRooms {
        self.console.rooms()
    }
}

fn check_delivery(delivery: &str) -> Result<(), HearError> {
    if (1..=DELIVERY_MAX_CHARS).contains(&delivery.len()) && delivery.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(HearError::Refused(format!("A delivery id has 1 to {DELIVERY_MAX_CHARS} visible ASCII characters.")))
}

fn place(channel: &str, thread: Option<i64>) -> Place {
    Place {
        platform: Platform::Console,
        channel: channel.to_owned(),
        thread: thread.map(|root| root.to_string()),
    }
}

/// For display and for a request's own time; nothing that matters is decided by this clock.
pub(super) fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}
