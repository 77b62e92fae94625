//! One story, told unchanged on the console, in Slack and in Discord: the alert, the deploy that makes it worse, the way back, and
//! the postmortem.
//!
//! What is said is the same everywhere, to the word; only what a platform shows in its own way is left out of the comparison. In
//! Slack and Discord every payload of both directions is checked besides, by what the vendors themselves publish.

use anyhow::{Context, Result};
use commands::message::Reaction;
use tests::payloads;
use tests::world::alerting::Alerting;
use tests::world::room::Seen;
use tests::world::veil::timeless;
use tests::world::{self, World};

const LAB: &str = env!("CARGO_BIN_EXE_lab");

#[tokio::test]
async fn on_the_console() -> Result<()> {
    told(world::begin(LAB).await?).await
}

#[tokio::test]
async fn in_slack() -> Result<()> {
    let world = world::elsewhere::begin_in_slack(LAB).await?;
    let slack = world.slack()?.clone();
    told(world).await?;
    let checked = payloads::of_slack(&slack).await?;
    assert!(checked.sent > 10 && checked.delivered > 10, "{checked:?}");
    Ok(())
}

#[tokio::test]
async fn in_discord() -> Result<()> {
    let world = world::elsewhere::begin_in_discord(LAB).await?;
    let discord = world.discord()?.clone();
    told(world).await?;
    let checked = payloads::of_discord(&discord)?;
    assert!(checked.sent > 10 && checked.delivered > 10, "{checked:?}");
    Ok(())
}

async fn told(world: World) -> Result<()> {
    let errors = Alerting::now("HighErrorRate");
    let alert = an_alert_is_acknowledged_and_looked_into(&world, &errors).await?;
    a_deploy_makes_it_worse(&world).await?;
    let incident = an_incident_opens(&world, &alert).await?;
    the_deploy_is_rolled_back(&world, &incident).await?;
    the_alert_is_over(&world, &errors, &incident).await?;
    the_postmortem_is_written(&world).await?;
    world.ends().await
}

