//! The card of a review: that glass was broken, for everybody to see, until somebody else has looked at it.
//!
//! Who may review is decided elsewhere.

use super::{guard, operation};
use crate::guard::Hold;
use crate::id::OperationId;
use crate::message::{Block, Field, Message, Page, Text, Tone};
use crate::names::PersonId;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;

/// One break-glass operation that waits to be looked at, or was.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    pub operation: OperationId,
    pub broken_by: PersonId,
    pub opened_at: chrono::DateTime<chrono::Utc>,
    pub reviewed: Option<(PersonId, Untrusted)>,
}

/// The card, edited when it was reviewed.
pub fn card(review: &Review, plan: &Plan) -> Message {
    let title = operation::title(plan);
    let message = match &review.reviewed {
        None => Message::new(Tone::Bad, title),
        Some(_) => Message::new(Tone::Neutral, title.plain(" — reviewed")),
    };
    let message = guard::passing(message, plan);
    let message = match &review.reviewed {
        None => message.paragraph(
            Text::new()
                .plain("Somebody else looks at it afterwards: ")
                .code(format!("review {} what you found", review.operation)),
        ),
        Some((by, text)) => message
            .block(Block::Fields(vec![Field::new("Reviewed by", Text::new().person(by))]))
            .paragraph(Text::new().outside(text)),
    };
    message.footnote(Text::new().link(&review.operation.to_string(), Page::Operation(review.operation)))
}

pub fn list(open: &[(Review, Plan)]) -> Message {
    if open.is_empty() {
        return Message::new(Tone::Good, "No review is open");
    }
    let row = |(review, plan): &(Review, Plan)| {
        let text =
            Text::new().link(&review.operation.to_string(), Page::Operation(review.operation)).plain(" ");
        let text = text.then(operation::title(plan)).plain(", by ").person(&review.broken_by).plain(" at ");
        let text = text.when(review.opened_at);
        plan.break_glass.iter().fold(text, |text, reason| text.plain(": ").outside(reason))
    };
    let title =
        if open.len() == 1 { "1 open review".to_owned() } else { format!("{} open reviews", open.len()) };
    Message::new(Tone::Warning, Text::new().plain(title))
        .block(Block::List(open.iter().map(row).collect()))
        .footnote(Text::new().code("review OP-n what you found").plain(" closes one"))
}

/// What `review` answers.
pub fn done(operation: OperationId) -> Text {
    Text::new().code(operation.to_string()).plain(" is reviewed. Thank you.")
}

pub fn none(operation: OperationId) -> Refusal {
    Refusal::new(
        Text::new().plain("No glass was broken for ").code(operation.to_string()).plain("."),
        Text::new().code("review list").plain(" lists what waits for its review."),
    )
}

pub fn own(operation: OperationId, by: &PersonId) -> Refusal {
    Refusal::new(
        Text::new()
            .person(by)
            .plain(" broke the glass for ")
            .code(operation.to_string())
            .plain(", and nobody reviews their own."),
        "Somebody else who works on incidents has to look at it.",
    )
}

pub fn already(operation: OperationId, by: &PersonId) -> Refusal {
    Refusal::new(
        Text::new().code(operation.to_string()).plain(" was reviewed already, by ").person(by).plain("."),
        "What else there is to say: `incident note …`.",
    )
}

/// What a plan passed, in words of the timeline.
pub(super) fn passed(passes: &[Hold]) -> Text {
    let mut text = Text::new();
    for hold in passes {
        text = text.plain("; it passed: ").then(guard::sentence(hold, None));
    }
    text
}
