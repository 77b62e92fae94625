//! Slack's v0 signature over the body as it came: who sent it, and that it was sent just now.
//!
//! What is in the body is not looked at, nor whether the same signature came before.

use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};

pub(super) const SIGNATURE: &str = "x-slack-signature";
pub(super) const TIMESTAMP: &str = "x-slack-request-timestamp";

/// As Slack advises; a clock may be wrong to either side.
const MAX_AGE_SECONDS: u64 = 5 * 60;
const VERSION: &str = "v0";

/// Why it is not believed. Never with what was expected: that would be a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotSlacks {
    #[error("there is no signature")]
    Unsigned,
    #[error("the signature is not Slack's")]
    Forged,
    #[error("the signature is older, or newer, than {} minutes", MAX_AGE_SECONDS / 60)]
    Stale,
}

/// What came beside the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'a> {
    pub(super) timestamp: &'a str,
    pub(super) signature: &'a str,
}

/// The signature in its one spelling: hexadecimal digits can be written in several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seal(String);

impl Seal {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// `now` in seconds since 1970. The comparison takes the same time whatever differs.
pub(super) fn verify(
    secret: &SecretString,
    signed: Signed<'_>,
    body: &[u8],
    now: i64,
) -> Result<Seal, NotSlacks> {
    let given = signed.signature.strip_prefix(VERSION).and_then(|it| it.strip_prefix('=')).and_then(bytes);
    let Some(given) = given else { return Err(NotSlacks::Unsigned) };
    // With an empty key everybody could sign.
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Err(NotSlacks::Forged);
    }
    let signs = [VERSION.as_bytes(), b":", signed.timestamp.as_bytes(), b":", body].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, &signs, &given).map_err(|_unspecified| NotSlacks::Forged)?;
    let at: i64 = signed.timestamp.parse().map_err(|_| NotSlacks::Stale)?;
    if at.abs_diff(now) > MAX_AGE_SECONDS {
        return Err(NotSlacks::Stale);
    }
    Ok(Seal(given.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// From hexadecimal digits.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of docs.slack.dev/authentication/verifying-requests-from-slack.
    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const AT: i64 = 1_531_420_618;
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
        &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
        &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J\
        %2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    fn check(secret: &str, signature: &str, body: &str, now: i64) -> Result<Seal, NotSlacks> {
        let timestamp = AT.to_string();
        verify(&SecretString::from(secret), Signed { timestamp: &timestamp, signature }, body.as_bytes(), now)
    }

    #[test]
    fn slacks_own_example_is_slacks() {
        let seal = check(SECRET, SIGNATURE, BODY, AT).unwrap();
        assert_eq!(seal.as_str(), SIGNATURE.trim_start_matches("v0="));
        let shouted = format!("v0={}", seal.as_str().to_uppercase());
        assert_eq!(check(SECRET, &shouted, BODY, AT), Ok(seal), "the same one");
    }

    #[test]
    fn anything_else_is_not() {
        let other = SIGNATURE.replace("a2114d", "a2114e");
        assert_eq!(check(SECRET, &other, BODY, AT), Err(NotSlacks::Forged));
        assert_eq!(check(SECRET, SIGNATURE, &format!("{BODY}&x=1"), AT), Err(NotSlacks::Forged));
        assert_eq!(check("another secret", SIGNATURE, BODY, AT), Err(NotSlacks::Forged));
        assert_eq!(check("", SIGNATURE, BODY, AT), Err(NotSlacks::Forged));
        for cut in ["v0=", "v0=a211", &SIGNATURE[..SIGNATURE.len() - 1]] {
            assert_eq!(check(SECRET, cut, BODY, AT), Err(NotSlacks::Forged), "{cut}");
        }
        for none in ["", "v1=a2", "a2114d57", "v0=zz", "v0=ä"] {
            assert_eq!(check(SECRET, none, BODY, AT), Err(NotSlacks::Unsigned), "{none}");
        }
    }

    #[test]
    fn five_minutes_to_either_side_and_no_second_more() {
        for seconds in [-300, -1, 0, 1, 300] {
            assert!(check(SECRET, SIGNATURE, BODY, AT + seconds).is_ok(), "{seconds}");
        }
        for seconds in [-301, 301, i64::from(i32::MAX)] {
            assert_eq!(check(SECRET, SIGNATURE, BODY, AT + seconds), Err(NotSlacks::Stale), "{seconds}");
        }
    }

    #[test]
    fn a_timestamp_that_is_no_number_is_stale_even_when_it_is_signed() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let tag = hmac::sign(&key, b"v0:soon:body");
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let signed = Signed { timestamp: "soon", signature: &format!("v0={hex}") };
        assert_eq!(verify(&SecretString::from("secret"), signed, b"body", AT), Err(NotSlacks::Stale));
    }
}
