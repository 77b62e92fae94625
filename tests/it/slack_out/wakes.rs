//! A message that is for somebody notifies them, once, and nobody else: neither an edit nor what its text says.

use ::commands::replies;
use tests::slack::{Settings, Workspace};

use super::*;

/// Chris is Dave's other account there, which he has linked.
async fn begin() -> Result<Told> {
    let people = ["alice", "bob", "carol", "dave", "chris"];
    let workspace =
        Workspace::new("acme").people(&people).channels(&["ops", "general"]).without_bot_in("general");
    let told = Told::with(Settings { workspaces: vec![workspace], ..Settings::default() }).await?;
    told.desk.links(told.account("chris"), "dave");
    Ok(told)
}

#[tokio::test]
async fn a_reminder_notifies_whoever_wanted_it_and_an_edit_notifies_nobody() -> Result<()> {
    let told = begin().await?;
    let alice = told.slack.person("acme", "alice");
    let text = Untrusted::new("ask <@U0CAROL> and <!channel> about @bob");
    let message = replies::remind::due(&PersonId::new("bob"), &text, chrono::Utc::now());
    let id = told.posts(&told.ops(), "reminder/1", &message).await?;
    let seen = alice.looks_at("ops", &id).expect("the reminder is there");
    assert_eq!(seen.pinged, ["bob"]);
    let shown: Vec<_> = seen.text.lines().take(2).collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    ✋ Bob Baker: ask &lt;@U0CAROL&gt; and &lt;!channel&gt; about @bob
    @bob
    ");
    told.adapter.edit(&told.ops(), &id, &message).await?;
    let seen = alice.looks_at("ops", &id).expect("the reminder is still there");
    assert!(seen.edited);
    assert_eq!(seen.pinged, ["bob"], "once");
    Ok(())
}

#[tokio::test]
async fn a_linked_account_is_notified_and_invited_like_those_of_the_policy() -> Result<()> {
    let told = begin().await?;
    let message = replies::remind::due(&PersonId::new("dave"), &Untrusted::new("look"), chrono::Utc::now());
    let id = told.posts(&told.ops(), "reminder/1", &message).await?;
    let seen = told.slack.person("acme", "alice").looks_at("ops", &id).expect("the reminder is there");
    assert_eq!(seen.pinged, ["dave", "chris"]);
    Ok(())
}

#[tokio::test]
async fn what_nobody_is_addressed_by_notifies_nobody() -> Result<()> {
    let told = begin().await?;
    let named =
        Message::new(Tone::Good, Text::new().person(&PersonId::new("bob")).plain(" is commander now."));
    let named =
        named.paragraph(Text::new().outside(&Untrusted::new("<@U0ALICE> <!here> <!subteam^S1> @channel")));
    let id = told.posts(&told.ops(), "reply/1", &named).await?;
    let elsewhere =
        replies::remind::due(&PersonId::new("nobody"), &Untrusted::new("look"), chrono::Utc::now());
    let other = told.posts(&told.ops(), "reply/2", &elsewhere).await?;
    for id in [id, other] {
        let seen = told.slack.person("acme", "alice").looks_at("ops", &id).expect("it is there");
        assert_eq!(seen.pinged, Vec::<String>::new(), "{}", seen.text);
    }
    Ok(())
}
