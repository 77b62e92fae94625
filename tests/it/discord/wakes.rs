//! A message that is for somebody notifies them, once, and nobody else: neither an edit nor what its text says.

use ::commands::replies;

use super::*;

const OUTSIDE: &str = "ask <@1> <@&2> @everyone @here";

#[tokio::test]
async fn a_reminder_notifies_whoever_wanted_it_and_an_edit_notifies_nobody() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let bobs = told.discord.user("bob");
    let text = Untrusted::new(format!("{OUTSIDE} <@{}>", told.discord.user("carol")));
    let message = replies::remind::due(&PersonId::new("bob"), &text, chrono::Utc::now());
    let id = told.posts(&told.ops(), "reminder/1", &message).await?;
    let seen = alice.looks_at("ops", &id).context("the reminder is there")?;
    assert_eq!(seen.pinged, ["bob"]);
    let posted = told.discord.calls("create_message").pop().context("it was posted")?;
    assert_eq!(posted.request["allowed_mentions"], serde_json::json!({"parse": [], "users": [bobs]}));
    told.adapter.edit(&told.ops(), &id, &message).await?;
    let seen = alice.looks_at("ops", &id).context("the reminder is still there")?;
    assert!(seen.edited);
    assert_eq!(seen.pinged, ["bob"], "once");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn whoever_has_linked_an_account_is_notified_and_named_by_it() -> Result<()> {
    let guild = discord::Guild::default().people(&["mallory"]);
    let told =
        Told::with(discord::Settings { guilds: vec![guild], ..discord::Settings::default() }, false).await?;
    let alice = told.discord.person("acme", "alice");
    let message = replies::remind::due(&PersonId::new("erin"), &Untrusted::new("look"), chrono::Utc::now());
    let id = told.posts(&told.ops(), "reminder/1", &message).await?;
    assert_eq!(alice.looks_at("ops", &id).context("it is there")?.pinged, Vec::<String>::new());
    told.links("mallory", "dave");
    let message = replies::remind::due(&PersonId::new("dave"), &Untrusted::new("look"), chrono::Utc::now());
    let id = told.posts(&told.ops(), "reminder/2", &message).await?;
    let seen = alice.looks_at("ops", &id).context("it is there")?;
    assert!(seen.pinged.contains(&"mallory".to_owned()), "{:?}", seen.pinged);
    alice.posts("ops", "@watchkeeper incident role INC-1 commander @mallory").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "incident role INC-1 commander @dave");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn what_is_for_one_person_alone_is_not_shown_where_others_are() -> Result<()> {
    let told = Told::begin().await?;
    let mut secret = Message::new(Tone::Waiting, "Type `link 7KXQ-M2PD-4T9A`");
    secret.confidential = true;
    let account = told.account("alice");
    let place = told.ops();
    let posting = Posting {
        place: &place,
        key: "link-code/1",
        message: &secret,
        only_for: Some(&account),
        answer_to: None,
    };
    let error = told.adapter.post(posting).await.expect_err("others would see it");
    assert_eq!(error.kind, bot::chat::SendErrorKind::NotAccepted);
    assert!(told.discord.person("acme", "bob").reads("ops").is_empty());
    told.discord.person("acme", "alice").types("ops", "/link").await?;
    let request = told.ears.hears_one().await?;
    told.whispers(&request, &secret).await?;
    let seen = told.discord.person("acme", "alice").reads("ops").pop().context("she sees it")?;
    assert!(seen.ephemeral && seen.text.contains("7KXQ"));
    assert!(told.discord.person("acme", "bob").reads("ops").is_empty());
    told.ends();
    Ok(())
}
