//! What a list offers while somebody types into it: services and people as the grammar completes them, tags as the registry has
//! them.
//!
//! Slack waits three seconds; what is not known by then is an empty list, and the command can still be typed.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Slack;
use super::super::hear::wire::Interaction;
use super::fields::Field;
use super::view::option;

/// The registry is asked meanwhile.
const TAGS_TIMEOUT: Duration = Duration::from_millis(1_500);
/// Slack's limits.
const OPTIONS: usize = 100;
const VALUE_CHARS: usize = 75;

impl Slack {
    /// The answer to a `block_suggestion`.
    pub(in crate::chat::slack) async fn suggest(&self, asked: &Interaction) -> Value {
        let typed = asked.value.as_deref().unwrap_or_default().trim().to_lowercase();
        let offered = match asked.block_id.as_deref().and_then(Field::named) {
            Some(Field::Service) => self.next_words("status", &typed),
            Some(Field::Person) => self.next_words("incident role commander", &typed),
            Some(Field::Tag) => {
                self.tags(asked).await.into_iter().filter(|tag| tag.contains(&typed)).collect()
            }
            Some(
                Field::Room
                | Field::Title
                | Field::Severity
                | Field::Details
                | Field::Role
                | Field::Incident
                | Field::Environment,
            )
            | None => vec![],
        };
        let fitting = offered.iter().filter(|it| it.chars().count() <= VALUE_CHARS).take(OPTIONS);
        json!({"options": fitting.map(|it| option(it, it)).collect::<Vec<_>>()})
    }

    /// The words that can stand behind these.
    fn next_words(&self, before: &str, typed: &str) -> Vec<String> {
        let completions = self.desk.complete(&format!("{before} {typed}"));
        completions
            .iter()
            .filter_map(|it| it.insert.strip_prefix(before))
            .map(|word| word.trim().to_owned())
            .collect()
    }

    /// Of the service that the form has so far.
    async fn tags(&self, asked: &Interaction) -> Vec<String> {
        let service = asked.view.as_ref().and_then(|view| Field::Service.filled(&view.state));
        let Some(service) = service else { return vec![] };
        match tokio::time::timeout(TAGS_TIMEOUT, self.desk.tags(&service)).await {
            Ok(Ok(tags)) => tags,
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, service, "no tags to offer");
                vec![]
            }
            Err(_elapsed) => {
                tracing::warn!(service, "no tags to offer: the registry did not answer in time");
                vec![]
            }
        }
    }
}
