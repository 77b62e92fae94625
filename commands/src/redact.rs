//! Takes secrets out of text from outside, before it is stored or shown.
//!
//! It knows how secrets look, not what text means; a secret that looks like any other word stays. What was taken out reads
//! `[redacted]`; redacting twice is redacting once. NULs, which no one sees and PostgreSQL does not store, are dropped, too.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";
/// Shorter words after `Bearer` are English.
const BEARER_WORD_CHARS: usize = 24;

/// Names whose value is a secret, whatever it looks like.
const SECRET_NAME: &str = r"(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key|credentials?)";

/// A secret that is recognised by itself: private keys (also in base64, as kubeconfigs have them), JWTs, and the tokens of those
/// who mark theirs: AWS, GitHub, GitLab, Google, Slack, Discord, Stripe, npm, PyPI, OpenAI, SendGrid, DigitalOcean, Vault.
const SHAPES: &[&str] = &[
    r"-----BEGIN [A-Z0-9 ]+-----(?s:.)*?(?:-----END [A-Z0-9 ]+-----|\z)",
    // The end of a block whose beginning was cut off.
    r"(?m:^(?:[A-Za-z0-9+/=]+\r?\n)*)-----END [A-Z0-9 ]+-----",
    r"(?-u:\b)(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?-u:\b)",
    r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{20,}",
    r"(?-u:\b)github_pat_[A-Za-z0-9_]{20,}",
    r"(?-u:\b)glpat-[A-Za-z0-9_-]{20,}",
    r"(?-u:\b)AIza[A-Za-z0-9_-]{35}",
    r"(?-u:\b)xox[a-z]-[A-Za-z0-9-]{10,}",
    r"(?-u:\b)xapp-[A-Za-z0-9-]{10,}",
    r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+",
    r"discord(?:app)?\.com/api/webhooks/[A-Za-z0-9/_-]+",
    r"(?-u:\b)[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
    r"(?-u:\b)ya29\.[A-Za-z0-9_-]{20,}",
    r"(?-u:\b)[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"(?-u:\b)npm_[A-Za-z0-9]{36}",
    r"(?-u:\b)pypi-[A-Za-z0-9_-]{32,}",
    r"(?-u:\b)sk-[A-Za-z0-9_-]{24,}",
    r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"(?-u:\b)do[opr]_v1_[a-f0-9]{32,}",
    r"(?-u:\b)hv[bsr]\.[A-Za-z0-9_-]{20,}",
    r"(?-u:\b)LS0tLS1CRUdJTi[A-Za-z0-9+/=]+",
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
];

/// What stays of a secret with what stands around it.
type Keep = fn(&Captures<'_>) -> String;

/// Secrets that are known by what stands before them, in the order in which they are taken out; `NAME` is [`SECRET_NAME`]. Spaces
/// and word boundaries are ASCII's, for Unicode's make large automata.
const PASSES: &[(&str, Keep)] = &[
    (r#"([A-Za-z][A-Za-z0-9+.-]*://[^ \t\r\n/:@"']*:)[^ \t\r\n/"']+(@)"#, around),
    (
        r#"(?i)(authorization["'\\]*[ \t\r\n]*[:=][ \t\r\n]*["'\\]*(?:(?:basic|bearer|token)[ \t\r\n]+)?)[^ \t\r\n"'\\,]+"#,
        around,
    ),
    (r"(?i)(?-u:\b)(bearer[ \t\r\n]+)([A-Za-z0-9._~+/=-]{8,})", bearer),
    (
        r#"(?i)(NAME["'\\]*[ \t\r\n]*[:=][ \t\r\n]*)(?:\[redacted\]|(\\?")(?:[^"\\]|\\[^"])+|(\\?')(?:[^'\\]|\\[^'])+|[^ \t\r\n,;&"'\\)}\]]+)"#,
        quoted,
    ),
    (r#"(?i)(--[a-z-]*NAME[ \t\r\n]+)(?:\[redacted\]|[^ \t\r\n"'-][^ \t\r\n"']*)"#, around),
    // An environment variable as Kubernetes and Go write one.
    (
        r#"(?i)(name\\?["']?[ \t\r\n]*:[ \t\r\n]*\\?["']?[A-Za-z0-9_.-]*NAME\\?["']?[ \t\r\n]*,[ \t\r\n]*\\?["']?value\\?["']?[ \t\r\n]*:[ \t\r\n]*\\?["']?)(?:\[redacted\]|[^ \t\r\n"'\\,}]+)"#,
        around,
    ),
    // What gives access to one object of a cloud's storage.
    (r"(?i)([?&;](?:sig|x-amz-signature|x-goog-signature|signature)=)[A-Za-z0-9%+/=_-]{8,}", around),
    (r"(?i)(?-u:\b)((?:set-)?cookie[ \t\r\n]*:[ \t\r\n]*)[^\r\n\x22']+", around),
    // A token in the place of a user's name.
    (r"([A-Za-z][A-Za-z0-9+.-]*://)[A-Za-z0-9_%.~-]{20,}(@)", around),
    // In capitals with a path it is the working directory.
    (r"(?i)(?-u:\b)(pwd[ \t\r\n]*=[ \t\r\n]*)[^/ \t\r\n;][^ \t\r\n;]*", around),
];

struct Patterns {
    /// All of the others: where it finds nothing, none of them does.
    any: Regex,
    shapes: Regex,
    passes: Vec<(Regex, Keep)>,
    is_secret_name: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let shapes = SHAPES.join("|");
    let named = |pattern: &str| pattern.replace("NAME", SECRET_NAME);
    let passes: Vec<String> = PASSES.iter().map(|(pattern, _)| named(pattern)).collect();
    let all: Vec<String> = passes.iter().chain([&shapes]).map(|pattern| format!("(?:{pattern})")).collect();
    Patterns {
        any: compiled(&all.join("|")),
        shapes: compiled(&shapes),
        passes: passes.iter().zip(PASSES).map(|(pattern, (_, keep))| (compiled(pattern), *keep)).collect(),
        is_secret_name: compiled(&format!("(?i){SECRET_NAME}$")),
    }
});

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles them all")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern is valid")
}

/// The text without what looks like a secret, and without NULs.
pub fn redact(text: &str) -> String {
    // First: one in the middle of a secret must not hide it.
    if text.contains('\0') {
        return redact(&text.replace('\0', ""));
    }
    let patterns = &*PATTERNS;
    // Nearly every text has none, and is looked through once instead of a dozen times.
    if !patterns.any.is_match(text) {
        return text.to_owned();
    }
    let text = patterns.shapes.replace_all(text, REDACTED).into_owned();
    patterns.passes.iter().fold(text, |text, (pattern, keep)| pattern.replace_all(&text, *keep).into_owned())
}

/// Whether what has this name is secret, whatever it looks like.
pub fn is_secret_name(name: &str) -> bool {
    PATTERNS.is_secret_name.is_match(name)
}

/// The value of something that has a name, such as a label: all of it is taken out when the name says that it is secret.
pub fn redact_value(name: &str, value: &str) -> String {
    if is_secret_name(name) && !value.is_empty() {
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
fn quoted(found: &Captures<'_>) -> String {
    let quote = found.get(2).or_else(|| found.get(3)).map_or("", |quote| quote.as_str());
    format!("{}{quote}{REDACTED}", &found[1])
}

fn around(found: &Captures<'_>) -> String {
    format!("{}{REDACTED}{}", &found[1], found.get(2).map_or("", |after| after.as_str()))
}

#[cfg(test)]
mod tests;
