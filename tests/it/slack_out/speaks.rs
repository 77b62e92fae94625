//! A card is posted, offers its reactions, and is edited in place; a thread is a thread; a refusal is for one person.

use bot::chat::SendErrorKind;
use tests::slack::Urls;

use super::*;

#[tokio::test]
async fn a_card_is_posted_once_offers_its_reactions_and_is_edited_in_place() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.slack.person("acme", "alice");
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    let seen = alice.looks_at("ops", &id).expect("the card is there");
    insta::assert_snapshot!(seen.text, @"
    ✋ Deploy search-api to production: 98ab4e2
    Approval: 0 of 1 — oncall may approve
    its log says <!here> *a & b*
    OP-12
    ");
    assert_eq!((seen.author.as_str(), seen.ephemeral, seen.edited), ("watchkeeper", false, false));
    let buttons: Vec<_> =
        seen.buttons.iter().map(|it| (&*it.label, &*it.action_id, it.value.as_deref())).collect();
    assert_eq!(
        buttons,
        [("Approve", "command_0", Some("approve OP-12")), ("Deny", "command_1", Some("deny OP-12")),]
    );
    let offered: Vec<_> = seen.reactions.iter().map(|it| (&*it.name, it.count)).collect();
    assert_eq!(offered, [("white_check_mark", 1), ("x", 1)]);

    told.adapter.edit(&told.ops(), &id, &done()).await?;
    let seen = alice.looks_at("ops", &id).expect("the card is still there");
    insta::assert_snapshot!(seen.text, @"
    🟢 Deploy search-api to production: 98ab4e2 — done
    OP-12
    ");
    assert!(seen.edited && seen.buttons.is_empty());
    assert_eq!(alice.reads("ops").len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_belongs_into_a_thread_is_put_there() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.slack.person("acme", "alice");
    let question = alice.posts("ops", "is search slow for anybody else?").await?;
    let place = Place { thread: Some(question.clone()), ..told.ops() };
    let id = told.posts(&place, "reply/1", &done()).await?;
    let thread = alice.reads_thread("ops", &question);
    assert_eq!(thread.last().map(|seen| &seen.ts), Some(&id));
    assert_eq!(alice.reads("ops").len(), 1, "not in the channel");
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_shown_to_whoever_asked_and_to_nobody_else() -> Result<()> {
    let told = Told::begin().await?;
    let (place, message) = (told.ops(), Message::new(Tone::Bad, "Dave may not deploy to production."));
    let dave = told.account("dave");
    let posting =
        Posting { place: &place, key: "reply/1", message: &message, only_for: Some(&dave), answer_to: None };
    told.adapter.post(posting).await?;
    let seen = told.slack.person("acme", "dave").sees("ops", "may not deploy").await?;
    assert!(seen.ephemeral);
    assert!(told.slack.person("acme", "alice").reads_all("ops").is_empty());
    Ok(())
}

const NASTY: [&str; 7] = [
    "<!channel> <@U0ALICE> <#C0OPS|ops> <https://evil.example|good>",
    "https://evil.example/?a=1&b=2",
    "*bold* _italic_ ~struck~ `code` ```block```",
    "> quoted &gt; &amp;lt; &lt;!here&gt;",
    ":white_check_mark: @here @alice #ops",
    "}{\"type\":\"broadcast\"}",
    "\u{202e}日本語 é \u{1f600}",
];

#[tokio::test]
async fn text_from_outside_is_read_as_it_is_and_calls_nobody() -> Result<()> {
    let told = Told::begin().await?;
    for (number, text) in NASTY.into_iter().enumerate() {
        let (outside, title) = (Untrusted::new(text), format!("Diagnosis {number}"));
        let every = || Text::new().outside(&outside).with(Span::OutsideCode(outside.clone()));
        let card = Message::new(Tone::Bad, Text::new().plain(title))
            .paragraph(every())
            .block(Block::Fields(vec![Field::new("Log", every())]))
            .block(Block::List(vec![every(), every()]))
            .block(Block::Verbatim(outside.clone()));
        let id = told.posts(&told.ops(), &format!("reply/{number}"), &card).await?;
        let seen = told.slack.person("acme", "bob").looks_at("ops", &id).expect("the card is there");
        let shown = outside.escaped_by(str::to_owned);
        assert_eq!(seen.text.matches(&shown).count(), 9, "{text}\n{}", seen.text);
        let sent = seen.raw["blocks"].to_string();
        assert!(
            !sent.contains("\"user\"") && !sent.contains("\"link\"") && !sent.contains("mrkdwn"),
            "{sent}"
        );
    }
    Ok(())
}

/// An app that only remembers where it may answer.
async fn remembers_where_to_answer(slack: &slack::Slack) -> Result<tokio::sync::mpsc::Receiver<String>> {
    let (heard, hears) = tokio::sync::mpsc::channel(1);
    let hear = move |body: String| async move {
        let form = reqwest::Url::parse(&format!("http://form/?{body}")).expect("a form");
        let response_url = form.query_pairs().find(|(name, _)| name == "response_url");
        heard.send(response_url.expect("where to answer").1.into_owned()).await.expect("the story goes on");
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    slack.delivers_to(Urls::at(&format!("http://{}/slack", listener.local_addr()?)));
    let app = axum::Router::new().route("/slack/commands", axum::routing::post(hear));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(hears)
}

#[tokio::test]
async fn whoever_types_where_the_bot_is_not_is_answered_all_the_same() -> Result<()> {
    let told = Told::begin().await?;
    told.slack.takes_scope("acme", "chat:write.public");
    let mut hears = remembers_where_to_answer(&told.slack).await?;
    let (dave, carol) = (told.slack.person("acme", "dave"), told.slack.person("acme", "carol"));
    dave.types("general", "/status search-api").await?;
    let answer_to = hears.recv().await;
    let place = Place { channel: told.slack.place("acme", "general"), ..told.ops() };
    let (refusal, account) =
        (Message::new(Tone::Bad, "Nothing may be done from this channel."), told.account("dave"));
    let posting = Posting {
        place: &place,
        key: "reply/1",
        message: &refusal,
        only_for: Some(&account),
        answer_to: answer_to.as_deref(),
    };
    told.adapter.post(posting).await?;
    let seen = dave.sees("general", "Nothing may be done from this channel").await?;
    assert!(seen.ephemeral && carol.reads("general").is_empty());

    let lost = told.adapter.post(Posting { message: &done(), only_for: None, ..posting }).await;
    assert_eq!(lost.expect_err("the bot is not there").kind, SendErrorKind::NoSuchChannel);
    dave.sees("general", "98ab4e2 — done").await?;
    let elsewhere = Posting { answer_to: Some("https://evil.example/response"), ..posting };
    told.adapter.post(elsewhere).await.expect_err("that is not Slack");
    Ok(())
}

#[tokio::test]
async fn people_who_reacted_are_named_and_the_bot_is_not_one_of_them() -> Result<()> {
    let told = Told::begin().await?;
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    assert_eq!(told.adapter.reactions(&told.ops(), &id).await?, []);
    told.slack.person("acme", "alice").reacts("ops", &id, "white_check_mark").await?;
    told.slack.person("acme", "bob").reacts("ops", &id, "x").await?;
    told.slack.person("acme", "bob").reacts("ops", &id, "tada").await?;
    told.slack.person("acme", "carol").reacts("ops", &id, "eyes").await?;
    let reactions = told.adapter.reactions(&told.ops(), &id).await?;
    assert_eq!(
        reactions,
        [
            (told.account("alice"), Reaction::Approve),
            (told.account("bob"), Reaction::Deny),
            (told.account("carol"), Reaction::Acknowledge),
        ]
    );
    told.slack.person("acme", "bob").takes_back("ops", &id, "x").await?;
    assert_eq!(told.adapter.reactions(&told.ops(), &id).await?.len(), 2);
    let gone = told.adapter.reactions(&told.ops(), "1700000000.000100").await?;
    assert_eq!(gone, [], "a message that is gone has none");
    Ok(())
}
