//! What becomes of a message after it was posted: `chat.update`, `chat.delete`, and the link to it.
//!
//! The bot changes its own messages only.

use serde_json::json;

use super::super::changes;
use super::call::{Answer, Call, Refused};
use super::chat::{Content, MOST_TEXT_OF_UPDATE};

pub(super) fn update(call: &mut Call<'_>) -> Answer {
    let (channel, ts) = own_message(call, "cant_update_message")?;
    let content = Content::of(&call.args, MOST_TEXT_OF_UPDATE)?;
    // What is not given stays; an empty list takes away.
    let (text, edited) = (content.text.clone(), (call.me(), call.state.next_ts()));
    changes::edit(call.state, &call.team, &channel, &ts, |message| {
        let new = content.into_message();
        message.text = new.text;
        // What Slack does about a mention that is edited in it does not document; here it counts.
        message.pinged.extend(new.pinged);
        let parts = [
            (&mut message.blocks, new.blocks),
            (&mut message.attachments, new.attachments),
            (&mut message.metadata, new.metadata),
        ];
        for (part, new) in parts {
            if let Some(new) = new {
                *part = Some(new).filter(|new| new.as_array().is_none_or(|list| !list.is_empty()));
            }
        }
        message.edited = Some(edited);
    });
    let shown = changes::with_message(call.state, &call.team, &channel, &ts, |state, team, _, message| {
        let mut shown = message.plain(state, team);
        // Slack has it beside the message only.
        shown.as_object_mut().map(|fields| fields.remove("ts"));
        shown
    });
    Ok(json!({"channel": channel, "ts": ts, "text": text, "message": shown}))
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let (channel, ts) = own_message(call, "cant_delete_message")?;
    changes::delete(call.state, &call.team, &channel, &ts);
    Ok(json!({"channel": channel, "ts": ts}))
}

pub(super) fn permalink(call: &mut Call<'_>) -> Answer {
    let channel = call.channel("channel")?;
    let ts = call.args.word("message_ts");
    if channel.message(ts).is_none() {
        return Err("message_not_found".into());
    }
    let (id, team) = (&channel.id, &call.team()?.name);
    let link = format!("https://{team}.slack.example/archives/{id}/p{}", ts.replace('.', ""));
    Ok(json!({"channel": id, "permalink": link}))
}

/// The message that is meant, if the bot wrote it and can still reach it.
fn own_message(call: &Call<'_>, otherwise: &str) -> Result<(String, String), Refused> {
    let channel = call.channel("channel")?;
    let ts = call.args.word("ts");
    let Some(message) = channel.message(ts) else { return Err("message_not_found".into()) };
    if channel.archived {
        return Err("is_archived".into());
    }
    if message.user != call.me() {
        return Err(otherwise.into());
    }
    Ok((channel.id.clone(), ts.to_owned()))
}
