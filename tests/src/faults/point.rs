//! The twelve points at which something may fail, and what each is recognised by.
//!
//! A point is known by table and column, so that a statement may change its text; the tests see that each point is met.

use std::sync::LazyLock;

use regex::Regex;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    IngestCommit,
    CommandCommit,
    PlanCommit,
    VoteCommit,
    StartCommit,
    PatchSend,
    PatchReply,
    StepRecord,
    OutboxIntent,
    ChatSend,
    ChatReply,
    OutboxDone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Before,
    After,
}

/// How far something that the bot sent has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It has left the bot, and has not reached the server.
    Leaving,
    /// It is with the server, whose answer nobody waits for.
    Left,
    /// The server has done it; the bot has not heard.
    Answered,
    /// The bot has heard.
    Told,
}

/// What a statement is recognised by, in one of its parts between conditions.
const RECOGNISED: [(&str, &[Point]); 9] = [
    (r"\binsert into inbox ", &[Point::IngestCommit]),
    (r"\bupdate inbox set .*\bdone_at = ", &[Point::CommandCommit]),
    (r"\binsert into operation ", &[Point::PlanCommit]),
    (r"\binsert into vote ", &[Point::VoteCommit]),
    (r"\bupdate operation set .*\bstate = 'running'", &[Point::StartCommit]),
    (r"\bupdate operation set .*\bchanged_at = ", &[Point::StepRecord]),
    (r"\bupdate message set .*\blease_until = now\(\) \+", &[Point::OutboxIntent]),
    (r"\bupdate message set .*\bsent_version = ", &[Point::OutboxDone]),
    // The console's rooms are in the database: there, this is what another platform would get as a request.
    (
        r"\binsert into console_message .*\bcard\b|\bupdate console_message set card = ",
        &[Point::ChatSend, Point::ChatReply],
    ),
];

static PATTERNS: LazyLock<Vec<(Regex, &[Point])>> = LazyLock::new(|| {
    let compiled = |(text, points): (&str, &'static [Point])| Regex::new(text).ok().map(|it| (it, points));
    RECOGNISED.into_iter().filter_map(compiled).collect()
});

impl Point {
    pub const ALL: [Self; 12] = [
        Self::IngestCommit,
        Self::CommandCommit,
        Self::PlanCommit,
        Self::VoteCommit,
        Self::StartCommit,
        Self::PatchSend,
        Self::PatchReply,
        Self::StepRecord,
        Self::OutboxIntent,
        Self::ChatSend,
        Self::ChatReply,
        Self::OutboxDone,
    ];

    /// The points at which a request to change the cluster may fail.
    pub(super) const OF_PATCH: [Self; 2] = [Self::PatchSend, Self::PatchReply];

    pub fn name(self) -> &'static str {
        match self {
            Self::IngestCommit => "ingest commit",
            Self::CommandCommit => "command commit",
            Self::PlanCommit => "plan commit",
            Self::VoteCommit => "vote commit",
            Self::StartCommit => "start commit",
            Self::PatchSend => "patch send",
            Self::PatchReply => "patch reply",
            Self::StepRecord => "step record",
            Self::OutboxIntent => "outbox intent",
            Self::ChatSend => "chat send",
            Self::ChatReply => "chat reply",
            Self::OutboxDone => "outbox done",
        }
    }

    /// How often a story meets it at least.
    pub fn times(self) -> u32 {
        match self {
            // Two posts of the alert source, two commands, one reaction.
            Self::IngestCommit => 5,
            // The two posts and the command that only asks.
            Self::CommandCommit => 3,
            Self::PlanCommit
            | Self::VoteCommit
            | Self::StartCommit
            | Self::PatchSend
            | Self::PatchReply
            | Self::StepRecord => 1,
            // Everything that somebody waits to read before the story goes on.
            Self::OutboxIntent | Self::ChatSend | Self::ChatReply | Self::OutboxDone => 5,
        }
    }

    /// Which side of this point is reached with that stage.
    pub(super) fn side(self, stage: Stage) -> Option<Side> {
        let (before, after) = match self {
            Self::PatchSend | Self::ChatSend => (Stage::Leaving, Stage::Left),
            Self::PatchReply | Self::ChatReply => (Stage::Answered, Stage::Told),
            Self::IngestCommit
            | Self::CommandCommit
            | Self::PlanCommit
            | Self::VoteCommit
            | Self::StartCommit
            | Self::StepRecord
            | Self::OutboxIntent
            | Self::OutboxDone => (Stage::Leaving, Stage::Answered),
        };
        let sides = [(before, Side::Before), (after, Side::After)];
        sides.into_iter().find(|(at, _)| *at == stage).map(|(_, side)| side)
    }

    /// What the statements of one transaction amount to.
    pub(super) fn of(statements: &[String]) -> Vec<Self> {
        let parts: Vec<String> = statements.iter().flat_map(|statement| parts(statement)).collect();
        let met = |pattern: &Regex| parts.iter().any(|part| pattern.is_match(part));
        let mut points: Vec<Self> = PATTERNS
            .iter()
            .filter(|(pattern, _)| met(pattern))
            .flat_map(|(_, points)| *points)
            .copied()
            .collect();
        // A plan and a vote finish their request as well, and are points of their own.
        if points.iter().any(|point| matches!(point, Self::PlanCommit | Self::VoteCommit)) {
            points.retain(|point| *point != Self::CommandCommit);
        }
        points
    }
}

/// The statement in one line, cut where a condition begins: what is set and what is asked for are in different parts.
fn parts(statement: &str) -> Vec<String> {
    let words: Vec<String> = statement.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").split(" where ").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statements: &[&str], points: &[Point]) {
        let statements: Vec<String> = statements.iter().map(|&one| one.to_owned()).collect();
        assert_eq!(Point::of(&statements), points, "{statements:?}");
    }

    #[test]
    fn all_patterns_are_read() {
        assert_eq!(PATTERNS.len(), RECOGNISED.len());
    }

    #[test]
    fn a_transaction_is_known_by_what_it_writes() {
        check(&["update inbox set done_at = now()\n where id = $1"], &[Point::CommandCommit]);
        check(
            &["insert into operation (id) values ($1)", "update inbox set done_at = now() where a"],
            &[Point::PlanCommit],
        );
        check(&["update operation set lease_until = null where id = $1 and state = 'running'"], &[]);
        check(&["update operation set state = 'running', due_at = now() where a"], &[Point::StartCommit]);
        check(&["select changed_at from operation where a"], &[]);
        check(
            &["with edited as (\n update console_message set card = $2 where id = $1) select"],
            &[Point::ChatSend, Point::ChatReply],
        );
        check(
            &["with free as (select a where b) update message set lease_until = now() + c from d where e"],
            &[Point::OutboxIntent],
        );
        check(&["insert into console_message (channel, words) values ($1, $2)"], &[]);
    }
}
