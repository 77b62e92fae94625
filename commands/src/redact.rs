//! Takes secrets out of text from outside, before it is stored or shown.
//!
//! It knows how secrets look, not what text means; a secret that looks like any other word stays. What was taken out reads
//! `[redacted]`; redacting twice is redacting once.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";
/// Shorter words after `Bearer` are English.
const BEARER_WORD_CHARS: usize = 24;

/// Names whose value is a secret, whatever it looks like.
const SECRET_NAME: &str = r"(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key|credentials?)";

/// A secret that is recognised by itself: a private key, and tokens of AWS, GitHub, GitLab, Google, Slack, and JWTs.
const SHAPES: &[&str] = &[
    r"-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|\z)",
    // The end of a block whose beginning was cut off.
    r"(?m:^(?:[A-Za-z0-9+/=]+\r?\n)*)-----END [A-Z0-9 ]+-----",
    r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{20,}",
    r"\bgithub_pat_[A-Za-z0-9_]{20,}",
    r"\bglpat-[A-Za-z0-9_-]{20,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bxox[a-z]-[A-Za-z0-9-]{10,}",
    r"\bxapp-[A-Za-z0-9-]{10,}",
    r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+",
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
];

struct Patterns {
    shapes: Regex,
    url: Regex,
    authorization: Regex,
    bearer: Regex,
    named: Regex,
    flag: Regex,
    pwd: Regex,
    is_secret_name: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    shapes: compiled(&SHAPES.join("|")),
    url: compiled(r#"([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:)[^\s/"']+@"#),
    authorization: compiled(
        r#"(?i)(authorization["'\\]*\s*[:=]\s*["'\\]*(?:(?:basic|bearer|token)\s+)?)[^\s"'\\,]+"#,
    ),
    bearer: compiled(r"(?i)\b(bearer\s+)([A-Za-z0-9._~+/=-]{8,})"),
    named: compiled(&format!(
        r#"(?i)({SECRET_NAME}["'\\]*\s*[:=]\s*)(?:\[redacted\]|(\\?")(?:[^"\\]|\\[^"])+|(\\?')(?:[^'\\]|\\[^'])+|[^\s,;&"'\\)}}\]]+)"#
    )),
    flag: compiled(&format!(r#"(?i)(--[a-z-]*{SECRET_NAME}\s+)(?:\[redacted\]|[^\s"'-][^\s"']*)"#)),
    // In capitals with a path it is the working directory.
    pwd: compiled(r"(?i)\b(pwd\s*=\s*)[^/\s;][^\s;]*"),
    is_secret_name: compiled(&format!("(?i){SECRET_NAME}$")),
});

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles them all")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern is valid")
}

/// The text without what looks like a secret.
pub fn redact(text: &str) -> String {
    let patterns = &*PATTERNS;
    let text = patterns.shapes.replace_all(text, REDACTED);
    let text = patterns.url.replace_all(&text, format!("${{1}}{REDACTED}@"));
    let text = patterns.authorization.replace_all(&text, format!("${{1}}{REDACTED}"));
    let text = patterns.bearer.replace_all(&text, bearer);
    let text = patterns.named.replace_all(&text, named);
    let text = patterns.flag.replace_all(&text, format!("${{1}}{REDACTED}"));
    patterns.pwd.replace_all(&text, format!("${{1}}{REDACTED}")).into_owned()
}

/// The value of something that has a name, such as a label: all of it is taken out when the name says that it is secret.
pub fn redact_value(name: &str, value: &str) -> String {
    if PATTERNS.is_secret_name.is_match(name) && !value.is_empty() {
        return REDACTED.to_owned();
    }
    redact(value)
}

/// “Bearer authentication failed” names no token.
fn bearer(found: &Captures<'_>) -> String {
    let word = &found[2];
    let looks_random = word.bytes().any(|byte| byte.is_ascii_digit()) || word.len() >= BEARER_WORD_CHARS;
    if looks_random { format!("{}{REDACTED}", &found[1]) } else { found[0].to_owned() }
}

/// A quoted value stays quoted.
fn named(found: &Captures<'_>) -> String {
    let quote = found.get(2).or_else(|| found.get(3)).map_or("", |quote| quote.as_str());
    format!("{}{quote}{REDACTED}", &found[1])
}

#[cfg(test)]
mod tests;
