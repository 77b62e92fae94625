//! One message of a room for the templates: author, time, words or card, reactions.
//!
//! It knows the reader, because a reaction of the reader's own looks different; it does not know the page around it.

use commands::message::{Reaction, plain};
use minijinja::Value;
use serde::Serialize;

use super::card::{self, CardView};
use super::time::{self, TimeView};
use super::{Reader, avatar_colour, escaped, initials};
use crate::chat::console::directory::BOT_ACCOUNT;
use crate::store::console::{Hearing, RoomMessage, RoomSaid};

#[derive(Clone, Debug, Serialize)]
pub(crate) struct MessageView {
    pub id: i64,
    pub channel: String,
    /// The root of the thread; the message itself when it stands in the channel.
    pub root: i64,
    pub is_reply: bool,
    pub author: AuthorView,
    pub at: TimeView,
    pub edited: Option<TimeView>,
    pub words: Option<WordsView>,
    pub card: Option<CardView>,
    pub reactions: Vec<ReactionView>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuthorView {
    pub name: String,
    pub account: String,
    pub initials: String,
    pub colour: u32,
    pub bot: bool,
    pub me: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct WordsView {
    pub text: Value,
    pub pressed: Option<Value>,
    pub for_bot: bool,
    /// The bot does not have them yet.
    pub unheard: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReactionView {
    pub name: &'static str,
    pub emoji: &'static str,
    /// What it does on a card.
    pub meaning: &'static str,
    pub count: usize,
    pub who: Vec<String>,
    pub mine: bool,
    /// The message asks for it.
    pub offered: bool,
}

pub(crate) fn view(message: &RoomMessage, reader: Reader<'_>) -> MessageView {
    let (account, words, card, offered) = match &message.said {
        RoomSaid::ByPerson { account, words, pressed, hearing } => {
            let words = WordsView {
                text: escaped(words),
                pressed: pressed.as_ref().map(escaped),
                for_bot: *hearing != Hearing::NotAsked,
                unheard: *hearing == Hearing::NotYet,
            };
            (account.as_str(), Some(words), None, &[][..])
        }
        RoomSaid::ByBot(card) => (BOT_ACCOUNT, None, Some(card::view(card, reader)), &card.reactions[..]),
    };
    MessageView {
        id: message.id,
        channel: message.channel.clone(),
        root: message.thread.unwrap_or(message.id),
        is_reply: message.thread.is_some(),
        author: author(account, matches!(message.said, RoomSaid::ByBot(_)), reader),
        at: time::view(message.created_at, reader.now),
        edited: message.edited_at.map(|at| time::view(at, reader.now)),
        words,
        card,
        reactions: reactions(message, offered, reader),
    }
}

fn author(account: &str, bot: bool, reader: Reader<'_>) -> AuthorView {
    let name = if bot { "Watchkeeper".to_owned() } else { reader.directory.name_of_account(account) };
    AuthorView {
        initials: initials(&name),
        name,
        account: account.to_owned(),
        colour: avatar_colour(account),
        bot,
        me: !bot && reader.account == Some(account),
    }
}

/// Every reaction that there is, in the order of the toolbar; those that nobody made are shown when they are offered or the
/// pointer is there.
fn reactions(message: &RoomMessage, offered: &[Reaction], reader: Reader<'_>) -> Vec<ReactionView> {
    Reaction::ALL
        .iter()
        .map(|reaction| {
            let made = message.reactions.iter().filter(|reacted| reacted.reaction == *reaction);
            let accounts: Vec<&str> = made.map(|reacted| reacted.account.as_str()).collect();
            ReactionView {
                name: reaction.as_str(),
                emoji: plain::reaction(*reaction),
                meaning: meaning(*reaction),
                count: accounts.len(),
                who: accounts.iter().map(|account| reader.directory.name_of_account(account)).collect(),
                mine: reader.account.is_some_and(|me| accounts.contains(&me)),
                offered: offered.contains(reaction),
            }
        })
        .collect()
}

fn meaning(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::Approve => "Approve",
        Reaction::Deny => "Deny",
        Reaction::Acknowledge => "Acknowledge",
        Reaction::Pin => "Pin to the incident's timeline",
        Reaction::Silence => "Silence for 30 minutes",
    }
}

/// The reaction that a form names.
pub(crate) fn reaction_named(name: &str) -> Option<Reaction> {
    Reaction::ALL.iter().copied().find(|reaction| reaction.as_str() == name)
}
