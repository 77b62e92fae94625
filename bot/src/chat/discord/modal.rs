//! A form as a modal, and what was filled in.
//!
//! It asks for the same options as the command, so what it comes to is the same line.

use ::commands::grammar::pattern::Slot;
use ::commands::locale::Locale;
use serde_json::{Value, json};
use serenity::model::application::{ActionRowComponent, ModalInteractionData};

use super::commands::{Form, Given};

const FORM: &str = "form:";
const MAX_TITLE: usize = 45;
const MAX_LABEL: usize = 45;
const MAX_PLACEHOLDER: usize = 100;
/// As many as Discord shows.
const MAX_INPUTS: usize = 5;
/// Longer than anything that the grammar takes for one.
const MAX_WORD: usize = 100;
const MAX_TITLE_INPUT: usize = 200;
const MAX_TEXT_INPUT: usize = 3_000;
const SHORT: u8 = 1;
const PARAGRAPH: u8 = 2;

/// The form with what is given already, in the reader's language; what is needed comes first.
pub(super) fn modal(form: &Form, given: &Given, locale: &str) -> Value {
    let locale = Locale::tagged(locale);
    let mut options = form.options();
    options.sort_by_key(|option| !option.needed);
    let inputs = options.iter().take(MAX_INPUTS).map(|option| {
        let (style, max) = match option.slot {
            Some(Slot::Title) => (SHORT, MAX_TITLE_INPUT),
            Some(slot) if slot.takes_the_rest() => (PARAGRAPH, MAX_TEXT_INPUT),
            Some(_) | None => (SHORT, MAX_WORD),
        };
        let placeholder = cut(&option.choices().join(", "), MAX_PLACEHOLDER);
        let label = locale.zip(option.translated()).map(|(locale, text)| text.text(locale));
        let label = cut(label.unwrap_or(option.description), MAX_LABEL);
        let value = given.get(option.name).map(|value| cut(value, max)).unwrap_or_default();
        let mut input = json!({
            "type": 4, "custom_id": option.name, "style": style, "label": label,
            "required": option.needed, "max_length": max,
        });
        if !placeholder.is_empty() {
            input["placeholder"] = json!(placeholder);
        }
        if !value.is_empty() {
            input["value"] = json!(value);
        }
        json!({ "type": 1, "components": [input] })
    });
    json!({
        "custom_id": format!("{FORM}{}", form.title()),
        "title": cut(&form.title(), MAX_TITLE),
        "components": inputs.collect::<Vec<_>>(),
    })
}

/// The form that was submitted, and what stands in it.
pub(super) fn submitted(data: &ModalInteractionData) -> Option<(Form, Given)> {
    let title = data.custom_id.strip_prefix(FORM)?;
    let (verb, sub) = match title.split_once(' ') {
        Some((verb, sub)) => (verb, Some(sub)),
        None => (title, None),
    };
    let inputs = data.components.iter().flat_map(|row| &row.components);
    let given = inputs.filter_map(|component| {
        let ActionRowComponent::InputText(input) = component else { return None };
        let value = input.value.as_deref().map(str::trim).filter(|value| !value.is_empty())?;
        Some((input.custom_id.clone(), value.to_owned()))
    });
    Some((Form::named(verb, sub)?, given.collect()))
}

fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}
