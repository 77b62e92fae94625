//! What the bot says about silences, beside the alert's own card: that one is over and it still fires, and why not.
//!
//! Whether an alert is silenced is on its card.

use super::alert::counts;
use crate::alert::{AlertGroup, Silence};
use crate::id::AlertGroupId;
use crate::message::{Message, Text, Tone, Weight};
use crate::names::PersonId;
use crate::refusal::Refusal;

/// Said anew in the channel, for the card may be far up there.
pub fn still_firing(id: AlertGroupId, group: &AlertGroup, silenced_by: &PersonId) -> Message {
    let title = Text::new().outside(&group.name()).plain(" still fires, and is no longer silenced");
    let over = Text::new().code(id.to_string()).plain(format!(": {}. The silence of ", counts(group)));
    let mut message = Message::new(Tone::Bad, title).paragraph(over.person(silenced_by).plain(" is over."));
    if group.acknowledged.is_none() {
        message = message.button(Weight::Primary, "Acknowledge", format!("ack {id}"));
    }
    message.button(Weight::Plain, "Silence 1 h", format!("silence {id} for 1h"))
}

/// It lasts as long already.
pub fn already(id: AlertGroupId, silence: &Silence) -> Refusal {
    let reason = Text::new().code(id.to_string()).plain(" is silenced by ").person(&silence.by);
    let hint = Text::new().plain("Until ").when(silence.until).plain(". To have it otherwise: ");
    let hint = hint.code(format!("silence {id} for 4h")).plain(" or ").code(format!("unsilence {id}"));
    Refusal::new(reason.plain(" already."), hint.plain("."))
}

pub fn not_silenced(id: AlertGroupId) -> Refusal {
    let reason = Text::new().code(id.to_string()).plain(" is not silenced.");
    let hint = Text::new()
        .plain("It is heard; ")
        .code(format!("silence {id}"))
        .plain(" keeps it quiet for a while.");
    Refusal::new(reason, hint)
}

/// Typed where no alert is.
pub fn which(verb: &str) -> Refusal {
    let hint = Text::new().plain("Say which one, as in ").code(format!("{verb} ALERT-3"));
    Refusal::new(
        "This is not the thread of an alert.",
        hint.plain(", or type it in the thread under its card."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal;
    use crate::tests::incident::{ALERT, alert, by, group};
    use crate::tests::sample::at;
    use crate::tests::shown::shown;

    #[test]
    fn the_end_of_a_silence_is_news_while_it_fires() {
        let mut firing = group(&[alert("a", 60, None), alert("b", 60, Some(300))]);
        let bob = PersonId::new("bob");
        insta::assert_snapshot!(shown(&still_firing(ALERT, &firing, &bob)), @"
        [bad] HighErrorRate still fires, and is no longer silenced
        `ALERT-3`: 1 of 2 resolved. The silence of @bob is over.
        [Acknowledge → ack ALERT-3] [Silence 1 h → silence ALERT-3 for 1h]
        ");
        firing.acknowledge(by("carol"), at(90));
        assert_eq!(still_firing(ALERT, &firing, &bob).buttons.len(), 1, "somebody looks at it already");
    }

    #[test]
    fn refusals_say_what_to_type() {
        let silence = Silence { by: PersonId::new("bob"), until: at(1800) };
        let told = |refusal: Refusal| shown(&super::super::refused(&refusal));
        let told = [told(already(ALERT, &silence)), told(not_silenced(ALERT)), told(which("silence"))];
        insta::assert_snapshot!(told.join("\n"), @"
        [warning] `ALERT-3` is silenced by @bob already.
        Until 03:30 UTC. To have it otherwise: `silence ALERT-3 for 4h` or `unsilence ALERT-3`.
        [warning] `ALERT-3` is not silenced.
        It is heard; `silence ALERT-3` keeps it quiet for a while.
        [warning] This is not the thread of an alert.
        Say which one, as in `silence ALERT-3`, or type it in the thread under its card.
        ");
    }
}
