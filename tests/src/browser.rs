//! A real browser: Debian's Chromium, driven over WebDriver.
//!
//! Where it is not installed there is no browser, and `open` says why; nothing stands in for it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::process::{Child, Command};

const DRIVERS: [&str; 2] = ["/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver"];
const BROWSERS: [&str; 2] = ["/usr/bin/chromium", "/usr/lib/chromium/chromium"];
const START_TIMEOUT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How long something may take to appear on a page.
const APPEAR_TIMEOUT: Duration = Duration::from_secs(15);

/// One window; the browser ends with it.
pub struct Browser {
    pub page: Client,
    /// Killed when dropped, and the browser with it.
    _driver: Child,
    profile: PathBuf,
}

/// What the browser is to be like.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    pub script: bool,
}

pub enum Opened {
    Yes(Box<Browser>),
    /// Not here, and why.
    No(String),
}

pub async fn open(looks: Looks) -> Result<Opened> {
    let (Some(driver), Some(browser)) = (installed(&DRIVERS), installed(&BROWSERS)) else {
        return Ok(Opened::No("chromium and chromium-driver are not installed".to_owned()));
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let profile = std::env::temp_dir().join(format!("watchkeeper-browser-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&profile)?;
    let process = Command::new(driver)
        .arg(format!("--port={port}"))
        .env("TMPDIR", &profile)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start chromedriver")?;
    let page = connect(port, capabilities(browser, &profile, looks)).await?;
    // The window's frame takes some of it.
    page.set_window_size(looks.width, looks.height).await?;
    Ok(Opened::Yes(Box::new(Browser { page, _driver: process, profile })))
}

async fn connect(port: u16, capabilities: serde_json::Map<String, serde_json::Value>) -> Result<Client> {
    let begun = std::time::Instant::now();
    loop {
        let connected = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        match connected {
            Ok(client) => return Ok(client),
            Err(error) if begun.elapsed() > START_TIMEOUT => {
                return Err(error).context("the browser did not start");
            }
            Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

fn capabilities(browser: &str, profile: &Path, looks: Looks) -> serde_json::Map<String, serde_json::Value> {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--user-data-dir={}", profile.join("profile").display()),
    ];
    if looks.dark {
        arguments.push("--force-dark-mode".to_owned());
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let script = if looks.script { 1 } else { 2 };
    let options = json!({
        "binary": browser,
        "args": arguments,
        "prefs": { "profile.managed_default_content_settings.javascript": script },
    });
    serde_json::Map::from_iter([
        ("goog:chromeOptions".to_owned(), options),
        ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
    ])
}

impl Browser {
    /// The text of what this selector finds, once it is there.
    pub async fn text(&self, css: &str) -> Result<String> {
        let found = self.page.wait().at_most(APPEAR_TIMEOUT).for_element(Locator::Css(css)).await;
        Ok(found.with_context(|| format!("nothing on the page is {css}"))?.text().await?)
    }

    /// Waits until some element of this kind says this.
    pub async fn shows(&self, css: &str, words: &str) -> Result<()> {
        let begun = std::time::Instant::now();
        loop {
            let mut said = vec![];
            for element in self.page.find_all(Locator::Css(css)).await? {
                // It may have been replaced since it was found.
                said.extend(element.text().await);
            }
            if said.iter().any(|text| text.contains(words)) {
                return Ok(());
            }
            if begun.elapsed() > APPEAR_TIMEOUT {
                bail!("no {css} says {words:?}; they say {said:#?}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub async fn click(&self, css: &str) -> Result<()> {
        let found = self.page.wait().at_most(APPEAR_TIMEOUT).for_element(Locator::Css(css)).await;
        found.with_context(|| format!("nothing on the page is {css}"))?.click().await?;
        Ok(())
    }

    pub async fn types(&self, css: &str, keys: &str) -> Result<()> {
        let found = self.page.wait().at_most(APPEAR_TIMEOUT).for_element(Locator::Css(css)).await;
        found.with_context(|| format!("nothing on the page is {css}"))?.send_keys(keys).await?;
        Ok(())
    }

    /// A picture for people to look at, in the build folder.
    pub async fn picture(&self, name: &str) -> Result<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, self.page.screenshot().await?)?;
        Ok(path)
    }

    /// Ends the browser and removes its profile.
    pub async fn close(self) -> Result<()> {
        self.page.close().await?;
        // Chromium may still be writing to it; what is left is in the folder for temporary files.
        let _removed = std::fs::remove_dir_all(&self.profile);
        Ok(())
    }
}

fn installed<'a>(paths: &[&'a str]) -> Option<&'a str> {
    paths.iter().copied().find(|path| Path::new(path).exists())
}
