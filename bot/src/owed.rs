//! What becomes of an answer that a platform has begun: it never stays "thinking…".
//!
//! A reply takes its place. Where there is none, the first new card in that place does, and where nothing new is said there, a
//! word that says what was understood. Whoever only pressed a button waits for nothing: the card that it is on answers.

use commands::message::Text;
use commands::refusal::Refusal;
use commands::replies;
use commands::request::Said;
use commands::subject::Subject;
use commands::timeline::EventKind;

use crate::context::Asked;
use crate::record::Effects;
use crate::store::message::Outgoing;

/// Sees to it that what the request comes to has one message that answers, where an answer was begun.
pub fn settle(asked: &Asked, effects: &mut Effects) {
    let waits = asked.request.answer_to.is_some() && !matches!(asked.request.said, Said::Pressed(_));
    if !waits || effects.messages.iter().any(|message| message.answer_to.is_some()) {
        return;
    }
    if let Some(card) = new_card(asked, effects) {
        effects.messages[card].answer_to = asked.request.answer_to.clone();
        return;
    }
    let word = word(asked, effects);
    effects.messages.push(word);
}

/// The first card that stands there for the first time; one that is there already is edited where it is.
fn new_card(asked: &Asked, effects: &Effects) -> Option<usize> {
    let is_new = |about: Subject| match about {
        Subject::Operation(id) => effects.operations.iter().any(|operation| operation.id == id),
        Subject::Incident(id) => {
            effects.incidents.iter().any(|stored| stored.incident.id == id && stored.version == 0)
        }
        Subject::AlertGroup(_)
        | Subject::Room(_)
        | Subject::Review(_)
        | Subject::Reply(_)
        | Subject::Reminder(_)
        | Subject::DeadLetters(_)
        | Subject::CatchUp(_)
        | Subject::SilenceOver(_) => false,
    };
    effects.messages.iter().position(|message| {
        let here = message.place == asked.request.place && message.thread_of.is_none();
        here && message.only_for.is_none() && is_new(message.about)
    })
}

fn word(asked: &Asked, effects: &Effects) -> Outgoing {
    let said = effects.events.iter().find_map(|keyed| {
        if let EventKind::CommandTyped { command } = &keyed.event.kind {
            return Some(replies::taken_in(command));
        }
        let pinned = matches!(keyed.event.kind, EventKind::Pinned { .. });
        keyed.event.incident.filter(|_| pinned).map(replies::pinned)
    });
    match said {
        Some(said) => asked.reply(said),
        None => {
            let reason = "No incident is open here, so there is no timeline that it could go into.";
            let hint = Text::new().code("incident declare …").plain(" opens one.");
            asked.aside(replies::refused(&Refusal::new(reason, hint)))
        }
    }
}
