//! Forms: opened by a command without words, a shortcut or from a message; what one says is a typed command in the end.

use super::*;

#[tokio::test]
async fn an_incident_is_declared_by_a_form() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    let answer = alice.types("ops", "/incident declare").await?;
    assert_eq!(answer.text, None);
    let form = alice.gets_modal("Declare an incident").await?;
    let fields: Vec<_> = form.fields.iter().map(|it| format!("{} ({})", it.label, it.kind)).collect();
    insta::assert_snapshot!(fields.join("\n"), @"
    Title (plain_text_input)
    Severity (static_select)
    Service (external_select)
    What is known (plain_text_input)
    ");
    alice.fills("Title", "Search is \"down\"")?;
    alice.chooses("Severity", "sev2").await?;
    assert_eq!(alice.suggestions("Service", "sea").await?, ["search-api"]);
    alice.chooses("Service", "search-api").await?;
    alice.fills("What is known", "Since 3:05.\n\nAll of it.")?;
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    insta::assert_snapshot!(shown(&told.hears().await?), @r#"
    T0ACME/U0ALICE in T0ACME/C0OPS: types incident declare sev2 affecting search-api "Search is "down""

    "Since 3:05.

    All of it."
    "#);
    told.hears_no_more().await
}

#[tokio::test]
async fn what_the_grammar_refuses_is_said_in_the_form() -> Result<()> {
    let told = Told::by_http().await?;
    let alice = told.alice();
    alice.types("ops", "/incident role").await?;
    alice.gets_modal("Give a role").await?;
    alice.chooses("Role", "scribe").await?;
    alice.chooses("Person", "bob").await?;
    alice.fills("Incident", "seven")?;
    let slack::Submitted::Errors(errors) = alice.submits().await? else { anyhow::bail!("it was taken") };
    insta::assert_snapshot!(errors.into_iter().map(|(field, text)| format!("{field}: {text}")).collect::<Vec<_>>().join("\n"), @"incident: That is no incident's number. Write it as INC-7, or leave it empty.");
    alice.fills("Incident", "INC-7")?;
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: types incident role INC-7 scribe bob");
    told.hears_no_more().await
}

#[tokio::test]
async fn tags_are_those_of_the_service_that_is_chosen() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    alice.types("ops", "/deploy").await?;
    alice.gets_modal("Deploy").await?;
    assert_eq!(alice.suggestions("Tag", "").await?, Vec::<String>::new());
    alice.chooses("Service", "search-api").await?;
    assert_eq!(alice.suggestions("Tag", "").await?, ["98ab4e2", "7c3f2b1"]);
    alice.chooses("Tag", "98ab4e2").await?;
    alice.chooses("Environment", "production").await?;
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    insta::assert_snapshot!(shown(&told.hears().await?), @"T0ACME/U0ALICE in T0ACME/C0OPS: types deploy search-api 98ab4e2 to production");
    told.hears_no_more().await
}

#[tokio::test]
async fn an_incident_begins_with_a_message() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    let ts = alice.posts("ops", "search answers 500 since 3:05\nand slowly").await?;
    alice.uses_shortcut("ops", &ts, "open_incident").await?;
    let form = alice.gets_modal("Declare an incident").await?;
    let filled: Vec<_> = form.fields.iter().map(|it| format!("{}: {:?}", it.label, it.value)).collect();
    insta::assert_snapshot!(filled.join("\n"), @r#"
    Title: Some("search answers 500 since 3:05")
    Severity: Some("sev3")
    Service: None
    What is known: Some("search answers 500 since 3:05\nand slowly")
    "#);
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    insta::assert_snapshot!(shown(&told.hears().await?), @r#"
    T0ACME/U0ALICE in T0ACME/C0OPS: types incident declare sev3 "search answers 500 since 3:05"

    "search answers 500 since 3:05
    and slowly"
    "#);
    told.hears_no_more().await
}

#[tokio::test]
async fn from_anywhere_the_form_asks_where() -> Result<()> {
    let told = Told::by_socket().await?;
    let alice = told.alice();
    alice.uses_global_shortcut("declare_incident").await?;
    let form = alice.gets_modal("Declare an incident").await?;
    let channel = form.fields.first().context("no field")?;
    assert_eq!((channel.label.as_str(), &*channel.options), ("Channel", &["slack/acme/ops".to_owned()][..]));
    alice.chooses("Channel", "slack/acme/ops").await?;
    alice.fills("Title", "Search is down")?;
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    insta::assert_snapshot!(shown(&told.hears().await?), @r#"T0ACME/U0ALICE in T0ACME/C0OPS: types incident declare sev3 "Search is down""#);
    told.hears_no_more().await
}

#[tokio::test]
async fn a_form_that_slack_does_not_open_can_be_typed() -> Result<()> {
    let told = Told::by_socket().await?;
    told.slack.weather(slack::On::Method("views.open"), slack::Weather::Hangs);
    let answer = told.alice().types("ops", "/incident declare").await?;
    insta::assert_snapshot!(answer.text.unwrap_or_default(), @"Slack did not open the form in time. Try again, or type it: /incident declare sev2 what is wrong");
    Ok(())
}

#[tokio::test]
async fn with_the_database_away_the_form_stays_and_can_be_sent_again() -> Result<()> {
    let told = Told::by_http().await?;
    let alice = told.alice();
    alice.types("ops", "/incident declare").await?;
    alice.gets_modal("Declare an incident").await?;
    alice.fills("Title", "Search is down")?;
    told.inbox_is_away(true);
    assert!(alice.submits().await.is_err());
    told.inbox_is_away(false);
    assert_eq!(alice.submits().await?, slack::Submitted::Closed);
    told.hears().await?;
    told.hears_no_more().await
}

#[tokio::test]
async fn where_no_channel_has_incidents_the_form_says_so() -> Result<()> {
    let told =
        Told::begin_where(slack::Settings::default(), |policy| policy.replace(r#""respond", "#, "")).await?;
    told.slack.until("two connections", || (told.slack.connections() == 2).then_some(())).await?;
    let alice = told.alice();
    alice.uses_global_shortcut("declare_incident").await?;
    let form = alice.gets_modal("Declare an incident").await?;
    insta::assert_snapshot!(form.text, @r#"In this workspace there is no channel in which incidents are worked on. Whoever keeps Watchkeeper's policy file can name one, with "respond" among what it may."#);
    told.hears_no_more().await
}
