//! Blocks as a reader of Slack sees them, roughly, in plain text: for snapshots.
//!
//! It judges nothing.

use serde_json::Value;

pub(super) fn seen(blocks: &[Value]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(block: &Value) -> String {
    match kind(block) {
        "header" => format!("# {}", text(&block["text"])),
        "rich_text" => elements(block).iter().map(rich).collect::<Vec<_>>().join("\n"),
        "context" => format!("— {}", elements(block).iter().map(text).collect::<Vec<_>>().join(" · ")),
        "actions" => elements(block).iter().map(button).collect::<Vec<_>>().join(" "),
        other => panic!("nobody renders {other}"),
    }
}

fn rich(element: &Value) -> String {
    let inside = || elements(element).iter().map(inline).collect::<String>();
    match kind(element) {
        "rich_text_section" => inside(),
        "rich_text_list" => {
            elements(element).iter().map(|item| format!("• {}", rich(item))).collect::<Vec<_>>().join("\n")
        }
        "rich_text_preformatted" => {
            inside().lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
        }
        other => panic!("nobody renders {other}"),
    }
}

fn inline(element: &Value) -> String {
    let text = element["text"].as_str().unwrap_or_default();
    match kind(element) {
        "text" if element["style"]["bold"] == true => format!("**{text}**"),
        "text" if element["style"]["code"] == true => format!("`{text}`"),
        "text" => text.to_owned(),
        "link" => format!("[{text}]({})", element["url"].as_str().unwrap_or_default()),
        "date" => format!("({} as {})", element["fallback"].as_str().unwrap_or_default(), element["format"]),
        other => panic!("nobody renders {other}"),
    }
}

fn button(element: &Value) -> String {
    let style = element["style"].as_str().map(|style| format!(", {style}")).unwrap_or_default();
    format!("[{} → {}{style}]", text(&element["text"]), element["value"].as_str().unwrap_or_default())
}

fn text(object: &Value) -> String {
    let text = object["text"].as_str().unwrap_or_default();
    if kind(object) == "mrkdwn" { format!("mrkdwn {text}") } else { text.to_owned() }
}

fn kind(value: &Value) -> &str {
    value["type"].as_str().unwrap_or("what has no type")
}

fn elements(value: &Value) -> &[Value] {
    value["elements"].as_array().map(Vec::as_slice).unwrap_or_default()
}
