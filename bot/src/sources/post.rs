//! A post as it may be stored: JSON of bounded shape, without what looks like a secret.
//!
//! It knows no source's format. The text stays as it arrived where nothing had to be taken out.

mod shape;

use commands::redact::{REDACTED, is_secret_name, redact, redact_value};
use serde_json::Value;

/// The JSON of a post, and its text for keeping.
pub struct Post {
    pub json: Value,
    pub text: String,
}

/// Shown to whoever configured the source.
#[derive(Debug, thiserror::Error)]
#[error("the body is not JSON that is read here: {0}")]
pub struct NotReadable(#[from] serde_json::Error);

impl Post {
    pub fn read(raw: &[u8]) -> Result<Self, NotReadable> {
        shape::check(raw)?;
        let arrived: Value = serde_json::from_slice(raw)?;
        let json = without_secrets("", &arrived);
        let text = if json == arrived { String::from_utf8_lossy(raw).into_owned() } else { json.to_string() };
        Ok(Self { json, text })
    }
}

fn without_secrets(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(redact_value(name, text)),
        Value::Array(items) => items.iter().map(|item| without_secrets(name, item)).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| (redact(name), without_secrets(name, value));
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Number(_) if is_secret_name(name) => Value::String(REDACTED.to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let post = Post::read(raw.as_bytes()).expect("the test's post is JSON");
        assert_eq!(post.text, expected);
    }

    #[test]
    fn what_has_no_secret_stays_to_the_byte_and_what_has_one_loses_only_that() {
        check("{ \"b\":1,  \"a\": [\"x\"] }", "{ \"b\":1,  \"a\": [\"x\"] }");
        check(
            r#"{"labels": {"db_password": "two words", "pod": "a", "pin_token": 1234}, "text": "token=abc"}"#,
            r#"{"labels":{"db_password":"[redacted]","pin_token":"[redacted]","pod":"a"},"text":"token=[redacted]"}"#,
        );
    }
}
