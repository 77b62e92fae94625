//! What could be typed next into an option, asked of the desk while somebody looks at the list.
//!
//! A desk that does not answer in time offers nothing; people can type it all the same.

use std::time::Duration;

use super::Discord;
use super::answer::Answer;
use super::commands::{Form, Given, Wanted, wanted};

/// Discord waits for three seconds.
const DESK_TIMEOUT: Duration = Duration::from_secs(2);

impl Discord {
    pub(super) async fn choices(&self, form: &Form, given: &Given, focused: &str, typed: &str) -> Answer {
        match wanted(form, given, focused, typed) {
            None => Answer::choices([]),
            Some(Wanted::Word { line }) => Answer::choices(self.next_words(form, &line)),
            Some(Wanted::Tag { service }) => {
                let tags = tokio::time::timeout(DESK_TIMEOUT, self.desk.tags(&service)).await;
                let tags = match tags {
                    Ok(Ok(tags)) => tags,
                    Ok(Err(error)) => {
                        tracing::info!(error = &error as &dyn std::error::Error, "no tags are offered");
                        vec![]
                    }
                    Err(_elapsed) => vec![],
                };
                Answer::choices(tags.into_iter().filter(|tag| tag.contains(typed)))
            }
        }
    }

    /// The desk completes whole lines; an option holds their last word, and words that are taken freely hold all but the verb.
    fn next_words(&self, form: &Form, line: &str) -> Vec<String> {
        let verb = format!("{} ", form.verb.word);
        let own = |insert: String| match form.free {
            true => insert.strip_prefix(&verb).unwrap_or_default().to_owned(),
            false => insert.rsplit(' ').next().unwrap_or_default().to_owned(),
        };
        self.desk.complete(line).into_iter().map(|it| own(it.insert)).collect()
    }
}
