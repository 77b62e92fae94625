//! The console in a real browser: who one is, completion, live updates, buttons, reactions, threads; with and without script.
//!
//! The bot behind it answers as the test tells it. Pictures are left in `target/screenshots` for people to look at.

use std::path::Path;

use anyhow::Result;
use bot::chat::console::{Auth, IncidentLine, IncidentPage};
use commands::id::IncidentId;
use commands::incident::{Severity, Status};
use commands::message::{Block, Field, Message, Reaction, Text, Tone, Weight};
use commands::request::{Place, Platform};
use commands::untrusted::Untrusted;
use tests::browser::{self, Browser, Looks, Opened};
use tests::console_site::ConsoleSite;

const DESK: Looks = Looks { width: 1280, height: 900, dark: false, script: true };
const COMPOSER: &str = ".composer textarea";

async fn site() -> Result<ConsoleSite> {
    let lab = tests::lab::shared(Path::new(env!("CARGO_BIN_EXE_lab")));
    ConsoleSite::start(&lab.endpoints.database_url, Auth::PickWhoYouAre).await
}

async fn browser(looks: Looks) -> Result<Option<Box<Browser>>> {
    match browser::open(looks).await? {
        Opened::Yes(browser) => Ok(Some(browser)),
        Opened::No(why) => {
            eprintln!("not told in a browser: {why}");
            Ok(None)
        }
    }
}

fn ops(thread: Option<&str>) -> Place {
    Place { platform: Platform::Console, channel: "ops".to_owned(), thread: thread.map(str::to_owned) }
}

fn plan() -> Message {
    Message::new(Tone::Waiting, Text::new().plain("OP-12: deploy ").strong("search-api"))
        .block(Block::Fields(vec![
            Field::new("From", Text::new().code("7c3f2b1")),
            Field::new("To", Text::new().code("98ab4e2")),
        ]))
        .button(Weight::Primary, "Approve", "approve OP-12")
        .button(Weight::Danger, "Deny", "deny OP-12")
        .offering(&[Reaction::Approve, Reaction::Deny])
        .footnote(Text::new().plain("Understood: ").code("deploy search-api 98ab4e2 to production"))
}

async fn be(browser: &Browser, site: &ConsoleSite, account: &str) -> Result<()> {
    browser.page.goto(&site.url("/")).await?;
    browser.click(&format!("button[value={account}]")).await?;
    browser.shows(".head h1", "ops").await
}

#[tokio::test(flavor = "multi_thread")]
async fn bob_types_watches_approves_and_replies() -> Result<()> {
    let Some(browser) = browser(DESK).await? else { return Ok(()) };
    let site = site().await?;
    browser.page.goto(&site.url("/")).await?;
    browser.shows("h1", "Who are you?").await?;
    browser.picture("who").await?;
    be(&browser, &site, "bob").await?;

    browser.types(COMPOSER, "?").await?;
    browser.shows(".sheet-of-help", "rollback SERVICE in ENV").await?;
    browser.picture("help").await?;
    browser.types(COMPOSER, "\u{e00c}").await?;

    browser.types(COMPOSER, "dep").await?;
    browser.shows(".completions [aria-selected=true]", "deploy").await?;
    browser.types(COMPOSER, "\u{e004}").await?;
    browser.shows(".completions li", "deploy search-api").await?;
    browser.picture("completion").await?;
    browser.types(COMPOSER, "search-api 98ab4e2 to production\u{e00c}\u{e007}").await?;
    browser.shows(".words.command", "deploy search-api 98ab4e2 to production").await?;
    assert_eq!(site.bot.words(), ["bob: deploy search-api 98ab4e2 to production"]);

    let card = site.post(&ops(None), "op/12", &plan()).await?;
    browser.shows(&format!("#m{card} h3"), "OP-12: deploy search-api").await?;
    browser.click(&format!("#m{card} .primary")).await?;
    browser.shows(&format!("#r{card} .replies .words"), "pressed Approve approve OP-12").await?;
    browser.click(&format!("#m{card} button.offered")).await?;
    browser.shows(&format!("#m{card} button.made"), "1").await?;
    assert_eq!(site.bot.words(), ["bob: approve OP-12", "bob: +Approve"]);
    browser.click(&format!("#m{card} button.made")).await?;
    browser.shows(&format!("#m{card} .reactions"), "+").await?;

    let mut done = plan();
    done.tone = Tone::Good;
    done.buttons.clear();
    let done = done.block(Block::Progress { done: 3, total: 3, label: "3 of 3 ready".into() });
    site.edit(&ops(None), &card, &done).await?;
    browser.shows(&format!("#m{card} .progress"), "3 of 3 ready").await?;
    site.post(&ops(Some(&card)), "reply/1", &Message::new(Tone::Neutral, "It took 41 s")).await?;
    browser.shows(&format!("#r{card} .replies h3"), "It took 41 s").await?;

    browser.click(&format!("#r{card} .reply summary")).await?;
    browser.types(&format!("#r{card} .reply textarea"), "thanks everybody\u{e007}").await?;
    browser.shows(&format!("#r{card} .replies .words"), "thanks everybody").await?;
    assert_eq!(site.bot.words(), ["bob: -Approve"], "chatter is not handed to the bot");
    browser.picture("room").await?;
    browser.page.goto(&site.url(&format!("/console/ops/thread/{card}"))).await?;
    browser.shows(".replies .words", "thanks everybody").await?;
    browser.close().await?;
    site.end().await
}