async fn an_alert_is_acknowledged_and_looked_into(world: &World, errors: &Alerting) -> Result<Seen> {
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    let alert = world.sees("2 firing").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(alert.spoken(), @"
        [bad] HighErrorRate · 2 firing
        Service: search-api
        Since: (time)
        Runbook: https://runbooks.example/errors
        • firing since (time) pod=a: 5xx above 5 % for 2 minutes
        • firing since (time) pod=b: 5xx above 5 % for 2 minutes
        ALERT-1 from alertmanager
        [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
        ");
    }
    world.bob().reacts(&alert, Reaction::Acknowledge).await?;
    let acknowledged = world.sees("Acknowledged: @bob").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(acknowledged.spoken(), @"
        [warning] HighErrorRate · 2 firing
        Service: search-api
        Since: (time)
        Acknowledged: @bob at (time)
        Runbook: https://runbooks.example/errors
        • firing since (time) pod=a: 5xx above 5 % for 2 minutes
        • firing since (time) pod=b: 5xx above 5 % for 2 minutes
        ALERT-1 from alertmanager
        [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
        ");
    }
    assert_eq!(acknowledged.id, alert.id, "one card, edited in place");
    world.bob().presses(&acknowledged, "Diagnose").await?;
    let diagnosis = world.sees("nothing wrong found").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(diagnosis.spoken(), @"
    [good] search-api in production: nothing wrong found
    Image: 7c3f2b1
    Rollout: done
    Replicas: 2 of 2 ready
    as of (time)
    ");
    }
    assert_eq!(diagnosis.thread, Some(alert.id), "the answer stands where it was asked");
    Ok(acknowledged)
}

async fn a_deploy_makes_it_worse(world: &World) -> Result<()> {
    world.alice().types("deploy search-api c0ffee1 to production").await?;
    let plan = world.sees("0 of 1").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(plan.spoken(), @"
    [waiting] Deploy search-api to production: 7c3f2b1 → c0ffee1
    From: 7c3f2b1 (by tag only)
    To: c0ffee1 (sha256:…)
    Target: search/deployment/search-api-deployment
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: (time)
    OP-1 · plan … · understood as deploy search-api c0ffee1 to production
    [Approve → approve OP-1] [Deny → deny OP-1]
    ");
    }
    world.is_pictured("plan", &plan).await?;
    world.carol().reacts(&plan, Reaction::Approve).await?;
    let stuck = world.sees("— stuck").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(stuck.spoken(), @"
    [bad] Deploy search-api to production: 7c3f2b1 → c0ffee1 — stuck
    Approved by: @carol, asked by @alice
    Still serving: 2 of 2 replicas
    The container search-api keeps ending with exit code 1. Seen on Pod/search-api-deployment-….
    Database unreachable
    OP-1 · plan … · understood as deploy search-api c0ffee1 to production
    [Roll back → rollback search-api in production to revision 1] [Diagnose → diagnose search-api in production]
    ");
    }
    assert_eq!((stuck.id, stuck.thread), (plan.id, None), "one message an operation");
    world.is_pictured("stuck", &stuck).await?;
    Ok(())
}

async fn an_incident_opens(world: &World, alert: &Seen) -> Result<Seen> {
    world.bob().presses(alert, "Open incident").await?;
    let incident = world.sees("INC-1 · sev2").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(incident.spoken(), @"
    [bad] INC-1 · sev2 · HighErrorRate
    Status: investigating
    Affects: search-api
    Commander: nobody yet: incident role INC-1 commander …
    Declared: @bob at (time)
    Acknowledged: (time)
    • ALERT-1 HighErrorRate: 2 firing
    timeline · 📌 on a message puts it there
    [Mitigated → incident status INC-1 monitoring] [Resolve → incident resolve INC-1]
    ");
    }
    let linked = world.sees("Incident: INC-1").await?;
    assert_eq!(linked.id, alert.id);
    Ok(incident)
}

async fn the_deploy_is_rolled_back(world: &World, incident: &Seen) -> Result<()> {
    world.bob().types_in_thread(incident, "diagnose search-api in production").await?;
    let diagnosis = world.sees("Database unreachable").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(diagnosis.spoken(), @"
    [bad] search-api in production: 1 finding
    Image: c0ffee1 (sha256:…)
    Rollout: stuck
    Replicas: 2 of 2 ready
    Blocking: The container search-api keeps ending with exit code 1. — Pod/search-api-deployment-… has status.containerStatuses[search-api].state.waiting.reason = CrashLoopBackOff. Next: rollback search-api in production
    Note: Changed (span) ago by @alice (OP-1): deploy search-api c0ffee1 to production — Deployment/search-api-deployment has metadata.annotations[watchkeeper.dev/operation] = OP-1. Next: history search-api in production
    Database unreachable
    as of (time)
    [Roll back → rollback search-api in production] [History → history search-api in production]
    ");
    }
    world.alice().presses(&diagnosis, "Roll back").await?;
    let plan = world.sees("0 of 1").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(plan.spoken(), @"
    [waiting] Roll back search-api in production: c0ffee1 → 7c3f2b1
    From: c0ffee1 (sha256:…)
    To: 7c3f2b1 (by tag only)
    Target: search/deployment/search-api-deployment
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 1 — oncall may approve, not @alice
    Expires: (time)
    Already wrong there:
    • Pod/search-api-deployment-…: The container search-api keeps ending with exit code 1.
    A rollback is never held, but mind:
    • INC-1 (sev2) freezes deploys since (time), until it is resolved: HighErrorRate
    OP-2 · plan … · understood as rollback search-api in production
    [Approve → approve OP-2] [Deny → deny OP-2]
    ");
    }
    assert_eq!(plan.thread, Some(incident.id), "the plan is where the incident is worked on");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(done.spoken(), @"
    [good] Roll back search-api in production: c0ffee1 → 7c3f2b1 — done
    Approved by: @bob, asked by @alice
    Took: (time)
    A rollback is never held, but mind:
    • INC-1 (sev2) freezes deploys since (time), until it is resolved: HighErrorRate
    OP-2 · plan … · understood as rollback search-api in production
    ");
    }
    assert_eq!(done.id, plan.id);
    world.is_pictured("incident", incident).await?;
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    Ok(())
}

async fn the_alert_is_over(world: &World, errors: &Alerting, incident: &Seen) -> Result<()> {
    world.alerts(&errors.post(&[], &["a", "b"])).await?;
    world.sees("2 of 2 resolved").await?;
    let why =
        world.alice().talks_in_thread(incident, "the new pool size is above the database's limit").await?;
    world.alice().pins(why).await?;
    world.bob().types_in_thread(incident, "incident resolve").await?;
    world.sees("went from").await?;
    let resolved = world.sees("Status: resolved").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(timeless(&resolved.spoken()), @"
    [good] INC-1 · sev2 · HighErrorRate
    Status: resolved
    Affects: search-api
    Declared: @bob at (time)
    Acknowledged: (time)
    Mitigated: (time)
    Resolved: (time)
    • ALERT-1 HighErrorRate: 2 of 2 resolved
    timeline · 📌 on a message puts it there
    [Postmortem → postmortem INC-1] [Close → incident close INC-1]
    ");
    }
    assert_eq!(resolved.id, incident.id);
    world.settles().await.map(drop)
}

async fn the_postmortem_is_written(world: &World) -> Result<()> {
    world.carol().types("postmortem INC-1").await?;
    let written = world.sees("Postmortem of INC-1").await?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(timeless(&pictures_last(&written.spoken())), @"
        [note] Postmortem of INC-1: HighErrorRate
        HighErrorRate. It was declared sev2 by @bob at (time) and resolved at (time), (span) after it began. 2 operations changed the cluster; the last that succeeded is OP-2: roll back search-api in production: c0ffee1 → 7c3f2b1.
        read the postmortem
        timeline of INC-1 as a plot
        ");
    }
    let document = world.page("/incidents/INC-1/postmortem.md").await?.text();
    let timeline =
        document.split("\n## ").find(|part| part.starts_with("Timeline")).context("no timeline")?;
    insta::allow_duplicates! {
        insta::assert_snapshot!(timeless(&world.ops.veiled(timeline)), @"
    Timeline

    | Time (UTC) | Who | What |
    | --- | --- | --- |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=a fires: 5xx above 5 % for 2 minutes |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=b fires: 5xx above 5 % for 2 minutes |
    | (time) | Bob Baker | ALERT-1: acknowledged the alert |
    | (time) | Alice Archer | OP-1: planned: Deploy search-api to production: 7c3f2b1 → c0ffee1 (plan `…`) |
    | (time) | Carol Chen | OP-1: approved |
    | (time) | Watchkeeper | OP-1: approved by Carol Chen |
    | (time) | Watchkeeper | OP-1: sent to the cluster: Deploy search-api to production: 7c3f2b1 → c0ffee1 |
    | (time) | Watchkeeper | OP-1: stuck: The container search-api keeps ending with exit code 1. Last log line: Database unreachable |
    | (time) | Bob Baker | declared a sev2 incident: HighErrorRate |
    | (time) | Bob Baker | diagnosed search/deployment/search-api-deployment: The container search-api keeps ending with exit code 1. Last log line: Database unreachable (and 1 more) |
    | (time) | Alice Archer | OP-2: planned: Roll back search-api in production: c0ffee1 → 7c3f2b1 (plan `…`) |
    | (time) | Bob Baker | OP-2: approved |
    | (time) | Watchkeeper | OP-2: approved by Bob Baker |
    | (time) | Watchkeeper | OP-2: sent to the cluster: Roll back search-api in production: c0ffee1 → 7c3f2b1 |
    | (time) | Watchkeeper | OP-2: succeeded |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=a resolved |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=b resolved |
    | (time) | Alice Archer | “the new pool size is above the database's limit” (pinned) |
    | (time) | Bob Baker | status: investigating → **resolved** |
    ");
    }
    Ok(())
}

/// Discord shows pictures below everything else.
fn pictures_last(spoken: &str) -> String {
    let (pictures, others): (Vec<&str>, Vec<&str>) =
        spoken.lines().partition(|line| line.ends_with("as a plot"));
    [others, pictures].concat().join("\n")
}
