//! Slack delivers again what was not taken, and sometimes what was: either way it acts once.

use super::*;

#[tokio::test]
async fn what_could_not_be_stored_comes_again_and_is_heard_once() -> Result<()> {
    for told in [Told::by_socket().await?, Told::by_http().await?] {
        told.inbox_is_away(true);
        told.alice().posts("ops", "@watchkeeper status search-api").await?;
        let refused = || {
            let exchanges = told.slack.exchanges();
            exchanges.iter().any(|it| it.what == "app_mention" && it.refused.is_some()).then_some(())
        };
        told.slack.until("a delivery that was not taken", refused).await?;
        told.inbox_is_away(false);
        told.hears().await?;
        told.hears_no_more().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_delivery_that_was_taken_and_comes_again_does_nothing() -> Result<()> {
    for told in [Told::by_socket().await?, Told::by_http().await?] {
        told.alice().posts("ops", "@watchkeeper deploy search-api 98ab4e2 to dev").await?;
        told.hears().await?;
        told.slack.settles().await?;
        let exchanges = told.slack.exchanges();
        let event = exchanges.iter().find(|it| it.what == "app_mention").context("no event")?;
        let id = event.request["event_id"].as_str().context("no id")?;
        told.slack.delivers_again(id).await?;
        told.hears_no_more().await?;
    }
    Ok(())
}
