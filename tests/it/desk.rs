//! What a platform asks at once, while somebody has its home, a form or a list open: what waits for them, completions, tags, pictures.

use anyhow::Result;
use commands::id::IncidentId;
use commands::message::Page;
use commands::message::plain::{View, plain};
use commands::request::{Account, Platform};
use tests::world;

#[tokio::test]
async fn the_desk_says_at_once_what_waits_for_whom() -> Result<()> {
    let world = world::begin(env!("CARGO_BIN_EXE_lab")).await?;
    // That of another replica: it has no more than what is stored.
    let desk = bot::serve::assemble(world::settings(world.lab, &world.stage)?).await?.desk;
    let home = async |account| -> Result<String> {
        let message = desk.home(&account).await?;
        let view = View::timeless();
        Ok(world.ops.veiled(&plain(&message, view)))
    };
    let bob = Account { platform: Platform::Console, id: "bob".to_owned() };
    let other = Account { platform: Platform::Slack, id: "T0ACME/U0OTHER".to_owned() };
    insta::assert_snapshot!(home(bob.clone()).await?, @"
    [note] Nothing waits for you
    No open incidents
    — to open one: `incident declare sev2 what people notice`
    ");
    insta::assert_snapshot!(home(other).await?, @"
    [note] This is `slack/T0ACME/U0OTHER`, and I do not know whose it is
    If I know you by another account, type `link slack/T0ACME/U0OTHER` there, and then `link` here: I show you a code, and nobody else, that you type there.
    If I do not, whoever keeps the policy file can add you under [people].
    ");
    world.alice().types("incident declare sev2 Search is down").await?;
    world.sees("INC-1").await?;
    world.alice().types("restart search-api in production").await?;
    world.sees("0 of 1").await?;
    insta::assert_snapshot!(home(bob.clone()).await?, @"
    [waiting] 1 plan waits for your approval
    • OP-1 <OP-1> Restart search-api in production, asked for by @alice, until (time)
    1 open incident
    • INC-1 <timeline of INC-1> sev2 investigating Search is down, since (time)
    [Approve OP-1 → approve OP-1] [Deny OP-1 → deny OP-1]
    ");

    let mut tags = desk.tags("search-api").await?;
    tags.sort();
    assert!(tags.contains(&"98ab4e2".to_owned()), "{tags:?}");
    assert!(desk.tags("billing").await?.is_empty());
    let offered: Vec<String> =
        desk.complete("restart search-api in ").into_iter().map(|it| it.insert).collect();
    assert_eq!(offered, ["restart search-api in dev", "restart search-api in production"]);
    let incident = IncidentId(1);
    let picture = desk.picture(Page::TimelinePlot(incident)).await?;
    assert!(picture.is_some_and(|png| png.starts_with(b"\x89PNG")));
    assert!(desk.picture(Page::Timeline(incident)).await?.is_none());
    assert!(desk.picture(Page::TimelinePlot(IncidentId(7))).await?.is_none());
    world.bob().types("approve OP-1").await?;
    world.sees("— done").await?;
    assert!(home(bob).await?.starts_with("[note] Nothing waits for you"));
    world.ends().await
}
