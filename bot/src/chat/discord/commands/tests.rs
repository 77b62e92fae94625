//! Every verb has its command, within Discord's limits; and a filled-in form types what a person would.

use ::commands::grammar;
use ::commands::policy::Policy;
use ::commands::verbs::VERBS;
use serde_json::Value;

use super::form::Form;
use super::words::{Given, Wanted, line, wanted};
use super::*;

const POLICY: &str = include_str!("../../../../../deploy/watchkeeper.example.toml");

fn given(pairs: &[(&str, &str)]) -> Given {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn typed(path: &str, pairs: &[(&str, &str)]) -> String {
    line(&form(path), &given(pairs))
}

fn form(path: &str) -> Form {
    let (verb, sub) = match path.split_once(' ') {
        Some((verb, sub)) => (verb, Some(sub)),
        None => (path, None),
    };
    Form::named(verb, sub).unwrap_or_else(|| panic!("there is no form {path}"))
}

fn outline(option: &Value, depth: usize) -> String {
    let name = option["name"].as_str().unwrap_or("?");
    let marks = [("required", "!"), ("autocomplete", "…")];
    let marks: String = marks.iter().filter(|(key, _)| option[*key] == true).map(|(_, mark)| *mark).collect();
    let choices = option["choices"].as_array().map(|all| format!(" ({})", all.len())).unwrap_or_default();
    let inner = option["options"].as_array().cloned().unwrap_or_default();
    let inner: Vec<_> = inner.iter().map(|it| outline(it, depth + 1)).collect();
    if depth == 0 || inner.is_empty() {
        let parts = if inner.is_empty() { String::new() } else { format!(" {}", inner.join(" ")) };
        return format!("{name}{marks}{choices}{parts}");
    }
    format!("[{name} {}]", inner.join(" "))
}

#[test]
fn each_verb_is_a_command_with_the_options_of_its_usages() {
    let outlines: Vec<_> = all().iter().map(|command| outline(command, 0)).collect();
    insta::assert_snapshot!(outlines.join("\n"), @"
    deploy service!… tag!… environment!…
    rollback service!… environment!… to… revision tag…
    pause service!… environment!…
    resume service!… environment!…
    restart service!… environment!…
    status service!… environment…
    history service!… environment!…
    diagnose service!… environment…
    approve operation!
    deny operation!
    cancel operation!
    lock reason! target… duration service… environment…
    unlock target… service… environment…
    locks
    break-glass [deploy service!… tag!… environment!… reason!] [rollback service!… environment!… reason! to… revision tag…] [restart service!… environment!… reason!] [resume service!… environment!… reason!]
    review words…
    incident [declare severity (4) service… title] [open alert!] [status status! (8) incident reason] [note text! incident] [role incident role (4) person…] [severity severity! (4) incident] [affects service!… incident environment…] list [timeline incident] [resolve incident] [close incident]
    ack alert incident
    silence duration alert
    unsilence alert
    postmortem incident!
    remind duration! text!
    dead-letters words…
    audit verify
    help verb…
    link account code
    unlink platform! (3)
    Add to timeline
    Open incident from this
    ");
}

#[test]
fn discord_takes_them_all() {
    let commands = all();
    assert_eq!(commands.len(), VERBS.len() + 2);
    for command in &commands {
        let mut characters = 0;
        check(command, &mut characters, command["type"] == kind::MESSAGE);
        assert!(characters <= 8_000, "{command}");
    }
}

fn check(one: &Value, characters: &mut usize, on_messages: bool) {
    let (name, description) = (one["name"].as_str().unwrap(), one["description"].as_str().unwrap());
    assert!((1..=32).contains(&name.chars().count()), "{name}");
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    assert!(on_messages || name.chars().all(letter), "{name}");
    assert!(on_messages || (1..=100).contains(&description.chars().count()), "{name}: {description}");
    *characters += name.chars().count() + description.chars().count();
    let options = one["options"].as_array().cloned().unwrap_or_default();
    assert!(options.len() <= 25);
    let required: Vec<_> = options.iter().map(|it| it["required"] == true).collect();
    assert!(required.is_sorted_by(|a, b| a >= b), "{name}: the required ones first");
    options.iter().for_each(|option| check(option, characters, false));
    for choice in one["choices"].as_array().into_iter().flatten() {
        *characters += choice["name"].as_str().unwrap().len() + choice["value"].as_str().unwrap().len();
    }
}

#[test]
fn what_was_registered_is_known_again_and_a_change_is_seen() {
    let mut theirs = all();
    for command in &mut theirs {
        // As Discord hands them back.
        command["id"] = json!("1");
        command["version"] = json!("2");
        command["default_member_permissions"] = Value::Null;
    }
    theirs.reverse();
    assert_eq!(essence(&theirs), essence(&all()));
    theirs[3]["description"] = json!("something else");
    assert_ne!(essence(&theirs), essence(&all()));
}

#[test]
fn a_filled_in_form_types_what_a_person_would() {
    let lines = [
        typed("deploy", &[("service", "search-api"), ("tag", "7c3f2b1"), ("environment", "dev")]),
        typed("rollback", &[("service", "search-api"), ("environment", "production")]),
        typed("rollback", &[("service", "search-api"), ("environment", "production"), ("to", "3")]),
        typed("rollback", &[("service", "search-api"), ("environment", "production"), ("tag", "20240101")]),
        typed("status", &[("service", "search-api")]),
        typed("ack", &[]),
        typed("ack", &[("alert", "ALERT-3")]),
        typed("lock", &[("target", "production"), ("duration", "2h"), ("reason", "the index is rebuilt")]),
        typed("lock", &[("service", "search-api"), ("environment", "dev"), ("reason", "because I say so")]),
        typed("incident declare", &[("title", "Search is slow"), ("severity", "sev2")]),
        typed("incident note", &[("text", "restarted by hand")]),
        typed("incident role", &[("role", "commander"), ("person", "bob"), ("incident", "INC-7")]),
        typed(
            "break-glass restart",
            &[("service", "search-api"), ("environment", "dev"), ("reason", "fire")],
        ),
        typed("review", &[("words", "list")]),
        typed("dead-letters", &[]),
        typed("help", &[("verb", "deploy")]),
    ];
    let policy = Policy::parse(POLICY).unwrap_or_else(|error| panic!("{error}"));
    for line in &lines {
        assert!(grammar::parse(line, &policy).is_ok(), "{line}");
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    deploy search-api 7c3f2b1 to dev
    rollback search-api in production
    rollback search-api in production to 3
    rollback search-api in production to tag 20240101
    status search-api
    ack
    ack ALERT-3
    lock production for 2h because the index is rebuilt
    lock search-api in dev because I say so
    incident declare sev2 Search is slow
    incident note restarted by hand
    incident role INC-7 commander bob
    break-glass restart search-api in dev because fire
    review list
    dead-letters
    help deploy
    ");
}

#[test]
fn what_does_not_fit_is_typed_all_the_same_for_the_grammar_to_say_what_is_wrong() {
    assert_eq!(typed("deploy", &[("service", "search-api")]), "deploy search-api to");
    let both = [("target", "dev"), ("service", "search-api"), ("reason", "x")];
    assert_eq!(typed("lock", &both), "lock dev because x search-api");
}

#[test]
fn a_half_filled_form_asks_for_its_next_word() {
    let word = |line: &str| Some(Wanted::Word { line: line.to_owned() });
    let ask = |path: &str, pairs: &[(&str, &str)], focused: &str, typed: &str| {
        wanted(&form(path), &given(pairs), focused, typed)
    };
    assert_eq!(ask("deploy", &[], "service", "sea"), word("deploy sea"));
    let service = Some(Wanted::Tag { service: "search-api".to_owned() });
    assert_eq!(ask("deploy", &[("service", "search-api")], "tag", "7c"), service);
    assert_eq!(ask("deploy", &[], "tag", "7c"), None);
    let both = [("service", "search-api"), ("tag", "1")];
    assert_eq!(ask("deploy", &both, "environment", ""), word("deploy search-api 1 to "));
    assert_eq!(ask("rollback", &[("service", "s")], "environment", "p"), word("rollback s in p"));
    assert_eq!(ask("incident role", &[("role", "scribe")], "person", "b"), word("incident role scribe b"));
    assert_eq!(ask("review", &[], "words", "li"), word("review li"));
}
