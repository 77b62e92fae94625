//! What people type, what is understood, and what they are told when it is not.

use proptest::prelude::*;

use super::*;
use crate::message::plain::{View, text};
use crate::policy::Right;
use crate::tests::policy::policy;
use crate::verbs::Needs;

fn said(words: &str) -> String {
    match parse(words, &policy()) {
        Ok(command) => command.to_string(),
        Err(refusal) => {
            format!("✗ {}\n  {}", text(&refusal.reason, View::clock()), text(&refusal.hint, View::clock()))
        }
    }
}

fn all(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("> {line}\n{}", said(line))).collect::<Vec<_>>().join("\n")
}

/// What is typed, and its canonical form.
const FORMS: &[(&str, &str)] = &[
    ("deploy search-api 98ab4e2 to production", "deploy search-api 98ab4e2 to production"),
    ("rollback search-api in production", "rollback search-api in production"),
    ("rollback search-api in production to 3", "rollback search-api in production to revision 3"),
    ("rollback search-api in production to 7c3f2b1", "rollback search-api in production to tag 7c3f2b1"),
    ("rollback search-api in production to 20261123", "rollback search-api in production to tag 20261123"),
    ("rollback search-api in production to tag 3", "rollback search-api in production to tag 3"),
    ("rollback search-api in production to revision 3", "rollback search-api in production to revision 3"),
    ("pause search-api in dev", "pause search-api in dev"),
    ("resume search-api in dev", "resume search-api in dev"),
    ("restart search-api in dev", "restart search-api in dev"),
    ("status search-api", "status search-api"),
    ("status search-api in staging", "status search-api in staging"),
    ("history search-api in staging", "history search-api in staging"),
    ("diagnose checkin-api", "diagnose checkin-api"),
    ("approve OP-12", "approve OP-12"),
    ("deny op-12", "deny OP-12"),
    ("Cancel op-12", "cancel OP-12"),
    ("incident declare Search is down", "incident declare \"Search is down\""),
    ("incident declare “affecting all of search”", "incident declare \"affecting all of search\""),
    ("incident declare \"sev1 or not, it is bad\"", "incident declare \"sev1 or not, it is bad\""),
    ("incident declare \"affecting\"", "incident declare \"affecting\""),
    ("incident declare SEV1 “Search is down”", "incident declare sev1 \"Search is down\""),
    (
        "incident declare sev2 affecting search-api Search is down\n\nSince 3:05.\nAll of it.",
        "incident declare sev2 affecting search-api \"Search is down\"\n\n\"Since 3:05.\nAll of it.\"",
    ),
    ("incident open ALERT-3", "incident open ALERT-3"),
    ("incident status identified", "incident status identified"),
    (
        "incident status INC-7 mitigating rolling back to 7c3f2b1",
        "incident status INC-7 mitigating \"rolling back to 7c3f2b1\"",
    ),
    ("incident note the index is stale", "incident note \"the index is stale\""),
    ("incident INC-7 note INC-6 looked the same", "incident note INC-7 \"INC-6 looked the same\""),
    ("incident role commander @alice", "incident role commander alice"),
    ("incident severity sev2", "incident severity sev2"),
    ("incident affects search-api", "incident affects search-api"),
    ("incident INC-7 affects search-api in dev", "incident affects INC-7 search-api in dev"),
    ("silence ALERT-3", "silence ALERT-3"),
    ("silence alert-3 for 60m", "silence ALERT-3 for 1h"),
    ("silence for 4h", "silence for 4h"),
    ("silence", "silence"),
    ("unsilence", "unsilence"),
    ("unsilence alert-3", "unsilence ALERT-3"),
    ("link", "link"),
    ("link slack/T0123ABCD/U0123ABCD", "link slack/T0123ABCD/U0123ABCD"),
    ("link Discord/53908232506183680", "link discord/53908232506183680"),
    ("link 7kxqm2po4t9a", "link 7KXQ-M2P0-4T9A"),
    ("unlink Slack", "unlink slack"),
    ("incident list", "incident list"),
    ("incident timeline", "incident timeline"),
    ("incident resolve INC-7", "incident resolve INC-7"),
    ("incident INC-7 close", "incident close INC-7"),
    ("ack", "ack"),
    ("ack ALERT-3", "ack ALERT-3"),
    ("ack INC-7", "ack INC-7"),
    ("postmortem INC-7", "postmortem INC-7"),
    ("lock search-api because the index is rebuilt", "lock search-api because \"the index is rebuilt\""),
    ("lock production reason: quarter end for 2d", "lock production for 2d because \"quarter end\""),
    (
        "lock search-api in production because “for Bob for 2h”",
        "lock search-api in production because \"for Bob for 2h\"",
    ),
    ("lock search-api --for 90m --reason for 2h", "lock search-api for 90m because \"for 2h\""),
    ("lock search-api because for 2h", "lock search-api because \"for 2h\""),
    ("unlock Search-API", "unlock search-api"),
    ("unlock search-api in production", "unlock search-api in production"),
    ("locks", "locks"),
    (
        "break-glass deploy search-api 98ab4e2 to production because sign-ups fail for 2h",
        "break-glass deploy search-api 98ab4e2 to production because \"sign-ups fail for 2h\"",
    ),
    (
        "break—glass rollback search-api in production to 3 because it is down",
        "break-glass rollback search-api in production to revision 3 because \"it is down\"",
    ),
    (
        "break-glass rollback search-api in production because it is down",
        "break-glass rollback search-api in production because \"it is down\"",
    ),
    (
        "break-glass restart search-api in dev “it hangs”",
        "break-glass restart search-api in dev because \"it hangs\"",
    ),
    (
        "break-glass resume search-api in dev reason it hangs",
        "break-glass resume search-api in dev because \"it hangs\"",
    ),
    ("review OP-12 it was right", "review OP-12 \"it was right\""),
    ("review list", "review list"),
    ("help", "help"),
    ("help Deploy", "help deploy"),
];

