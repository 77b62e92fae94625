//! `watchkeeper say "deploy …" --as alice`: types into a channel of the console from a terminal and shows what comes back.
//!
//! It does not understand the words; the server does, exactly as if they were typed in the browser.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use reqwest::{Client, Response, StatusCode, Url};
use uuid::Uuid;

use super::follow;
use crate::chat::console::wire::{NotTaken, Say, Taken};
use crate::delivery::registry::ensure_tls;

const TIMEOUT: Duration = Duration::from_secs(20);
/// The delivery stays the same, so sending again never asks twice.
const SEND_ATTEMPTS: u32 = 4;
const SEND_AGAIN_AFTER: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub struct SayArgs {
    /// What to type: a command such as `status search-api`, or anything for the people in the room.
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// The console account to speak as.
    #[arg(long = "as", env = "WATCHKEEPER_AS", value_name = "ACCOUNT")]
    account: Option<String>,
    #[arg(long, default_value = "ops")]
    channel: String,
    /// The number of the message in whose thread to say it.
    #[arg(long, value_name = "MESSAGE")]
    thread: Option<i64>,
    #[arg(long, env = "WATCHKEEPER_SERVER", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    server: Url,
    /// Only say it; do not wait for what comes back.
    #[arg(long)]
    no_follow: bool,
}

/// Says it and follows the answer until it has settled.
pub async fn run(args: SayArgs) -> Result<()> {
    ensure_tls();
    let client = Client::builder().timeout(TIMEOUT).build()?;
    let say = Say {
        account: args.account,
        text: args.words.join(" "),
        delivery: Some(Uuid::new_v4().to_string()),
        thread: args.thread,
    };
    let channel = Channel::new(client, &args.server, &args.channel)?;
    let taken = channel.say(&say).await?;
    let who = say.account.as_deref().unwrap_or("you");
    follow::print(&format!("{who} in #{}: {}", args.channel, say.text))?;
    if !taken.for_bot {
        return follow::print("Said to the people in the room; it is no command.");
    }
    if args.no_follow {
        return Ok(());
    }
    follow::until_settled(&channel, &taken, &say).await
}

/// One channel of a server.
pub struct Channel {
    pub client: Client,
    address: Url,
}

impl Channel {
    fn new(client: Client, server: &Url, name: &str) -> Result<Self> {
        let mut address = server.clone();
        let Ok(mut path) = address.path_segments_mut() else { bail!("{server} is no address of a server") };
        path.pop_if_empty().extend(["api", "console", name, ""]);
        drop(path);
        Ok(Self { client, address })
    }

    pub fn address(&self, end: &str) -> Result<Url> {
        Ok(self.address.join(end)?)
    }

    async fn say(&self, say: &Say) -> Result<Taken> {
        let address = self.address("say")?;
        let mut attempt = 1;
        loop {
            let sent = self.client.post(address.clone()).json(say).send().await;
            let again = match &sent {
                Ok(answer) => answer.status() == StatusCode::SERVICE_UNAVAILABLE,
                Err(error) => error.is_connect() || error.is_timeout(),
            };
            if !again || attempt == SEND_ATTEMPTS {
                let answer = sent.with_context(|| format!("no Watchkeeper answers at {address}"))?;
                return Ok(checked(answer).await?.json().await?);
            }
            attempt += 1;
            tokio::time::sleep(SEND_AGAIN_AFTER).await;
        }
    }
}

/// The answer, or the server's reason as an error.
pub async fn checked(answer: Response) -> Result<Response> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let text = answer.text().await?;
    let reason = serde_json::from_str::<NotTaken>(&text).map_or(text, |refused| refused.error);
    bail!("{} ({status})", reason.trim());
}
