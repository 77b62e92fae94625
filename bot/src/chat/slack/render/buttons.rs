//! Buttons: each types its command, which is its `value`.
//!
//! What a command does it does not know; pressing is typing.

use commands::message::{Button, Weight};
use slack_morphism::SlackActionId;
use slack_morphism::blocks::{
    SlackActionBlockElement, SlackActionsBlock, SlackBlockButtonElement, SlackBlockButtonStyle,
    SlackBlockPlainText,
};

use super::sheet::Frame;
use super::{limits, spans};

/// What the `action_id` of each button begins with; its place in the message follows.
pub(in crate::chat::slack) const ACTION_PREFIX: &str = "command_";
/// Of labels and commands together.
const MOST_CHARS: usize = limits::FRAME_CHARS - limits::SECTION_CHARS;

/// Rows of buttons, and those that cannot be one: their commands have to be typed.
pub(super) fn rows(buttons: &[Button]) -> (Frame, Vec<&Button>) {
    let (mut elements, mut typed, mut chars) = (vec![], vec![], 0);
    for (place, button) in buttons.iter().enumerate() {
        let label = spans::plain_text(&button.label, limits::BUTTON_LABEL_CHARS);
        let with_it = chars + label.text.chars().count() + button.command.chars().count();
        if can_be_pressed(button) && with_it <= MOST_CHARS {
            chars = with_it;
            elements.push(element(place, label, button));
        } else {
            typed.push(button);
        }
    }
    let rows = elements.chunks(limits::ACTIONS_ELEMENTS);
    let blocks = rows.map(|row| SlackActionsBlock::new(row.to_vec()).into()).collect();
    (Frame { blocks, chars }, typed)
}

fn can_be_pressed(button: &Button) -> bool {
    let label = !button.label.trim().is_empty();
    label && (1..=limits::BUTTON_VALUE_CHARS).contains(&button.command.chars().count())
}

fn element(place: usize, label: SlackBlockPlainText, button: &Button) -> SlackActionBlockElement {
    let element = SlackBlockButtonElement::new(label.into())
        .with_action_id(SlackActionId(format!("{ACTION_PREFIX}{place}")))
        .with_value(button.command.clone());
    match button.weight {
        Weight::Primary => element.with_style(SlackBlockButtonStyle::Primary).into(),
        Weight::Danger => element.with_style(SlackBlockButtonStyle::Danger).into(),
        Weight::Plain => element.into(),
    }
}
