//! What somebody sees at a glance: the open incidents, and the plans that wait for them.
//!
//! Who may approve what was found out before; here it is only said.

use chrono::{DateTime, Utc};

use super::{incident, operation};
use crate::id::OperationId;
use crate::incident::Incident;
use crate::message::{Block, Message, Page, Text, Tone, Weight};
use crate::plan::Plan;

/// More buttons than for these nobody reads; the cards have them all.
const MAX_PLANS: usize = 5;

/// A plan that this person may approve, and has not.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub operation: OperationId,
    pub plan: Plan,
    pub expires_at: DateTime<Utc>,
}

/// Two cards: what waits, with its buttons, and what is open.
pub fn home(open: &[Incident], waiting: &[Waiting]) -> Vec<Message> {
    vec![plans(waiting), incident::glance(open)]
}

fn plans(waiting: &[Waiting]) -> Message {
    let title = match waiting {
        [] => Text::new().plain("Nothing waits for you"),
        [_] => Text::new().plain("1 plan waits for your approval"),
        several => Text::new().plain(format!("{} plans wait for your approval", several.len())),
    };
    let tone = if waiting.is_empty() { Tone::Neutral } else { Tone::Waiting };
    let mut message = Message::new(tone, title);
    if !waiting.is_empty() {
        let mut lines: Vec<Text> = waiting.iter().take(MAX_PLANS).map(line).collect();
        if waiting.len() > MAX_PLANS {
            lines.push(Text::new().plain(format!("and {} more", waiting.len() - MAX_PLANS)));
        }
        message = message.block(Block::List(lines));
    }
    for Waiting { operation, .. } in waiting.iter().take(MAX_PLANS) {
        message = message
            .button(Weight::Primary, &format!("Approve {operation}"), format!("approve {operation}"))
            .button(Weight::Danger, &format!("Deny {operation}"), format!("deny {operation}"));
    }
    message
}

/// A home is no channel: what was pressed there is said in one, and so is what comes of it.
pub fn pressed(command: &str, room: Option<&str>) -> Message {
    let said = Text::new().code(command).plain(" was said ");
    let said = match room {
        Some(room) => said
            .plain("in ")
            .code(room)
            .plain(" and is answered there; if you are not in that channel, I write to you."),
        None => said.plain("between you and me, and is answered there."),
    };
    Message::new(Tone::Neutral, "You pressed a button here")
        .paragraph(said.plain(" This page follows within seconds."))
}

/// In place of the cards.
pub fn unread() -> Message {
    Message::new(Tone::Warning, "This cannot be shown at the moment")
        .paragraph("It is tried again by itself. Commands and reactions in channels work by another way.")
}

fn line(waiting: &Waiting) -> Text {
    let Waiting { operation, plan, expires_at } = waiting;
    Text::new()
        .link(&operation.to_string(), Page::Operation(*operation))
        .plain(format!(" {}, asked for by ", operation::summary(plan)))
        .person(&plan.requested_by)
        .plain(", until ")
        .when(*expires_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::IncidentId;
    use crate::tests::incident::declared;
    use crate::tests::policy::deploy_plan;
    use crate::tests::sample::at;
    use crate::tests::shown::shown;

    #[test]
    fn what_waits_comes_first_and_a_long_list_is_cut() {
        let shown = |cards: Vec<Message>| cards.iter().map(shown).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(shown(home(&[], &[])), @"
        [note] Nothing waits for you
        [good] No open incidents
        — to open one: `incident declare sev2 what people notice`
        ");
        let plan = deploy_plan("alice");
        let waiting = |id| Waiting { operation: OperationId(id), plan: plan.clone(), expires_at: at(1800) };
        insta::assert_snapshot!(shown(home(&[declared()], &[waiting(12)])), @"
        [waiting] 1 plan waits for your approval
        • OP-12 <OP-12> Deploy search-api to production: c0ffee1 → 98ab4e2, asked for by @alice, until 03:30 UTC
        [Approve OP-12 → approve OP-12] [Deny OP-12 → deny OP-12]
        [note] 1 open incident
        • INC-7 <timeline of INC-7> sev2 triage Search answers <errors> | slowly, since 03:05 UTC
        ");
        let many: Vec<_> = (1..=7).map(waiting).collect();
        let cards = home(&[], &many);
        assert_eq!(cards[0].buttons.len(), 2 * MAX_PLANS);
        assert!(shown(cards.clone()).contains("and 2 more"), "{}", shown(cards));
        let open: Vec<_> = (1..=34).map(|id| Incident { id: IncidentId(id), ..declared() }).collect();
        let told = shown(home(&open, &[]));
        let cut = told.lines().rev().take(2).collect::<Vec<_>>();
        insta::assert_snapshot!(format!("{} lines\n{}", told.lines().count(), cut[0]), @"
        23 lines
        • and 14 more: type `incident list`
        ");
    }

    #[test]
    fn whoever_presses_a_button_is_told_where_its_answer_is() {
        insta::assert_snapshot!(shown(&pressed("approve OP-12", Some("slack/acme/ops"))), @"
        [note] You pressed a button here
        `approve OP-12` was said in `slack/acme/ops` and is answered there; if you are not in that channel, I write to you. This page follows within seconds.
        ");
        insta::assert_snapshot!(shown(&pressed("approve OP-12", None)), @"
        [note] You pressed a button here
        `approve OP-12` was said between you and me, and is answered there. This page follows within seconds.
        ");
    }
}
