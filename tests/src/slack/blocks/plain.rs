//! Blocks as a person reads them, without looks: one line or paragraph after the other.
//!
//! Buttons and selects are not among the lines; they are listed beside.

use serde_json::Value;

use super::mrkdwn::readable;

/// Names for ids that stand in text: `U0ALICE` → `alice`.
pub type Names<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The lines that these blocks show.
pub fn lines(blocks: &Value, names: Names<'_>) -> Vec<String> {
    let list = blocks.as_array().into_iter().flatten();
    list.flat_map(|block| block_lines(block, names)).filter(|line| !line.is_empty()).collect()
}

fn block_lines(block: &Value, names: Names<'_>) -> Vec<String> {
    let each = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|element| text_of(element, names)).collect()
    };
    match block["type"].as_str().unwrap_or_default() {
        "header" => vec![text_of(&block["text"], names)],
        "section" => {
            let text = text_of(&block["text"], names);
            std::iter::once(text).chain(each(&block["fields"])).collect()
        }
        "context" => vec![each(&block["elements"]).join(" ")],
        "divider" => vec!["---".to_owned()],
        "image" => {
            let title = text_of(&block["title"], names);
            vec![title, format!("[image: {}]", block["alt_text"].as_str().unwrap_or_default())]
        }
        "markdown" => vec![block["text"].as_str().unwrap_or_default().to_owned()],
        "rich_text" => {
            block["elements"].as_array().into_iter().flatten().map(|part| rich(part, names)).collect()
        }
        "input" => vec![text_of(&block["label"], names)],
        "table" => {
            let rows = block["rows"].as_array().into_iter().flatten();
            rows.map(|row| row_cells(row, names).join(" | ")).collect()
        }
        _ => vec![],
    }
}

/// A text object, or the alternative text of an image.
pub fn text_of(object: &Value, names: Names<'_>) -> String {
    let text = object["text"].as_str().unwrap_or_default();
    match object["type"].as_str().unwrap_or_default() {
        "mrkdwn" => readable(text, names),
        "plain_text" => text.to_owned(),
        "image" => format!("[image: {}]", object["alt_text"].as_str().unwrap_or_default()),
        _ => String::new(),
    }
}

fn row_cells(row: &Value, names: Names<'_>) -> Vec<String> {
    let cell = |cell: &Value| match cell["type"].as_str() {
        Some("raw_text") => cell["text"].as_str().unwrap_or_default().to_owned(),
        _ => cell["elements"].as_array().into_iter().flatten().map(|part| rich(part, names)).collect(),
    };
    row.as_array().into_iter().flatten().map(cell).collect()
}

fn rich(part: &Value, names: Names<'_>) -> String {
    let list = part["elements"].as_array().into_iter().flatten();
    if part["type"] == "rich_text_list" {
        let items: Vec<_> = list.map(|item| format!("- {}", rich(item, names))).collect();
        return items.join("\n");
    }
    list.map(|inline| rich_inline(inline, names)).collect()
}

fn rich_inline(inline: &Value, names: Names<'_>) -> String {
    let field = |name: &str| inline[name].as_str().unwrap_or_default().to_owned();
    let named = |sign: char, id: &str| format!("{sign}{}", names(id).unwrap_or_else(|| id.to_owned()));
    match inline["type"].as_str().unwrap_or_default() {
        "text" => field("text"),
        "link" => inline["text"].as_str().map_or_else(|| field("url"), str::to_owned),
        "user" => named('@', &field("user_id")),
        "usergroup" => named('@', &field("usergroup_id")),
        "channel" => named('#', &field("channel_id")),
        "emoji" => format!(":{}:", field("name")),
        "broadcast" => format!("@{}", field("range")),
        "date" => field("fallback"),
        _ => String::new(),
    }
}