/// Browsers keep six connections open to one server; a stream in each tab would take them all.
#[tokio::test(flavor = "multi_thread")]
async fn the_ninth_tab_is_as_live_as_the_first() -> Result<()> {
    let Some(browser) = browser(DESK).await? else { return Ok(()) };
    let site = site().await?;
    be(&browser, &site, "alice").await?;
    let first = browser.page.window().await?;
    for _ in 0..8 {
        let tab = browser.page.new_window(true).await?.handle;
        browser.page.switch_to_window(tab).await?;
        browser.page.goto(&site.url("/console/ops")).await?;
        browser.shows(".head h1", "ops").await?;
    }
    let told = |words: &'static str| Message::new(Tone::Neutral, words);
    let id = site.post(&ops(None), "reply/1", &told("seen in the ninth")).await?;
    browser.shows(&format!("#m{id} h3"), "seen in the ninth").await?;
    browser.page.switch_to_window(first).await?;
    browser.shows(&format!("#m{id} h3"), "seen in the ninth").await?;
    browser.close().await?;
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_of_an_incident_shows_what_happens() -> Result<()> {
    let Some(browser) = browser(DESK).await? else { return Ok(()) };
    let site = site().await?;
    be(&browser, &site, "alice").await?;
    let mut page = incident();
    site.pages.show(page.clone());
    browser.page.goto(&site.url("/incidents/INC-7")).await?;
    browser.shows(".pills", "triage").await?;
    page.line.status = Status::Mitigating;
    site.pages.show(page);
    browser.shows(".pills", "mitigating").await?;
    browser.close().await?;
    site.end().await
}

fn incident() -> IncidentPage {
    IncidentPage {
        line: IncidentLine {
            id: IncidentId(7),
            title: Untrusted::new("Search is slow"),
            severity: Severity::Sev2,
            status: Status::Triage,
            services: vec!["search-api in production".to_owned()],
            commander: None,
            declared_at: std::time::SystemTime::now().into(),
            resolved_at: None,
        },
        roles: vec![],
        place: None,
        durations: vec![],
        events: vec![],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_from_outside_stays_text() -> Result<()> {
    let Some(browser) = browser(Looks { dark: true, width: 430, ..DESK }).await? else { return Ok(()) };
    let site = site().await?;
    be(&browser, &site, "alice").await?;
    let outside = Untrusted::new("<script>document.title='taken'</script><b>bold</b> ok\u{202e}gnp.exe");
    let card = Message::new(Tone::Bad, Text::new().plain("ALERT-3: ").outside(&outside))
        .block(Block::Verbatim(outside.clone()))
        .paragraph(Text::new().with(commands::message::Span::OutsideCode(outside)));
    let id = site.post(&ops(None), "alert/3", &card).await?;
    browser
        .shows(&format!("#m{id} h3"), "<script>document.title='taken'</script><b>bold</b> okgnp.exe")
        .await?;
    browser.types(COMPOSER, "<img src=x onerror=document.title='taken'>\u{e007}").await?;
    browser.shows(".words", "<img src=x onerror=document.title='taken'>").await?;
    browser.picture("narrow-and-dark").await?;
    browser.page.refresh().await?;
    browser.shows(&format!("#m{id} pre"), "<script>document.title='taken'</script>").await?;
    assert_eq!(browser.page.title().await?, "#ops · Watchkeeper");
    let found =
        browser.page.find_all(fantoccini::Locator::Css(".stream script, .stream b, .words img")).await?;
    assert!(found.is_empty(), "{} elements came from outside", found.len());
    browser.close().await?;
    site.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_one_reads_and_posts_by_forms() -> Result<()> {
    let Some(browser) = browser(Looks { script: false, ..DESK }).await? else { return Ok(()) };
    let site = site().await?;
    let card = site.post(&ops(None), "op/12", &plan()).await?;
    be(&browser, &site, "carol").await?;
    browser.shows(".card h3", "OP-12").await?;
    browser.types(COMPOSER, "status search-api").await?;
    browser.click(".composer .send").await?;
    browser.shows(".words.command", "status search-api").await?;
    browser.click(&format!("#m{card} button.offered")).await?;
    browser.shows(&format!("#m{card} button.made"), "1").await?;
    browser.click(&format!("#m{card} .danger")).await?;
    browser.shows(&format!("#r{card} .replies .words"), "pressed Deny deny OP-12").await?;
    assert_eq!(site.bot.words(), ["carol: status search-api", "carol: +Approve", "carol: deny OP-12"]);
    browser.close().await?;
    site.end().await
}
