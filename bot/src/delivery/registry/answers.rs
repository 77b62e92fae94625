//! What a registry answers, read: a digest, tags, a token, where tokens are had, and why not. Pure, and wary: anybody may have
//! written it.
//!
//! The formats are `oci-spec`'s and `http-auth`'s. It asks nobody and does not know what a failure means.

use http_auth::ChallengeRef;
use oci_spec::distribution::{ErrorCode, ErrorResponse};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Why an answer is none. The registry's own words are not kept.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the answer was {status}{}", code.as_ref().map(|code| format!(", {code}")).unwrap_or_default())]
    Status { status: StatusCode, code: Option<ErrorCode> },
    #[error("{0}")]
    Nonsense(&'static str),
}

/// The digest that a header has, or else the body's own.
pub fn digest(header: Option<&[u8]>, body: &[u8]) -> Result<String, Fault> {
    let Some(header) = header else { return Ok(sha256(body)) };
    let text = std::str::from_utf8(header).ok().filter(|text| is_digest(text));
    text.map(str::to_owned).ok_or(Fault::Nonsense("the digest is no SHA-256"))
}

/// At most so many tags; what cannot be one is left out. Some registries say `null` for none.
pub fn tags(body: &[u8], limit: usize) -> Result<Vec<String>, Fault> {
    let is_tag = |tag: &&str| tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let read: Value = serde_json::from_slice(body).map_err(|_| Fault::Nonsense("the tags are no JSON"))?;
    let listed = read.get("tags").and_then(Value::as_array).into_iter().flatten();
    Ok(listed.filter_map(Value::as_str).filter(is_tag).take(limit).map(str::to_owned).collect())
}

/// Services send it under one name or the other, or both.
pub fn token(body: &[u8]) -> Result<String, Fault> {
    let read: Value = serde_json::from_slice(body).map_err(|_| Fault::Nonsense("the token is no JSON"))?;
    let token = ["token", "access_token"].iter().find_map(|name| read.get(name)?.as_str());
    token.map(str::to_owned).ok_or(Fault::Nonsense("the answer for a token has none"))
}

/// Where a challenge says that tokens are had, with what is wanted there.
pub fn token_service(challenge: &str, repository: &str) -> Option<Url> {
    let challenges = http_auth::parse_challenges(challenge).ok()?;
    let bearer = challenges.iter().find(|one| one.scheme.eq_ignore_ascii_case("bearer"))?;
    let mut url = Url::parse(&parameter(bearer, "realm")?).ok()?;
    if let Some(service) = parameter(bearer, "service") {
        url.query_pairs_mut().append_pair("service", &service);
    }
    url.query_pairs_mut().append_pair("scope", &format!("repository:{repository}:pull"));
    Some(url)
}

pub fn refused(status: StatusCode, body: &[u8]) -> Fault {
    let read: Option<ErrorResponse> = serde_json::from_slice(body).ok();
    let code = read.and_then(|read| read.detail().first().map(|error| error.code().clone()));
    Fault::Status { status, code }
}

fn parameter(challenge: &ChallengeRef<'_>, name: &str) -> Option<String> {
    let found = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_unescaped())
}

fn is_digest(text: &str) -> bool {
    const HEX_CHARS: usize = 64;
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == HEX_CHARS && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn sha256(body: &[u8]) -> String {
    let hex: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
