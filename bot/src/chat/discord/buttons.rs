//! Buttons: which command pressing one types.
//!
//! The command itself is the button's id while it fits. A longer one is shown in the card, and the id is its digest: what is
//! pressed is then exactly what stood there, and nothing is kept elsewhere.

use std::collections::BTreeSet;

use ::commands::message::{Button as Wanted, Message, Weight};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const MAX_ID: usize = 100;
const MAX_LABEL: usize = 80;
const MAX_IN_ROW: usize = 5;
const MAX_ROWS: usize = 5;
/// Of all commands that a card spells out; what is longer is no line of a card.
const MAX_SPELLED_OUT: usize = 1_500;
const TYPES: &str = "types:";
const SAYS: &str = "says:";
const DIGEST_CHARS: usize = 32;

/// A button as Discord takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Button {
    #[serde(rename = "type")]
    kind: u8,
    style: u8,
    label: String,
    custom_id: String,
}

/// The text of an embed, where commands are spelled out.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    pub(super) description: Option<String>,
}

/// The buttons, and those whose command has to stand in the card: too long for an id, or one too many.
pub(super) fn of(message: &Message) -> (Vec<Button>, Vec<&Wanted>) {
    let (mut buttons, mut spelled_out, mut ids) = (vec![], vec![], BTreeSet::new());
    let mut room = MAX_SPELLED_OUT;
    for wanted in &message.buttons {
        let typed = format!("{TYPES}{}", wanted.command);
        let fits = super::render::width(&typed) <= MAX_ID;
        let takes = wanted.command.len() + wanted.label.len();
        let readable = super::render::is_plain_code(&wanted.command) && takes <= room;
        let custom_id = match (fits, readable) {
            (true, _) => Some(typed),
            (false, true) => Some(format!("{SAYS}{}", digest(&wanted.command))),
            (false, false) => None,
        };
        let custom_id = custom_id.filter(|_| buttons.len() < MAX_IN_ROW * MAX_ROWS);
        if !fits || custom_id.is_none() {
            room = room.saturating_sub(takes);
            spelled_out.push(wanted);
        }
        // Discord takes each id once, and pressing either would be the same.
        if let Some(custom_id) = custom_id.filter(|id| ids.insert(id.clone())) {
            buttons.push(Button {
                kind: 2,
                style: style(wanted.weight),
                label: label(&wanted.label),
                custom_id,
            });
        }
    }
    (buttons, spelled_out)
}

pub(super) fn rows(buttons: &[Button]) -> Vec<Value> {
    buttons.chunks(MAX_IN_ROW).map(|row| json!({ "type": 1, "components": row })).collect()
}

/// The command of a button of ours, by its id and by what its card shows.
pub(super) fn command(custom_id: &str, shown: &[Shown]) -> Option<String> {
    if let Some(command) = custom_id.strip_prefix(TYPES) {
        return Some(command.to_owned());
    }
    let wanted = custom_id.strip_prefix(SAYS)?;
    let descriptions = shown.iter().filter_map(|embed| embed.description.as_deref());
    let mut codes = descriptions.flat_map(|text| text.split('`'));
    codes.find(|code| digest(code) == wanted).map(str::to_owned)
}

fn digest(command: &str) -> String {
    let hash = Sha256::digest(command.as_bytes());
    let mut digest: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    digest.truncate(DIGEST_CHARS);
    digest
}

fn label(label: &str) -> String {
    if super::render::width(label) <= MAX_LABEL {
        return label.to_owned();
    }
    // No character is wider than two.
    let kept: String = label.chars().take(MAX_LABEL / 2 - 1).collect();
    format!("{kept}…")
}

fn style(weight: Weight) -> u8 {
    match weight {
        Weight::Primary => 1,
        Weight::Plain => 2,
        Weight::Danger => 4,
    }
}
