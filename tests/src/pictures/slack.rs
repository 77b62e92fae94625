//! Messages as Slack shows them, from their Block Kit.
//!
//! Only the blocks that the bot sends are drawn; another one is left out, and seen to be.

use regex::Regex;
use serde_json::Value;

use super::html::{avatar, clock, escaped, somebody};
use crate::slack::{Reacted, Seen};

const STYLE: &str = "
body { margin: 0; background: #fff; font: 15px/1.46 'Liberation Sans', sans-serif; color: #1d1c1d }
#room { width: 680px; padding: 14px 18px }
.message { display: flex; gap: 10px; padding: 6px 0 }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 6px; color: #fff; font: bold 18px/36px 'Liberation Sans';
  text-align: center }
.body { flex: 1; min-width: 0 }
.who { font-weight: bold }
.lines { white-space: pre-wrap } .app { font-size: 10px; background: #ddd; color: #555; border-radius: 2px; padding: 1px 3px;
  margin-left: 4px; vertical-align: 2px } .at { color: #616061; font-size: 12px; margin-left: 6px }
h3 { font-size: 18px; margin: 4px 0 6px } ul { margin: 2px 0; padding-left: 24px }
code { font: 12px 'Liberation Mono', monospace; color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px;
  padding: 1px 3px }
pre { font: 12px/1.5 'Liberation Mono', monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px;
  padding: 8px; margin: 4px 0; white-space: pre-wrap }
a { color: #1264a3; text-decoration: none } .context { color: #616061; font-size: 12px; margin: 6px 0 }
.actions { margin: 8px 0 2px; display: flex; gap: 8px; flex-wrap: wrap }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px; font-weight: bold; font-size: 14px }
.primary { background: #007a5a; border-color: #007a5a; color: #fff } .danger { background: #e01e5a; border-color: #e01e5a;
  color: #fff }
.pill { display: inline-block; border-radius: 12px; background: #efefef; padding: 1px 8px; margin: 4px 4px 0 0; font-size: 12px }
.replies { border-top: 1px solid #ddd; margin-top: 8px; padding-top: 4px }
";

/// A message, and what hangs under it.
pub fn page(messages: &[Seen]) -> String {
    let mut shown: Vec<String> = messages.iter().map(message).collect();
    if shown.len() > 1 {
        shown.insert(1, "<div class=replies></div>".to_owned());
    }
    format!("<!doctype html><meta charset=utf-8><style>{STYLE}</style><div id=room>{}</div>", shown.concat())
}

fn message(seen: &Seen) -> String {
    let (name, _) = somebody(&seen.author);
    let app = if seen.raw["bot_id"].is_string() { "<span class=app>APP</span>" } else { "" };
    let seconds = seen.ts.split('.').next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    let blocks = seen.raw["blocks"].as_array().into_iter().flatten().map(block).collect::<String>();
    let pills = seen.reactions.iter().map(pill).collect::<String>();
    format!(
        "<div class=message>{}<div class=body><span class=who>{name}</span>{app}<span class=at>{}</span>{blocks}<div>{pills}</div></div></div>",
        avatar(&seen.author),
        clock(seconds),
    )
}

fn block(block: &Value) -> String {
    let elements = || block["elements"].as_array().into_iter().flatten();
    match block["type"].as_str().unwrap_or_default() {
        "header" => format!("<h3>{}</h3>", text_object(&block["text"])),
        "rich_text" => elements().map(rich).collect(),
        "context" => {
            let words: Vec<_> = elements().map(text_object).collect();
            format!("<div class=context>{}</div>", words.join(" "))
        }
        "actions" => format!("<div class=actions>{}</div>", elements().map(button).collect::<String>()),
        other => format!("<div>({other})</div>"),
    }
}

fn rich(part: &Value) -> String {
    let inside = || part["elements"].as_array().into_iter().flatten();
    match part["type"].as_str().unwrap_or_default() {
        "rich_text_list" => {
            format!(
                "<ul>{}</ul>",
                inside().map(|item| format!("<li>{}</li>", rich(item))).collect::<String>()
            )
        }
        "rich_text_preformatted" => format!("<pre>{}</pre>", inside().map(inline).collect::<String>()),
        _ => format!("<div class=lines>{}</div>", inside().map(inline).collect::<String>()),
    }
}

fn inline(inline: &Value) -> String {
    let field = |name: &str| escaped(inline[name].as_str().unwrap_or_default());
    match inline["type"].as_str().unwrap_or_default() {
        "text" if inline["style"]["code"] == true => format!("<code>{}</code>", field("text")),
        "text" if inline["style"]["bold"] == true => format!("<b>{}</b>", field("text")),
        // As Slack's clients send what people type.
        "text" => field("text").replace("&lt;@U0WATCHKEEPER&gt;", "<a>@Watchkeeper</a>"),
        "link" => format!("<a>{}</a>", field("text")),
        "date" => format!("today at {}", clock(inline["timestamp"].as_i64().unwrap_or_default())),
        // The stand-in makes its ids of the handles.
        "user" => {
            format!("<a>@{}</a>", somebody(&field("user_id").trim_start_matches("U0").to_lowercase()).0)
        }
        other => format!("({other})"),
    }
}

/// Plain text, or `mrkdwn` with links and moments.
fn text_object(object: &Value) -> String {
    let text = object["text"].as_str().unwrap_or_default();
    if object["type"] == "plain_text" {
        return escaped(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
    }
    let moments = Regex::new(r"<!date\^(\d+)\^[^|>]*\|[^>]*>").map(|moment| {
        let shown =
            |found: &regex::Captures<'_>| format!("today at {}", clock(found[1].parse().unwrap_or_default()));
        moment.replace_all(text, shown).into_owned()
    });
    let links = Regex::new(r"<[^|>]+\|([^>]*)>");
    match (moments, links) {
        (Ok(text), Ok(link)) => link.replace_all(&text, "<a>$1</a>").into_owned(),
        (Err(error), _) | (_, Err(error)) => error.to_string(),
    }
}

fn button(button: &Value) -> String {
    let style = button["style"].as_str().unwrap_or_default();
    format!("<span class='button {style}'>{}</span>", text_object(&button["text"]))
}

fn pill(reacted: &Reacted) -> String {
    let emoji = emojis::get_by_shortcode(&reacted.name).map_or(reacted.name.as_str(), emojis::Emoji::as_str);
    format!("<span class=pill>{emoji} {}</span>", reacted.count)
}
