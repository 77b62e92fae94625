//! What both looks share: escaping, who somebody is, and when.
//!
//! It knows no platform.

use chrono::{DateTime, Utc};

use crate::world::people::PEOPLE;

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A name as people give it, and the colour that they have in a picture.
pub(super) fn somebody(account: &str) -> (&str, &'static str) {
    let colours = ["#5b3b8c", "#1d7a8c", "#a2592b", "#4d7a2b"];
    let known = PEOPLE.iter().zip(colours).find(|((known, _), _)| *known == account);
    known.map_or(("Watchkeeper", "#23395d"), |((_, name), colour)| (name, colour))
}

pub(super) fn avatar(account: &str) -> String {
    let (name, colour) = somebody(account);
    let initial: String = name.chars().take(1).collect();
    format!("<div class=avatar style='background:{colour}'>{initial}</div>")
}

pub(super) fn clock(seconds: i64) -> String {
    DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default().format("%H:%M").to_string()
}
