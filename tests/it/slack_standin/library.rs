//! slack-morphism, the library that the bot speaks to Slack with, as client and as Socket Mode transport.

use std::sync::Arc;

use anyhow::{Context, Result};
use slack_morphism::prelude::*;
use tokio::sync::mpsc;

use super::slack;

type Connector = SlackClientHyperHttpsConnector;

fn client(api: &str) -> Result<Arc<SlackHyperClient>> {
    let https = hyper_rustls::HttpsConnectorBuilder::new()
        .with_native_roots()?
        .https_or_http()
        .enable_http1()
        .build();
    let connector: Connector = SlackClientHyperConnector::with_connector(https).with_slack_api_url(api);
    Ok(Arc::new(SlackClient::new(connector)))
}

/// Callbacks only pass on: they are awaited in the read loop.
struct Heard(mpsc::UnboundedSender<String>);

fn say(states: &SlackClientEventsUserState, what: String) -> impl Future<Output = ()> {
    let states = states.clone();
    async move {
        if let Some(heard) = states.read().await.get_user_state::<Heard>() {
            drop(heard.0.send(what));
        }
    }
}

async fn on_command(
    event: SlackCommandEvent,
    _client: Arc<SlackHyperClient>,
    states: SlackClientEventsUserState,
) -> UserCallbackResult<SlackCommandEventResponse> {
    let text = event.text.clone().unwrap_or_default();
    say(&states, format!("{} {text}", event.command)).await;
    Ok(SlackCommandEventResponse::new(SlackMessageContent::new().with_text("On it".to_owned())))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list is long, and this app hears three of it"
)]
async fn on_event(
    event: SlackPushEventCallback,
    _client: Arc<SlackHyperClient>,
    states: SlackClientEventsUserState,
) -> UserCallbackResult<()> {
    let what = match event.event {
        SlackEventCallbackBody::ReactionAdded(it) => format!("reaction {}", it.reaction.0),
        SlackEventCallbackBody::AppMention(it) => format!("mention {}", it.content.text.unwrap_or_default()),
        SlackEventCallbackBody::Message(it) => format!("message {:?}", it.subtype),
        other => format!("{other:?}"),
    };
    say(&states, what).await;
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list is long, and this app hears one of it"
)]
async fn on_interaction(
    event: SlackInteractionEvent,
    _client: Arc<SlackHyperClient>,
    states: SlackClientEventsUserState,
) -> UserCallbackResult<()> {
    let what = match event {
        SlackInteractionEvent::BlockActions(it) => {
            let actions = it.actions.unwrap_or_default();
            format!("pressed {}", actions.into_iter().filter_map(|action| action.value).collect::<String>())
        }
        other => format!("{other:?}"),
    };
    say(&states, what).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_eleventh_connection_is_sent_away() -> Result<()> {
    let slack = slack().await?;
    let client = client(&slack.api_url())?;
    let environment = Arc::new(SlackClientEventsListenerEnvironment::new(client));
    let config =
        SlackClientSocketModeConfig::new().with_initial_backoff_in_seconds(0).with_max_connections_count(11);
    let callbacks = SlackSocketModeListenerCallbacks::new();
    let listener = SlackClientSocketModeListener::new(&config, environment, callbacks);
    listener.listen_for(&SlackApiToken::new(slack.app_token().into())).await?;
    listener.start().await;
    let asked = || slack.calls("apps.connections.open").len();
    slack.until("the eleventh", || (asked() >= 11 && slack.connections() >= 10).then_some(())).await?;
    assert_eq!(slack.connections(), 10);
    listener.shutdown().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bots_library_lives_in_it() -> Result<()> {
    let slack = slack().await?;
    let client = client(&slack.api_url())?;
    let token = SlackApiToken::new(slack.bot_token("acme").into());
    let session = client.open_session(&token);
    assert_eq!(session.auth_test().await?.user_id.to_string(), slack.user("acme", "watchkeeper"));

    let (heard, mut words) = mpsc::unbounded_channel();
    let callbacks = SlackSocketModeListenerCallbacks::new()
        .with_command_events(on_command)
        .with_interaction_events(on_interaction)
        .with_push_events(on_event);
    let environment =
        Arc::new(SlackClientEventsListenerEnvironment::new(client.clone()).with_user_state(Heard(heard)));
    let config = SlackClientSocketModeConfig::new().with_initial_backoff_in_seconds(0);
    let listener = SlackClientSocketModeListener::new(&config, environment, callbacks);
    listener.listen_for(&SlackApiToken::new(slack.app_token().into())).await?;
    listener.start().await;
    slack.until("two connections", || (slack.connections() == 2).then_some(())).await?;

    let alice = slack.person("acme", "alice");
    let mut hears = async || words.recv().await.context("nothing was heard");
    assert_eq!(alice.types("ops", "/deploy 98ab4e2").await?.text.as_deref(), Some("On it"));
    assert_eq!(hears().await?, "/deploy 98ab4e2");
    let button = SlackBlockButtonElement::new(pt!("Approve"))
        .with_action_id("approve".into())
        .with_value("op/1".into());
    let blocks = slack_blocks![
        some_into(SlackSectionBlock::new().with_text(md!("*OP-1* for {}", "<@U0ALICE>"))),
        some_into(SlackActionsBlock::new(slack_blocks![some_into(button)]))
    ];
    let content = SlackMessageContent::new().with_text("OP-1".into()).with_blocks(blocks);
    let ops: SlackChannelId = slack.channel("acme", "ops").into();
    let post = SlackApiChatPostMessageRequest::new(ops.clone(), content.clone());
    let posted = session.chat_post_message(&post).await?;
    let ts = posted.ts.0.clone();
    assert_eq!(hears().await?, "message None", "it hears itself");
    assert_eq!(alice.sees("ops", "OP-1 for").await?.text, "OP-1 for @alice");
    alice.presses("ops", &ts, "Approve").await?;
    assert_eq!(hears().await?, "pressed op/1");
    alice.reacts("ops", &ts, "white_check_mark").await?;
    assert_eq!(hears().await?, "reaction white_check_mark");
    alice.posts("ops", "@watchkeeper status").await?;
    // Two events over two connections: whichever is read first.
    let mut both = [hears().await?, hears().await?];
    both.sort();
    assert_eq!(both, ["mention <@U0WATCHKEEPER> status", "message None"]);

    session.chat_update(&SlackApiChatUpdateRequest::new(ops.clone(), content, posted.ts.clone())).await?;
    let history = SlackApiConversationsHistoryRequest::new().with_channel(ops.clone());
    assert_eq!(session.conversations_history(&history).await?.messages.len(), 2);
    let reactions = SlackApiReactionsGetRequest::new().with_channel(ops).with_timestamp(posted.ts);
    session.reactions_get(&reactions).await?;
    session.users_info(&SlackApiUsersInfoRequest::new(alice.id().into())).await?;
    session.conversations_list(&SlackApiConversationsListRequest::new()).await?;
    listener.shutdown().await;
    Ok(())
}
