//! THE LIST of what forms ask for: one line each with its name, and where in Slack's answer it is found.

use super::super::hear::wire::{Filled, FormState};

/// One input. Its name is the `block_id` and the `action_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Room,
    Title,
    Severity,
    Service,
    Details,
    Role,
    Person,
    Incident,
    Tag,
    Environment,
}

impl Field {
    pub(super) const ALL: [Self; 10] = [
        Self::Room,
        Self::Title,
        Self::Severity,
        Self::Service,
        Self::Details,
        Self::Role,
        Self::Person,
        Self::Incident,
        Self::Tag,
        Self::Environment,
    ];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Title => "title",
            Self::Severity => "severity",
            Self::Service => "service",
            Self::Details => "details",
            Self::Role => "role",
            Self::Person => "person",
            Self::Incident => "incident",
            Self::Tag => "tag",
            Self::Environment => "environment",
        }
    }

    pub(super) fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.id() == id)
    }

    /// What stands above it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Room => "Channel",
            Self::Title => "Title",
            Self::Severity => "Severity",
            Self::Service => "Service",
            Self::Details => "What is known",
            Self::Role => "Role",
            Self::Person => "Person",
            Self::Incident => "Incident",
            Self::Tag => "Tag",
            Self::Environment => "Environment",
        }
    }

    /// What was typed or chosen.
    pub(super) fn filled(self, state: &FormState) -> Option<String> {
        let Filled { value, selected_option } = state.values.get(self.id())?.get(self.id())?;
        let given = selected_option.as_ref().map(|option| &option.value).or(value.as_ref())?.trim();
        (!given.is_empty()).then(|| given.to_owned())
    }
}
