//! THE LIST of the methods that the stand-in has, with what each needs and takes.
//!
//! What the frozen official description (`tests/data/slack/web-api/parameters.json`) says of a method's arguments is read from
//! there; what Slack's reference pages have added since 2021 is written here.

use super::call::{Answer, Call};
use super::{bookmarks, channels, chat, files, history, pins, reactions, update, users, views, workspace};

pub(in super::super) struct Method {
    pub(in super::super) name: &'static str,
    pub(super) scope: Scope,
    /// Further arguments, as `name:kind`; a required one ends in `!`.
    pub(super) added: &'static str,
    pub(super) run: fn(&mut Call<'_>) -> Answer,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Scope {
    Nothing,
    One(&'static str),
    /// `channels:…`, `groups:…` or `im:…` with this, by the kind of the conversation; the method asks itself.
    Conversation,
    /// The app-level token with `connections:write`.
    AppToken,
}

const fn method(
    name: &'static str,
    scope: Scope,
    added: &'static str,
    run: fn(&mut Call<'_>) -> Answer,
) -> Method {
    Method { name, scope, added, run }
}

use Scope::{AppToken, Conversation, Nothing, One};

/// What `chat.postMessage` takes besides the frozen description.
const POST: &str = "metadata:json markdown_text:string client_msg_id:string";

pub(in super::super) const METHODS: &[Method] = &[
    method("apps.connections.open", AppToken, "", workspace::connect),
    method("auth.test", Nothing, "", workspace::auth_test),
    method(
        "bookmarks.add",
        One("bookmarks:write"),
        "channel_id:string! title:string! type:string! link:string emoji:string entity_id:string parent_id:string",
        bookmarks::add,
    ),
    method(
        "bookmarks.edit",
        One("bookmarks:write"),
        "channel_id:string! bookmark_id:string! title:string link:string emoji:string",
        bookmarks::edit,
    ),
    method("bookmarks.list", One("bookmarks:read"), "channel_id:string!", bookmarks::list),
    method(
        "bookmarks.remove",
        One("bookmarks:write"),
        "channel_id:string! bookmark_id:string! quip_section_id:string",
        bookmarks::remove,
    ),
    method("bots.info", One("users:read"), "", workspace::bot),
    method("chat.delete", One("chat:write"), "", update::delete),
    method("chat.getPermalink", Nothing, "", update::permalink),
    method("chat.postEphemeral", One("chat:write"), "markdown_text:string", chat::post_ephemeral),
    method("chat.postMessage", One("chat:write"), POST, chat::post),
    method(
        "chat.update",
        One("chat:write"),
        "metadata:json markdown_text:string file_ids:json reply_broadcast:boolean unfurl_links:boolean \
         unfurl_media:boolean",
        update::update,
    ),
    method("conversations.archive", Conversation, "", channels::archive),
    method("conversations.create", Conversation, "", channels::create),
    method("conversations.history", Conversation, "include_all_metadata:boolean", history::history),
    method("conversations.info", Conversation, "", channels::info),
    method("conversations.invite", Conversation, "force:boolean", channels::invite),
    method("conversations.join", One("channels:join"), "", channels::join),
    method("conversations.list", Conversation, "", channels::list),
    method("conversations.members", Conversation, "", channels::members),
    method("conversations.open", Conversation, "prevent_creation:boolean", channels::open),
    method("conversations.replies", Conversation, "include_all_metadata:boolean", history::replies),
    method("conversations.setTopic", Conversation, "", channels::set_topic),
    method("conversations.unarchive", Conversation, "", channels::unarchive),
    method(
        "files.completeUploadExternal",
        One("files:write"),
        "files:json! channel_id:string channels:string initial_comment:string thread_ts:ts blocks:json",
        files::complete,
    ),
    method(
        "files.getUploadURLExternal",
        One("files:write"),
        "filename:string! length:integer! alt_txt:string alt_text:string snippet_type:string",
        files::address,
    ),
    method("pins.add", One("pins:write"), "", pins::add),
    method("pins.list", One("pins:read"), "channel:string!", pins::list),
    method("pins.remove", One("pins:write"), "", pins::remove),
    method("reactions.add", One("reactions:write"), "", reactions::add),
    method("reactions.get", One("reactions:read"), "", reactions::get),
    method("reactions.remove", One("reactions:write"), "", reactions::remove),
    method("team.info", One("team:read"), "domain:string", workspace::team),
    method("usergroups.list", One("usergroups:read"), "", users::groups),
    method("usergroups.users.list", One("usergroups:read"), "", users::group_users),
    method("users.info", One("users:read"), "", users::info),
    method("users.list", One("users:read"), "", users::list),
    method("users.lookupByEmail", One("users:read.email"), "", users::by_email),
    method("views.open", Nothing, "interactivity_pointer:string", views::open),
    method("views.publish", Nothing, "", views::publish),
    method("views.push", Nothing, "interactivity_pointer:string", views::push),
    method("views.update", Nothing, "", views::update),
];

pub(in super::super) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}
