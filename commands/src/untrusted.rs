//! Text from outside: alert labels, log lines, event messages, what somebody typed.
//!
//! It deliberately has no `Display` and no `Deref`: the only ways out are a platform's escaping (`escaped_by`) and storage
//! (serde). What looks like a secret never gets in, so it can neither be shown nor stored.

use serde::{Deserialize, Serialize};

use crate::redact::redact;

/// Text that nobody of ours wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Untrusted(String);

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self(redact(&text))
    }
}

impl From<Untrusted> for String {
    fn from(text: Untrusted) -> Self {
        text.0
    }
}

impl Untrusted {
    pub fn new(text: impl Into<String>) -> Self {
        Self::from(text.into())
    }

    /// The text as this platform may show it: control characters gone, the rest through the platform's own escaping.
    pub fn escaped_by(&self, escape: impl Fn(&str) -> String) -> String {
        let shown: String = self.0.chars().filter(|c| !is_invisible(*c)).collect();
        escape(&shown)
    }

    /// The first `limit_chars` characters, with an ellipsis where something was left out.
    #[must_use]
    pub fn shortened(&self, limit_chars: usize) -> Self {
        if self.0.chars().count() <= limit_chars {
            return self.clone();
        }
        let mut kept: String = self.0.chars().take(limit_chars.saturating_sub(1)).collect();
        kept.push('…');
        Self(kept)
    }

    /// The last `limit_chars` characters, with an ellipsis where something was left out: errors name their cause last.
    #[must_use]
    pub fn ending(&self, limit_chars: usize) -> Self {
        let all = self.0.chars().count();
        if all <= limit_chars {
            return self.clone();
        }
        let kept: String = self.0.chars().skip(all + 1 - limit_chars.max(1)).collect();
        Self(format!("…{kept}"))
    }

    /// For decisions (matching, comparing), never for showing.
    pub fn for_comparison(&self) -> &str {
        &self.0
    }
}

/// Control and direction-override characters, and those that nobody sees, can make a card read differently from what it says.
fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(
            c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_overrides_and_controls_never_reach_a_card() {
        let text = Untrusted::new("ok\u{202e}gnp\u{7}.exe\n\u{61c}\u{ad}\u{2060}\u{e0041}");
        assert_eq!(text.escaped_by(str::to_owned), "okgnp.exe\n");
        let joined = Untrusted::new("@\u{34f}here\u{115f}\u{3164}\u{ffa0}\u{17b4}\u{e0100}");
        assert_eq!(joined.escaped_by(str::to_owned), "@here");
    }

    #[test]
    fn a_secret_never_gets_in() {
        assert_eq!(Untrusted::new("token: hunter2").for_comparison(), "token: [redacted]");
        let read: Result<Untrusted, _> = serde_json::from_str("\"password=hunter2\"");
        assert_eq!(read.ok().as_ref().map(Untrusted::for_comparison), Some("password=[redacted]"));
    }

    #[test]
    fn shortening_counts_characters_not_bytes() {
        assert_eq!(Untrusted::new("ééééé").shortened(3), Untrusted::new("éé…"));
        assert_eq!(Untrusted::new("ééé").shortened(3), Untrusted::new("ééé"));
        assert_eq!(Untrusted::new("abcdé").ending(3), Untrusted::new("…dé"));
        assert_eq!(Untrusted::new("ééé").ending(3), Untrusted::new("ééé"));
    }
}
