//! An app on @slack/bolt: command, message, button, modal, reaction; by Socket Mode and behind its HTTP receiver, which checks
//! our signatures.

use anyhow::Result;
use tests::lab::ports;
use tests::slack::{Slack, Submitted, Toward, Urls};

use super::{Sdk, slack};

#[tokio::test(flavor = "multi_thread")]
async fn a_bolt_app_lives_in_it_by_socket_mode() -> Result<()> {
    let slack = slack().await?;
    let Some(mut app) = Sdk::node(&slack, "bolt.cjs", &[]).await? else { return Ok(()) };
    app.says("ready").await?;
    slack.until("a connection", || (slack.connections() > 0).then_some(())).await?;
    let told = story(&slack).await;
    app.after(told).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bolt_app_believes_the_signatures() -> Result<()> {
    let slack = slack().await?;
    let port = ports::free()?.to_string();
    let Some(mut app) = Sdk::node(&slack, "bolt.cjs", &[("MODE", "http"), ("PORT", &port)]).await? else {
        return Ok(());
    };
    app.says("ready").await?;
    slack.delivers_to(Urls::all(&format!("http://127.0.0.1:{port}/slack/events")));
    slack.verifies().await?;
    let told = story(&slack).await;
    app.after(told).await
}

async fn story(slack: &Slack) -> Result<()> {
    let (alice, bob) = (slack.person("acme", "alice"), slack.person("acme", "bob"));
    let nothing = alice.types("ops", "/deploy").await?;
    assert_eq!(nothing.text.as_deref(), Some("Deploy what?"));
    assert!(bob.reads("ops").is_empty(), "an ephemeral answer is nobody else's");
    assert_eq!(alice.types("ops", "/deploy 98ab4e2").await?.text, None);
    let card = bob.sees("ops", "OP-1").await?;
    assert_eq!(card.text, "OP-1 deploy 98ab4e2 for @alice");
    let labels: Vec<_> = card.buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(labels, ["Approve", "Details", "Tag"]);

    alice.presses("ops", &card.ts, "Details").await?;
    alice.gets_modal("Why").await?;
    let Submitted::Errors(missing) = alice.submits().await? else { panic!("an empty field was taken") };
    assert_eq!(missing["reason"], "Please complete this required field.");
    alice.fills("Reason", "no")?;
    let Submitted::Errors(refused) = alice.submits().await? else {
        panic!("the app's refusal was not heard")
    };
    assert_eq!(refused["reason"], "Say more");
    alice.fills("Reason", "it is slow")?;
    assert_eq!(alice.suggestions("Tag", "9").await?, ["98ab4e2"]);
    alice.chooses("Tag", "98ab4e2").await?;
    assert_eq!(alice.submits().await?, Submitted::Closed);
    assert!(alice.modal().is_none());
    alice.sees("watchkeeper", "Your reason: it is slow, tag 98ab4e2").await?;
    alice.presses("ops", &card.ts, "Details").await?;
    alice.gets_modal("Why").await?;
    alice.closes().await?;
    alice.sees("watchkeeper", "You closed it").await?;

    bob.picks("ops", &card.ts, "Tag", "7c3f2b1").await?;
    bob.sees("ops", "picked 7c3f2b1").await?;
    bob.reacts("ops", &card.ts, "white_check_mark").await?;
    bob.sees("ops", ":white_check_mark: by @bob").await?;
    bob.presses("ops", &card.ts, "Approve").await?;
    assert_eq!(alice.sees("ops", "approved by @bob").await?.ts, card.ts, "edited in place");
    assert!(bob.sees("ops", "You approved").await?.ephemeral);

    let asked = alice.posts("ops", "@watchkeeper status, please").await?;
    let told = alice.sees("ops", "You said @watchkeeper status, please").await?;
    assert_eq!(told.thread_ts.as_deref(), Some(asked.as_str()));
    alice.posts("ops", "ping").await?;
    alice.sees("ops", "pong").await?;
    alice.uses_shortcut("ops", &asked, "note").await?;
    alice.sees("ops", "Noted: @watchkeeper status, please").await?;
    alice.types("ops", "/later").await?;
    bob.sees("ops", "It is later now").await?;
    alice.opens_home().await?;
    let home = slack.until("App Home", || alice.home()).await?;
    assert_eq!(home.text, "Open incidents");

    slack.settles().await?;
    let exchanges = slack.exchanges();
    let refused: Vec<_> = exchanges.iter().filter(|it| it.refused.is_some()).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(exchanges.iter().any(|it| it.toward == Toward::App && it.what == "block_suggestion"));
    Ok(())
}
