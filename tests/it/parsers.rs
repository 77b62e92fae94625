//! Every parser of bytes from outside, over text that is nearly what it expects. The fuzzers in `tests/fuzz` go on from here.
//!
//! The seed is fixed, so a failure is the same for everybody; proptest prints the smallest input that fails.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use tests::parsers;

const CASES: u32 = 400;
/// Of a chat's doors, where each is a dozen signed posts.
const CASES_OF_DOORS: u32 = 40;
const SEED: [u8; 32] = *b"watchkeeper's parsers, any bytes";

/// Pieces of what the parsers read, so that some of each input gets past their first line.
const PIECES: &[&str] = &[
    "deploy",
    "rollback",
    "search-api",
    " to ",
    " in ",
    "production",
    "incident",
    "note",
    "INC-7",
    "98ab4e2",
    "\"",
    "`",
    "“",
    "<http://a|b>",
    "<@U1>",
    "<!channel>",
    "@everyone",
    "<script>alert(1)</script>",
    "](javascript:x)",
    "[a](//x)",
    "![p](/y)",
    "[l](/x \"t\")",
    "| a | b |\n|---|---|\n",
    "```x\" onload=\"y\n",
    "- [ ] t\n",
    "# h\n",
    "&lt;",
    "<a href='/\\x'>",
    "\n",
    "\t",
    "\u{202e}",
    "\u{1b}[2J",
    "é",
    "🔥",
    "password=",
    "token: ",
    "Bearer ",
    "Authorization: ",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "-----END X-----",
    "AKIAIOSFODNN7EXAMPLE",
    "postgres://a:b@c/d",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.",
    "name\":\"DB_PASSWORD\",\"value\":\"x",
    "Cookie: ",
    "&sig=abcdefgh1",
    "[people.alice]\n",
    "name = \"Alice\"\n",
    "groups = [\"a\"]\n",
    "accounts = { console = \"a\" }\n",
    "[[environments]]\n",
    "approvals = 1\n",
    "{\"version\":\"4\",\"groupKey\":\"{}\",\"alerts\":[",
    "{\"status\":\"firing\",\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-23T03:00:00Z\",\"fingerprint\":\"f\"}",
    ",",
    "]}",
    "{\"text\":\"help\"}",
    "{\"message\":1,\"command\":\"help\"}",
    "{\"message\":1,\"reaction\":\"approve\",\"added\":true}",
    "a.b/c",
    ":",
    "@",
    "sha256:",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "{\"tags\":[\"a\",\"b c\"]}",
    "{\"token\":\"t\"}",
    "{\"errors\":[{\"code\":\"DENIED\"}]}",
    "Bearer realm=\"https://a.b/c\",service=\"s\"",
    "Basic realm=\"x\"",
    "ssl_check=1",
    "payload=",
    "{\"type\":\"url_verification\",\"challenge\":\"c\"}",
    "{\"type\":\"block_actions\",\"team\":{\"id\":\"T0ACME\"},\"user\":{\"id\":\"U1\"}}",
    "{\"id\":\"1\",\"application_id\":\"1\",\"type\":1,\"token\":\"t\",\"version\":1}",
    "<@U0WATCHKEEPER>",
    "<!date^1392734382^{date}|x>",
    "{\"channel\":\"C1\",\"thread\":null}",
    "\0",
    "1531420618.000200",
];

fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        2 => any::<String>().prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn nothing_from_outside_breaks_a_parser() {
    for (name, parser) in parsers::ALL {
        let cases = if matches!(*name, "slack" | "discord") { CASES_OF_DOORS } else { CASES };
        let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &SEED));
        let ran = runner.run(&input(), |bytes| {
            parser(&bytes);
            Ok(())
        });
        if let Err(failure) = ran {
            panic!("{name} with the seed {:?}: {failure}", String::from_utf8_lossy(&SEED));
        }
    }
}

/// A parser that refuses everything breaks on nothing.
#[test]
fn what_is_well_formed_gets_through_to_the_end() {
    let words = b"status search-api";
    let heard = (parsers::chats::heard_in_slack(words), parsers::chats::heard_in_discord(words));
    assert_eq!(heard, (7, 5));
}

/// A target that nobody can start is none.
#[test]
fn every_parser_has_its_fuzz_target() {
    let folder = tests::lab::paths::repository().join("tests/fuzz/targets");
    let mut targets: Vec<String> = std::fs::read_dir(folder)
        .expect("the targets' folder")
        .map(|entry| {
            entry.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    targets.sort();
    let mut parsers: Vec<&str> = parsers::ALL.iter().map(|(name, _)| *name).collect();
    parsers.sort_unstable();
    assert_eq!(targets, parsers);
}
