//! Mentions and reactions over the gateway, in channels, threads and after a break in the line.

use super::*;

#[tokio::test]
async fn a_mention_takes_the_same_grammar_in_a_channel_and_in_a_thread() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, bob) = (told.discord.person("acme", "alice"), told.discord.person("acme", "bob"));
    let id = alice.posts("ops", "@watchkeeper status search-api").await?;
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "status search-api");
    assert_eq!((request.delivery, request.place), (format!("message/{id}"), told.ops()));
    assert_eq!((request.from, request.answer_to), (told.account("alice"), None));

    let thread = alice.opens_thread("ops", &id, "what is wrong").await?;
    bob.posts("ops", "thanks @watchkeeper").await?;
    alice.posts(&thread, "@watchkeeper incident role commander @bob").await?;
    let request = told.ears.hears_one().await?;
    assert_eq!(words(&request), "incident role commander @bob", "and chatter is not for the bot");
    assert_eq!(request.place, told.under(&id));
    told.ends();
    Ok(())
}

#[tokio::test]
async fn reactions_are_told_as_they_are_put_there_and_taken_away() -> Result<()> {
    let told = Told::begin().await?;
    let bob = told.discord.person("acme", "bob");
    let card = told.posts(&told.ops(), "op/12", &plan()).await?;
    bob.reacts("ops", &card, "🎉").await?;
    bob.reacts("ops", &card, "✅").await?;
    bob.takes_back("ops", &card, "✅").await?;
    bob.reacts("ops", &card, "✅").await?;
    let heard = told.ears.hears(3).await?;
    for request in &heard {
        assert_eq!((&request.from, &request.place), (&told.account("bob"), &told.under(&card)));
    }
    let mut added: Vec<_> = heard
        .iter()
        .map(|request| match &request.said {
            Said::Reacted(reacted) => (reacted.reaction, reacted.added),
            Said::Words(_) | Said::Pressed(_) => (Reaction::Deny, false),
        })
        .collect();
    added.sort_unstable();
    assert_eq!(added, [(Reaction::Approve, false), (Reaction::Approve, true), (Reaction::Approve, true)]);

    let said = bob.posts("ops", "restarted node 3 by hand").await?;
    bob.reacts("ops", &said, "📌").await?;
    let request = told.ears.hears_one().await?;
    let Said::Reacted(pinned) = &request.said else { anyhow::bail!("{request:?}") };
    let quoted = pinned.quoted.as_ref().context("it is quoted")?;
    assert_eq!(quoted.text.for_comparison(), "restarted node 3 by hand");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn what_happens_while_the_line_is_cut_is_heard_after_it() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    told.discord.cuts();
    alice.posts("ops", "@watchkeeper status search-api").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "status search-api");
    told.discord.reconnects();
    alice.posts("ops", "@watchkeeper locks").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "locks");
    told.discord.forgets_sessions();
    told.discord.until("a new session", || (told.discord.sessions() == 1).then_some(())).await?;
    alice.posts("ops", "@watchkeeper help").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "help");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_stored_at_first_is_handed_over_again() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    told.ears.is_deaf_for(2);
    alice.posts("ops", "@watchkeeper locks").await?;
    assert_eq!(words(&told.ears.hears_one().await?), "locks");

    told.ears.is_deaf_for(1);
    let answered = alice.types("ops", "/locks").await?;
    assert_eq!(
        (answered.kind, answered.ephemeral),
        (Answer::Message, true),
        "she is told, and nothing waits"
    );
    assert!(alice.sees("ops", "database does not answer").await?.ephemeral);
    told.ends();
    Ok(())
}
