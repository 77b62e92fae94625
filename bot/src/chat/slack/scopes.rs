//! What the app has to be allowed in a workspace, and what for.
//!
//! It asks for nothing itself.

/// The bot token's scopes: the manifest asks for them, and `watchkeeper doctor` looks whether they are there.
pub const BOT_SCOPES: &[(&str, &str)] = &[
    ("app_mentions:read", "hear @watchkeeper"),
    ("bookmarks:read", "see the links above an incident's channel"),
    ("bookmarks:write", "keep the links above an incident's channel"),
    ("channels:history", "find its own messages, and hear what is said in its threads"),
    ("channels:manage", "make, name, archive and invite to the channels of incidents"),
    ("channels:read", "see whether it is in a channel"),
    ("chat:write", "post and edit messages"),
    ("commands", "have slash commands and shortcuts"),
    ("files:read", "see which of its files are in a thread"),
    ("files:write", "bring long output and plots as files"),
    ("groups:history", "the same in private channels"),
    ("groups:read", "the same in private channels"),
    ("im:history", "hear what is said to it directly"),
    ("reactions:read", "count votes"),
    ("reactions:write", "offer reactions on its cards"),
];
