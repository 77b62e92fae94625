//! What may be done from which channel: nothing unless the file says so, and whoever is refused hears where it may.

use super::*;
use crate::grammar::parse;
use crate::message::plain::{View, text};
use crate::policy::authorise;
use crate::request::Account;
use crate::tests::policy::EXAMPLE;

/// Everything from `ops`, development only from `search`, reading from `watch`, nothing from `talk`.
const SLACK: &str = r#"
[slack]
app_token = { env = "APP_TOKEN" }

[slack.workspaces.acme]
team = "T0ACME"
bot_token = { env = "BOT_TOKEN" }

[slack.workspaces.acme.channels]
ops = { id = "C0OPS", may = ["read", "respond", "operate", "vote"] }
search = { id = "C0SEARCH", may = ["read", "operate"], environments = ["dev"] }
watch = { id = "C0WATCH", may = ["read", "respond"] }
talk = { id = "C0TALK" }
"#;

fn policy() -> Policy {
    let bob = "accounts = { console = \"bob\" }";
    assert!(EXAMPLE.contains(bob));
    let both = "accounts = { console = \"bob\", slack = \"T0ACME/U0BOB\" }";
    // The console may everything, and so would be the answer to where.
    let policy =
        format!("{}{SLACK}", EXAMPLE.replace(bob, both)).replace("\"ops\", \"search\"", "\"search\"");
    Policy::parse(&policy.replace("console/ops", "slack/acme/ops")).unwrap_or_else(|error| panic!("{error}"))
}

fn channel(id: &str) -> Place {
    Place { platform: Platform::Slack, channel: format!("T0ACME/{id}"), thread: Some("1.1".to_owned()) }
}

fn told(words: &str, from: &str) -> String {
    let policy = policy();
    let command = parse(words, &policy).unwrap_or_else(|refusal| panic!("{words}: {refusal:?}"));
    let bob = Account { platform: Platform::Slack, id: "T0ACME/U0BOB".to_owned() };
    match authorise(command, &bob, policy.room(&channel(from)), &policy) {
        Ok(_) => "yes".to_owned(),
        Err(it) => format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())),
    }
}

#[test]
fn a_channel_may_what_the_file_says_and_nothing_else() {
    let rows = [
        "status search-api",
        "ack ALERT-1",
        "deploy search-api 98ab4e2 to dev",
        "deploy search-api 98ab4e2 to production",
        "break-glass restart search-api in production because it hangs",
        "lock search-api because of this",
        "approve OP-1",
        "deny OP-1",
        "link",
        "help",
    ];
    let channels = ["C0OPS", "C0SEARCH", "C0WATCH", "C0TALK", "C0OTHER"];
    let row = |words: &str| {
        let cells = channels.map(|from| if told(words, from) == "yes" { "yes   " } else { "-     " });
        format!("{words:62}{}", cells.concat()).trim_end().to_owned()
    };
    insta::assert_snapshot!(rows.map(row).join("\n"), @"
    status search-api                                             yes   yes   yes   -     -
    ack ALERT-1                                                   yes   -     yes   -     -
    deploy search-api 98ab4e2 to dev                              yes   yes   -     -     -
    deploy search-api 98ab4e2 to production                       yes   -     -     -     -
    break-glass restart search-api in production because it hangs yes   -     -     -     -
    lock search-api because of this                               yes   -     -     -     -
    approve OP-1                                                  yes   -     -     -     -
    deny OP-1                                                     yes   -     -     -     -
    link                                                          yes   yes   yes   yes   yes
    help                                                          yes   yes   yes   yes   yes
    ");
}

#[test]
fn whoever_is_refused_hears_where_it_may() {
    let told = [
        told("deploy search-api 98ab4e2 to production", "C0SEARCH"),
        told("deploy search-api 98ab4e2 to dev", "C0WATCH"),
        told("approve OP-1", "C0SEARCH"),
        told("status search-api", "C0TALK"),
        told("status search-api", "C0OTHER"),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    That may not be done from `slack/acme/search`. It may from: console/search, console/checkin, slack/acme/ops.
    That may not be done from `slack/acme/watch`. It may from: console/search, console/checkin, slack/acme/ops, slack/acme/search.
    That may not be done from `slack/acme/search`. It may from: console/search, console/checkin, slack/acme/ops.
    That may not be done from `slack/acme/talk`. It may from: console/search, console/checkin, slack/acme/ops, slack/acme/search, slack/acme/watch.
    Nothing may be done from this channel. It may from: console/search, console/checkin, slack/acme/ops, slack/acme/search, slack/acme/watch.
    ");
}

#[test]
fn where_it_may_nowhere_that_is_said() {
    let policy = Policy::parse(&format!(
        "{}{}",
        EXAMPLE
            .replace("channels = [\"ops\", \"search\", \"checkin\"]", "channels = []")
            .replace("console/ops", "slack/acme/watch"),
        SLACK.replace("ops = {", "# ops = {")
    ))
    .unwrap_or_else(|error| panic!("{error}"));
    let refusal = may_here(&Right::Vote, policy.room(&channel("C0WATCH")), &policy).unwrap_err();
    insta::assert_snapshot!(text(&refusal.hint, View::clock()), @"Whoever keeps the policy file can allow it: no channel there may do this.");
}

#[test]
fn a_reaction_is_a_vote_only_where_typing_it_would_be() {
    let policy = policy();
    let counts_at = |place: &Place| policy.room(place).is_some_and(Room::counts_votes);
    let counts = |id: &str| counts_at(&channel(id));
    assert!(counts("C0OPS"));
    assert!(!counts("C0SEARCH") && !counts("C0WATCH") && !counts("C0TALK") && !counts("C0OTHER"));
    let console = Place { platform: Platform::Console, channel: "search".to_owned(), thread: None };
    assert!(counts_at(&console));
    assert!(!counts_at(&Place { platform: Platform::Discord, ..console }));
}
