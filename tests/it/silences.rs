//! 🔕 keeps an alert quiet for half an hour, longer by a button: the card says until when, what fires meanwhile makes no noise, and when the
//! time is up while it still fires, the channel hears of it.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;
use tests::world::alerting::Alerting;
use tests::world::alertmanager::Alertmanager;

#[tokio::test]
async fn an_alert_is_silenced_by_a_reaction_and_heard_again_when_the_time_is_up() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    world.dave().reacts(&card, Reaction::Silence).await?;
    world.sees("@dave may not work on incidents and alerts").await?;
    world.bob().reacts(&card, Reaction::Silence).await?;
    let silenced = world.sees("silenced").await?;
    insta::assert_snapshot!(silenced.text, @"
    [note] HighErrorRate · 1 firing, silenced
    Service: search-api
    Since: (time)
    Silenced: until (time) by @bob
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence (span) → silence ALERT-1 for 1h] [Silence (span) → silence ALERT-1 for 4h] [Silence (span) → silence ALERT-1 for 1d] [Unsilence → unsilence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀)
    ");

    world.carol().reacts(&card, Reaction::Silence).await?;
    insta::assert_snapshot!(world.sees("already").await?.text, @"
    [warning] `ALERT-1` is silenced by @bob already.
    Until (time). To have it otherwise: `silence ALERT-1 for 4h` or `unsilence ALERT-1`.
    ");
    world.carol().takes_back(&card, Reaction::Silence).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "it was not hers");

    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    assert!(world.sees("2 firing, silenced").await?.text.starts_with("[note]"));
    world.carol().presses(&silenced, "Silence 4 h").await?;
    assert!(world.sees("by @carol").await?.text.contains("2 firing, silenced"));

    world.stage.silences_end().await?;
    let heard = world.sees("still fires").await?;
    insta::assert_snapshot!(heard.text, @"
    [bad] HighErrorRate still fires, and is no longer silenced
    `ALERT-1`: 2 firing. The silence of @carol is over.
    [Acknowledge → ack ALERT-1] [Silence (span) → silence ALERT-1 for 1h]
    ");
    let card = world.sees("HighErrorRate · 2 firing\n").await?;
    assert!(card.text.starts_with("[bad]"), "{}", card.text);
    // A reaction on the reminder is one on the alert.
    world.bob().reacts(&heard, Reaction::Acknowledge).await?;
    assert!(world.sees("Acknowledged: @bob").await?.text.contains("2 firing"));
    world.bob().types("incident open ALERT-1").await?;
    world.sees("INC-1 · sev2").await?;
    world.sees("Incident: INC-1").await?;
    world.bob().types("incident timeline INC-1").await?;
    insta::assert_snapshot!(world.sees("Timeline of INC-1").await?.text, @"
    [note] Timeline of INC-1
    • (time) alertmanager ALERT-1: alert HighErrorRate pod=a fires: 5xx above 5 % for 2 minutes
    • (time) alertmanager ALERT-1: alert HighErrorRate pod=b fires: 5xx above 5 % for 2 minutes
    • (time) @dave ALERT-1: was refused `🔕`: @dave may not work on incidents and alerts.
    • (time) @bob ALERT-1: silenced the alert until (time)
    • (time) @carol ALERT-1: was refused `🔕`: `ALERT-1` is silenced by @bob already.
    • (time) @carol ALERT-1: silenced the alert until (time)
    • (time) Watchkeeper ALERT-1: the silence of @carol is over, and the alert still fires
    • (time) @bob ALERT-1: acknowledged the alert
    • (time) @bob declared a sev2 incident: HighErrorRate
    (timeline of INC-1 as a plot) <plot of INC-1>
    — full timeline <timeline of INC-1>
    ");
    world.ends().await
}

#[tokio::test]
async fn whoever_silenced_it_can_take_it_back_and_anybody_can_end_it() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    world.bob().reacts(&card, Reaction::Silence).await?;
    world.sees("silenced").await?;
    world.bob().takes_back(&card, Reaction::Silence).await?;
    assert!(world.sees("[bad] HighErrorRate · 1 firing").await?.text.contains("🔕"));

    world.bob().types_in_thread(&card, "silence for 8d").await?;
    insta::assert_snapshot!(world.sees("at most").await?.text, @"
    [warning] An alert can be silenced for (span) at most.
    What nobody wants to hear for longer is better taken out of the alert rules.
    ");
    world.bob().types_in_thread(&card, "silence for 24h").await?;
    let silenced = world.sees("silenced").await?;
    world.carol().presses(&silenced, "Unsilence").await?;
    world.sees("[bad] HighErrorRate · 1 firing").await?;
    world.carol().types("unsilence ALERT-1").await?;
    world.sees("is not silenced").await?;
    world.carol().types("unsilence").await?;
    world.sees("not the thread of an alert").await?;
    world.ends().await
}

/// It recovers and fires anew: while it is silenced that is no news, and no new card.
#[tokio::test]
async fn what_fires_anew_in_silence_gets_its_card_when_the_silence_ends() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    world.bob().types("silence ALERT-1").await?;
    world.sees("silenced").await?;
    world.alerts(&errors.post(&[], &["a"])).await?;
    world.sees("resolved, silenced").await?;
    let again = errors.again();
    world.alerts(&again.post(&["a"], &[])).await?;
    world.alerts(&again.post(&["a", "b"], &[])).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new());

    world.stage.silences_end().await?;
    insta::assert_snapshot!(world.sees("2 firing").await?.text, @"
    [bad] HighErrorRate · 2 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod=a`: 5xx above 5 % for 2 minutes
    • firing since (time) `pod=b`: 5xx above 5 % for 2 minutes
    Runbook: https://runbooks.example/errors
    — ALERT-2 from alertmanager
    [Acknowledge → ack ALERT-2] [Silence → silence ALERT-2] [Open incident → incident open ALERT-2] [Diagnose → diagnose search-api]
    (👀 🔕)
    ");
    let before = world.sees("[good]").await?;
    assert!(before.id == card.id && !before.text.contains("silence"), "{}", before.text);
    world.ends().await
}

/// Where the policy names the source's Alertmanager, what is silenced here is silenced there, too.
#[tokio::test]
async fn the_real_alertmanager_is_silenced_too() -> Result<()> {
    let address = format!("127.0.0.1:{}", tests::lab::ports::free()?);
    let token = "token_env = \"WATCHKEEPER_ALERTMANAGER_TOKEN\"";
    let named = format!("{token}\nsilences = \"http://{address}\"");
    let world = world::begin_where(env!("CARGO_BIN_EXE_lab"), |policy| policy.replace(token, &named)).await?;
    // Alertmanager is away when it is silenced first, and is told as soon as it is there.
    let errors = Alerting::now("HighErrorRate");
    world.alerts(&errors.post(&["a"], &[])).await?;
    let card = world.sees("1 firing").await?;
    world.bob().reacts(&card, Reaction::Silence).await?;
    let silenced = world.sees("silenced").await?;
    world.stage.will_answer("select count(*)::text from silence where remote_due_at > now()", "1").await?;
    let Some(alertmanager) = Alertmanager::listening(&world, &address).await? else {
        eprintln!("skipped: prometheus-alertmanager is not installed (Debian's package of that name)");
        return world.ends().await;
    };
    world.stage.sources_are_told_again().await?;
    let first = "alertname=HighErrorRate by bob: ALERT-1 in Watchkeeper (silence 1)";
    let second = "alertname=HighErrorRate by carol: ALERT-1 in Watchkeeper (silence 2)";
    alertmanager.has_silences(&[&format!("active {first}")]).await?;
    world.carol().presses(&silenced, "Silence 4 h").await?;
    world.sees("by @carol").await?;
    alertmanager.has_silences(&[&format!("active {second}"), &format!("expired {first}")]).await?;
    // The answer to the post was lost: it is found there, and not made twice.
    world.stage.forgets_what_sources_said().await?;
    alertmanager.has_silences(&[&format!("active {second}"), &format!("expired {first}")]).await?;
    world.stage.will_answer("select count(remote_id)::text from silence where id = 2", "1").await?;
    world.carol().types("unsilence ALERT-1").await?;
    world.sees("[bad]").await?;
    alertmanager.has_silences(&[&format!("expired {first}"), &format!("expired {second}")]).await?;
    alertmanager.ends().await?;
    world.ends().await
}
