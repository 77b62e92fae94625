//! Messages as Discord shows them: the content, the embed, the buttons, the reactions.
//!
//! Only the markdown that the bot writes is drawn.

use regex::{Captures, Regex};
use serde_json::Value;

use super::html::{avatar, clock, escaped, somebody};

/// Milliseconds at which Discord's ids begin, and the bits of one that are no time.
const EPOCH: u64 = 1_420_070_400_000;
const NO_TIME: u64 = 22;

const STYLE: &str = "
body { margin: 0; background: #313338; font: 15px/1.4 'Liberation Sans', sans-serif; color: #dbdee1 }
#room { width: 680px; padding: 14px 18px; background: #313338 }
.message { display: flex; gap: 14px; padding: 6px 0 }
.avatar { flex: none; width: 40px; height: 40px; border-radius: 50%; color: #fff; font: bold 18px/40px 'Liberation Sans';
  text-align: center }
.body { flex: 1; min-width: 0 } .who { font-weight: bold; color: #f2f3f5 }
.app { font-size: 10px; background: #5865f2; color: #fff; border-radius: 3px; padding: 1px 4px; margin-left: 4px;
  vertical-align: 2px } .at { color: #949ba4; font-size: 12px; margin-left: 6px }
.embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px; margin: 4px 0; font-size: 14px }
.fields { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; margin-top: 8px } .wide { grid-column: 1 / -1 }
.name { font-weight: bold; color: #f2f3f5; font-size: 13px } .footer { color: #b5bac1; font-size: 12px; margin-top: 8px }
code { font: 12px 'Liberation Mono', monospace; background: #1e1f22; border-radius: 3px; padding: 1px 3px }
pre { font: 12px/1.5 'Liberation Mono', monospace; background: #1e1f22; border-radius: 4px; padding: 8px; margin: 4px 0;
  white-space: pre-wrap }
.small { font-size: 12px; color: #949ba4 } .item { padding-left: 14px; text-indent: -12px } a { color: #00a8fc }
.person { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px }
.moment { background: #404249; border-radius: 3px; padding: 0 2px }
.row { display: flex; gap: 8px; flex-wrap: wrap; margin: 6px 0 } .button { border-radius: 4px; padding: 5px 14px; color: #fff;
  font-size: 14px; background: #4e5058 } .s1 { background: #5865f2 } .s3 { background: #248046 } .s4 { background: #da373c }
.pill { display: inline-block; background: #2b2d31; border-radius: 8px; padding: 1px 7px; margin: 4px 4px 0 0; font-size: 13px }
.thread { border-top: 1px solid #3f4147; margin: 8px 0 4px; padding-top: 4px; color: #949ba4; font-size: 12px }
img { max-width: 100% }
";

/// A message, and what is in its thread; `name` is who has an account.
pub fn page(messages: &[Value], name: &dyn Fn(&str) -> String) -> String {
    let mut shown: Vec<String> = messages.iter().map(|it| message(it, name)).collect();
    if shown.len() > 1 {
        shown.insert(1, "<div class=thread>Thread</div>".to_owned());
    }
    format!("<!doctype html><meta charset=utf-8><style>{STYLE}</style><div id=room>{}</div>", shown.concat())
}

fn message(message: &Value, name: &dyn Fn(&str) -> String) -> String {
    let account = message["author"]["username"].as_str().unwrap_or_default();
    let (who, _) = somebody(account);
    let app = if message["author"]["bot"] == true { "<span class=app>APP</span>" } else { "" };
    let id: u64 = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
    let seconds = i64::try_from(((id >> NO_TIME) + EPOCH) / 1_000).unwrap_or_default();
    let content = markdown(message["content"].as_str().unwrap_or_default(), name);
    let list = |field: &str| message[field].as_array().cloned().unwrap_or_default();
    let embeds: String = list("embeds").iter().map(|it| embed(it, name)).collect();
    let rows: String = list("components").iter().map(row).collect();
    let pills: String = list("reactions").iter().map(pill).collect();
    format!(
        "<div class=message>{}<div class=body><span class=who>{who}</span>{app}<span class=at>{}</span><div>{content}</div>{embeds}{rows}<div>{pills}</div></div></div>",
        avatar(account),
        clock(seconds),
    )
}

fn embed(embed: &Value, name: &dyn Fn(&str) -> String) -> String {
    let colour = embed["color"].as_u64().unwrap_or_default();
    let text = |field: &Value| markdown(field.as_str().unwrap_or_default(), name);
    let field = |field: &Value| {
        let wide = if field["inline"] == true { "" } else { " class=wide" };
        format!("<div{wide}><div class=name>{}</div>{}</div>", text(&field["name"]), text(&field["value"]))
    };
    let fields: String = embed["fields"].as_array().into_iter().flatten().map(field).collect();
    let footer = escaped(embed["footer"]["text"].as_str().unwrap_or_default());
    format!(
        "<div class=embed style='border-color:#{colour:06x}'>{}<div class=fields>{fields}</div><div class=footer>{footer}</div></div>",
        text(&embed["description"])
    )
}

fn row(row: &Value) -> String {
    let button = |button: &Value| {
        let label = escaped(button["label"].as_str().unwrap_or_default());
        format!("<span class='button s{}'>{label}</span>", button["style"].as_u64().unwrap_or_default())
    };
    let buttons: String = row["components"].as_array().into_iter().flatten().map(button).collect();
    format!("<div class=row>{buttons}</div>")
}

fn pill(reaction: &Value) -> String {
    let emoji = reaction["emoji"]["name"].as_str().unwrap_or_default();
    format!("<span class=pill>{emoji} {}</span>", reaction["count"])
}

/// Fenced text as it stands, everything else line by line.
fn markdown(text: &str, name: &dyn Fn(&str) -> String) -> String {
    let parts = text.split("```").enumerate().map(|(place, part)| {
        let lines = || part.trim_matches('\n').lines().map(|it| line(it, name)).collect::<String>();
        if place % 2 == 1 { format!("<pre>{}</pre>", escaped(part.trim_matches('\n'))) } else { lines() }
    });
    parts.collect()
}

fn line(line: &str, name: &dyn Fn(&str) -> String) -> String {
    let (class, rest) = match (line.strip_prefix("-# "), line.strip_prefix("- ")) {
        (Some(small), _) => ("small", small.to_owned()),
        (None, Some(item)) => ("item", format!("• {item}")),
        (None, None) => ("", line.to_owned()),
    };
    format!("<div class='{class}'>{}</div>", inline(&rest, name))
}

/// One look at each piece that means something; a backslash takes its meaning away.
fn inline(text: &str, name: &dyn Fn(&str) -> String) -> String {
    let pieces = r"\\(?P<plain>.)|\*\*|`(?P<code>[^`]+)`|<@(?P<user>\d+)>|<t:(?P<at>\d+)(?::\w)?>|\[(?P<label>(?:\\.|[^\]\\])*)\]\([^)]*\)|(?P<other>[^\\*`<\[]+|.)";
    let Ok(pieces) = Regex::new(pieces) else { return escaped(text) };
    let mut bold = false;
    let shown = pieces.captures_iter(text).map(|found: Captures<'_>| {
        let part = |group: &str| found.name(group).map(|part| part.as_str());
        if let Some(plain) = part("plain").or(part("other")) {
            escaped(plain)
        } else if let Some(code) = part("code") {
            format!("<code>{}</code>", escaped(code))
        } else if let Some(user) = part("user") {
            format!("<span class=person>@{}</span>", escaped(&name(user)))
        } else if let Some(at) = part("at") {
            format!("<span class=moment>today at {}</span>", clock(at.parse().unwrap_or_default()))
        } else if let Some(label) = part("label") {
            format!("<a>{}</a>", escaped(&label.replace('\\', "")))
        } else {
            bold = !bold;
            if bold { "<b>".to_owned() } else { "</b>".to_owned() }
        }
    });
    shown.collect()
}
