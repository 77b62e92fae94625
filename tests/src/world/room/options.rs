//! A typed line as somebody in Discord fills it in: the command with its options by their names.
//!
//! People see the names in Discord; here they are known. A verb that takes its words freely gets them as they are.

use commands::grammar::pattern::{Item, Slot, Usage};
use commands::verbs::VERBS;

/// `deploy search-api 7c3f2b1 to dev` → `/deploy service:search-api tag:7c3f2b1 environment:dev`.
pub(super) fn filled_in(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let verb = VERBS.iter().find(|verb| Some(&verb.word) == words.first());
    let usages = verb.map(|verb| verb.usages).unwrap_or_default();
    let has_sub = |usage: &Usage| matches!(usage.pattern.get(1), Some(Item::Say(_)));
    let subs = usages.iter().filter(|usage| has_sub(usage)).count();
    let free = subs > 0 && subs < usages.len();
    let filled = usages.iter().filter(|_| !free).find_map(|usage| {
        let given = taken(usage.pattern, &words)?;
        let spoken = if has_sub(usage) { 2 } else { 1 };
        Some((words.get(..spoken)?.join(" "), given))
    });
    match filled {
        Some((command, given)) => {
            let options: Vec<_> =
                given.iter().map(|(slot, text)| format!(" {}:{text}", named(*slot))).collect();
            format!("/{command}{}", options.concat())
        }
        None => match line.split_once(' ') {
            Some((verb, rest)) => format!("/{verb} words:{rest}"),
            None => format!("/{line}"),
        },
    }
}

/// What each slot of the pattern took, where all words fit into it.
fn taken(pattern: &[Item], words: &[&str]) -> Option<Vec<(Slot, String)>> {
    let Some((item, rest)) = pattern.split_first() else { return words.is_empty().then(Vec::new) };
    match item {
        Item::Say(word) => taken(rest, words.strip_prefix(&[*word])?),
        Item::Take(slot) if takes_the_rest(*slot) => {
            let text = words.join(" ");
            let text = if *slot == Slot::Because { text.strip_prefix("because ")?.to_owned() } else { text };
            (!text.is_empty()).then(|| vec![(*slot, text)])
        }
        Item::Take(slot) => {
            let (word, others) = words.split_first()?;
            let mut given = vec![(*slot, (*word).to_owned())];
            given.extend(taken(rest, others)?);
            Some(given)
        }
        Item::Maybe(inner) => {
            let with: Vec<Item> = inner.iter().chain(rest).copied().collect();
            taken(&with, words).or_else(|| taken(rest, words))
        }
    }
}

fn takes_the_rest(slot: Slot) -> bool {
    matches!(slot, Slot::Title | Slot::Text | Slot::Reason | Slot::Because)
}

/// As the registered command calls it.
fn named(slot: Slot) -> &'static str {
    match slot {
        Slot::Service => "service",
        Slot::Environment => "environment",
        Slot::Tag => "tag",
        Slot::Revision => "revision",
        Slot::Goal => "to",
        Slot::Incident => "incident",
        Slot::Alert => "alert",
        Slot::Operation => "operation",
        Slot::DeadLetter => "item",
        Slot::Severity => "severity",
        Slot::Status => "status",
        Slot::Role => "role",
        Slot::Person => "person",
        Slot::Verb => "verb",
        Slot::Lockable => "target",
        Slot::Duration => "duration",
        Slot::Title => "title",
        Slot::Text => "text",
        Slot::Reason | Slot::Because => "reason",
    }
}

#[cfg(test)]
mod tests {
    use super::filled_in;

    #[test]
    fn lines_are_filled_in_as_the_commands_have_their_options() {
        let lines = [
            "deploy search-api 7c3f2b1 to dev",
            "rollback search-api in production",
            "postmortem INC-1",
            "incident list",
            "status search-api in dev",
            "locks",
            "help ack",
        ];
        insta::assert_snapshot!(lines.map(filled_in).join("\n"), @"
        /deploy service:search-api tag:7c3f2b1 environment:dev
        /rollback service:search-api environment:production
        /postmortem incident:INC-1
        /incident list
        /status service:search-api environment:dev
        /locks
        /help verb:ack
        ");
    }
}
