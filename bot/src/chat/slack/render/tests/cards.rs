//! A few cards, as they are seen.
//!
//! Whether they keep to Slack's limits is asked elsewhere.

use chrono::DateTime;
use commands::id::{IncidentId, OperationId};
use commands::message::{Block, Field, Message, Page, Reaction, Text, Tone, Weight};
use commands::names::PersonId;
use commands::untrusted::Untrusted;

use super::seen::seen;
use super::sent;

fn shown(message: &Message) -> String {
    seen(&sent(message).0)
}

fn footnote() -> Text {
    let text = Text::new().code("OP-12").plain(" · plan ").code("e854a6ddc0ec").plain(" · understood as ");
    text.code("deploy search-api 98ab4e2 to production")
}

#[test]
fn a_plan_that_waits() {
    let at = DateTime::from_timestamp(1_795_489_800, 0).unwrap_or_default();
    let title =
        Text::new().plain("Deploy search-api to production: ").code("c0ffee1").plain(" → ").code("98ab4e2");
    let card = Message::new(Tone::Waiting, title)
        .block(Block::Fields(vec![
            Field::new("From", Text::new().code("c0ffee1").plain(" (by tag only)")),
            Field::new("Requested by", Text::new().person(&PersonId::new("alice"))),
            Field::new("Approval", "0 of 1 — oncall may approve"),
            Field::new("Expires", Text::new().when(at)),
        ]))
        .paragraph(Text::new().strong("Already wrong there:"))
        .block(Block::List(vec!["1 of 3 pods is not ready".into(), "the image is not pulled".into()]))
        .footnote(footnote())
        .button(Weight::Primary, "Approve", "approve OP-12")
        .button(Weight::Danger, "Deny", "deny OP-12")
        .offering(&[Reaction::Approve, Reaction::Deny]);
    insta::assert_snapshot!(shown(&card), @r#"
    # ✋ Deploy search-api to production: c0ffee1 → 98ab4e2
    **From: **`c0ffee1` (by tag only)
    **Requested by: **Alice Archer
    **Approval: **0 of 1 — oncall may approve
    **Expires: **(2026-11-24 03:10 UTC as "{date_short_pretty} at {time}")
    **Already wrong there:**
    • 1 of 3 pods is not ready
    • the image is not pulled
    — OP-12 · plan e854a6ddc0ec · understood as deploy search-api 98ab4e2 to production
    [Approve → approve OP-12, primary] [Deny → deny OP-12, danger]
    "#);
    insta::assert_snapshot!(sent(&card).1.text, @"
    [waiting] Deploy search-api to production: `c0ffee1` → `98ab4e2`
    From: `c0ffee1` (by tag only)
    Requested by: Alice Archer
    Approval: 0 of 1 — oncall may approve
    Expires: 03:10 UTC
    Already wrong there:
    • 1 of 3 pods is not ready
    • the image is not pulled
    — `OP-12` · plan `e854a6ddc0ec` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-12] [Deny → deny OP-12]
    (✅ ❌)
    ");
}

#[test]
fn a_rollout_that_is_stuck() {
    let card = Message::new(Tone::Bad, "Deploy search-api to production — stuck")
        .block(Block::Progress { done: 1, total: 3, label: "2 of 3 updated, 1 ready".into() })
        .paragraph(
            Text::new().plain("The container ").code("search-api").plain(" keeps ending with exit code 1."),
        )
        .block(Block::Verbatim(Untrusted::new("Database *unreachable* <!here>\n  at main.go:3")))
        .block(Block::Table("REVISION  TAG\n2 *       c0ffee1\n".to_owned()))
        .footnote(footnote())
        .button(Weight::Plain, "Diagnose", "diagnose search-api in production");
    insta::assert_snapshot!(shown(&card), @"
    # 🔴 Deploy search-api to production — stuck
    ▓▓▓░░░░░░░ 1/3 2 of 3 updated, 1 ready
    The container `search-api` keeps ending with exit code 1.
      | Database *unreachable* <!here>
      |   at main.go:3
      | REVISION  TAG
      | 2 *       c0ffee1
    — OP-12 · plan e854a6ddc0ec · understood as deploy search-api 98ab4e2 to production
    [Diagnose → diagnose search-api in production]
    ");
}

#[test]
fn a_timeline_with_its_plot_and_links() {
    let at = DateTime::from_timestamp(1_795_489_800, 0).unwrap_or_default();
    let card = Message::new(Tone::Neutral, "Timeline of INC-7")
        .block(Block::List(vec![Text::new().when(at).plain(" Alice Archer declared it")]))
        .block(Block::Plot {
            page: Page::TimelinePlot(IncidentId(7)),
            alt: "timeline of INC-7 as a plot".to_owned(),
        })
        .footnote(Text::new().link("full timeline", Page::Timeline(IncidentId(7))).plain(" as of ").when(at));
    insta::assert_snapshot!(shown(&card), @r#"
    # 💬 Timeline of INC-7
    • (2026-11-24 03:10 UTC as "{date_short_pretty} at {time}") Alice Archer declared it
    🖼 [timeline of INC-7 as a plot](https://watchkeeper.example/incidents/INC-7/timeline.png)
    — mrkdwn <https://watchkeeper.example/incidents/INC-7|full timeline> · as of · mrkdwn <!date^1795489800^{date_short_pretty} at {time}|2026-11-24 03:10 UTC>
    "#);
}

#[test]
fn a_title_that_is_too_long_for_a_header_is_bold_text() {
    let card = Message::new(Tone::Good, Text::new().plain("long ".repeat(40)));
    let (blocks, _) = sent(&card);
    assert!(seen(&blocks).starts_with("**🟢 long long"), "{blocks:?}");
}

#[test]
fn what_is_too_long_ends_with_a_note_and_is_whole_in_a_file() {
    let lines: String = (1..=1_000).map(|line| format!("line {line} of the log\n")).collect();
    let card = Message::new(Tone::Bad, "Diagnosis")
        .block(Block::Verbatim(Untrusted::new(lines)))
        .footnote("as of now")
        .button(Weight::Danger, "Roll back", "rollback search-api in production");
    let (blocks, card) = sent(&card);
    let seen = seen(&blocks);
    let (from, to) = (seen.find("line 300 ").is_some(), seen.find("line 700 ").is_some());
    assert!(from && !to, "{seen}");
    insta::assert_snapshot!(seen.lines().rev().take(2).collect::<Vec<_>>().join("\n"), @"
    [Roll back → rollback search-api in production, danger]
    — This is only the beginning: all of it is in the file in this message's thread.
    ");
    let whole = card.overflow.unwrap_or_default();
    assert!(whole.contains("line 1000 of the log") && whole.contains("— as of now"), "{whole}");
}

#[test]
fn a_command_that_no_button_can_carry_is_there_to_be_typed() {
    let command = format!("incident note INC-7 {}", "x".repeat(1_990));
    let card = Message::new(Tone::Neutral, Text::new().plain("Note for ").code(OperationId(1).to_string()))
        .button(Weight::Plain, "Note", command.clone());
    let shown = shown(&card);
    assert!(shown.contains(&format!("Note: `{command}`")) && !shown.contains("[Note"), "{shown}");
}
