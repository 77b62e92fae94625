//! Slack is busy, slow, broken, or away: the adapter says which, and whether it is known that nothing was done.

use bot::chat::SendErrorKind::{self, *};
use chrono::{TimeDelta, Utc};
use std::time::Duration;
use tests::slack::{On, Weather};

use super::*;

const POST: On = On::Method("chat.postMessage");

async fn kind(told: &Told) -> SendErrorKind {
    let posted = told.posts(&told.ops(), "op/12", &done()).await;
    posted.expect_err("Slack did not take it").kind
}

#[tokio::test]
async fn each_kind_of_trouble_is_told_apart() -> Result<()> {
    let told = Told::begin().await?;
    let seconds = Duration::from_secs;
    let troubles = [
        (Weather::Limits(7), RateLimited { retry_after: Some(seconds(7)) }),
        (Weather::Fails(503), Unavailable),
        (Weather::Fails(500), Unanswered),
        (Weather::Fails(502), Unanswered),
        (Weather::Hangs, Unanswered),
        (Weather::LosesRequests, Unanswered),
        (Weather::Refuses("token_revoked"), Unauthorized),
        (Weather::Refuses("missing_scope"), Unauthorized),
        (Weather::Refuses("not_in_channel"), NoSuchChannel),
        (Weather::Refuses("is_archived"), NoSuchChannel),
        (Weather::Refuses("ratelimited"), RateLimited { retry_after: None }),
        (Weather::Refuses("service_unavailable"), Unavailable),
        (Weather::Refuses("fatal_error"), Unanswered),
        (Weather::Refuses("msg_blocks_too_long"), NotAccepted),
        (Weather::Refuses("never_heard_of_it"), NotAccepted),
    ];
    for (weather, expected) in troubles {
        told.slack.weather_once(POST, weather);
        assert_eq!(kind(&told).await, expected, "{weather:?}");
    }
    assert!(told.slack.person("acme", "alice").reads("ops").is_empty(), "nothing was posted");
    told.slack.goes_away().await;
    assert_eq!(kind(&told).await, Unavailable, "nobody listens");
    told.slack.comes_back().await?;
    told.posts(&told.ops(), "op/12", &done()).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_said() -> Result<()> {
    let told = Told::begin().await?;
    let id = told.posts(&told.ops(), "op/12", &done()).await?;
    let gone = told.adapter.edit(&told.ops(), "1700000000.000100", &done()).await;
    assert_eq!(gone.expect_err("there is no such message").kind, NoSuchMessage);
    let place = Place { channel: format!("{}/C0NOSUCH", told.slack.team("acme")), ..told.ops() };
    assert_eq!(told.posts(&place, "op/1", &done()).await.expect_err("no such channel").kind, NoSuchChannel);
    let place = Place { channel: "T0OTHER/C0OPS".to_owned(), ..told.ops() };
    assert_eq!(told.posts(&place, "op/1", &done()).await.expect_err("no such workspace").kind, NoSuchChannel);
    told.slack.revokes("acme");
    assert_eq!(told.adapter.edit(&told.ops(), &id, &done()).await.expect_err("revoked").kind, Unauthorized);
    Ok(())
}

#[tokio::test]
async fn an_error_names_what_slack_did_not_like_and_quotes_no_message() -> Result<()> {
    let told = Told::begin().await?;
    told.slack.weather_once(POST, Weather::Refuses("msg_blocks_too_long"));
    let error = told.posts(&told.ops(), "op/12", &plan()).await.expect_err("refused");
    let source = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
    insta::assert_snapshot!(format!("{error}: {source}"), @"cannot post op/12 on slack: Slack says msg_blocks_too_long");
    Ok(())
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_found_by_its_key() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.slack.person("acme", "alice");
    let since = Utc::now() - TimeDelta::minutes(5);
    told.posts(&told.ops(), "op/1", &done()).await?;
    told.slack.weather_once(POST, Weather::LosesAnswers);
    assert_eq!(kind(&told).await, Unanswered);
    alice.posts("ops", "Deploy search-api to production: 98ab4e2 — done").await?;
    let posted = alice.reads("ops")[1].ts.clone();
    assert_eq!(told.adapter.find(&told.ops(), "op/12", since).await?, Some(posted));
    assert_eq!(told.adapter.find(&told.ops(), "op/13", since).await?, None);
    let later = Utc::now() + TimeDelta::minutes(5);
    assert_eq!(told.adapter.find(&told.ops(), "op/12", later).await?, None, "not so late");

    let question = alice.posts("ops", "and in the thread?").await?;
    let place = Place { thread: Some(question), ..told.ops() };
    let id = told.posts(&place, "reply/1", &done()).await?;
    assert_eq!(told.adapter.find(&place, "reply/1", since).await?, Some(id));
    Ok(())
}

#[tokio::test]
async fn a_message_is_found_behind_several_pages_of_others() -> Result<()> {
    let told = Told::begin().await?;
    let since = Utc::now() - TimeDelta::minutes(5);
    let id = told.posts(&told.ops(), "op/12", &done()).await?;
    for number in 0..450 {
        told.slack.person("acme", "alice").posts("ops", &format!("line {number}")).await?;
    }
    assert_eq!(told.adapter.find(&told.ops(), "op/12", since).await?, Some(id));
    assert_eq!(told.slack.calls("conversations.history").len(), 3);
    Ok(())
}

#[tokio::test]
async fn reactions_that_cannot_be_offered_do_not_fail_the_card_and_come_with_the_next_edit() -> Result<()> {
    let told = Told::begin().await?;
    told.slack.weather_once(On::Method("reactions.add"), Weather::Limits(1));
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    let offered =
        |id: &str| told.slack.person("acme", "alice").looks_at("ops", id).map(|it| it.reactions.len());
    assert_eq!(offered(&id), Some(0));
    told.adapter.edit(&told.ops(), &id, &plan()).await?;
    assert_eq!(offered(&id), Some(2));
    let calls = told.slack.calls("reactions.add").len();
    told.adapter.edit(&told.ops(), &id, &plan()).await?;
    assert_eq!(told.slack.calls("reactions.add").len(), calls, "they are there");
    Ok(())
}
