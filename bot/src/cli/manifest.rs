//! `watchkeeper manifest`: what an app has to be given where a platform wants to be told beforehand.
//!
//! It needs neither a policy nor a database: it is the same for everybody.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::follow::print;
use crate::chat::{public_url, slack};

#[derive(Debug, Args)]
pub struct ManifestArgs {
    #[command(subcommand)]
    of: Of,
}

#[derive(Debug, Subcommand)]
enum Of {
    /// The app manifest for api.slack.com: for Socket Mode, or with --url for deliveries over HTTP.
    Slack {
        /// Where Slack reaches this bot, as https://watchkeeper.example; without it the app uses Socket Mode.
        #[arg(long, value_name = "URL", value_parser = public_url)]
        url: Option<String>,
    },
}

pub fn run(args: &ManifestArgs) -> Result<()> {
    let Of::Slack { url } = &args.of;
    print(&serde_json::to_string_pretty(&slack::manifest(url.as_deref()))?)
}
