//! A card of Slack or Discord, as words that stand for the neutral message again.
//!
//! It undoes only what an adapter has to choose: the sign of the tone, names in place of accounts, moments, markup and its escaping.
//! Everything else stays as the person reads it.

use regex::{Captures, Regex};
use serde_json::Value;

use super::Button;
use crate::world::people::PEOPLE;

/// The sign in Slack's title, the words in Discord's footer, and the tone that they stand for.
const TONES: &[(&str, &str, &str)] = &[
    ("💬", "For information", "[note]"),
    ("✋", "Waiting for somebody", "[waiting]"),
    ("⏳", "In progress", "[working]"),
    ("🟢", "Good", "[good]"),
    ("⚠️", "Warning", "[warning]"),
    ("🔴", "Problem", "[bad]"),
];

/// The text that Slack's stand-in made of blocks, and the buttons below it.
pub(super) fn of_a_card(text: &str, buttons: &[Button]) -> String {
    let sign = TONES.iter().find_map(|(sign, _, tone)| Some((text.strip_prefix(sign)?, tone)));
    let text = sign.map_or_else(|| text.to_owned(), |(rest, tone)| format!("{tone} {}", rest.trim_start()));
    let named = PEOPLE.iter().fold(text, |text, (account, name)| text.replace(name, &format!("@{account}")));
    let patterns = [
        (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "(time)"),
        ("(?m)^- ", "• "),
        ("(?m)^🖼 ", ""),
        // The line that notifies people.
        (r"(?m)\n@\w+(?: @\w+)*$", ""),
    ];
    let words = patterns.iter().fold(named, |text, (pattern, shown)| match Regex::new(pattern) {
        Ok(pattern) => pattern.replace_all(&text, *shown).into_owned(),
        Err(error) => error.to_string(),
    });
    with_buttons(words, buttons)
}

/// A message of Discord as its API has it; `name` is whose account an id is.
pub(super) fn of_an_embed(message: &Value, buttons: &[Button], name: &dyn Fn(&str) -> String) -> String {
    let text = |value: &Value| unmarked(value.as_str().unwrap_or_default(), name);
    // Below the title stands whom it notifies.
    let title = message["content"].as_str().unwrap_or_default().split("\n<@").next();
    let mut lines = vec![unmarked(title.unwrap_or_default(), name)];
    for embed in message["embeds"].as_array().into_iter().flatten() {
        let footer = embed["footer"]["text"].as_str().unwrap_or_default();
        let tone = TONES.iter().find(|(_, words, _)| footer.starts_with(words));
        if let (Some((_, _, tone)), Some(title)) = (tone, lines.first_mut()) {
            *title = format!("{tone} {title}");
        }
        let pair = |field: &Value| format!("{}: {}", text(&field["name"]), text(&field["value"]));
        lines.extend(embed["fields"].as_array().into_iter().flatten().map(pair));
        lines.push(text(&embed["description"]));
        if embed["image"].is_object() {
            let alt = message["attachments"]
                .as_array()
                .into_iter()
                .flatten()
                .find_map(|it| it["description"].as_str());
            lines.extend(alt.map(str::to_owned));
        }
    }
    lines.retain(|line| !line.is_empty());
    with_buttons(lines.join("\n"), buttons)
}

fn with_buttons(text: String, buttons: &[Button]) -> String {
    if buttons.is_empty() {
        return text;
    }
    let row: Vec<_> = buttons.iter().map(|it| format!("[{} → {}]", it.label, it.command)).collect();
    format!("{text}\n{}", row.join(" "))
}

/// Without Discord's markdown: one look at each piece that means something, for a backslash takes its meaning away.
fn unmarked(text: &str, name: &dyn Fn(&str) -> String) -> String {
    const PIECES: &str = concat!(
        r"(?m)^```\n?|\n?```$|^-\# |\*\*|(?P<bullet>^- )|\\(?P<plain>.)|`(?P<code>[^`\n]+)`|<@(?P<user>\d+)>",
        r"|(?P<at><t:\d+(?::\w)?>)|\[(?P<label>(?:\\.|[^\]\\])*)\]\([^)]*\)|(?P<other>(?s).)"
    );
    let Ok(pieces) = Regex::new(PIECES) else { return text.to_owned() };
    let shown = pieces.captures_iter(text).map(|found: Captures<'_>| {
        let part = |group: &str| found.name(group).map(|part| part.as_str());
        match (part("plain").or(part("code")).or(part("other")), part("user"), part("label")) {
            (Some(text), _, _) => text.replace('\u{200b}', ""),
            (None, Some(user), _) => format!("@{}", name(user)),
            (None, None, Some(label)) => label.replace('\\', ""),
            (None, None, None) if part("at").is_some() => "(time)".to_owned(),
            (None, None, None) if part("bullet").is_some() => "• ".to_owned(),
            (None, None, None) => String::new(),
        }
    });
    shown.collect()
}
