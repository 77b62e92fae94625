//! Alice breaks the glass: past a lock and without approval, in front of everybody, with a review that only somebody else can make.

use anyhow::Result;
use tests::world;
use tests::world::guarded::{begin_where, oncall_may_break_glass};

const LAB: &str = env!("CARGO_BIN_EXE_lab");

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one emergency, told from end to end")]
async fn alice_breaks_the_glass_and_bob_reviews_it() -> Result<()> {
    let world = begin_where(LAB, oncall_may_break_glass).await?;
    world.carol().types("lock production because quarter end").await?;
    world.sees("is locked").await?;
    world.bob().types("incident declare sev2 Sign-ups fail").await?;
    let incident = world.sees("INC-1").await?;
    world.alice().types_in_thread(&incident, "deploy search-api 98ab4e2 to production").await?;
    insta::assert_snapshot!(world.sees("is locked").await?.text, @"
    [warning] `production` is locked by @carol since (time), until somebody unlocks it: quarter end.
    `unlock production` takes the lock off. `rollback search-api in production` always passes. If it cannot wait, oncall may: `break-glass deploy search-api 98ab4e2 to production because …`
    ");

    let words = "break-glass deploy search-api 98ab4e2 to production because sign-ups fail";
    world.alice().types_in_thread(&incident, words).await?;
    let review = world.sees("looks at it afterwards").await?;
    insta::assert_snapshot!(review.text, @"
    [bad] BREAK-GLASS Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    Break-glass: @alice passes every guard and approval, because: sign-ups fail
    What it passes:
    • `production` is locked by @carol since (time), until somebody unlocks it: quarter end
    Somebody else looks at it afterwards: `review OP-1 what you found`
    — OP-1 <OP-1>
    ");
    assert_eq!(review.thread, None, "everybody in the alerts' channel sees it");
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @r#"
    [good] BREAK-GLASS Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Break-glass by: @alice, nobody was asked
    Took: (time)
    Break-glass: @alice passes every guard and approval, because: sign-ups fail
    What it passes:
    • `production` is locked by @carol since (time), until somebody unlocks it: quarter end
    — `OP-1` · plan `…` · understood as `break-glass deploy search-api 98ab4e2 to production because "sign-ups fail"`
    "#);
    assert_eq!(done.thread, Some(incident.id));
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "98ab4e2");

    world.alice().types("review OP-1 it was right").await?;
    insta::assert_snapshot!(world.sees("nobody reviews").await?.text, @"
    [warning] @alice broke the glass for `OP-1`, and nobody reviews their own.
    Somebody else who works on incidents has to look at it.
    ");
    let document = world.page("/incidents/INC-1/postmortem.md").await?.text();
    let about = |document: &str| {
        let about = |line: &&str| line.contains("OP-1") || line.contains("review");
        world::veil::timeless(&world.ops.veiled(document))
            .lines()
            .filter(about)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(about(&document), @"
    Sign-ups fail. It was declared sev2 by Bob Baker at (time) UTC; its status is investigating. 1 operation changed the cluster; the last that succeeded is OP-1: deploy search-api to production: `7c3f2b1` → `98ab4e2`.
    | (time) | Alice Archer | OP-1: planned: BREAK-GLASS Deploy search-api to production: 7c3f2b1 → 98ab4e2 (plan `…`) |
    | (time) | Alice Archer | OP-1: **broke the glass**: sign-ups fail; it passed: `production` is locked by Carol Chen since (time) UTC, until somebody unlocks it: quarter end |
    | (time) | Watchkeeper | OP-1: may go ahead; no approval is asked for |
    | (time) | Watchkeeper | OP-1: sent to the cluster: BREAK-GLASS Deploy search-api to production: 7c3f2b1 → 98ab4e2 |
    | (time) | Watchkeeper | OP-1: succeeded |
    | OP-1 | (time) | deploy search-api to production: `7c3f2b1` → `98ab4e2` | Alice Archer | nobody: break-glass by Alice Archer, because: sign-ups fail | succeeded (after (span)) |
    - Alice Archer: asked for OP-1; broke the glass for OP-1; 1 command
    - [ ] OP-1 was break-glass by Alice Archer and nobody has reviewed it: `review OP-1 …`
    ");
    world.carol().types("review list").await?;
    insta::assert_snapshot!(world.sees("1 open review").await?.text, @"
    [warning] 1 open review
    • OP-1 <OP-1> BREAK-GLASS Deploy search-api to production: `7c3f2b1` → `98ab4e2`, by @alice at (time): sign-ups fail
    — `review OP-n what you found` closes one
    ");
    world.bob().types_in_thread(&review, "review OP-1 right, but the lock should have said why").await?;
    insta::assert_snapshot!(world.sees("Thank you").await?.text, @r#"
    [good] `OP-1` is reviewed. Thank you.
    — understood as `review OP-1 "right, but the lock should have said why"`
    "#);
    let reviewed = world.sees("— reviewed").await?;
    insta::assert_snapshot!(reviewed.text, @"
    [note] BREAK-GLASS Deploy search-api to production: `7c3f2b1` → `98ab4e2` — reviewed
    Break-glass: @alice passes every guard and approval, because: sign-ups fail
    What it passes:
    • `production` is locked by @carol since (time), until somebody unlocks it: quarter end
    Reviewed by: @bob
    right, but the lock should have said why
    — OP-1 <OP-1>
    ");
    assert_eq!(reviewed.id, review.id);
    world.carol().types("review OP-1 me too").await?;
    insta::assert_snapshot!(world.sees("was reviewed already").await?.text, @"
    [warning] `OP-1` was reviewed already, by @bob.
    What else there is to say: `incident note …`.
    ");
    world.carol().types("review list").await?;
    world.sees("No review is open").await?;
    let document = world.page("/incidents/INC-1/postmortem.md").await?.text();
    assert!(!document.contains("nobody has reviewed it"), "{document}");
    world.ends().await
}

#[tokio::test]
async fn only_those_whom_the_policy_names_and_only_there() -> Result<()> {
    let world = begin_where(LAB, oncall_may_break_glass).await?;
    let before = world.stage.changes(&world.stage.production).await?;
    world.dave().types("break-glass restart search-api in production because it hangs").await?;
    insta::assert_snapshot!(world.sees("@dave").await?.text, @"
    [warning] @dave may not break the glass in production.
    oncall may.
    ");
    world.alice().types("break-glass restart search-api in dev because it hangs").await?;
    insta::assert_snapshot!(world.sees("@alice").await?.text, @"
    [warning] @alice may not break the glass in dev.
    Nobody may.
    ");
    world.alice().types("break-glass restart search-api in production").await?;
    insta::assert_snapshot!(world.sees("[warning]").await?.text, @"
    [warning] The command ends too early: `because REASON` is missing.
    It is written `break-glass restart SERVICE in ENV because REASON`.
    ");
    world.bob().types("review OP-1 nothing there").await?;
    insta::assert_snapshot!(world.sees("No glass").await?.text, @"
    [warning] No glass was broken for `OP-1`.
    `review list` lists what waits for its review.
    ");
    assert_eq!(world.stage.changes(&world.stage.production).await?, before);
    world.ends().await
}
