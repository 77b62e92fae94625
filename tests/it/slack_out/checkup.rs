//! What the doctor says of Slack.

use bot::chat::Check;
use bot::chat::slack::checkup;

use super::*;

fn printed(checks: &[Check]) -> String {
    let line = |check: &Check| match &check.found {
        Ok(found) => format!("ok     {}: {found}", check.what),
        Err(wrong) => format!("WRONG  {}: {}\n       → {}", check.what, wrong.problem, wrong.fix),
    };
    checks.iter().map(line).collect::<Vec<_>>().join("\n")
}

async fn doctor(slack: &slack::Slack, settings: &Settings) -> Result<String> {
    Ok(printed(&checkup(settings, &Policy::parse(&policy(slack))?).await).replace(&slack.api_url(), "(api)"))
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_to_do() -> Result<()> {
    let slack = slack::Slack::start(slack::Settings::default()).await?;
    insta::assert_snapshot!(doctor(&slack, &slack_settings(&slack)).await?, @"
    ok     the bot token of workspace acme: is of T0ACME
    ok     the scopes in workspace acme: all that the bot needs
    ok     this machine's clock and Slack's: agree
    ok     channel slack/acme/ops: the bot is in it
    WRONG  channel slack/acme/search: the bot is not in it
           → type `/invite @watchkeeper` in it
    ok     the app token, for Socket Mode: opens connections
    ");
    slack.takes_scope("acme", "reactions:write");
    slack.takes_scope("acme", "files:write");
    let settings = Settings { app_token: Some(SecretString::from("xapp-1-wrong")), ..slack_settings(&slack) };
    insta::assert_snapshot!(doctor(&slack, &settings).await?, @"
    ok     the bot token of workspace acme: is of T0ACME
    WRONG  the scopes in workspace acme: missing: files:write (to bring long output and plots as files), reactions:write (to offer reactions on its cards)
           → give the app these scopes under OAuth & Permissions and install it again; `watchkeeper manifest slack` prints a manifest that has them all
    ok     this machine's clock and Slack's: agree
    ok     channel slack/acme/ops: the bot is in it
    WRONG  channel slack/acme/search: the bot is not in it
           → type `/invite @watchkeeper` in it
    WRONG  the app token, for Socket Mode: Slack says invalid_auth
           → make one with the scope connections:write under Basic Information, and switch Socket Mode on
    ");
    slack.revokes("acme");
    insta::assert_snapshot!(doctor(&slack, &slack_settings(&slack)).await?, @"
    WRONG  the bot token of workspace acme: Slack says token_revoked
           → copy it again: OAuth & Permissions, Bot User OAuth Token
    ok     the app token, for Socket Mode: opens connections
    ");
    slack.goes_away().await;
    let away = doctor(&slack, &slack_settings(&slack)).await?;
    assert!(away.contains("Slack gives no answer") && away.contains("may call (api)"), "{away}");
    Ok(())
}

#[tokio::test]
async fn a_token_of_another_workspace_is_noticed() -> Result<()> {
    let furnished = ["acme", "umbrella"].map(|name| {
        slack::Workspace::new(name).people(&["alice", "bob", "carol", "dave"]).channels(&["ops", "general"])
    });
    let slack =
        slack::Slack::start(slack::Settings { workspaces: furnished.into(), ..Default::default() }).await?;
    let token = SecretString::from(slack.bot_token("umbrella"));
    let settings =
        Settings { bot_tokens: BTreeMap::from([(slack.team("acme"), token)]), ..slack_settings(&slack) };
    insta::assert_snapshot!(doctor(&slack, &settings).await?, @r#"
    WRONG  the bot token of workspace acme: it is of T1UMBRELLA, and the policy says T0ACME
           → either the token is another workspace's, or team = "T1UMBRELLA" is meant
    ok     the app token, for Socket Mode: opens connections
    "#);
    Ok(())
}
