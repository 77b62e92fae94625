//! Slash commands: registered from the verb list, answered at once, and the answer becomes the card.

use super::*;

#[tokio::test]
async fn a_slash_command_is_stored_deferred_and_becomes_its_card() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let answered =
        alice.types("ops", "/deploy service:search-api tag:98ab4e2 environment:production").await?;
    assert_eq!((answered.kind, answered.ephemeral), (Answer::Deferred, false));
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "deploy search-api 98ab4e2 to production");
    assert_eq!((&request.from, &request.place), (&told.account("alice"), &told.ops()));
    let waiting = answered.message.context("something is shown")?;
    assert!(alice.looks_at("ops", &waiting).is_some_and(|seen| seen.loading));

    let id = told.answers(&request, "op/12", &plan()).await?;
    assert_eq!(id, waiting, "the card stands where the answer was begun");
    let seen = alice.looks_at("ops", &id).context("the card is there")?;
    assert!(!seen.loading && seen.text.contains("98ab4e2"));
    told.adapter.edit(&request.place, &id, &done()).await?;
    assert!(alice.looks_at("ops", &id).is_some_and(|seen| seen.text.contains("done")));
    assert_eq!(alice.reads("ops").len(), 1);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn the_same_over_the_endpoint_and_a_redelivery_is_the_same_request() -> Result<()> {
    let told = Told::begin_at_the_endpoint().await?;
    let alice = told.discord.person("acme", "alice");
    let answered = alice.types("ops", "/status service:search-api").await?;
    assert_eq!(answered.kind, Answer::Deferred);
    told.discord.delivers_again(&answered.interaction);
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "status search-api");
    assert_eq!(request.delivery, format!("interaction/{}", answered.interaction));
    told.answers(&request, "reply/1", &done()).await?;
    let turned_away = told.ears.turned_away();
    assert!(!turned_away.is_empty(), "Discord tries the endpoint with a bad signature first");
    assert!(turned_away.iter().all(|it| it.door == "discord"));
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_for_one_person_and_leaves_nothing_in_the_channel() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, dave) = (told.discord.person("acme", "alice"), told.discord.person("acme", "dave"));
    dave.types("ops", "/deploy service:search-api tag:98ab4e2 environment:dev").await?;
    let request = told.ears.hears_one().await?;
    told.whispers(&request, &Message::new(Tone::Warning, "You may not deploy to dev.")).await?;
    let seen = dave.sees("ops", "may not deploy").await?;
    assert!(seen.ephemeral);
    assert_eq!(alice.reads("ops").len(), 0, "nobody else sees anything");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_an_ordinary_message() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    alice.types("ops", "/status service:search-api").await?;
    let mut request = told.ears.hears_one().await?;
    request.answer_to = request.answer_to.map(|handle| format!("{handle}-is-over"));
    told.answers(&request, "reply/1", &done()).await?;
    assert_eq!(alice.reads("ops").iter().filter(|seen| seen.text.contains("done")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn options_are_completed_from_the_policy_and_the_registry() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let offered = async |line: &str, option: &str| -> Result<Vec<String>> {
        let choices = alice.completes("ops", line, option).await?;
        Ok(choices.into_iter().map(|(name, _)| name).collect())
    };
    assert_eq!(offered("/deploy service:sea", "service").await?, ["search-api"]);
    assert_eq!(offered("/deploy service:search-api tag:7", "tag").await?, ["7c3f2b1"]);
    assert_eq!(offered("/deploy service:checkin-api tag:7", "tag").await?, Vec::<String>::new());
    let line = "/deploy service:search-api tag:7c3f2b1 environment:";
    assert_eq!(offered(line, "environment").await?, ["dev", "staging", "production"]);
    assert_eq!(offered("/review words:li", "words").await?, ["list"]);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn commands_are_registered_once_and_again_only_when_they_are_different() -> Result<()> {
    let told = Told::begin().await?;
    assert_eq!(told.discord.calls("bulk_set_guild_application_commands").len(), 1);
    let cancel = CancellationToken::new();
    let _stops = cancel.clone().drop_guard();
    let policy = Arc::new(Policy::parse(&policy(&told.discord, false))?);
    let desk = Arc::new(AtDesk::new(&policy));
    let another = Discord::open(secrets(&told.discord), policy, desk, Site::default())?;
    let intake = Arc::new(Ears::default()) as Arc<dyn Intake>;
    tokio::spawn(another.listen(intake, cancel));
    told.discord.until("another session", || (told.discord.sessions() == 2).then_some(())).await?;
    let looked = || (told.discord.calls("list_guild_application_commands").len() >= 2).then_some(());
    told.discord.until("another look", looked).await?;
    assert_eq!(told.discord.calls("bulk_set_guild_application_commands").len(), 1);
    told.ends();
    Ok(())
}