#[test]
fn every_form_is_understood() {
    for (typed, canonical) in FORMS {
        assert_eq!(said(typed), *canonical, "{typed}");
    }
}

#[test]
fn what_clients_do_to_a_line_is_undone() {
    for line in [
        "/deploy search-api 98ab4e2 to production",
        "@watchkeeper deploy search-api 98ab4e2 to production",
        "@Watchkeeper: DEPLOY Search-API 98ab4e2 TO Production",
        "  deploy   search-api\u{a0}98ab4e2 to production  ",
        "deploy search‑api 98ab4e2 —to production",
        "deploy “search-api” `98ab4e2` to production",
        "`deploy search-api 98ab4e2 --to production`",
        "deploy search-api <http://98ab4e2|98ab4e2> to production",
    ] {
        assert_eq!(said(line), "deploy search-api 98ab4e2 to production", "{line}");
    }
}

#[test]
fn near_misses_are_refused_with_what_may_have_been_meant() {
    insta::assert_snapshot!(all(&[
        "",
        "depoly search-api 98ab4e2 to production",
        "frobnicate",
        "deploy serch-api 98ab4e2 to production",
        "deploy search-api 98ab4e2 to prodution",
        "deploy search-api 98ab4e2 in production",
        "deploy search-api 98ab4e2 production",
        "deploy search-api 98ab4e2 to production now",
        "deploy search-api -x to production",
        "rollback search-api in production to revision seven",
        "status search-api production",
    ]), @"
    > 
    ✗ There is no command in that.
      `help` lists what can be typed.
    > depoly search-api 98ab4e2 to production
    ✗ I do not know `depoly`.
      Did you mean `deploy search-api 98ab4e2 to production`? `help` lists what can be typed.
    > frobnicate
    ✗ I do not know `frobnicate`.
      `help` lists what can be typed.
    > deploy serch-api 98ab4e2 to production
    ✗ There is no service `serch-api`.
      Did you mean `search-api`? Known: checkin-api, search-api.
    > deploy search-api 98ab4e2 to prodution
    ✗ There is no environment `prodution`.
      Did you mean `production`? Known: dev, staging, production.
    > deploy search-api 98ab4e2 in production
    ✗ I did not understand `in`, so nothing was done.
      Did you mean `deploy search-api 98ab4e2 to production`? It is written `deploy SERVICE TAG to ENV`.
    > deploy search-api 98ab4e2 production
    ✗ I did not understand `production`, so nothing was done.
      Did you mean `deploy search-api 98ab4e2 to production`? It is written `deploy SERVICE TAG to ENV`.
    > deploy search-api 98ab4e2 to production now
    ✗ I did not understand `now`, so nothing was done.
      It is written `deploy SERVICE TAG to ENV`.
    > deploy search-api -x to production
    ✗ `-x` cannot be an image tag.
      A tag is letters, digits, `_`, `.` and `-`, at most 128, and starts with none of `.` and `-`.
    > rollback search-api in production to revision seven
    ✗ I did not understand `seven`, so nothing was done.
      It is written `rollback SERVICE in ENV to revision REVISION`.
    > status search-api production
    ✗ I did not understand `production`, so nothing was done.
      Did you mean `status search-api in production`? It is written `status SERVICE [in ENV]`.
    ");
}

#[test]
fn what_ends_too_early_is_told_what_is_missing() {
    insta::assert_snapshot!(all(&[
        "deploy search-api 98ab4e2",
        "rollback search-api",
        "rollback search-api in production to",
        "incident",
        "incident declare",
        "incident declare sev1",
        "incident note INC-7",
        "incident status INC-7",
    ]), @"
    > deploy search-api 98ab4e2
    ✗ The command ends too early: `to ENV` is missing.
      It is written `deploy SERVICE TAG to ENV`. ENV is one of: dev, staging, production.
    > rollback search-api
    ✗ The command ends too early: `in ENV` is missing.
      It is written `rollback SERVICE in ENV [to REVISION|TAG]`. ENV is one of: dev, staging, production.
    > rollback search-api in production to
    ✗ The command ends too early: `REVISION|TAG | revision REVISION | tag TAG` is missing.
      It is written `rollback SERVICE in ENV [to REVISION|TAG]` or `rollback SERVICE in ENV to revision REVISION` or `rollback SERVICE in ENV to tag TAG`.
    > incident
    ✗ The command ends too early: `declare | open ALERT-n | status | note | role | severity | affects | list | timeline | resolve | close` is missing.
      All its forms: `help incident`
    > incident declare
    ✗ The command ends too early: `TITLE` is missing.
      It is written `incident declare [sev1..sev4] [affecting SERVICE] TITLE`.
    > incident declare sev1
    ✗ The command ends too early: `TITLE` is missing.
      It is written `incident declare [sev1..sev4] [affecting SERVICE] TITLE`.
    > incident note INC-7
    ✗ The command ends too early: `TEXT` is missing.
      It is written `incident note [INC-n] TEXT`.
    > incident status INC-7
    ✗ The command ends too early: `STATUS` is missing.
      It is written `incident status [INC-n] STATUS [REASON]`.
    ");
}

#[test]
fn incidents_and_numbers_have_near_misses_too() {
    insta::assert_snapshot!(all(&[
        "incident tmeline INC-7",
        "incident status fixed",
        "incident role boss alice",
        "incident INC-7 declare Search is down",
        "approve 12",
        "approve OP-12 please",
        "ack 7",
        "help rolback",
        "incident declare sev9 Search is down",
        "incident severity sev0",
        "rollback search-api in production && reboot",
    ]), @"
    > incident tmeline INC-7
    ✗ I did not understand `tmeline`, so nothing was done.
      Did you mean `incident timeline INC-7`? All its forms: `help incident`
    > incident status fixed
    ✗ There is no status `fixed`.
      Known: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined.
    > incident role boss alice
    ✗ There is no role `boss`.
      Known: commander, scribe, comms, ops.
    > incident INC-7 declare Search is down
    ✗ I did not understand `INC-7`, so nothing was done.
      All its forms: `help incident`
    > approve 12
    ✗ I did not understand `12`, so nothing was done.
      Did you mean `approve OP-12`? It is written `approve OP-n`.
    > approve OP-12 please
    ✗ I did not understand `please`, so nothing was done.
      It is written `approve OP-n`.
    > ack 7
    ✗ I did not understand `7`, so nothing was done.
      Did you mean `ack ALERT-7`? It is written `ack` or `ack ALERT-n` or `ack INC-n`.
    > help rolback
    ✗ There is no verb `rolback`.
      Did you mean `rollback`? Known: deploy, rollback, pause, resume, restart, status, history, diagnose, approve, deny, cancel, lock, unlock, locks, break-glass, review, incident, ack, silence, unsilence, postmortem, remind, dead-letters, audit, help, link, unlink.
    > incident declare sev9 Search is down
    ✗ There is no severity `sev9`.
      Known: sev1, the worst, to sev4.
    > incident severity sev0
    ✗ There is no severity `sev0`.
      Known: sev1, the worst, to sev4.
    > rollback search-api in production && reboot
    ✗ I did not understand `&&`, so nothing was done.
      It is written `rollback SERVICE in ENV [to REVISION|TAG]` or `rollback SERVICE in ENV to revision REVISION` or `rollback SERVICE in ENV to tag TAG`.
    ");
}

#[test]
fn locks_and_broken_glass_have_near_misses_too() {
    insta::assert_snapshot!(all(&[
        "lock",
        "lock search-api",
        "lock search-api the index is rebuilt",
        "lock search-api in prodution because of this",
        "lock billing because of this",
        "lock search-api for ever because of this",
        "lock search-api because",
        "unlock search-api please",
        "break-glass delete search-api in dev because of this",
        "break-glass restart search-api in dev",
        "review 12 fine",
    ]), @r#"
    > lock
    ✗ The command ends too early: `SERVICE|ENV | SERVICE` is missing.
      It is written `lock SERVICE|ENV [for DURATION] because REASON` or `lock SERVICE in ENV [for DURATION] because REASON`. ENV is one of: dev, staging, production.
    > lock search-api
    ✗ The command ends too early: `because REASON | in ENV` is missing.
      It is written `lock SERVICE|ENV [for DURATION] because REASON` or `lock SERVICE in ENV [for DURATION] because REASON`. ENV is one of: dev, staging, production.
    > lock search-api the index is rebuilt
    ✗ I did not understand `the`, so nothing was done.
      Say why, as in `because the index is rebuilt`.
    > lock search-api in prodution because of this
    ✗ There is no environment `prodution`.
      Did you mean `production`? Known: dev, staging, production.
    > lock billing because of this
    ✗ There is no service or environment `billing`.
      Known: checkin-api, search-api, dev, staging, production.
    > lock search-api for ever because of this
    ✗ `ever` is not a duration.
      A number and its unit, at most a year: 30m, 2h, 3d.
    > lock search-api because
    ✗ The command ends too early: `because REASON` is missing.
      It is written `lock SERVICE|ENV [for DURATION] because REASON`.
    > unlock search-api please
    ✗ I did not understand `please`, so nothing was done.
      It is written `unlock SERVICE|ENV` or `unlock SERVICE in ENV`.
    > break-glass delete search-api in dev because of this
    ✗ I did not understand `delete`, so nothing was done.
      All its forms: `help break-glass`
    > break-glass restart search-api in dev
    ✗ The command ends too early: `because REASON` is missing.
      It is written `break-glass restart SERVICE in ENV because REASON`.
    > review 12 fine
    ✗ I did not understand `12`, so nothing was done.
      Did you mean `review OP-12 "fine"`? It is written `review OP-n TEXT` or `review list`.
    "#);
}

#[test]
fn too_much_is_refused() {
    assert!(parse(&"deploy ".repeat(MAX_LINE_CHARS), &policy()).is_err());
    assert!(parse(&format!("incident declare {}", "x".repeat(201)), &policy()).is_err());
    assert!(parse(&format!("incident declare {}", "x".repeat(200)), &policy()).is_ok());
    assert!(parse(&format!("incident note {}", "x".repeat(3_001)), &policy()).is_err());
    assert!(parse(&format!("deploy search-api {} to dev", "x".repeat(129)), &policy()).is_err());
}

#[test]
fn notes_keep_their_lines_and_titles_do_not() {
    assert_eq!(said("incident note one\n  two"), "incident note \"one\n  two\"");
    assert_eq!(said("incident declare one\n  two"), "incident declare \"one two\"");
}

#[test]
fn completion_offers_what_could_stand_next() {
    let offered = |words: &str| {
        let found = complete(words, &policy());
        found.iter().map(|it| format!("{} | {}", it.insert, it.help)).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(offered("re"), @"
    resume | let a paused rollout go on
    restart | start all pods anew with the same image
    review | look at what was done behind broken glass
    remind | say something here again later
    ");
    insta::assert_snapshot!(offered("/deploy s"), @"deploy search-api | Shows the plan, takes approval where the environment asks for it, and follows the rollout.");
    insta::assert_snapshot!(offered("deploy search-api 98ab4e2 "), @"deploy search-api 98ab4e2 to | Shows the plan, takes approval where the environment asks for it, and follows the rollout.");
    insta::assert_snapshot!(offered("deploy search-api 98ab4e2 to "), @"
    deploy search-api 98ab4e2 to dev | Shows the plan, takes approval where the environment asks for it, and follows the rollout.
    deploy search-api 98ab4e2 to staging | Shows the plan, takes approval where the environment asks for it, and follows the rollout.
    deploy search-api 98ab4e2 to production | Shows the plan, takes approval where the environment asks for it, and follows the rollout.
    ");
    insta::assert_snapshot!(offered("incident status INC-7 m"), @"
    incident status INC-7 mitigating | Moves it on: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined.
    incident status INC-7 monitoring | Moves it on: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined.
    ");
    insta::assert_snapshot!(offered("incident role "), @"
    incident role commander | Says who is commander, scribe, comms or ops.
    incident role scribe | Says who is commander, scribe, comms or ops.
    incident role comms | Says who is commander, scribe, comms or ops.
    incident role ops | Says who is commander, scribe, comms or ops.
    ");
    insta::assert_snapshot!(offered("incident declare Search "), @"");
    // The last ones are found by their first letter.
    assert_eq!(complete("", &policy()).len(), VERBS.len().min(complete::MAX_COMPLETIONS));
}

/// The example line of a usage, made from its own pattern.
fn example(items: &[pattern::Item]) -> String {
    use pattern::{Item, Slot};
    let word = |item: &Item| match item {
        Item::Say(word) => (*word).to_owned(),
        Item::Maybe(items) => example(items),
        Item::Take(slot) => match slot {
            Slot::Service => "search-api".to_owned(),
            Slot::Environment => "dev".to_owned(),
            Slot::Tag | Slot::Goal => "98ab4e2".to_owned(),
            Slot::Revision => "3".to_owned(),
            Slot::Incident => "INC-7".to_owned(),
            Slot::Alert => "ALERT-3".to_owned(),
            Slot::Operation => "OP-12".to_owned(),
            Slot::DeadLetter => "OUT-12".to_owned(),
            Slot::Severity => "sev2".to_owned(),
            Slot::Status => "identified".to_owned(),
            Slot::Role => "scribe".to_owned(),
            Slot::Person => "bob".to_owned(),
            Slot::Platform => "slack".to_owned(),
            Slot::Account => "slack/T0123ABCD/U0123ABCD".to_owned(),
            Slot::Code => "7KXQ-M2P0-4T9A".to_owned(),
            Slot::Verb => "help".to_owned(),
            Slot::Lockable => "search-api".to_owned(),
            Slot::Duration => "2h".to_owned(),
            Slot::Because => "because some words".to_owned(),
            Slot::Title | Slot::Text | Slot::Reason => "some words".to_owned(),
        },
    };
    items.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn needs(right: &Right) -> Needs {
    match right {
        Right::Anywhere | Right::Read => Needs::Nothing,
        Right::Respond => Needs::Responder,
        Right::Operate(_) | Right::OperateEverywhere(_) => Needs::Deployer,
        Right::BreakGlass(_) => Needs::GlassBreaker,
        Right::Vote => Needs::Approver,
        Right::Stop => Needs::Stopper,
    }
}

#[test]
fn every_usage_builds_its_command_and_starts_with_its_verb() {
    for verb in VERBS {
        for usage in verb.usages {
            assert_eq!(usage.pattern.first(), Some(&pattern::Item::Say(verb.word)));
            let line = example(usage.pattern);
            let command = parse(&line, &policy()).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
            assert_eq!(usage.needs, needs(&command.right()), "{line}");
            assert_eq!(parse(&command.to_string(), &policy()), Ok(command), "{line}");
        }
    }
}

/// Lines that are nearly commands, which random characters never are.
fn nearly_commands() -> impl Strategy<Value = String> {
    let words = [
        "deploy",
        "rollback",
        "incident",
        "declare",
        "note",
        "status",
        "role",
        "to",
        "in",
        "search-api",
        "98ab4e2",
        "production",
        "dev",
        "INC-7",
        "ALERT-3",
        "OP-1",
        "sev1",
        "3",
        "revision",
        "tag",
        "identified",
        "bob",
        "ack",
        "\"",
        "“",
        "”",
        "`",
        "<http://a|b>",
        "<mailto:a@b|a@b>",
        "—to",
        "/",
        "@watchkeeper",
        "\u{a0}",
        "\n",
        "«x»",
        "é",
        "\u{200b}",
        "<",
        ">",
        "|",
        "''",
        "help",
        "open",
        "approve",
        "lock",
        "unlock",
        "break-glass",
        "review",
        "because",
        "for",
        "2h",
    ];
    let separator = prop_oneof![Just(" "), Just(""), Just("  "), Just("\n")];
    prop::collection::vec((prop::sample::select(words.to_vec()), separator), 0..12)
        .prop_map(|parts| parts.into_iter().map(|(word, separator)| format!("{word}{separator}")).collect())
}

/// A command with any free text in it.
fn with_text() -> impl Strategy<Value = String> {
    let start = [
        "incident note ",
        "incident note INC-7 ",
        "incident declare ",
        "incident declare sev1 ",
        "incident status identified ",
        "/incident INC-7 note ",
        "lock search-api because ",
        "lock production for 2h reason ",
        "break-glass restart search-api in dev because ",
        "review OP-1 ",
    ];
    (prop::sample::select(start.to_vec()), any::<String>()).prop_map(|(start, text)| format!("{start}{text}"))
}

proptest! {
    #[test]
    fn nothing_panics_and_the_canonical_form_is_the_same_command(
        line in prop_oneof![any::<String>(), nearly_commands(), with_text()],
    ) {
        let policy = policy();
        let completions = complete(&line, &policy);
        prop_assert!(completions.len() <= complete::MAX_COMPLETIONS);
        if let Ok(command) = parse(&line, &policy) {
            let canonical = command.to_string();
            prop_assert_eq!(parse(&canonical, &policy), Ok(command), "{:?}", canonical);
        }
    }
}
