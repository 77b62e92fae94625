//! A slash command is what was typed, in the channel where it was typed; where it cannot be stored, whoever typed it is told.

use super::*;

#[tokio::test]
async fn what_is_typed_is_heard_by_either_way() -> Result<()> {
    for told in [Told::by_socket().await?, Told::by_http().await?] {
        let answer = told.alice().types("ops", "/rollback search-api in production").await?;
        assert_eq!(answer.text, None, "the answer comes from the outbox");
        told.bob().types("ops", "/watchkeeper status &lt;search-api&gt;").await?;
        let heard = [shown(&told.hears().await?), shown(&told.hears().await?)];
        insta::allow_duplicates! {
            insta::assert_snapshot!(heard.join("\n"), @r"
            T0ACME/U0ALICE in T0ACME/C0OPS: types /rollback search-api in production
            T0ACME/U0BOB in T0ACME/C0OPS: types /watchkeeper status <search-api>
            ");
        }
        told.hears_no_more().await?;
    }
    Ok(())
}

#[tokio::test]
async fn others_see_what_was_typed() -> Result<()> {
    let told = Told::by_http().await?;
    told.alice().types("ops", "/status search-api").await?;
    let exchanges = told.slack.exchanges();
    let command = exchanges.iter().find(|it| it.what == "/status").context("no command")?;
    assert_eq!(command.answer, serde_json::json!({"response_type": "in_channel"}));
    let heard = told.hears().await?;
    assert_eq!(heard.answer_to.as_deref(), command.request["response_url"].as_str(), "where the bot is not");
    Ok(())
}

#[tokio::test]
async fn with_the_database_away_nothing_is_acknowledged_and_typing_it_again_works() -> Result<()> {
    for told in [Told::by_socket().await?, Told::by_http().await?] {
        told.inbox_is_away(true);
        let failed = told.alice().types("ops", "/status search-api").await;
        assert!(failed.is_err(), "{failed:?}");
        told.inbox_is_away(false);
        told.alice().types("ops", "/status search-api").await?;
        told.hears().await?;
        told.hears_no_more().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_workspace_that_the_policy_does_not_name_is_told_so() -> Result<()> {
    let furnished =
        [slack::Workspace::default(), slack::Workspace::new("other").people(&["eve"]).channels(&["ops"])];
    let told = Told::begin(slack::Settings { workspaces: furnished.into(), ..Default::default() }).await?;
    told.slack.delivers_to(slack::Urls::at(&format!("http://{}/slack", told.address)));
    let answer = told.slack.person("other", "eve").types("ops", "/deploy search-api 98ab4e2 to dev").await?;
    insta::assert_snapshot!(answer.text.unwrap_or_default(), @"This workspace is not in Watchkeeper's policy file, so nothing was done.");
    told.hears_no_more().await
}
