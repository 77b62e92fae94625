//! What does not fit into a message, as files in its thread: the whole of one that is too long, and the pictures of plots.
//!
//! A file is named after its message and its content, and one that is in the thread is not brought again: so a send that is
//! repeated after a lost answer ends with each file there once.

use commands::message::{Message, Page};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use slack_morphism::api::{SlackApiFilesComplete, SlackApiFilesCompleteUploadExternalRequest};
use slack_morphism::{SlackFileId, SlackFileUploadUrl};

use super::Slack;
use super::error::CallError;
use super::render::Card;
use super::spot::{Spot, ts};
use crate::chat::href;

/// A file that belongs to a message.
pub(super) struct Belonging {
    name: String,
    title: String,
    made: Made,
}

enum Made {
    Text(String),
    Picture(Page),
}

#[derive(Deserialize)]
struct Begun {
    upload_url: SlackFileUploadUrl,
    file_id: String,
}

#[derive(Deserialize)]
struct Completed {}

impl Slack {
    /// Brings the files of this message that are not in its thread yet; of a `new` message none can be.
    pub(super) async fn bring_files(
        &self,
        spot: Spot<'_>,
        id: &str,
        files: Vec<Belonging>,
        new: bool,
    ) -> Result<(), CallError> {
        for file in files {
            let in_thread = Spot { thread: Some(spot.thread_of(id)), ..spot };
            if !new && self.is_there(in_thread, id, &file.name).await? {
                continue;
            }
            let Err(error) = self.bring(in_thread, &file).await else { continue };
            match &file.made {
                _ if !error.is_settled() => return Err(error),
                // The channel does not wait until somebody allows files; this message is a dead letter.
                Made::Text(_) => return Err(CallError::NoFile(Box::new(error))),
                // The console has the picture as well: without it the card is still whole.
                Made::Picture(_) => tracing::warn!(
                    file.name,
                    error = &error as &dyn std::error::Error,
                    "a picture is not in Slack"
                ),
            }
        }
        Ok(())
    }

    async fn is_there(&self, thread: Spot<'_>, since: &str, name: &str) -> Result<bool, CallError> {
        let named = |said: super::look::Said| {
            said.files.iter().any(|file| file.name.as_deref() == Some(name)).then_some(())
        };
        Ok(self.read_since(thread, since, named).await?.is_some())
    }

    async fn bring(&self, thread: Spot<'_>, file: &Belonging) -> Result<(), CallError> {
        let (bytes, kind) = match &file.made {
            Made::Text(text) => (text.clone().into_bytes(), "text/plain; charset=utf-8"),
            Made::Picture(page) => match self.desk.picture(*page).await {
                Ok(Some(png)) => (png, "image/png"),
                Ok(None) => return Ok(()),
                Err(no_answer) => return Err(CallError::NoPicture(no_answer)),
            },
        };
        let length = bytes.len().to_string();
        let parameters = [("filename", file.name.as_str()), ("length", &length)];
        let begun: Begun = self.client.get(thread.team, "files.getUploadURLExternal", &parameters).await?;
        self.client.upload(thread.team, begun.upload_url, kind, bytes).await?;
        let complete = SlackApiFilesComplete::new(SlackFileId(begun.file_id)).with_title(file.title.clone());
        let request = SlackApiFilesCompleteUploadExternalRequest::new(vec![complete])
            .with_channel_id(thread.channel_id())
            .opt_thread_ts(thread.thread.map(ts));
        let _completed: Completed =
            self.client.post(thread.team, "files.completeUploadExternal", &request).await?;
        Ok(())
    }
}

pub(super) fn belongings(id: &str, message: &Message, card: &Card) -> Vec<Belonging> {
    let text = card.overflow.as_ref().map(|text| Belonging {
        name: format!("message-{id}-{}.txt", digest(text)),
        title: "The whole message".to_owned(),
        made: Made::Text(text.clone()),
    });
    let picture = |(page, alt): (Page, &str)| Belonging {
        name: format!("plot-{id}-{}.png", digest(&href(page))),
        title: alt.to_owned(),
        made: Made::Picture(page),
    };
    text.into_iter().chain(message.plots().map(picture)).collect()
}

/// Tells contents apart, within one message.
fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
