//! Files of messages: uploaded with a form, kept, and served under their URL.
//!
//! It does not look into them.

use serde_json::{Value, json};

use super::super::call::File;
use super::super::outcome::Refusal;
use crate::discord::state::{Message, State};

/// Bytes of one file where nobody paid for more.
const LARGEST: usize = 10 * 1024 * 1024;
const MOST: usize = 10;

/// An edit that lists attachments keeps the listed ones only.
pub(super) fn attach(
    state: &mut State,
    message: &mut Message,
    form: &Value,
    files: &[File],
) -> Result<(), Refusal> {
    let listed = form["attachments"].as_array();
    if let Some(listed) = listed {
        let kept = |one: &Value| listed.iter().any(|wanted| wanted["id"] == one["id"]);
        message.attachments.retain(kept);
    }
    for file in files {
        if file.bytes.len() > LARGEST {
            return Err(Refusal::form("files", "BASE_TYPE_FILE_TOO_LARGE", "Request entity too large"));
        }
        let about = listed.and_then(|listed| listed.iter().find(|one| one["id"] == file.number.as_str()));
        let about = about.cloned().unwrap_or_default();
        let attachment = keep(state, message, file, &about);
        message.attachments.push(attachment);
    }
    if message.attachments.len() > MOST {
        let text = format!("Must be {MOST} or fewer in length.");
        return Err(Refusal::form("attachments", "BASE_TYPE_MAX_LENGTH", &text));
    }
    Ok(())
}

fn keep(state: &mut State, message: &Message, file: &File, about: &Value) -> Value {
    let id = state.mint.make();
    let name = about["filename"].as_str().unwrap_or(&file.name);
    let path = format!("/attachments/{}/{id}/{name}", message.channel);
    state.files.insert(path.clone(), file.bytes.clone());
    let url = format!("http://{}{path}", state.address);
    let mut attachment = json!({
        "id": id, "filename": name, "size": file.bytes.len(), "url": url, "proxy_url": url, "content_type": file.kind,
    });
    if let Some(description) = about["description"].as_str() {
        attachment["description"] = json!(description);
    }
    attachment
}

/// `attachment://name` in an embed becomes the URL of that attachment.
pub(super) fn resolve(embed: &Value, attachments: &[Value]) -> Value {
    let mut embed = embed.clone();
    for part in ["image", "thumbnail"] {
        let name = embed[part]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
        let url = name
            .and_then(|name| attachments.iter().find(|one| one["filename"] == name))
            .map(|one| one["url"].clone());
        if let Some(url) = url {
            embed[part]["url"] = url;
        } else if embed[part].is_null() {
            embed.as_object_mut().map(|fields| fields.remove(part));
        }
    }
    embed
}
