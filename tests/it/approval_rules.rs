//! A service may ask for more than its environment: how many agree, of which groups, and who must be among them.

use anyhow::Result;
use commands::message::Reaction;
use tests::world;

#[tokio::test]
async fn two_agree_and_somebody_of_support_is_still_required() -> Result<()> {
    let that = "[services.search-api.in.production]";
    let this = format!("{that}\napprovals = 2\nrequired_groups = [\"support\"]\nrequired = [\"carol\"]");
    let world = world::begin_where(env!("CARGO_BIN_EXE_lab"), |policy| policy.replace(that, &this)).await?;
    world.carol().types("deploy search-api 98ab4e2 to production").await?;
    let nobody = world.sees("[warning]").await?;
    insta::assert_snapshot!(nobody.text, @"
    [warning] It takes 2 of oncall and support to approve, and without you there are 3; @carol must be one of them; somebody of support must be one of them.
    Somebody else has to ask for it, or the policy file needs another approver.
    ");

    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    insta::assert_snapshot!(plan.text, @"
    [waiting] Deploy search-api to production: `7c3f2b1` → `98ab4e2`
    From: `7c3f2b1` (by tag only)
    To: `98ab4e2` (`sha256:…`)
    Target: `search/deployment/search-api-deployment`
    Replicas: 2 wanted, 2 ready
    Strategy: rolling update
    Requested by: @alice
    Approval: 0 of 2 — oncall and support may approve, not @alice; needed: somebody of support and @carol
    Expires: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    [Approve → approve OP-1] [Deny → deny OP-1]
    (✅ ❌)
    ");
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.carol().presses(&plan, "Approve").await?;
    let two = world.sees("2 of 2").await?;
    let approval = two.text.lines().find(|line| line.starts_with("Approval")).unwrap_or_default();
    insta::assert_snapshot!(approval, @"Approval: 2 of 2 — oncall and support may approve, not @alice; needed: somebody of support");
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");

    world.dave().reacts(&plan, Reaction::Approve).await?;
    let done = world.sees("— done").await?;
    insta::assert_snapshot!(done.text, @"
    [good] Deploy search-api to production: `7c3f2b1` → `98ab4e2` — done
    Approved by: @bob, @carol, @dave, asked by @alice
    Took: (time)
    — `OP-1` · plan `…` · understood as `deploy search-api 98ab4e2 to production`
    ");
    let votes = "select string_agg(event ->> 'cast' || ' ' || (event ->> 'groups'), ', ' order by id)
                 from timeline where event ->> 'kind' = 'voted'";
    insta::assert_snapshot!(world.stage.asks(votes).await?, @r#"reaction ["oncall"], button ["oncall"], reaction ["support"]"#);
    world.ends().await
}
