//! Permissions: Discord's bits, and what a member may do in a channel after roles and overwrites.
//!
//! Which request needs which permission is said by the requests.

use super::id::Id;

pub const ADD_REACTIONS: u64 = 1 << 6;
pub const ADMINISTRATOR: u64 = 1 << 3;
pub const MANAGE_CHANNELS: u64 = 1 << 4;
pub const VIEW_CHANNEL: u64 = 1 << 10;
pub const SEND_MESSAGES: u64 = 1 << 11;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const EMBED_LINKS: u64 = 1 << 14;
pub const ATTACH_FILES: u64 = 1 << 15;
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub const MANAGE_ROLES: u64 = 1 << 28;
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
pub const MANAGE_THREADS: u64 = 1 << 34;
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
pub const PIN_MESSAGES: u64 = 1 << 51;

/// What everybody in a furnished guild may do.
pub const EVERYBODY: u64 = ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;
/// What the bot was given on top when it was invited.
pub const THE_BOT: u64 = EVERYBODY
    | MANAGE_CHANNELS
    | MANAGE_MESSAGES
    | MANAGE_ROLES
    | MANAGE_THREADS
    | CREATE_PRIVATE_THREADS
    | PIN_MESSAGES;
pub const ALL: u64 = THE_BOT | ADMINISTRATOR | MENTION_EVERYONE;

/// One exception of a channel, for a role or for a member.
#[derive(Clone, Copy, Debug)]
pub struct Overwrite {
    pub of: Id,
    pub is_member: bool,
    pub allow: u64,
    pub deny: u64,
}

/// Discord's documented order: @everyone's exception, then those of the roles together, then the member's own.
pub fn in_channel(base: u64, everyone: Id, roles: &[Id], member: Id, overwrites: &[Overwrite]) -> u64 {
    if base & ADMINISTRATOR != 0 {
        return ALL;
    }
    let of = |wanted: Id, is_member| {
        overwrites.iter().filter(move |one| one.of == wanted && one.is_member == is_member)
    };
    let mut permissions = base;
    let mut apply = |those: Vec<&Overwrite>| {
        let (allow, deny) = those.iter().fold((0, 0), |sum, one| (sum.0 | one.allow, sum.1 | one.deny));
        permissions = permissions & !deny | allow;
    };
    apply(of(everyone, false).collect());
    apply(roles.iter().flat_map(|role| of(*role, false)).collect());
    apply(of(member, true).collect());
    // Who cannot see a channel can do nothing in it.
    if permissions & VIEW_CHANNEL == 0 { 0 } else { permissions }
}
