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
        | Subject::SilenceOver(_)
        | Subject::LinkCode(_) => false,
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use commands::id::IncidentId;
    use commands::incident::{Incident, Severity, Status};
    use commands::message::plain::{View, plain};
    use commands::message::{Message, Reaction, Tone};
    use commands::names::PersonId;
    use commands::request::{Account, Place, Platform, Reacted, Request};
    use commands::timeline::{Actor, Event};
    use commands::untrusted::Untrusted;

    use super::*;
    use crate::record::KeyedEvent;
    use crate::store::incident::Versioned;

    fn asked(said: Said) -> Asked {
        let at = DateTime::default();
        let place = Place { platform: Platform::Discord, channel: "1/2".to_owned(), thread: None };
        let from = Account { platform: Platform::Discord, id: "3".to_owned() };
        let answer_to = Some("token".to_owned());
        let request = Request { delivery: "4".to_owned(), from, place, at, said, answer_to };
        Asked { row: 7, at, request, thread_about: None, incident: None, room: None }
    }

    fn words(text: &str) -> Asked {
        asked(Said::Words(text.to_owned()))
    }

    fn typed(command: &str) -> Effects {
        happened(EventKind::CommandTyped { command: command.to_owned() }, None)
    }

    fn happened(kind: EventKind, incident: Option<IncidentId>) -> Effects {
        let event = Event::new(DateTime::default(), Actor::Watchkeeper, kind).about_incident(incident);
        Effects { events: vec![KeyedEvent { key: "x".to_owned(), event }], ..Effects::default() }
    }

    /// What answers, after it is settled: each message's key and first words.
    fn answers(asked: &Asked, mut effects: Effects) -> Vec<String> {
        settle(asked, &mut effects);
        let answers = effects.messages.iter().filter(|message| message.answer_to.is_some());
        let shown = |it: &Outgoing| format!("{}: {}", it.about, plain(&it.message, View::timeless()));
        answers.map(shown).collect()
    }

    fn declared(place: Place) -> Effects {
        let (id, at) = (IncidentId(7), DateTime::default());
        let incident = Incident {
            id,
            title: Untrusted::new("Search is slow"),
            severity: Severity::Sev3,
            status: Status::Investigating,
            place: place.clone(),
            affected: vec![],
            roles: std::collections::BTreeMap::new(),
            declared_by: Actor::Person(PersonId::new("alice")),
            declared_at: at,
            began_at: None,
            acknowledged_at: None,
            mitigated_at: None,
            resolved_at: None,
        };
        let card = Outgoing::new(Subject::Incident(id), place, Message::new(Tone::Bad, "Search is slow"));
        let mut effects = typed("incident declare Search is slow");
        effects.messages.push(card);
        effects.incidents.push(Versioned { incident, version: 0 });
        effects
    }

    #[test]
    fn a_reply_is_the_answer() {
        let asked = words("locks");
        let mut effects = typed("locks");
        effects.messages.push(asked.reply(Message::new(Tone::Neutral, "Nothing is locked")));
        assert_eq!(answers(&asked, effects), ["reply/7: [note] Nothing is locked"]);
    }

    #[test]
    fn a_new_card_there_is_the_answer_and_one_elsewhere_is_not() {
        let asked = words("incident declare Search is slow");
        let here = asked.request.place.clone();
        assert_eq!(answers(&asked, declared(here.clone())), ["incident/7: [bad] Search is slow"]);
        let elsewhere = Place { channel: "1/9".to_owned(), ..here.clone() };
        let word =
            "reply/7: [good] `incident declare Search is slow`: taken in. Its card shows how it stands.";
        assert_eq!(answers(&asked, declared(elsewhere)), [word]);
        let mut edited = declared(here);
        edited.incidents[0].version = 3;
        assert_eq!(answers(&asked, edited), [word], "a card that is there already stays where it is");
    }

    #[test]
    fn what_only_edits_a_card_is_answered_with_a_word() {
        let asked = words("/approve op-12");
        let word = "reply/7: [good] `approve OP-12`: taken in. Its card shows how it stands.";
        assert_eq!(answers(&asked, typed("approve OP-12")), [word]);
    }

    #[test]
    fn whoever_pressed_a_button_is_answered_by_the_card() {
        let asked = asked(Said::Pressed("approve OP-12".to_owned()));
        assert_eq!(answers(&asked, typed("approve OP-12")), Vec::<String>::new());
    }

    #[test]
    fn whoever_adds_a_message_to_a_timeline_hears_to_which_or_that_there_is_none() {
        let pin = Reacted { message: "5".to_owned(), reaction: Reaction::Pin, added: true, quoted: None };
        let asked = asked(Said::Reacted(pin));
        let pinned = EventKind::Pinned { author: Actor::Watchkeeper, text: Untrusted::new("x") };
        let pinned = happened(pinned, Some(IncidentId(7)));
        assert_eq!(answers(&asked, pinned), ["reply/7: [good] It is in the timeline of `INC-7` now."]);
        let [none] = &answers(&asked, Effects::default())[..] else { panic!("one answer") };
        assert!(none.contains("No incident is open here"), "{none}");
    }
}
