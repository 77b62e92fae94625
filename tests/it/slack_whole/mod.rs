//! Slack with the whole bot behind it: a real database, a real cluster, and what people see.

mod copies;
mod home;
mod paces;
mod story;

use std::path::Path;

use anyhow::{Context, Result};
use bot::serve::Bot;
use commands::policy::Policy;
use tests::lab::{self, Lab};
use tests::slack;
use tests::world::chats::{slack_settings, with_slack};
use tests::world::{World, settings};

fn lab() -> &'static Lab {
    lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")))
}

/// A bot that is in Slack as well, and the Slack that it is in.
struct Told {
    world: World,
    slack: slack::Slack,
    bot: Bot,
}

impl Told {
    async fn begin() -> Result<Self> {
        Self::on(World::begin(lab()).await?, Self::furnished()).await
    }

    /// Two channels, with four people and the bot in them.
    fn furnished() -> slack::Settings {
        let acme = slack::Workspace::new("acme").people(&["alice", "bob", "carol", "dave"]);
        slack::Settings { workspaces: vec![acme.channels(&["ops", "search"])], ..Default::default() }
    }

    /// The World's own bot makes room for one that is in Slack.
    async fn on(mut world: World, furnished: slack::Settings) -> Result<Self> {
        world.away().await?;
        let slack = slack::Slack::start(furnished).await?;
        let bot = another(&world, &slack).await?;
        slack.until("two connections", || (slack.connections() == 2).then_some(())).await?;
        Ok(Self { world, slack, bot })
    }

    fn person(&self, name: &str) -> slack::Person {
        self.slack.person("acme", name)
    }

    /// How often Slack said 429.
    fn times_limited(&self) -> usize {
        self.slack.exchanges().iter().filter(|exchange| exchange.status == 429).count()
    }

    async fn ends(mut self) -> Result<()> {
        self.world.stage.nothing_is_left_to_handle().await?;
        self.world.stage.nothing_is_left_to_send().await?;
        self.bot.stop().await;
        self.world.restart().await?;
        self.world.ends().await
    }
}

/// A replica on the World's database and cluster, with this Slack in its policy.
async fn another(world: &World, slack: &slack::Slack) -> Result<Bot> {
    let mut settings = settings(world.lab, &world.stage)?;
    settings.policy = Policy::parse(&furnished_with(&world.stage.policy, slack))?;
    settings.slack = Some(slack_settings(slack));
    bot::serve::start(settings).await
}

/// The story's policy, with this Slack in it; in a second channel people may only ask.
fn furnished_with(policy: &str, slack: &slack::Slack) -> String {
    let search = slack.channel("acme", "search");
    format!(
        r#"{}
[slack.workspaces.acme.channels.search]
id = "{search}"
may = ["read", "respond"]
"#,
        with_slack(policy, slack)
    )
}

/// The text of `/metrics`, without what was kept of the last look.
async fn metrics(bot: &Bot) -> Result<String> {
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let page = reqwest::get(format!("http://{}/metrics", bot.address)).await?;
    page.text().await.context("no text")
}
