//! What is too long for a message is a file in its thread, once, whatever is lost on the way; a plot is a picture there.

use bot::chat::SendErrorKind;
use chrono::{TimeDelta, Utc};
use commands::id::IncidentId;
use tests::slack::{On, Weather};

use super::*;

fn long() -> Message {
    let lines: String = (1..=1_000).map(|line| format!("line {line} of the log\n")).collect();
    Message::new(Tone::Bad, "Diagnosis").block(Block::Verbatim(Untrusted::new(lines)))
}

impl Told {
    /// The files in the thread of a message, as Alice can open them.
    fn files_under(&self, id: &str) -> Vec<Vec<u8>> {
        let thread = self.slack.person("acme", "alice").reads_thread("ops", id);
        let ids = thread.iter().flat_map(|seen| &seen.files);
        ids.filter_map(|id| self.slack.file(id)).collect()
    }
}

#[tokio::test]
async fn what_is_too_long_is_whole_in_a_file_under_the_card() -> Result<()> {
    let told = Told::begin().await?;
    let id = told.posts(&told.ops(), "reply/1", &long()).await?;
    let seen = told.slack.person("acme", "alice").looks_at("ops", &id).expect("the card is there");
    assert!(seen.text.contains("all of it is in the file in this message's thread"), "{}", seen.text);
    let files = told.files_under(&id);
    assert_eq!(files.len(), 1);
    assert!(String::from_utf8_lossy(&files[0]).contains("line 1000 of the log"));
    told.adapter.edit(&told.ops(), &id, &long()).await?;
    assert_eq!(told.files_under(&id).len(), 1, "the same file is not brought twice");
    Ok(())
}

#[tokio::test]
async fn a_file_that_was_lost_on_the_way_comes_later_and_the_card_is_not_posted_again() -> Result<()> {
    let told = Told::begin().await?;
    let since = Utc::now() - TimeDelta::minutes(5);
    for weather in [Weather::Limits(1), Weather::Fails(500), Weather::LosesAnswers, Weather::Hangs] {
        let key = format!("{weather:?}");
        told.slack.weather_once(On::Method("files.completeUploadExternal"), weather);
        let error = told.posts(&told.ops(), &key, &long()).await.expect_err("the file is not there");
        assert_eq!(error.kind, SendErrorKind::Unanswered, "{key}: the message may be there");
        let id = told.adapter.find(&told.ops(), &key, since).await?.expect("the message is there");
        told.adapter.edit(&told.ops(), &id, &long()).await?;
        assert_eq!(told.files_under(&id).len(), 1, "{key}");
    }
    assert_eq!(told.slack.person("acme", "alice").reads("ops").len(), 4);
    Ok(())
}

#[tokio::test]
async fn where_files_are_not_allowed_the_channel_does_not_wait_for_that() -> Result<()> {
    let told = Told::begin().await?;
    let id = told.posts(&told.ops(), "reply/1", &plan()).await?;
    told.slack.takes_scope("acme", "files:write");
    let error = told.adapter.edit(&told.ops(), &id, &long()).await.expect_err("no files");
    assert_eq!(error.kind, SendErrorKind::NotAccepted);
    let source = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
    insta::assert_snapshot!(source, @"the message is there, but the file with all of it cannot be: Slack says missing_scope (needs files:write)");
    Ok(())
}

#[tokio::test]
async fn a_plot_is_a_picture_in_the_thread_and_a_card_without_it_is_still_a_card() -> Result<()> {
    let told = Told::begin().await?;
    let plot = Block::Plot { page: Page::TimelinePlot(IncidentId(7)), alt: "timeline of INC-7".to_owned() };
    let card = Message::new(Tone::Neutral, "Timeline of INC-7").block(plot);
    let id = told.posts(&told.ops(), "reply/1", &card).await?;
    assert_eq!(told.files_under(&id), [PNG]);
    told.adapter.edit(&told.ops(), &id, &card).await?;
    assert_eq!(told.files_under(&id).len(), 1);
    told.slack
        .weather_once(On::Method("files.getUploadURLExternal"), Weather::Refuses("file_uploads_disabled"));
    let without = told.posts(&told.ops(), "reply/2", &card).await?;
    assert_eq!(told.files_under(&without).len(), 0);
    Ok(())
}
