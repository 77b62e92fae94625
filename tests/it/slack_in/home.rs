//! App Home: shown once it is opened; what is pressed there is said in a channel where it may be.

use super::*;

#[tokio::test]
async fn home_shows_what_waits_and_its_buttons_work() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    alice.opens_home().await?;
    assert_eq!(told.shows_home().await?, None);
    let home = alice.home().context("her home is empty")?;
    insta::assert_snapshot!(home.text, @"
    ✋ 1 plan waits for your approval
    ---
    🟢 No open incidents
    ");
    alice.presses_in_home("Approve OP-12").await?;
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: presses approve OP-12");
    assert_eq!(told.shows_home().await?.as_deref(), Some("approve OP-12 in T0ACME/C0OPS"));
    told.hears_no_more().await
}

#[tokio::test]
async fn a_home_that_cannot_be_noted_comes_again() -> Result<()> {
    let told = Told::by_http().await?;
    told.slack.weather(slack::On::Method("views.publish"), slack::Weather::Refuses("internal_error"));
    told.alice().opens_home().await?;
    assert!(told.shows_home().await.is_err(), "Slack does not show it");
    told.slack.weather(slack::On::Method("views.publish"), slack::Weather::Fine);
    told.alice().opens_home().await?;
    told.shows_home().await?;
    told.hears_no_more().await
}
