//! serenity, the library that the bot itself uses, against the stand-in: gateway, events, and its HTTP client.
//!
//! No line of the bot is in here.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serenity::all::{
    ButtonStyle, ChannelId, Client, Command, CommandOptionType, Context, CreateActionRow,
    CreateAllowedMentions, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed, CreateForumPost,
    CreateInteractionResponse, CreateInteractionResponseMessage, CreateMessage, CreateThread,
    EditInteractionResponse, EditMessage, EventHandler, GatewayIntents, HttpBuilder, Interaction, Message,
    Nonce, Reaction, Ready, async_trait,
};
use tests::discord::{Answer, Discord, Settings};
use tokio::sync::mpsc;

struct Handler(mpsc::UnboundedSender<String>);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, context: Context, ready: Ready) {
        let option =
            CreateCommandOption::new(CommandOptionType::String, "service", "Which service").required(true);
        let command = CreateCommand::new("diagnose").description("Why does it fail").add_option(option);
        let set = Command::set_global_commands(&context.http, vec![command]).await;
        let set = set
            .map_or_else(|error| format!("no commands: {error:?}"), |set| format!("{} command", set.len()));
        self.tell(&format!("ready as {} with {set}", ready.user.name));
    }

    async fn message(&self, _: Context, message: Message) {
        if !message.author.bot {
            self.tell(&format!("{} said {:?}", message.author.name, message.content));
        }
    }

    async fn reaction_add(&self, _: Context, reaction: Reaction) {
        let member = reaction.member.map(|member| member.user.name.clone()).unwrap_or_default();
        self.tell(&format!("{member} reacted with {}", reaction.emoji));
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        let done = self.answer(&context, interaction).await;
        self.tell(&done.unwrap_or_else(|error| format!("failed: {error}")));
    }
}

impl Handler {
    fn tell(&self, what: &str) {
        let _test_is_over = self.0.send(what.to_owned());
    }

    async fn answer(&self, context: &Context, interaction: Interaction) -> serenity::Result<String> {
        match interaction {
            Interaction::Command(command) => {
                command.defer(&context.http).await?;
                let button = CreateButton::new("approve").label("Approve").style(ButtonStyle::Success);
                let edit = EditInteractionResponse::new()
                    .embed(CreateEmbed::new().title("Diagnosis").field("cause", "bad tag", true))
                    .components(vec![CreateActionRow::Buttons(vec![button])]);
                command.edit_response(&context.http, edit).await?;
                Ok(format!("command {}", command.data.name))
            }
            Interaction::Component(press) => {
                let refusal = CreateInteractionResponseMessage::new().content("not yours").ephemeral(true);
                press.create_response(&context.http, CreateInteractionResponse::Message(refusal)).await?;
                Ok(format!("pressed {}", press.data.custom_id))
            }
            Interaction::Ping(_) | Interaction::Autocomplete(_) | Interaction::Modal(_) => {
                Ok("something else".to_owned())
            }
            _ => Ok("something new".to_owned()),
        }
    }
}

async fn next(told: &mut mpsc::UnboundedReceiver<String>) -> Result<String> {
    let next = tokio::time::timeout(Duration::from_secs(45), told.recv()).await;
    next.context("nothing was told")?.context("the client ended")
}

#[tokio::test]
async fn the_bots_library_connects_hears_and_writes() -> Result<()> {
    let discord = Discord::start(Settings::default()).await?;
    let http =
        || HttpBuilder::new(discord.bot_token()).proxy(discord.api_url()).ratelimiter_disabled(true).build();
    let intents = GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT;
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut client =
        serenity::client::ClientBuilder::new_with_http(http(), intents).event_handler(Handler(tell)).await?;
    let shards = client.shard_manager.clone();
    let running = tokio::spawn(async move { Client::start(&mut client).await });
    assert_eq!(next(&mut told).await?, "ready as watchkeeper with 1 command");

    let alice = discord.person("acme", "alice");
    assert_eq!(alice.types("ops", "/diagnose search-api").await?.kind, Answer::Deferred);
    assert_eq!(next(&mut told).await?, "command diagnose");
    let card = alice.sees("ops", "Diagnosis").await?;
    assert!(alice.presses("ops", &card.id, "Approve").await?.ephemeral);
    assert_eq!(next(&mut told).await?, "pressed approve");
    alice.posts("ops", "it is slow").await?;
    assert_eq!(next(&mut told).await?, "alice said \"it is slow\"");
    alice.reacts("ops", &card.id, "✅").await?;
    assert_eq!(next(&mut told).await?, "alice reacted with ✅");

    discord.cuts();
    discord.until("resumed", || (!discord.calls("RESUME").is_empty()).then_some(())).await?;
    alice.posts("ops", "still there?").await?;
    assert_eq!(next(&mut told).await?, "alice said \"still there?\"");
    shards.shutdown_all().await;
    running.abort();

    writes(&discord, &http()).await?;
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

/// Messages, edits, threads, forum posts, reactions, pins and channels by the HTTP client.
async fn writes(discord: &Discord, http: &serenity::http::Http) -> Result<()> {
    let channel: ChannelId = discord.channel("acme", "ops").parse()?;
    let quiet = CreateAllowedMentions::new();
    let hello = CreateMessage::new()
        .content("@everyone INC-1")
        .allowed_mentions(quiet)
        .nonce(Nonce::String("n1".to_owned()))
        .enforce_nonce(true);
    let mut message = channel.send_message(http, hello.clone()).await?;
    assert_eq!(channel.send_message(http, hello).await?.id, message.id, "the same nonce is the same message");
    message.edit(http, EditMessage::new().content("INC-1 is open")).await?;
    message.react(http, '👀').await?;
    assert_eq!(message.reaction_users(http, '👀', None, None).await?.len(), 1);
    message.pin(http).await?;
    assert_eq!(channel.pins(http).await?.len(), 1);
    let thread = channel.create_thread_from_message(http, message.id, CreateThread::new("INC-1")).await?;
    thread.id.say(http, "timeline").await?;
    let forum: ChannelId = discord.channel("acme", "incidents").parse()?;
    forum
        .create_forum_post(http, CreateForumPost::new("INC-2", CreateMessage::new().content("began")))
        .await?;
    let guild: serenity::all::GuildId = discord.guild("acme").parse()?;
    assert_eq!(guild.channels(http).await?.len(), 2);
    assert_eq!(
        guild.member(http, discord.user("bob").parse::<serenity::all::UserId>()?).await?.user.name,
        "bob"
    );
    let seen = discord.person("acme", "alice").sees("ops", "INC-1 is open").await?;
    assert_eq!((seen.pinged, seen.thread), (vec![], Some(thread.id.to_string())));
    message.delete(http).await?;
    Ok(())
}
