//! The four people of a story, by their account and their name; and one whom the policy does not know.
//!
//! What they may do is in the story's policy.

/// In every chat their account has the same name.
pub const PEOPLE: [(&str, &str); 4] =
    [("alice", "Alice Archer"), ("bob", "Bob Baker"), ("carol", "Carol Chen"), ("dave", "Dave Dunn")];

/// Is in the same channel, and in no policy.
pub const STRANGER: &str = "mallory";
