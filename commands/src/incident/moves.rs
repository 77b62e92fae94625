//! Which status may follow which, and when a reason is asked for.
//!
//! Moves forward may skip what did not happen; going back or reopening needs a reason. It knows nothing of who may do it.

use super::Status;
use crate::message::Text;
use crate::refusal::Refusal;

/// Shorter reasons for going back say nothing to those who read the postmortem.
pub const MIN_REASON_CHARS: usize = 10;

/// Whether an incident may go from one status to another, with the reason that was typed.
pub fn move_to(from: Status, to: Status, reason: Option<&str>) -> Result<(), Refusal> {
    match kind_of(from, to) {
        Move::Forward => Ok(()),
        Move::Back if reason.is_some_and(|text| text.trim().chars().count() >= MIN_REASON_CHARS) => Ok(()),
        Move::Back => Err(Refusal::new(
            Text::new().plain(format!(
                "Going from {from} back to {to} needs a reason of at least {MIN_REASON_CHARS} characters."
            )),
            Text::new()
                .plain("Say what happened: ")
                .code(format!("incident status {to} the errors came back")),
        )),
        Move::None => Err(Refusal::new(
            Text::new().plain("The incident is already ").strong(from.as_str()).plain("."),
            Text::new().plain("From here it can go to ").plain(listed(from)).plain("."),
        )),
        Move::Illegal => Err(Refusal::new(
            Text::new()
                .plain("An incident that is ")
                .strong(from.as_str())
                .plain(" cannot become ")
                .strong(to.as_str())
                .plain("."),
            Text::new().plain("From here it can go to ").plain(listed(from)).plain("."),
        )),
    }
}

/// Statuses that may follow, those that need a reason included.
pub fn legal_moves(from: Status) -> Vec<Status> {
    let legal = |to: &Status| matches!(kind_of(from, *to), Move::Forward | Move::Back);
    Status::ALL.iter().copied().filter(legal).collect()
}

enum Move {
    Forward,
    Back,
    None,
    Illegal,
}

fn kind_of(from: Status, to: Status) -> Move {
    use Status::{Closed, Declined, Identified, Investigating, Mitigating, Monitoring, Resolved, Triage};
    if from == to {
        return Move::None;
    }
    match (from, to) {
        (Triage, Declined) => Move::Forward,
        // Declining says that there never was an incident; nothing goes back to before somebody looked.
        (_, Declined | Triage) => Move::Illegal,
        (Resolved | Closed | Declined, Investigating) => Move::Back,
        (Resolved, Closed) => Move::Forward,
        (Resolved | Closed | Declined, _) => Move::Illegal,
        (Triage | Investigating | Identified | Mitigating | Monitoring, _) if to > from => Move::Forward,
        (Triage | Investigating | Identified | Mitigating | Monitoring, _) => Move::Back,
    }
}

fn listed(from: Status) -> String {
    let words: Vec<&str> = legal_moves(from).into_iter().map(Status::as_str).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: Status, expected: &str) {
        let shown: Vec<String> = Status::ALL
            .iter()
            .filter_map(|to| match (move_to(from, *to, None), move_to(from, *to, Some("errors came back"))) {
                (Ok(()), Ok(())) => Some(to.to_string()),
                (Err(_), Ok(())) => Some(format!("{to} (with a reason)")),
                (Err(_), Err(_)) => None,
                (Ok(()), Err(_)) => Some(format!("{to} (only without a reason)")),
            })
            .collect();
        assert_eq!(shown.join(", "), expected, "from {from}");
    }

    #[test]
    fn moves_go_forward_and_back_only_with_a_reason() {
        check(
            Status::Triage,
            "investigating, identified, mitigating, monitoring, resolved, closed, declined",
        );
        check(
            Status::Mitigating,
            "investigating (with a reason), identified (with a reason), monitoring, resolved, closed",
        );
        check(Status::Resolved, "investigating (with a reason), closed");
        check(Status::Closed, "investigating (with a reason)");
        check(Status::Declined, "investigating (with a reason)");
    }

    #[test]
    fn a_reason_of_nothing_but_spaces_is_none() {
        for reason in [None, Some(""), Some("             "), Some("oops")] {
            let refusal =
                move_to(Status::Resolved, Status::Investigating, reason).expect_err("must ask for a reason");
            assert!(format!("{:?}", refusal.reason).contains("at least 10 characters"), "{refusal:?}");
        }
        assert!(move_to(Status::Resolved, Status::Investigating, Some("ééééééééé")).is_err());
        assert!(move_to(Status::Resolved, Status::Investigating, Some("éééééééééé")).is_ok());
    }
}
