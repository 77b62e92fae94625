//! Whatever an alert or a person writes, it stays text: in the card, in the page and in the document.

use anyhow::Result;
use tests::world;
use tests::world::alerting::Alerting;

/// Markup, a mention of everybody, emphasis, a link, and an order of letters that is not what it looks like.
const NASTY: &str =
    "<script>alert(1)</script> @everyone **bold** [click](https://evil.example) \u{202e}gnp.exe";

#[tokio::test]
async fn text_from_outside_is_shown_and_does_nothing() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    let nasty = Alerting { summary: NASTY.to_owned(), ..Alerting::now("HighErrorRate") };
    world.alerts(&nasty.post(&["\"><img src=x onerror=alert(1)>"], &[])).await?;
    let card = world.sees("1 firing").await?;
    insta::assert_snapshot!(card.text, @r#"
    [bad] HighErrorRate · 1 firing
    Service: search-api
    Since: (time)
    • firing since (time) `pod="><img src=x onerror=alert(1)>`: <script>alert(1)</script> @everyone **bold** [click](https://evil.example) gnp.exe
    Runbook: https://runbooks.example/errors
    — ALERT-1 from alertmanager
    [Acknowledge → ack ALERT-1] [Silence → silence ALERT-1] [Open incident → incident open ALERT-1] [Diagnose → diagnose search-api]
    (👀 🔕)
    "#);

    world.alice().presses(&card, "Open incident").await?;
    let incident = world.sees("INC-1 · sev").await?;
    world.sees("Incident: INC-1").await?;
    world.alice().types_in_thread(&incident, &format!("incident note {NASTY}")).await?;
    world.sees("Noted").await?;
    let said = world.alice().types_in_thread(&incident, NASTY).await?;
    world.bob().pins(said).await?;
    world.settles().await?;

    for path in [
        "/console/ops".to_owned(),
        format!("/console/ops/thread/{}", incident.id),
        "/incidents".to_owned(),
        "/incidents/INC-1".to_owned(),
        "/incidents/INC-1/postmortem".to_owned(),
    ] {
        let page = world.page(&path).await?;
        assert_eq!(page.status, 200, "{path}");
        let html = page.text();
        for alive in ["<script>alert", "<img src=x", "<b>bold", "<strong>bold", "evil.example\"", "\u{202e}"]
        {
            assert!(!html.contains(alive), "{path} has {alive:?} in\n{html}");
        }
    }
    let thread = world.page(&format!("/console/ops/thread/{}", incident.id)).await?.text();
    assert!(thread.contains("&lt;script&gt;alert(1)&lt;"), "it is shown as it was written:\n{thread}");
    let document = world.page("/incidents/INC-1/postmortem.md").await?.text();
    let lines: Vec<&str> = document.lines().filter(|line| line.contains("everyone")).collect();
    let shown: Vec<&str> = lines.iter().filter_map(|line| line.rsplit(" UTC ").next()).collect();
    assert!(lines.iter().all(|line| !line.contains("<script>") && !line.contains("[click](")), "{shown:#?}");
    world.ends().await
}
