//! Whether words said in a room are meant for the bot.
//!
//! Other platforms decide it by a slash or a mention; the console spares people both. It does not parse: words that only look
//! like a command reach the grammar, which answers with what would have been right.

/// Shorter verbs are missed by one letter too easily: `ask` is no `ack`.
const NEAR_MISS_MIN_CHARS: usize = 5;
/// One mistake in so many letters: `delpoy` is meant, `depot` is not.
const NEAR_MISS_CHARS_PER_EDIT: usize = 4;

/// `verbs` are the first words of all commands.
pub(super) fn to_the_bot<'a>(words: &str, verbs: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(first) = words.split_whitespace().next() else { return false };
    let first = first.to_lowercase();
    let called = first.starts_with('/') || first.starts_with("@watchkeeper");
    called || verbs.into_iter().any(|verb| is_nearly(&first, verb))
}

fn is_nearly(word: &str, verb: &str) -> bool {
    let near = verb.len() >= NEAR_MISS_MIN_CHARS && word.len() >= NEAR_MISS_MIN_CHARS;
    word == verb || (near && strsim::osa_distance(word, verb) <= verb.len() / NEAR_MISS_CHARS_PER_EDIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chatter_stays_in_the_room_and_typing_mistakes_reach_the_bot() {
        let check = |words: &str| to_the_bot(words, ["deploy", "rollback", "ack", "status", "help"]);
        for command in
            ["deploy x", "/anything", "@watchkeeper hello", "delpoy x y", "Rolback x", "  STATUS x"]
        {
            assert!(check(command), "{command}");
        }
        for chatter in ["", "   ", "ask Bob", "I deploy it now", "the status is bad", "hello", "depot"] {
            assert!(!check(chatter), "{chatter}");
        }
    }
}
