//! Files, the two steps of it: an address for the bytes, then the message that shares them.
//!
//! The bytes themselves come in at the address, see `server`.

use serde_json::{Value, json};

use super::super::changes;
use super::super::state::{File, Message, Upload};
use super::call::{Answer, Call, Refused};

const MOST_FILES: usize = 10;

pub(super) fn address(call: &mut Call<'_>) -> Answer {
    let length = call.args.number("length").unwrap_or_default();
    let name = call.args.word("filename").to_owned();
    if length == 0 || name.is_empty() {
        return Err("invalid_arguments".into());
    }
    let file = call.state.next_id("F");
    let upload = Upload { file: file.clone(), team: call.team.clone(), name, length, bytes: None };
    call.state.uploads.push(upload);
    Ok(json!({"upload_url": format!("{}/upload/{file}", call.state.base), "file_id": file}))
}

pub(super) fn complete(call: &mut Call<'_>) -> Answer {
    let wanted = call.args.json("files").and_then(Value::as_array).cloned().unwrap_or_default();
    if wanted.is_empty() || wanted.len() > MOST_FILES {
        return Err("invalid_arguments".into());
    }
    if call.args.text("channel_id").is_some() {
        call.is_inside("channel_id")?;
        call.needs("chat:write")?;
    }
    for file in &wanted {
        let known = |upload: &&Upload| file["id"] == *upload.file && upload.team == call.team;
        match call.state.uploads.iter().find(known) {
            Some(upload) if upload.bytes.is_some() => {}
            Some(_) | None => return Err("file_not_found".into()),
        }
    }
    let files: Vec<_> = wanted.iter().filter_map(|file| finish(call, file)).collect();
    if call.args.text("channel_id").is_some() {
        share(call, &files)?;
    }
    Ok(json!({"files": files}))
}

fn finish(call: &mut Call<'_>, wanted: &Value) -> Option<Value> {
    let at = call.state.uploads.iter().position(|upload| wanted["id"] == *upload.file)?;
    let upload = call.state.uploads.swap_remove(at);
    let title = wanted["title"].as_str().unwrap_or(&upload.name).to_owned();
    let file = File {
        id: upload.file,
        team: call.team.clone(),
        user: call.me(),
        name: upload.name,
        title,
        bytes: upload.bytes?,
    };
    let shown = file.shown(&call.state.base);
    call.state.files.push(file);
    Some(shown)
}

fn share(call: &mut Call<'_>, files: &[Value]) -> Result<(), Refused> {
    let channel = call.channel("channel_id")?.id.clone();
    let thread = call.args.text("thread_ts").map(str::to_owned);
    let known = |thread: &String| call.channel("channel_id").is_ok_and(|it| it.message(thread).is_some());
    if thread.as_ref().is_some_and(|thread| !known(thread)) {
        return Err("thread_not_found".into());
    }
    let message = Message {
        user: call.me(),
        by_bot: true,
        text: call.args.word("initial_comment").to_owned(),
        thread,
        files: files.to_vec(),
        ..Message::default()
    };
    changes::say(call.state, &call.team, &channel, message);
    Ok(())
}
