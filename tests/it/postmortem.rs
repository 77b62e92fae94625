//! A whole story, and the document that is written from what happened in it.

use anyhow::{Context, Result};
use commands::message::Reaction;
use tests::world;
use tests::world::alerting::Alerting;
use tests::world::veil::timeless;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "the document is shown whole")]
async fn the_postmortem_tells_the_whole_story() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    world.alice().types("deploy search-api c0ffee1 to production").await?;
    let plan = world.sees("0 of 1").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("stuck").await?;

    let errors = Alerting::now("HighErrorRate").again();
    world.alerts(&errors.post(&["a", "b"], &[])).await?;
    let alert = world.sees("2 firing").await?;
    world.bob().reacts(&alert, Reaction::Acknowledge).await?;
    let alert = world.sees("Acknowledged").await?;
    world.bob().presses(&alert, "Open incident").await?;
    let incident = world.sees("INC-1 · sev2").await?;
    world.sees("Incident: INC-1").await?;
    world.bob().types_in_thread(&incident, "incident role commander bob").await?;
    world.sees("is commander").await?;
    world.sees("Commander: @bob").await?;
    world.bob().types_in_thread(&incident, "diagnose search-api in production").await?;
    let diagnosis = world.sees("Database unreachable").await?;

    world.alice().presses(&diagnosis, "Roll back").await?;
    let plan = world.sees("0 of 1").await?;
    assert_eq!(plan.thread, Some(incident.id), "the plan is where the incident is worked on");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— done").await?;
    world.alerts(&errors.post(&[], &["a", "b"])).await?;
    world.sees("2 of 2 resolved").await?;
    let why =
        world.alice().types_in_thread(&incident, "the new pool size is above the database's limit").await?;
    world.alice().pins(why).await?;
    world.bob().types_in_thread(&incident, "incident resolve").await?;
    world.sees("went from").await?;
    world.sees("Status: resolved").await?;

    world.settles().await?;
    world.carol().types("postmortem INC-1").await?;
    insta::assert_snapshot!(timeless(&world.sees("Postmortem of INC-1").await?.text), @"
    [note] Postmortem of INC-1: HighErrorRate
    HighErrorRate. It was declared sev2 by @bob at (time) and resolved at (time), (span) after it began. 1 operation changed the cluster; the last that succeeded is OP-2: roll back search-api in production: `c0ffee1` → `7c3f2b1`.
    (timeline of INC-1 as a plot) <plot of INC-1>
    — read the postmortem <postmortem of INC-1>
    ");
    let document = world.page("/incidents/INC-1/postmortem.md").await?;
    insta::assert_snapshot!(timeless(&world.ops.veiled(&document.text())), @"
    # INC-1: HighErrorRate

    **sev2 · resolved** · written (time) UTC from what was recorded

    ## Summary

    HighErrorRate. It was declared sev2 by Bob Baker at (time) UTC and resolved at (time) UTC, (span) after it began. 1 operation changed the cluster; the last that succeeded is OP-2: roll back search-api in production: `c0ffee1` → `7c3f2b1`.

    ## Impact

    - **Services:** **search-api**
    - **Severity:** sev2
    - **From:** (time) UTC (first alert)
    - **Until:** (time) UTC
    - **Lasted:** (span)
    - **Alerts:** ALERT-1 HighErrorRate (2 of 2 resolved)

    ## Detection

    - **Detected by:** ALERT-1 from alertmanager: HighErrorRate, “5xx above 5 % for 2 minutes”
    - **Declared:** (time) UTC by Bob Baker
    - **Time to detect:** (span)

    ## Timeline

    | Time (UTC) | Who | What |
    | --- | --- | --- |
    | (time) | Alice Archer | OP-1: planned: Deploy search-api to production: 7c3f2b1 → c0ffee1 (plan `…`) |
    | (time) | Bob Baker | OP-1: approved |
    | (time) | Watchkeeper | OP-1: approved by Bob Baker |
    | (time) | Watchkeeper | OP-1: sent to the cluster: Deploy search-api to production: 7c3f2b1 → c0ffee1 |
    | (time) | Watchkeeper | OP-1: stuck: The container search-api keeps ending with exit code 1. Last log line: Database unreachable |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=a fires: 5xx above 5 % for 2 minutes |
    | (time) | alertmanager | ALERT-1: alert HighErrorRate pod=b fires: 5xx above 5 % for 2 minutes |
    | (time) | Bob Baker | ALERT-1: acknowledged the alert |
    | (time) | Bob Baker | declared a sev2 incident: HighErrorRate |
    | (time) | Bob Baker | made Bob Baker commander |
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

    ## Mitigation

    | Operation | Time (UTC) | Change | Asked by | Approved by | Result |
    | --- | --- | --- | --- | --- | --- |
    | OP-2 | (time) | roll back search-api in production: `c0ffee1` → `7c3f2b1` | Alice Archer | Bob Baker | succeeded (after (span)) |

    Changed shortly before it began:

    | Operation | Time (UTC) | Change | Asked by | Approved by | Result |
    | --- | --- | --- | --- | --- | --- |
    | OP-1 | (time) | deploy search-api to production: `7c3f2b1` → `c0ffee1` | Alice Archer | Bob Baker | stuck: The container search-api keeps ending with exit code 1. Last log line: Database unreachable (after (span)) |

    ## Durations

    Measured from (time) UTC (first alert).

    | To | Took |
    | --- | --- |
    | Detect | (span) |
    | Acknowledge | (span) |
    | Mitigate | (span) |
    | Resolve | (span) |

    ## Participants

    - Alice Archer: asked for OP-1, OP-2; 1 command; 1 note
    - Bob Baker (commander): declared it; approved OP-1, OP-2; 4 commands

    ## Open ends

    - [ ] The incident is resolved but not closed: `incident close INC-1`
    ");
    assert_eq!(world.page("/incidents/INC-1").await?.status, 200);
    let read = world.page("/incidents/INC-1/postmortem").await?;
    assert!(read.text().contains("<h2>Mitigation</h2>"), "{}", read.text());
    let plot = world.page("/incidents/INC-1/timeline.png").await?;
    assert_eq!(plot.kind, "image/png");
    assert!(colours(&plot.body)? > 3, "the plot is blank");
    world.ends().await
}

/// How many different colours a picture has.
fn colours(png: &[u8]) -> Result<usize> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info()?;
    let size = reader.output_buffer_size().context("a picture larger than memory")?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels)?;
    let width = frame.color_type.samples();
    let seen: std::collections::BTreeSet<&[u8]> = pixels[..frame.buffer_size()].chunks(width).collect();
    Ok(seen.len())
}
