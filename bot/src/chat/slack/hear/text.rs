//! Slack's text as it was typed: mentions, channels and links by what they show, and its three escapes undone.
//!
//! Typographic quotes, dashes and invisible characters are the grammar's business, as for every platform.

use commands::grammar;
use commands::policy::Policy;
use commands::request::{Account, Platform};

/// What the bot is called in a text, whatever its name is in the workspace.
const OWN_NAME: &str = "@watchkeeper";

/// Whose text it is read for.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) policy: &'a Policy,
    pub(super) team: &'a str,
    /// The bot's own user id, where it is known.
    pub(super) bot: Option<&'a str>,
}

impl Reader<'_> {
    /// The text as a person reads it.
    pub(super) fn plain(self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, inside, after)) = next_reference(rest) {
            shown.push_str(before);
            match self.reference(inside) {
                Some(what) => shown.push_str(&what),
                // A link: the grammar knows how those are shown.
                None => shown.extend(["<", inside, ">"]),
            }
            rest = after;
        }
        shown.push_str(rest);
        unescaped(&grammar::without_links(shown))
    }

    /// What is said to the bot: all behind its name, or all before it where nothing stands behind.
    pub(super) fn addressed(self, text: &str) -> String {
        let plain = self.plain(text);
        let Some((before, behind)) = plain.split_once(OWN_NAME) else { return plain };
        let behind = behind.trim_start_matches([':', ',']).trim();
        if behind.is_empty() { before.trim().to_owned() } else { behind.to_owned() }
    }

    fn reference(self, inside: &str) -> Option<String> {
        let (what, label) =
            inside.split_once('|').map_or((inside, None), |(what, label)| (what, Some(label)));
        let label = label.filter(|label| !label.is_empty());
        let sign = what.chars().next()?;
        let name = what.get(sign.len_utf8()..)?;
        match sign {
            '@' => Some(self.person(name, label)),
            '#' => Some(format!("#{}", label.unwrap_or(name))),
            '!' => Some(match (label, name.split('^').next()) {
                (Some(label), _) => label.to_owned(),
                (None, word) => format!("@{}", word.unwrap_or_default()),
            }),
            _ => None,
        }
    }

    fn person(self, user: &str, label: Option<&str>) -> String {
        if self.bot == Some(user) {
            return OWN_NAME.to_owned();
        }
        let account = Account { platform: Platform::Slack, id: format!("{}/{user}", self.team) };
        match self.policy.person(&account) {
            Some(person) => format!("@{}", person.id),
            None => format!("@{}", label.unwrap_or(user)),
        }
    }
}

/// The next `<…>`, with what stands before and behind it. Whatever people type themselves is escaped.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (inside, after) = rest.split_once('>')?;
    Some((before, inside, after))
}

/// The only three that Slack has; undone once, so `&amp;lt;` is `&lt;`.
pub(in crate::chat::slack) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use commands::policy::Policy;

    use super::*;

    const POLICY: &str = include_str!("../../../../../deploy/watchkeeper.example.toml");

    fn check(text: &str, plain: &str) {
        let policy = Policy::parse(POLICY).unwrap();
        let reader = Reader { policy: &policy, team: "T0ACME", bot: Some("U0BOT") };
        assert_eq!(reader.plain(text), plain, "{text:?}");
    }

    fn addressed(text: &str, meant: &str) {
        let policy = Policy::parse(POLICY).unwrap();
        let reader = Reader { policy: &policy, team: "T0ACME", bot: Some("U0BOT") };
        assert_eq!(reader.addressed(text), meant, "{text:?}");
    }

    #[test]
    fn references_are_read_as_they_are_shown() {
        check("incident role commander <@U9|zoe>", "incident role commander @zoe");
        check("ask <@U9>", "ask @U9");
        check("see <#C1|ops> and <#C2>", "see #ops and #C2");
        check("<!here> <!channel|channel> <!subteam^S1|@sre> <!subteam^S2>", "@here channel @sre @subteam");
        check("<!date^1392734382^{date}|18 Feb>", "18 Feb");
        check("status <http://search.api|search.api>", "status search.api");
        check("see <https://a.b/c?x=1&amp;y=2|the graph>", "see the graph (https://a.b/c?x=1&y=2)");
        check("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;", "1 < 2 && 3 > 2, &lt;");
        check("a &lt;@U9&gt; is no mention", "a <@U9> is no mention");
        check("open <", "open <");
        check("<>", "<>");
        check("<@>", "@");
    }

    #[test]
    fn what_is_said_to_the_bot_stands_around_its_name() {
        addressed("<@U0BOT> status search-api", "status search-api");
        addressed("<@U0BOT>: status search-api", "status search-api");
        addressed("hey <@U0BOT|watchkeeper>, status search-api", "status search-api");
        addressed("status search-api <@U0BOT>", "status search-api");
        addressed("<@U0BOT>", "");
        addressed("help", "help");
    }
}
