//! A card is posted once, offers its reactions and is edited in place; a thread is made when it is needed; a forum gets a post.

use super::*;

#[tokio::test]
async fn a_card_is_posted_offers_its_reactions_and_is_edited_in_place() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    let offered = || alice.looks_at("ops", &id).filter(|seen| seen.reactions.len() == 2);
    let seen = told.discord.until("both reactions", offered).await?;
    insta::assert_snapshot!(seen.text, @r"
    **Deploy search-api to production: `98ab4e2`**
    its log says \@everyone \[a\](https\://b.example) \*\*c\*\*
    Approval: 0 of 1: oncall may approve
    Waiting for somebody · OP-12 · op/12
    ");
    assert_eq!(seen.pinged, Vec::<String>::new(), "nobody was woken up");
    let buttons: Vec<_> = seen.buttons.iter().map(|it| (&*it.label, it.custom_id.as_deref())).collect();
    assert_eq!(buttons, [("Approve", Some("types:approve OP-12")), ("Deny", Some("types:deny OP-12"))]);
    assert_eq!(told.adapter.reactions(&told.ops(), &id).await?, [], "the bot's own never count");

    told.adapter.edit(&told.ops(), &id, &done()).await?;
    let seen = alice.looks_at("ops", &id).context("the card is there")?;
    insta::assert_snapshot!(seen.text, @"
    **Deploy search-api to production: done**
    -# `OP-12`
    Good · op/12
    ");
    assert!(seen.edited && seen.buttons.is_empty());
    assert_eq!(alice.reads("ops").len(), 1);
    told.ends();
    Ok(())
}

#[tokio::test]
async fn whose_reactions_are_on_a_message_is_read_as_it_stands() -> Result<()> {
    let told = Told::begin().await?;
    let (alice, bob) = (told.discord.person("acme", "alice"), told.discord.person("acme", "bob"));
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    alice.reacts("ops", &id, "✅").await?;
    bob.reacts("ops", &id, "❌").await?;
    bob.reacts("ops", &id, "🎉").await?;
    let mut all = told.adapter.reactions(&told.ops(), &id).await?;
    all.sort_by_key(|(_, reaction)| *reaction);
    assert_eq!(all, [(told.account("alice"), Reaction::Approve), (told.account("bob"), Reaction::Deny)]);
    alice.takes_back("ops", &id, "✅").await?;
    assert_eq!(told.adapter.reactions(&told.ops(), &id).await?, [(told.account("bob"), Reaction::Deny)]);
    assert_eq!(
        told.adapter.reactions(&told.ops(), "1234567890123456789").await?,
        [],
        "a message that is gone"
    );
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_thread_is_made_when_the_first_word_belongs_into_it() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.discord.person("acme", "alice");
    let card = told.posts(&told.ops(), "op/12", &plan()).await?;
    let place = told.under(&card);
    let first = told.posts(&place, "reply/1", &done()).await?;
    let second = told.posts(&place, "reply/2", &done()).await?;
    let threads = told.discord.threads("acme", "ops");
    let names: Vec<_> = threads.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
    assert_eq!(names, [(card.as_str(), "Deploy search-api to production: 98ab4e2")]);
    let there: Vec<_> = alice.reads(&card).into_iter().map(|seen| seen.id).collect();
    assert!(there.contains(&first) && there.contains(&second), "{there:?}");
    told.adapter.edit(&place, &first, &plan()).await?;
    assert!(alice.looks_at(&card, &first).is_some_and(|seen| seen.edited));
    assert_eq!(alice.reads("ops").len(), 1, "nothing beside the card in the channel");
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_forum_gets_a_post_for_each_card() -> Result<()> {
    let told = Told::begin().await?;
    let channel = told.discord.place("acme", "incidents");
    let forum = Place { platform: request::Platform::Discord, channel, thread: None };
    let id = told.posts(&forum, "incident/7", &plan()).await?;
    let threads = told.discord.threads("acme", "incidents");
    assert_eq!(threads.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    told.adapter.edit(&forum, &id, &done()).await?;
    let alice = told.discord.person("acme", "alice");
    assert!(alice.looks_at(&id, &id).is_some_and(|seen| seen.text.contains("done")));
    let since = chrono::Utc::now() - chrono::TimeDelta::minutes(1);
    assert_eq!(told.adapter.find(&forum, "incident/7", since).await?, Some(id));
    told.ends();
    Ok(())
}

#[tokio::test]
async fn a_plot_is_attached_and_what_is_too_long_is_a_file() -> Result<()> {
    let told = Told::begin().await?;
    let page = Page::TimelinePlot(::commands::id::IncidentId(7));
    let long = "the log goes on and on\n".repeat(400);
    let message = Message::new(Tone::Neutral, "Postmortem of INC-7")
        .block(::commands::message::Block::Plot { page, alt: "what happened when".to_owned() })
        .block(::commands::message::Block::Verbatim(Untrusted::new(long)));
    let id = told.posts(&told.ops(), "reply/1", &message).await?;
    let seen = told.discord.person("acme", "alice").looks_at("ops", &id).context("the card is there")?;
    assert_eq!(seen.files.len(), 2, "{:?}", seen.files);
    told.ends();
    Ok(())
}

#[test]
fn the_example_file_shows_how_discord_is_written() {
    let example = include_str!("../../../deploy/watchkeeper.example.toml");
    let begins = |line: &&str| line.starts_with(|c: char| c == '[' || c.is_ascii_lowercase());
    let lines = example.lines().map(|line| line.strip_prefix('#').filter(begins).unwrap_or(line));
    let policy =
        Policy::parse(&lines.collect::<Vec<_>>().join("\n")).unwrap_or_else(|error| panic!("{error}"));
    assert!(policy.discord().is_some_and(|discord| discord.public_key.is_some()));
}
