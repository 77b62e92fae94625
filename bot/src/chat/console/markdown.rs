//! A postmortem's Markdown as HTML for its page.
//!
//! Raw HTML and foreign links in it stay text: what is quoted there comes from outside.

use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};

pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut page = String::new();
    html::push_html(&mut page, Parser::new_ext(markdown, options).filter_map(harmless));
    page
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a foreign enum, whose other events are text and its markup"
)]
fn harmless(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        // An image would fetch something; its alternative text remains.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            // `<carol@example.com>` is an address as well, of a kind that gets `mailto:` put before it.
            let own = is_own(&dest_url).then_some((link_type, dest_url));
            let (link_type, dest_url) = own.unwrap_or((LinkType::Inline, CowStr::Borrowed("#")));
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        other => Some(other),
    }
}

fn is_own(address: &str) -> bool {
    address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_from_outside_stays_text() {
        let page = "# INC-7\n\n<script>alert(1)</script>\n\nA <b>bold</b> [lure](javascript:x) ![p](//x/y.png) <h@b>\n\n\
                    | a | b |\n|---|---|\n| 1 | 2 |";
        insta::assert_snapshot!(to_html(page), @r##"
        <h1>INC-7</h1>
        &lt;script&gt;alert(1)&lt;/script&gt;
        <p>A &lt;b&gt;bold&lt;/b&gt; <a href="#">lure</a> p <a href="#">h@b</a></p>
        <table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>
        <tr><td>1</td><td>2</td></tr>
        </tbody></table>
        "##);
    }
}
