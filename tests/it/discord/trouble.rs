//! Discord limits, fails, hangs, and loses answers: what the outbox is told, and that nothing is there twice.

use bot::chat::discord::checkup;
use bot::chat::{SendErrorKind, Then};
use tests::discord::{On, Weather};

use super::*;

const POST: On = On::Operation("create_message");

#[tokio::test]
async fn a_limit_is_passed_on_with_its_time_and_not_asked_again_before() -> Result<()> {
    let told = Told::begin().await?;
    told.discord.weather_once(POST, Weather::Limits(7.5));
    let error = told.posts(&told.ops(), "op/12", &plan()).await.err().context("it is limited")?;
    let SendErrorKind::RateLimited { retry_after: Some(wait) } = error.kind else {
        anyhow::bail!("{error:?}")
    };
    assert!(wait > Duration::from_secs(6), "{wait:?}");
    let asked = told.discord.calls("create_message").len();
    let error = told.posts(&told.ops(), "op/12", &plan()).await.err().context("it is too early")?;
    assert!(matches!(error.kind, SendErrorKind::RateLimited { .. }), "{error:?}");
    assert_eq!(told.discord.calls("create_message").len(), asked, "Discord was not asked");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_for_and_the_card_is_there_once() -> Result<()> {
    let told = Told::begin().await?;
    let since = chrono::Utc::now() - chrono::TimeDelta::seconds(5);
    told.discord.weather_once(POST, Weather::LosesAnswers);
    let error = told.posts(&told.ops(), "op/12", &plan()).await.err().context("the answer is lost")?;
    assert_eq!(error.kind.then(), Then::WaitAndFind);
    let found = told.adapter.find(&told.ops(), "op/12", since).await?.context("it is found")?;
    assert_eq!(told.adapter.find(&told.ops(), "op/13", since).await?, None);
    let alice = told.discord.person("acme", "alice");
    assert_eq!(alice.reads("ops").len(), 1);
    // And whoever does not look: Discord itself takes it once.
    let again = told.posts(&told.ops(), "op/12", &plan()).await?;
    assert_eq!((again, alice.reads("ops").len()), (found, 1));
    Ok(())
}

#[tokio::test]
async fn each_failure_is_what_the_table_says() -> Result<()> {
    let told = Told::begin().await?;
    let then = async |weather: Weather| -> Result<Then> {
        told.discord.weather_once(POST, weather);
        let key = format!("reply/{}", uuid::Uuid::new_v4().as_u128());
        let error = told.posts(&told.ops(), &key, &done()).await.err();
        Ok(error.with_context(|| format!("{weather:?} is no failure"))?.kind.then())
    };
    assert_eq!(then(Weather::Fails(503)).await?, Then::Wait { asked: None });
    assert_eq!(then(Weather::Fails(500)).await?, Then::WaitAndFind);
    assert_eq!(then(Weather::Hangs).await?, Then::WaitAndFind);
    let general = Place { channel: told.discord.place("acme", "general"), ..told.ops() };
    let error = told.posts(&general, "reply/1", &done()).await.err().context("the bot is not there")?;
    assert_eq!(error.kind, SendErrorKind::NoSuchChannel);
    let error = told.adapter.edit(&told.ops(), "1234567890123456789", &done()).await.err();
    assert_eq!(error.context("it is gone")?.kind, SendErrorKind::NoSuchMessage);
    told.discord.revokes_token();
    let error = told.posts(&told.ops(), "reply/1", &done()).await.err().context("the token is void")?;
    assert_eq!(error.kind, SendErrorKind::Unauthorized);
    Ok(())
}

#[tokio::test]
async fn the_endpoint_says_503_when_nothing_could_be_stored() -> Result<()> {
    let told = Told::begin_at_the_endpoint().await?;
    let alice = told.discord.person("acme", "alice");
    told.ears.is_deaf_for(1);
    let error = alice.types("ops", "/locks").await.err().context("it was not taken in")?;
    assert!(error.to_string().contains("did not respond"), "{error}");
    assert_eq!(alice.types("ops", "/locks").await?.kind, Answer::Deferred);
    Ok(())
}

#[tokio::test]
async fn the_checkup_says_what_is_wrong_and_what_to_do() -> Result<()> {
    let told = Told::begin().await?;
    told.discord.denies("acme", "ops", 1 << 6);
    let (secrets, policy) = (discord_settings(&told.discord), Policy::parse(&policy(&told.discord, false))?);
    let lines = checkup(&secrets, &policy).await.into_iter().map(|check| match check.found {
        Ok(found) => format!("{}: {found}", check.what),
        Err(wrong) => format!("{}: WRONG {} -> {}", check.what, wrong.problem, wrong.fix),
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    the bot token of Discord: Discord knows it as watchkeeper
    the application of Discord: 1000000000000000001
    the public key of Discord: not in the policy: interactions come over the gateway
    the message content intent of Discord: granted: 📌 records what anybody wrote
    the clock, as Discord has it: less than 31 s apart
    the server acme of Discord: acme
    the channel discord/acme/incidents: #incidents
    the channel discord/acme/ops: WRONG the bot lacks: Add Reactions -> give them to the bot's role in this channel
    ");
    told.discord.revokes_token();
    assert_eq!(checkup(&secrets, &policy).await.len(), 1, "nothing else can be looked at");
    Ok(())
}
