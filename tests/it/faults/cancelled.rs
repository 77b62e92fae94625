//! Somebody cancels while a change is on its way: it arrives no more, or the card does not say that nothing was changed.

use anyhow::Result;

use super::ground;

#[tokio::test]
async fn what_is_said_to_have_changed_nothing_changes_nothing_later() -> Result<()> {
    let ground = ground().await?;
    let seen = ground.cancelled_on_its_way().await?;
    assert!(seen.card.contains("Nothing was changed"), "{seen:?}");
    assert_eq!(seen.before, seen.after, "{seen:?}");
    ground.cleared().await
}
