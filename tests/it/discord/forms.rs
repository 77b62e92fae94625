//! Buttons, modals and message commands.

use super::*;

#[tokio::test]
async fn a_button_types_its_command_under_its_card() -> Result<()> {
    let told = Told::begin().await?;
    let (bob, alice) = (told.discord.person("acme", "bob"), told.discord.person("acme", "alice"));
    let card = told.posts(&told.ops(), "op/12", &plan()).await?;
    let answered = bob.presses("ops", &card, "Approve").await?;
    assert_eq!(answered.kind, Answer::DeferredUpdate);
    let request = told.ears.hears_one().await?;
    assert_eq!(request.said, Said::Pressed("approve OP-12".to_owned()));
    assert_eq!((request.from.clone(), request.place.clone()), (told.account("bob"), told.under(&card)));
    told.whispers(&request, &Message::new(Tone::Warning, "Never your own.")).await?;
    assert!(bob.sees("ops", "Never your own").await?.ephemeral);
    assert!(alice.reads("ops").iter().all(|seen| !seen.text.contains("Never your own")));
    told.ends();
    Ok(())
}

#[tokio::test]
async fn declaring_without_a_title_opens_a_form() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    assert_eq!(alice.types("ops", "/incident declare severity:sev2").await?.kind, Answer::Modal);
    let modal = alice.modal().context("a form is open")?;
    let first = modal.fields.iter().take(2);
    let fields: Vec<_> = first.map(|it| (&*it.custom_id, &*it.value, it.required)).collect();
    assert_eq!(
        (&*modal.title, fields),
        ("incident declare", vec![("title", "", true), ("severity", "sev2", false)])
    );
    assert_eq!(told.ears.heard().len(), 0, "nothing was asked for yet");
    alice.fills(&modal.fields[0].label, "Search is slow")?;
    assert_eq!(alice.submits().await?.kind, Answer::Deferred);
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "incident declare sev2 Search is slow");
    told.answers(&request, "incident/7", &done()).await?;

    assert_eq!(alice.types("ops", "/incident role").await?.kind, Answer::Modal);
    let modal = alice.modal().context("a form is open")?;
    let labels: Vec<_> = modal.fields.iter().map(|it| it.custom_id.as_str()).collect();
    assert_eq!(labels, ["role", "person", "incident"]);
    alice.fills(&modal.fields[0].label, "commander")?;
    alice.fills(&modal.fields[1].label, "bob")?;
    alice.submits().await?;
    assert_eq!(words(&told.ears.hears_one().await?), "incident role commander bob");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_message_is_added_to_the_timeline_or_begins_an_incident() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, bob) = (told.discord.person("acme", "alice"), told.discord.person("acme", "bob"));
    let said = bob.posts("ops", "the index on node 3 is corrupt").await?;
    assert_eq!(alice.uses("ops", &said, "Add to timeline").await?.kind, Answer::Deferred);
    let request = told.ears.hears_one().await?;
    let Said::Reacted(pinned) = &request.said else { anyhow::bail!("{request:?}") };
    assert_eq!(
        (pinned.message.as_str(), pinned.reaction, pinned.added),
        (said.as_str(), Reaction::Pin, true)
    );
    let quoted = pinned.quoted.as_ref().context("it is quoted")?;
    assert_eq!(quoted.author, told.account("bob"));
    assert_eq!(quoted.text.for_comparison(), "the index on node 3 is corrupt");
    told.answers(&request, "reply/1", &done()).await?;

    assert_eq!(alice.uses("ops", &said, "Open incident from this").await?.kind, Answer::Modal);
    let modal = alice.modal().context("a form is open")?;
    assert_eq!(modal.fields[0].value, "the index on node 3 is corrupt");
    alice.closes();

    let card = told.posts(&told.ops(), "alert/3", &Message::new(Tone::Bad, "SearchSlow is firing")).await?;
    assert_eq!(alice.uses("ops", &card, "Open incident from this").await?.kind, Answer::Deferred);
    assert_eq!(words(&told.ears.hears_one().await?), "incident open ALERT-3");
    told.ends();
    Ok(())
}
