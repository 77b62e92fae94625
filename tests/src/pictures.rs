//! Pictures for the README: a message and its thread as Slack and Discord show them, drawn from what the stand-ins hold.
//!
//! They are taken while a story is told, where it says so, and only when they are asked for. The look is close to the platform's and
//! nobody's proof of anything: what is said on it is what the bot sent.

pub mod discord;
mod html;
mod shrink;
pub mod slack;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use fantoccini::Locator;

use crate::browser::{self, Looks, Opened};

/// Set to take them.
const ASKED_BY: &str = "WATCHKEEPER_PICTURES";
const FOLDER: &str = "../deploy/pictures";
const LOOKS: Looks = Looks { width: 900, height: 1_400, dark: false, script: true };

pub fn are_asked_for() -> bool {
    std::env::var_os(ASKED_BY).is_some()
}

/// Takes a picture of the part of this page that is called `room`.
pub async fn take(name: &str, page: &str) -> Result<()> {
    let Opened::Yes(browser) = browser::open(LOOKS).await? else {
        bail!("a picture needs chromium and chromium-driver");
    };
    let file = std::env::temp_dir().join(format!("watchkeeper-{}.html", uuid::Uuid::new_v4()));
    std::fs::write(&file, page)?;
    browser.page.goto(&format!("file://{}", file.display())).await?;
    let room = browser.page.find(Locator::Id("room")).await.context("the page has no room")?;
    let png = shrink::shrunk(&room.screenshot().await?)?;
    std::fs::remove_file(&file)?;
    browser.close().await?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    std::fs::write(folder.join(format!("{name}.png")), png).context("cannot write the picture")
}
