//! `bookmarks.add`, `.edit`, `.list` and `.remove`: the links above a channel.
//!
//! Links only, no folders.

use serde_json::json;

use super::super::state::{Bookmark, seconds};
use super::call::{Answer, Call, Refused};

const MOST_BOOKMARKS: usize = 100;

pub(super) fn add(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel_id")?;
    if call.args.word("type") != "link" {
        return Err("invalid_bookmark_type".into());
    }
    let link = call.args.word("link").to_owned();
    check_link(&link)?;
    if call.channel("channel_id")?.bookmarks.len() >= MOST_BOOKMARKS {
        return Err("too_many_bookmarks".into());
    }
    let (id, now) = (call.state.next_id("Bk"), seconds());
    let bookmark = Bookmark {
        id: id.clone(),
        title: call.args.word("title").to_owned(),
        link,
        emoji: call.args.word("emoji").to_owned(),
        by: call.me(),
        created: now,
        updated: now,
    };
    call.channel_mut("channel_id")?.bookmarks.push(bookmark);
    shown(call, &id)
}

pub(super) fn edit(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel_id")?;
    let (id, me, now) = (call.args.word("bookmark_id").to_owned(), call.me(), seconds());
    let given = ["title", "link", "emoji"].map(|name| call.args.text(name).map(str::to_owned));
    if let Some(link) = &given[1] {
        check_link(link)?;
    }
    let channel = call.channel_mut("channel_id")?;
    let Some(bookmark) = channel.bookmarks.iter_mut().find(|bookmark| bookmark.id == id) else {
        return Err("not_found".into());
    };
    let fields = [&mut bookmark.title, &mut bookmark.link, &mut bookmark.emoji];
    for (field, value) in fields.into_iter().zip(given) {
        if let Some(value) = value {
            *field = value;
        }
    }
    bookmark.by = me;
    bookmark.updated = now;
    shown(call, &id)
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel_id")?;
    let bookmarks: Vec<_> =
        channel.bookmarks.iter().map(|bookmark| bookmark.shown(&channel.id, &call.team)).collect();
    Ok(json!({"bookmarks": bookmarks}))
}

pub(super) fn remove(call: &mut Call<'_>) -> Answer {
    call.is_inside("channel_id")?;
    let id = call.args.word("bookmark_id").to_owned();
    let channel = call.channel_mut("channel_id")?;
    let before = channel.bookmarks.len();
    channel.bookmarks.retain(|bookmark| bookmark.id != id);
    if channel.bookmarks.len() < before { Ok(json!({})) } else { Err("not_found".into()) }
}

fn shown(call: &Call<'_>, id: &str) -> Answer {
    let channel = call.channel("channel_id")?;
    let bookmark = channel.bookmarks.iter().find(|bookmark| bookmark.id == id);
    Ok(json!({"bookmark": bookmark.map(|bookmark| bookmark.shown(&channel.id, &call.team))}))
}

fn check_link(link: &str) -> Result<(), Refused> {
    let right = link.starts_with("https://") || link.starts_with("http://");
    if right { Ok(()) } else { Err("invalid_link".into()) }
}
