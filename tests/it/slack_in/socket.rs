//! Socket Mode: two connections, renewed when Slack asks and made again when they break, and nothing said meanwhile is lost.

use super::*;

impl Told {
    async fn is_connected(&self) -> Result<()> {
        self.slack.until("two connections", || (self.slack.connections() == 2).then_some(())).await
    }

    async fn still_hears(&self) -> Result<()> {
        self.alice().posts("ops", "@watchkeeper status search-api").await?;
        self.hears().await?;
        self.hears_no_more().await
    }
}

#[tokio::test]
async fn connections_are_renewed_when_slack_asks() -> Result<()> {
    let told = Told::by_socket().await?;
    let opened = told.slack.calls("apps.connections.open").len();
    told.slack.refreshes();
    let renewed = || (told.slack.calls("apps.connections.open").len() >= opened + 2).then_some(());
    told.slack.until("two new connections", renewed).await?;
    told.is_connected().await?;
    told.still_hears().await?;
    assert_eq!(told.slack.calls("apps.connections.open").len(), opened + 2, "not more often than needed");
    Ok(())
}

#[tokio::test]
async fn connections_that_break_are_made_again() -> Result<()> {
    let told = Told::by_socket().await?;
    told.slack.cuts();
    told.is_connected().await?;
    told.still_hears().await
}

#[tokio::test]
async fn after_an_outage_it_listens_again() -> Result<()> {
    let told = Told::by_socket().await?;
    told.slack.goes_away().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    told.slack.comes_back().await?;
    told.is_connected().await?;
    told.still_hears().await
}
