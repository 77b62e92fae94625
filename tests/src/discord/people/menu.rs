//! What a person's client shows of commands before they are typed: in the client's language, where the application says it in that.
//!
//! Names of chat commands and options are what is typed; they are shown as they are.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::person::Person;

impl Person {
    /// Sets the client to another language.
    pub fn reads_in(&self, locale: &str) {
        self.inner.change(|state| {
            if let Some(user) = state.users.get_mut(&self.user) {
                locale.clone_into(&mut user.locale);
            }
        });
    }

    /// A slash command with what its menu says, its sub-commands and options below it.
    pub fn menu(&self, command: &str) -> Result<String> {
        self.inner.read(|state| {
            let locale = state.users.get(&self.user).map(|user| user.locale.clone()).unwrap_or_default();
            let known = state.commands_in(self.guild).find(|one| one["name"] == command && one["type"] == 1);
            let known = known.with_context(|| format!("there is no /{command}"))?;
            Ok(lines(known, &locale, 0).join("\n"))
        })
    }

    /// What a message's menu offers.
    pub fn menu_of_messages(&self) -> Vec<String> {
        self.inner.read(|state| {
            let locale = state.users.get(&self.user).map(|user| user.locale.clone()).unwrap_or_default();
            let offered = state.commands_in(self.guild).filter(|one| one["type"] == 3);
            offered.map(|one| said(one, "name", &locale)).collect()
        })
    }
}

fn lines(one: &Value, locale: &str, depth: usize) -> Vec<String> {
    let name = one["name"].as_str().unwrap_or_default();
    let own = format!("{}{name}: {}", "  ".repeat(depth), said(one, "description", locale));
    let inner = one["options"].as_array().into_iter().flatten();
    std::iter::once(own).chain(inner.flat_map(|option| lines(option, locale, depth + 1))).collect()
}

fn said(one: &Value, what: &str, locale: &str) -> String {
    let localised = one[format!("{what}_localizations")][locale].as_str();
    localised.or(one[what].as_str()).unwrap_or_default().to_owned()
}
