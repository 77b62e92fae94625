//! Reactions, buttons and message shortcuts: what is done to a message is said in its thread.

use ::commands::request::Place;

use super::*;
use bot::chat::Posting;

/// A card of the bot's own, posted as the outbox would.
async fn card(told: &Told, thread: Option<String>) -> Result<String> {
    let channel = told.slack.place("acme", "ops");
    let place = Place { platform: ::commands::request::Platform::Slack, channel, thread };
    let message = Message::new(Tone::Waiting, "Deploy search-api to production")
        .button(Weight::Primary, "Approve", "approve OP-12 & more")
        .offering(&[::commands::message::Reaction::Approve]);
    let posting = Posting { place: &place, key: "op/12", message: &message, only_for: None, answer_to: None };
    Ok(told.adapter.post(posting).await?)
}

#[tokio::test]
async fn a_reaction_on_a_card_counts_and_the_bots_own_do_not() -> Result<()> {
    let told = Told::by_socket().await?;
    let id = card(&told, None).await?;
    told.bob().reacts("ops", &id, "white_check_mark").await?;
    let added = told.hears().await?;
    assert_eq!(added.place.thread.as_ref(), Some(&id));
    told.bob().takes_back("ops", &id, "white_check_mark").await?;
    let removed = told.hears().await?;
    assert_ne!(added.delivery, removed.delivery);
    told.bob().reacts("ops", &id, "tada").await?;
    told.hears_no_more().await?;
    insta::assert_snapshot!([shown(&added), shown(&removed)].join("\n"), @r#"
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Approve
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: takes back Approve
    "#);
    Ok(())
}

#[tokio::test]
async fn what_is_done_to_a_card_in_a_thread_is_said_in_that_thread() -> Result<()> {
    let told = Told::by_socket().await?;
    let root = told.alice().posts("ops", "search is slow").await?;
    let id = card(&told, Some(root.clone())).await?;
    told.bob().reacts("ops", &id, "white_check_mark").await?;
    assert_eq!(told.hears().await?.place.thread.as_ref(), Some(&root));
    told.bob().presses("ops", &id, "Approve").await?;
    assert_eq!(told.hears().await?.place.thread.as_ref(), Some(&root));
    told.hears_no_more().await
}

#[tokio::test]
async fn a_vote_does_not_wait_for_a_slack_that_cannot_say_more() -> Result<()> {
    let told = Told::by_socket().await?;
    let id = card(&told, None).await?;
    told.slack.weather(slack::On::Method("reactions.get"), slack::Weather::Fails(503));
    told.bob().reacts("ops", &id, "white_check_mark").await?;
    let heard = told.hears().await?;
    assert_eq!(heard.place.thread.as_ref(), Some(&id));
    told.hears_no_more().await
}

#[tokio::test]
async fn a_pin_brings_what_the_message_says_and_waits_until_slack_says_it() -> Result<()> {
    let told = Told::by_socket().await?;
    let ts = told.alice().posts("ops", "errors began at 3:05 & @bob looks").await?;
    told.slack.weather_times(slack::On::Method("reactions.get"), slack::Weather::Fails(503), 1);
    told.bob().reacts("ops", &ts, "pushpin").await?;
    let pinned = told.hears().await?;
    told.bob().reacts("ops", &ts, "white_check_mark").await?;
    told.hears_no_more().await?;
    told.bob().uses_shortcut("ops", &ts, "add_to_timeline").await?;
    let by_shortcut = told.hears().await?;
    let id = card(&told, None).await?;
    told.bob().reacts("ops", &id, "pushpin").await?;
    let card = told.hears().await?;
    insta::assert_snapshot!([pinned, by_shortcut, card].map(|it| shown(&it)).join("\n"), @r#"
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Pin to "errors began at 3:05 & @bob looks" of T0ACME/U0ALICE
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Pin to "errors began at 3:05 & @bob looks" of T0ACME/U0ALICE
    T0ACME/U0BOB in T0ACME/C0OPS, in a thread: reacts Pin to "Deploy search-api to production" of T0ACME/U0WATCHKEEPER
    "#);
    Ok(())
}

#[tokio::test]
async fn a_button_types_its_command() -> Result<()> {
    let told = Told::by_http().await?;
    let id = card(&told, None).await?;
    told.bob().presses("ops", &id, "Approve").await?;
    let heard = told.hears().await?;
    assert_eq!(heard.place.thread.as_ref(), Some(&id));
    insta::assert_snapshot!(shown(&heard), @"T0ACME/U0BOB in T0ACME/C0OPS, in a thread: presses approve OP-12 & more");
    told.hears_no_more().await
}
