//! How a message of ours is known again: by its nonce for the minutes that Discord keeps it, and by its footer for ever.
//!
//! Discord does not hand nonces back, so a message whose post was not answered is looked for by what it shows: its last words are
//! its key, small and grey. A hidden marker would need a link in each card, which people would press.

use sha2::{Digest as _, Sha256};

use super::spot::Spot;

/// Discord takes 25 characters.
const NONCE_CHARS: usize = 24;
const BETWEEN: &str = " · ";

/// The same for the same message in the same place, so that Discord itself refuses to post it twice.
pub(super) fn nonce(spot: Spot, key: &str) -> String {
    let hash = Sha256::digest(format!("{}/{}/{key}", spot.guild, spot.channel).as_bytes());
    let mut nonce: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    nonce.truncate(NONCE_CHARS);
    nonce
}

/// What a card is, what else stands in small letters, and its key.
pub(super) fn footer(words: &str, small: &[String], key: &str) -> String {
    let small = small.iter().map(String::as_str);
    std::iter::once(words).chain(small).chain([key]).collect::<Vec<_>>().join(BETWEEN)
}

/// What the message with this footer is about.
pub(super) fn key(footer: &str) -> Option<&str> {
    footer.rsplit_once(BETWEEN).map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_can_be_read_from_the_footer() {
        assert_eq!(key(&footer("In progress", &[], "op/12")), Some("op/12"));
        let small = ["OP-12 · plan 0a1b".to_owned()];
        assert_eq!(footer("In progress", &small, "op/12"), "In progress · OP-12 · plan 0a1b · op/12");
        assert_eq!(key(&footer("In progress", &small, "op/12")), Some("op/12"));
        assert_eq!(key("something else"), None);
    }

    #[test]
    fn a_nonce_is_one_of_its_message_and_place() {
        let spot = Spot { guild: 1, channel: 2, thread: None };
        assert_eq!(nonce(spot, "op/12"), nonce(Spot { thread: Some(3), ..spot }, "op/12"));
        assert_ne!(nonce(spot, "op/12"), nonce(spot, "op/13"));
        assert_ne!(nonce(spot, "op/12"), nonce(Spot { channel: 3, ..spot }, "op/12"));
        assert_eq!(nonce(spot, "op/12").len(), NONCE_CHARS);
    }
}
