//! What chat clients do to a typed line, undone: auto-links, typographic quotes and dashes, invisible characters, mentions.
//!
//! Only what a client adds is taken away; a word that somebody mistyped stays mistyped.

use crate::untrusted::Untrusted;

/// What the bot is called when it is addressed.
const OWN_NAME: &str = "watchkeeper";

const OPENING_AND_CLOSING: [(char, char); 7] =
    [('"', '"'), ('“', '”'), ('„', '“'), ('”', '”'), ('«', '»'), ('‘', '’'), ('\'', '\'')];

/// The whole line, before it is split into words.
pub(super) fn line(typed: &str) -> String {
    let visible = Untrusted::new(typed).escaped_by(str::to_owned);
    let spaced: String = visible.chars().map(plain_space).collect();
    let linked = without_links(spaced);
    let mut rest = linked.trim();
    loop {
        let shorter = without_address(without_backticks(rest)).trim();
        if shorter == rest {
            return rest.to_owned();
        }
        rest = shorter;
    }
}

/// One word that is not free text: plain dashes, no quotes or backticks around it.
pub(super) fn word(typed: &str) -> String {
    const AROUND: [char; 11] = ['"', '\'', '`', '“', '”', '„', '‟', '«', '»', '‘', '’'];
    let bare = typed.trim_matches(AROUND);
    let (flag, rest) = match bare.strip_prefix(['—', '―']) {
        Some(rest) => ("--", rest),
        None => ("", bare),
    };
    let dashed =
        rest.chars().map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c });
    flag.chars().chain(dashed).collect()
}

/// Free text without the one pair of quotes that may stand around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inside = OPENING_AND_CLOSING
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close)));
    inside.map_or(text, str::trim)
}

/// No-break and other odd spaces; line ends and tabs stay, for quoted logs.
fn plain_space(c: char) -> char {
    if c.is_whitespace() && c != '\n' && c != '\t' { ' ' } else { c }
}

fn without_backticks(text: &str) -> &str {
    text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap_or(text)
}

/// `/deploy …`, `@watchkeeper deploy …`, `/watchkeeper deploy …`, `watchkeeper: deploy …`.
fn without_address(text: &str) -> &str {
    let bare = text.strip_prefix(['/', '@']).unwrap_or(text);
    let named = bare.get(..OWN_NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN_NAME));
    let Some(rest) = bare.get(OWN_NAME.len()..).filter(|_| named) else {
        return text.strip_prefix('/').unwrap_or(text);
    };
    let ends = rest.chars().next().is_none_or(|c| c.is_whitespace() || c == ':' || c == ',');
    if ends { rest.trim_start_matches([':', ',']) } else { text }
}

/// `<http://a.b|a.b>` as it was typed. Every repair takes a `<` away, so this ends.
pub fn without_links(mut text: String) -> String {
    while let Some(repaired) = one_link_less(&text) {
        text = repaired;
    }
    text
}

fn one_link_less(text: &str) -> Option<String> {
    text.match_indices('<').find_map(|(start, _)| {
        let inside = text.get(start + 1..)?;
        let end = inside.find(['<', '>']).filter(|end| inside.as_bytes().get(*end) == Some(&b'>'))?;
        let shown = shown_of_link(inside.get(..end)?)?;
        Some(format!("{}{shown}{}", text.get(..start)?, inside.get(end + 1..)?))
    })
}

/// `http://a.b|a.b` was typed as `a.b`; a label of somebody's own keeps its address beside it.
fn shown_of_link(inside: &str) -> Option<String> {
    let (address, label) = inside.split_once('|').map_or((inside, None), |(url, label)| (url, Some(label)));
    let bare = ["http://", "https://", "mailto:"].iter().find_map(|scheme| address.strip_prefix(scheme))?;
    if bare.is_empty() || address.contains(char::is_whitespace) {
        return None;
    }
    match label {
        None if address.starts_with("mailto:") => Some(bare.to_owned()),
        None => Some(address.to_owned()),
        Some(label) if bare.trim_end_matches('/').ends_with(label.trim_end_matches('/')) => {
            Some(label.to_owned())
        }
        Some(label) => Some(format!("{label} ({address})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, meant: &str) {
        assert_eq!(line(typed), meant, "{typed:?}");
    }

    #[test]
    fn lines_come_out_as_they_were_typed() {
        check("/deploy search-api", "deploy search-api");
        check("@watchkeeper deploy search-api", "deploy search-api");
        check("/Watchkeeper: deploy", "deploy");
        check("watchkeepers deploy", "watchkeepers deploy");
        check("`deploy search-api`", "deploy search-api");
        check("@watchkeeper `/deploy search-api`", "deploy search-api");
        check("deploy\u{a0}search-api\u{202f}98ab4e2\u{200b}", "deploy search-api 98ab4e2");
        check("status <http://search.api|search.api>", "status search.api");
        check("ask <mailto:bob@x.org|bob@x.org> or <mailto:a@x.org>", "ask bob@x.org or a@x.org");
        check("see <https://a.b/c|the graph>", "see the graph (https://a.b/c)");
        check("see <https://a.b/c>", "see https://a.b/c");
        check("1 < 2 > 1 <b>", "1 < 2 > 1 <b>");
        check("<http://a|<http://b|b>>", "b (http://a)");
        check("   ", "");
    }

    #[test]
    fn words_lose_typographic_dashes_and_quotes() {
        for (typed, meant) in [
            ("—to", "--to"),
            ("search‑api", "search-api"),
            ("search–api", "search-api"),
            ("“search-api”", "search-api"),
            ("`98ab4e2`", "98ab4e2"),
        ] {
            assert_eq!(word(typed), meant);
        }
    }

    #[test]
    fn one_pair_of_quotes_is_taken_off_a_text() {
        for (typed, meant) in [
            ("“Search is down”", "Search is down"),
            ("\"Search\"", "Search"),
            ("\"\"a\"\"", "\"a\""),
            ("it's \"down\"", "it's \"down\""),
            ("\"", "\""),
        ] {
            assert_eq!(unquoted(typed), meant);
        }
    }
}
