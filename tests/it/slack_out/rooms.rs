//! An incident's own channel: made once, kept as it should be, archived in the end.

use std::collections::BTreeSet;

use bot::chat::Rooms;
use commands::id::IncidentId;
use commands::incident::room::{Bookmark, Wanted};
use tests::slack::{On, Weather};

use super::*;

fn wanted() -> Wanted {
    let bookmark = Bookmark { title: "Timeline".to_owned(), page: Page::Timeline(IncidentId(7)) };
    Wanted {
        name: "inc-7-search-is-slow".to_owned(),
        topic: "INC-7 · sev2 · triage · a & b".to_owned(),
        bookmarks: vec![bookmark],
        members: BTreeSet::from(["alice", "bob"].map(PersonId::new)),
        archived: false,
    }
}

impl Told {
    async fn keeps(&self, channel: Option<&str>, wanted: &Wanted) -> Result<String, SendError> {
        self.adapter.keep(&self.ops(), channel, wanted).await
    }

    fn changes(&self) -> usize {
        let changing = ["create", "setTopic", "invite", "archive", "unarchive"];
        let conversations: usize =
            changing.iter().map(|it| self.slack.calls(&format!("conversations.{it}")).len()).sum();
        conversations + self.slack.calls("bookmarks.add").len() + self.slack.calls("bookmarks.edit").len()
    }
}

#[tokio::test]
async fn a_channel_is_made_once_and_brought_to_what_is_wanted() -> Result<()> {
    let told = Told::begin().await?;
    let channel = told.keeps(None, &wanted()).await?;
    let name = "inc-7-search-is-slow";
    assert_eq!(channel, told.slack.place("acme", name));
    assert_eq!(told.slack.topic("acme", name), "INC-7 · sev2 · triage · a &amp; b");
    let link = "https://watchkeeper.example/incidents/INC-7".to_owned();
    assert_eq!(told.slack.bookmarks("acme", name), [("Timeline".to_owned(), link)]);
    let members: BTreeSet<_> = told.slack.members("acme", name).into_iter().collect();
    assert_eq!(members, BTreeSet::from(["alice", "bob", "watchkeeper"].map(str::to_owned)));

    let before = told.changes();
    assert_eq!(told.keeps(Some(&channel), &wanted()).await?, channel);
    assert_eq!(told.changes(), before, "nothing is to be done");

    let later = Wanted { topic: "INC-7 · sev1".to_owned(), archived: true, ..wanted() };
    told.keeps(Some(&channel), &later).await?;
    assert!(told.slack.is_archived("acme", name));
    assert_eq!(told.slack.topic("acme", name), "INC-7 · sev1");
    let before = told.changes();
    told.keeps(Some(&channel), &later).await?;
    assert_eq!(told.changes(), before, "it is archived already");
    Ok(())
}

#[tokio::test]
async fn whoever_has_linked_an_account_is_invited_by_it() -> Result<()> {
    let people = ["alice", "bob", "carol", "dave", "chris"];
    let workspace = tests::slack::Workspace::new("acme").people(&people).channels(&["ops", "general"]);
    let settings = slack::Settings { workspaces: vec![workspace], ..slack::Settings::default() };
    let told = Told::with(settings).await?;
    told.desk.links(told.account("chris"), "dave");
    let wanted = Wanted { members: BTreeSet::from([PersonId::new("dave")]), ..wanted() };
    told.keeps(None, &wanted).await?;
    let members: BTreeSet<_> = told.slack.members("acme", "inc-7-search-is-slow").into_iter().collect();
    assert_eq!(members, BTreeSet::from(["chris", "dave", "watchkeeper"].map(str::to_owned)));
    Ok(())
}

#[tokio::test]
async fn a_channel_whose_making_was_not_answered_is_not_made_twice() -> Result<()> {
    let told = Told::begin().await?;
    told.slack.weather_once(On::Method("conversations.create"), Weather::LosesAnswers);
    told.keeps(None, &wanted()).await.expect_err("no answer");
    let channel = told.keeps(None, &wanted()).await?;
    assert_eq!(channel, told.slack.place("acme", "inc-7-search-is-slow"));
    assert!(!told.slack.has_channel("acme", "inc-7-search-is-slow-2"));
    Ok(())
}

#[tokio::test]
async fn a_name_that_somebody_else_has_gets_a_number() -> Result<()> {
    let told = Told::begin().await?;
    told.slack.person("acme", "dave").makes_channel("inc-7-search-is-slow").await?;
    let channel = told.keeps(None, &wanted()).await?;
    assert_eq!(channel, told.slack.place("acme", "inc-7-search-is-slow-2"));
    Ok(())
}
