//! `watchkeeper manifest slack`: Slack's own schema takes it, the stand-in is an app made from it, and every verb has its command.

use ::commands::verbs::VERBS;
use bot::chat::slack::manifest;
use serde_json::Value;

use super::*;

const SCHEMAS: [&str; 2] = [
    include_str!("../../data/slack/manifest-schema/schemas/manifest.schema.2.0.0.json"),
    include_str!("../../data/slack/manifest-schema/schemas/manifest.schema.1.0.0.json"),
];
const VALID: &str =
    include_str!("../../data/slack/manifest-schema/examples/manifests/v2/manifest.valid.json");
const INVALID: &str =
    include_str!("../../data/slack/manifest-schema/examples/manifests/v2/manifest.invalid.json");

fn problems(schema: &str, manifest: &Value) -> Result<Vec<String>> {
    let schema: Value = serde_json::from_str(schema)?;
    let validator = jsonschema::draft7::new(&schema)?;
    Ok(validator.iter_errors(manifest).map(|error| format!("{}: {error}", error.instance_path())).collect())
}

#[test]
fn slacks_schema_takes_both_manifests() -> Result<()> {
    let [newest, _] = SCHEMAS;
    assert_eq!(problems(newest, &serde_json::from_str(VALID)?)?, Vec::<String>::new());
    assert_ne!(problems(newest, &serde_json::from_str(INVALID)?)?, Vec::<String>::new());
    for url in [None, Some("https://watchkeeper.example/")] {
        assert_eq!(problems(newest, &manifest(url))?, Vec::<String>::new(), "{url:?}");
    }
    Ok(())
}

#[test]
fn every_verb_is_a_command_that_says_how_it_is_typed() -> Result<()> {
    let manifest = manifest(Some("https://watchkeeper.example/"));
    let commands = manifest["features"]["slash_commands"].as_array().context("no commands")?;
    let words: Vec<_> = commands.iter().filter_map(|it| it["command"].as_str()?.strip_prefix('/')).collect();
    let slacks_own = ["remind", "status"];
    for verb in VERBS.iter().filter(|verb| !slacks_own.contains(&verb.word)) {
        assert!(words.contains(&verb.word), "{} is no command", verb.word);
    }
    assert!(words.contains(&"watchkeeper") && !slacks_own.iter().any(|word| words.contains(word)));
    let shown = |word: &str| commands.iter().find(|it| it["command"] == format!("/{word}")).cloned();
    let some = ["deploy", "incident", "locks"].map(|word| shown(word).unwrap_or_default());
    insta::assert_snapshot!(serde_json::to_string_pretty(&some)?, @r#"
    [
      {
        "command": "/deploy",
        "description": "bring an image to an environment",
        "should_escape": true,
        "url": "https://watchkeeper.example/slack/commands",
        "usage_hint": "SERVICE TAG to ENV"
      },
      {
        "command": "/incident",
        "description": "declare an incident, move it on, write into it, read it",
        "should_escape": true,
        "url": "https://watchkeeper.example/slack/commands",
        "usage_hint": "declare [sev1..sev4] [affecting SERVICE] TITLE | open ALERT-n | status [INC-n] STATUS [REASON] | note [INC-n] TEXT"
      },
      {
        "command": "/locks",
        "description": "what is locked, frozen or outside its change window",
        "should_escape": true,
        "url": "https://watchkeeper.example/slack/commands"
      }
    ]
    "#);
    Ok(())
}

#[tokio::test]
async fn an_app_that_is_made_from_it_hears_everything() -> Result<()> {
    let app = slack::App::from_manifest(&manifest(None))?;
    let told = Told::begin(slack::Settings { app, ..Default::default() }).await?;
    told.slack.until("two connections", || (told.slack.connections() == 2).then_some(())).await?;
    let alice = told.alice();
    alice.types("ops", "/deploy search-api 98ab4e2 to dev").await?;
    told.hears().await?;
    assert!(alice.types("ops", "/status search-api").await.is_err(), "that one is Slack's own");
    let ts = alice.posts("ops", "@watchkeeper status search-api").await?;
    told.hears().await?;
    alice.reacts("ops", &ts, "pushpin").await?;
    told.hears().await?;
    alice.posts("watchkeeper", "help").await?;
    told.hears().await?;
    alice.opens_home().await?;
    told.shows_home().await?;
    alice.uses_shortcut("ops", &ts, "open_incident").await?;
    alice.gets_modal("Declare an incident").await?;
    told.hears_no_more().await
}
