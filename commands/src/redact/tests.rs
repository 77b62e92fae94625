//! What is taken out, what stays, and that a second time changes nothing.
//!
//! The secrets here were never anybody's.

use super::*;

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(redact(text), *expected, "of {text:?}");
        assert_eq!(redact(expected), *expected, "a second time");
    }
}

#[test]
fn a_nul_is_nothing_and_hides_nothing() {
    check(&[("out\0put\0", "output"), ("pass\0word=hunter2", "password=[redacted]"), ("\0", "")]);
}

#[test]
fn tokens_are_known_by_their_shape() {
    check(&[
        ("key AKIAIOSFODNN7EXAMPLE used", "key [redacted] used"),
        ("push with ghp_0123456789abcdefghijABCDEFGHIJ456789 failed", "push with [redacted] failed"),
        ("github_pat_11ABCDEFG0aBcDeFgHiJkL_x", "[redacted]"),
        ("xoxb-123456789012-abcdefGHIJKL", "[redacted]"),
        ("https://discord.com/api/webhooks/123456/abcDEF-123_x", "https://[redacted]"),
        ("key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ==", "key-data: [redacted]"),
        ("hvs.CAESIJ0123456789abcdefghij", "[redacted]"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX", "https://[redacted]"),
        (
            "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r end",
            "jwt [redacted] end",
        ),
    ]);
}

#[test]
fn keys_in_blocks_go_as_a_whole_even_when_they_were_cut() {
    check(&[
        (
            "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\nb",
            "a\n[redacted]\nb",
        ),
        ("a\n-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAA", "a\n[redacted]"),
        (r"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----", "[redacted]"),
    ]);
    assert!(!redact("log: x\nMIIEowIBAAKC\nQWERTY==\n-----END PRIVATE KEY-----").contains("QWERTY"));
}

#[test]
fn what_is_named_a_secret_is_one() {
    check(&[
        ("password=hunter2 user=alice", "password=[redacted] user=alice"),
        ("DB_PASSWORD: hunter2, next", "DB_PASSWORD: [redacted], next"),
        (r#"{"token": "abc def", "user": "x"}"#, r#"{"token": "[redacted]", "user": "x"}"#),
        (r#"{\"api_key\":\"abc\",\"b\":1}"#, r#"{\"api_key\":\"[redacted]\",\"b\":1}"#),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=[redacted]"),
        ("GET /x?token=abc123&page=2", "GET /x?token=[redacted]&page=2"),
        ("run --db-password hunter2 --verbose", "run --db-password [redacted] --verbose"),
        ("Server=db;Pwd=hunter2;", "Server=db;Pwd=[redacted];"),
        ("postgres://app:hun@ter2@db:5432/x", "postgres://app:[redacted]@db:5432/x"),
        ("redis://:hunter2@cache", "redis://:[redacted]@cache"),
        ("Authorization: Basic YWxpY2U6aHVudGVyMg==", "Authorization: Basic [redacted]"),
        ("curl -H 'Authorization: Bearer abc.def'", "curl -H 'Authorization: Bearer [redacted]'"),
        ("with Bearer 0a1b2c3d4e5f", "with Bearer [redacted]"),
        (r#"{"name":"DB_PASSWORD","value":"hunter2"}"#, r#"{"name":"DB_PASSWORD","value":"[redacted]"}"#),
        (
            r#"v1.EnvVar{Name:"API_TOKEN", Value:"hunter2"}"#,
            r#"v1.EnvVar{Name:"API_TOKEN", Value:"[redacted]"}"#,
        ),
        (
            "https://s.blob.example/c?sv=2&sig=aBcD%2Fef01%3D&se=9",
            "https://s.blob.example/c?sv=2&sig=[redacted]&se=9",
        ),
        ("Set-Cookie: session=abc; Path=/", "Set-Cookie: [redacted]"),
        (
            "git clone https://0123456789abcdef0123@git.example/a",
            "git clone https://[redacted]@git.example/a",
        ),
    ]);
}

#[test]
fn what_people_need_at_night_stays() {
    let unchanged = [
        "deploy search-api 98ab4e2 to production",
        "Database unreachable",
        r#"secret "search-db" not found"#,
        "Bearer authentication failed",
        "invalid token",
        "PWD=/app",
        r#"{"name":"search-api","value":"7"}"#,
        "https://runbooks.example/a?signature=no",
        "https://alice@git.example/a",
        "task-scheduler-of-the-search-service is late",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "http://127.0.0.1:9090/graph?g0.expr=up",
        "Readiness probe failed: HTTP probe failed with statuscode: 503",
        "password=",
    ];
    check(&unchanged.map(|text| (text, text)));
}

#[test]
fn a_label_with_a_secret_name_has_a_secret_value() {
    assert_eq!(redact_value("db_password", "two words"), REDACTED);
    assert_eq!(redact_value("pod", "search-api-1"), "search-api-1");
    assert_eq!(redact_value("summary", "token=abc"), "token=[redacted]");
}
