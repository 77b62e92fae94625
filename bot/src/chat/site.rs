//! Where the pages of the console are, for links in other chats.
//!
//! It knows their addresses, not what is on them.

use commands::message::Page;
use hyper::Uri;

/// Where people reach the console.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// As `https://watchkeeper.example`, without a slash at the end; without it there are no links.
    pub url: Option<String>,
}

impl Site {
    /// The address of a page, where people reach the console at all.
    pub fn page(&self, page: Page) -> Option<String> {
        self.url.as_deref().map(|url| format!("{url}{}", href(page)))
    }
}

/// An address of ours as people give it, without a slash at the end.
pub fn public_url(text: &str) -> Result<String, String> {
    let known = text.parse::<Uri>().is_ok_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some() && url.query().is_none()
    });
    let url = text.trim_end_matches('/').to_owned();
    if known { Ok(url) } else { Err("write it as https://watchkeeper.example".to_owned()) }
}

/// Where the console serves a page.
pub fn href(page: Page) -> String {
    match page {
        Page::Timeline(incident) => format!("/incidents/{incident}"),
        Page::Postmortem(incident) => format!("/incidents/{incident}/postmortem"),
        Page::TimelinePlot(incident) => format!("/incidents/{incident}/timeline.png"),
        Page::Operation(operation) => format!("/operations/{operation}"),
    }
}
