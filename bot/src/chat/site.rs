//! Where the pages of the console are, for links in other chats.
//!
//! It knows their addresses, not what is on them.

use commands::message::Page;

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

/// Where the console serves a page.
pub fn href(page: Page) -> String {
    match page {
        Page::Timeline(incident) => format!("/incidents/{incident}"),
        Page::Postmortem(incident) => format!("/incidents/{incident}/postmortem"),
        Page::TimelinePlot(incident) => format!("/incidents/{incident}/timeline.png"),
        Page::Operation(operation) => format!("/operations/{operation}"),
    }
}
