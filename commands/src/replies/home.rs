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

pub fn home(open: &[Incident], waiting: &[Waiting]) -> Message {
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
    let incidents = incident::list(open);
    message = message.paragraph(incidents.title);
    incidents.blocks.into_iter().fold(message, Message::block)
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
    use crate::tests::incident::declared;
    use crate::tests::policy::deploy_plan;
    use crate::tests::sample::at;
    use crate::tests::shown::shown;

    #[test]
    fn what_waits_comes_first_and_a_long_list_is_cut() {
        insta::assert_snapshot!(shown(&home(&[], &[])), @"
        [note] Nothing waits for you
        No open incidents
        — to open one: `incident declare sev2 what people notice`
        ");
        let plan = deploy_plan("alice");
        let waiting = |id| Waiting { operation: OperationId(id), plan: plan.clone(), expires_at: at(1800) };
        insta::assert_snapshot!(shown(&home(&[declared()], &[waiting(12)])), @"
        [waiting] 1 plan waits for your approval
        • OP-12 <OP-12> Deploy search-api to production: c0ffee1 → 98ab4e2, asked for by @alice, until 03:30 UTC
        1 open incident
        • INC-7 <timeline of INC-7> sev2 triage Search answers <errors> | slowly, since 03:05 UTC
        [Approve OP-12 → approve OP-12] [Deny OP-12 → deny OP-12]
        ");
        let many: Vec<_> = (1..=7).map(waiting).collect();
        let message = home(&[], &many);
        assert_eq!(message.buttons.len(), 2 * MAX_PLANS);
        assert!(shown(&message).contains("and 2 more"), "{}", shown(&message));
    }
}
