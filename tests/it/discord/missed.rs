//! What is said while no session listens is read when one begins anew: in channels and threads, once, in its order.

use tests::discord::{On, Weather};
use tests::world::elsewhere::begin_in_discord;

use super::*;

/// Longer than anything takes that is not to come.
const QUIET: Duration = Duration::from_secs(2);

/// The session is gone with whatever it was to be told; how many had begun by then.
fn forgets_sessions(told: &Told) -> usize {
    told.discord.forgets_sessions();
    told.discord.calls("IDENTIFY").len()
}

async fn begins_anew(told: &Told, begun: usize) -> Result<()> {
    told.discord
        .until("another session", || (told.discord.calls("IDENTIFY").len() > begun).then_some(()))
        .await?;
    told.discord.until("it is open", || (told.discord.sessions() == 1).then_some(())).await
}

fn spoken(requests: &[Request]) -> Vec<&str> {
    requests.iter().map(words).collect()
}

#[tokio::test]
async fn what_is_said_between_two_sessions_is_heard_once_and_in_its_order() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, bob) = (told.discord.person("acme", "alice"), told.discord.person("acme", "bob"));
    let card = told.posts(&told.ops(), "op/12", &plan()).await?;
    let thread = alice.opens_thread("ops", &card, "what is wrong").await?;
    alice.posts("ops", "@watchkeeper locks").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "locks");
    told.ears.last_heard_at(Utc::now());

    let begun = forgets_sessions(&told);
    let first = alice.posts("ops", "@watchkeeper status search-api").await?;
    bob.posts(&thread, "@watchkeeper diagnose search-api").await?;
    bob.posts("ops", "is anybody there?").await?;
    let mistyped = bob.posts("ops", "@watchkeeper deploy search-api").await?;
    bob.edits("ops", &mistyped, "@watchkeeper deploy search-api 98ab4e2 to dev").await?;
    alice.posts("ops", "@watchkeeper help").await?;
    begins_anew(&told, begun).await?;
    let heard = told.ears.hears(3).await?;
    let asked = ["status search-api", "diagnose search-api", "help"];
    assert_eq!(spoken(&heard), asked, "chatter and what may have said something else are not among it");
    assert_eq!((&heard[0].delivery, &heard[0].place), (&format!("message/{first}"), &told.ops()));
    assert_eq!((&heard[1].place, &heard[1].from), (&told.under(&card), &told.account("bob")));

    // What was read was not noted yet, or another replica has read it: it has the same name, so it is nothing new.
    told.ears.last_heard_at(Utc::now() - chrono::TimeDelta::hours(1));
    let begun = forgets_sessions(&told);
    begins_anew(&told, begun).await?;
    told.ears.hears_again(&heard).await?;
    assert_eq!(spoken(&told.ears.heard()), Vec::<&str>::new());
    told.ends();
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_at_first_is_read_when_it_can_and_not_noted_before() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    told.ears.last_heard_at(Utc::now());
    told.discord.weather_times(On::Operation("list_messages"), Weather::Fails(503), 2);
    let begun = forgets_sessions(&told);
    alice.posts("ops", "@watchkeeper locks").await?;
    begins_anew(&told, begun).await?;
    assert_eq!(words(&told.ears.hears_one().await?), "locks");
    assert_eq!(told.discord.calls("list_messages").iter().filter(|it| it.status == 503).count(), 2);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn the_newest_of_many_messages_are_read_page_by_page() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    told.ears.last_heard_at(Utc::now() - chrono::TimeDelta::days(3));
    let ago = |minutes| Utc::now() - chrono::TimeDelta::minutes(minutes);
    let begun = forgets_sessions(&told);
    alice.posted_at(ago(2 * 24 * 60), "ops", "@watchkeeper deploy search-api 98ab4e2 to dev")?;
    alice.posted_at(ago(400), "ops", "@watchkeeper status search-api")?;
    for minute in (1..350).rev() {
        alice.posted_at(ago(minute), "ops", "hm")?;
    }
    alice.posts("ops", "@watchkeeper locks").await?;
    begins_anew(&told, begun).await?;
    assert_eq!(spoken(&told.ears.hears(2).await?), ["status search-api", "locks"], "of the last day");
    let pages =
        told.discord.calls("list_messages").iter().filter(|it| it.path.contains(&told.ops_id())).count();
    assert!((4..=6).contains(&pages), "{pages} pages");
    told.ends();
    Ok(())
}

/// The bot is down, not only its line.
#[tokio::test]
async fn a_bot_that_was_down_does_what_was_typed_meanwhile_and_says_what_is_too_old() -> Result<()> {
    let mut world = begin_in_discord(env!("CARGO_BIN_EXE_lab")).await?;
    let ago = |minutes| Utc::now() - chrono::TimeDelta::minutes(minutes);
    world.stage.chats_are_heard().await?;
    world.away().await?;
    world.stage.chats_were_last_heard_hours_ago(3).await?;
    let alice = world.discord()?.person("acme", "alice");
    alice.posted_at(ago(125), "ops", "@watchkeeper deploy search-api 0badbad to production")?;
    alice.posted_at(ago(12), "ops", "@watchkeeper deploy search-api 98ab4e2 to production")?;
    alice.posted_at(ago(10), "ops", "@watchkeeper incident list")?;
    world.restart().await?;
    let too_old = world.sees("Nothing was done").await?;
    insta::assert_snapshot!(too_old.spoken(), @"
    [warning] @alice typed deploy search-api 0badbad to production (span) ago, when I could not hear it. Nothing was done.
    Type it again if it is still wanted.
    ");
    let plan = world.sees("0 of 1").await?;
    assert!(plan.text.contains("98ab4e2"), "{}", plan.text);
    insta::assert_snapshot!(world.sees("production (span) ago").await?.spoken(), @"[note] @alice typed deploy search-api 98ab4e2 to production (span) ago, when I could not hear it");
    insta::assert_snapshot!(world.sees("No open incidents").await?.spoken(), @"
    [good] No open incidents
    to open one: incident declare sev2 what people notice
    @alice typed incident list (span) ago, when I could not hear it
    ");

    // What was taken in once is not taken in again, however often it is read.
    let said = world.ops.everything().await?.len();
    world.away().await?;
    world.stage.chats_were_last_heard_hours_ago(3).await?;
    world.restart().await?;
    world.stage.nothing_is_left_to_handle().await?;
    tokio::time::sleep(QUIET).await;
    world.stage.nothing_is_left_to_send().await?;
    assert_eq!(world.ops.everything().await?.len(), said);
    world.bob().reacts(&plan, Reaction::Approve).await?;
    world.sees("— done").await?;
    world.ends().await
}
