//! The example file is a policy; every mistake is told with its line; and who may do what, as one table.

use std::collections::BTreeMap;

use super::*;
use crate::message::plain::{View, text};
use crate::names::Image;
use crate::request::Platform;
use crate::tests::policy::{EXAMPLE, account, ops, policy};

fn wrong(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "the example file has no {from:?}");
    match Policy::parse(&EXAMPLE.replacen(from, to, 1)) {
        Ok(_) => format!("{to:?} is accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_are_told_with_their_line_and_what_to_write() {
    let cases = [
        ("approvals = 1", "aprovals = 1"),
        ("approvers = [\"oncall\"]", ""),
        ("approvers = [\"oncall\"]", "approvers = [\"on-call\"]"),
        ("approvals = 1", "approvals = 3"),
        ("rollout_timeout_minutes = 60", "rollout_timeout_minutes = 0"),
        ("approval_expires_minutes = 30", "approval_expires_minutes = 0"),
        ("without_approval = [\"pause\"]", "without_approval = [\"everything\"]"),
        ("name = \"staging\"", "name = \"dev\""),
        ("[services.search-api]", "[services.Search_API]"),
        ("[services.search-api.in.staging]", "[services.search-api.in.stagging]"),
        ("image = \"127.0.0.1:5000/search-api\"", "image = \"127.0.0.1:5000/search-api:latest\""),
        ("accounts = { console = \"bob\" }", "accounts = { console = \"alice\" }"),
        ("accounts = { console = \"bob\" }", "accounts = { irc = \"bob\" }"),
        ("place = \"console/ops\"", "place = \"console/alerts\""),
        ("token_env = \"WATCHKEEPER_ALERTMANAGER_TOKEN\"", ""),
        ("token_env = \"WATCHKEEPER_ALERTMANAGER_TOKEN\"", "token = \"s3cret\""),
        ("# silences = \"http://alertmanager:9093\"", "silences = \"alertmanager:9093\""),
        ("# silences = \"http://alertmanager:9093\"", "silences = \"http://me:secret@alertmanager:9093\""),
        ("responders = [", "responders = [\"nobody\", "),
    ];
    let told: Vec<_> = cases.iter().map(|(from, to)| wrong(from, to)).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    policy line 53: unknown field `aprovals`, expected one of `name`, `context`, `deployers`, `approvals`, `approvers`, `required`, `required_groups`, `approval_expires_minutes`, `without_approval`, `auto_rollback`, `cluster_rights`, `break_glass`, `rollout_timeout_minutes`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 53: production wants 1 approval(s), but has no approvers
      name groups in `approvers`, or set `approvals = 0`
    policy line 54: nobody is in group "on-call"
      groups that people are in: developers, oncall, support
    policy line 53: production wants 3 approval(s), but 2 people may give one
      lower `approvals`, or name more groups in `approvers`
    policy line 60: a rollout is not followed for 0 minutes
      write minutes between 1 and 1440
    policy line 41: dev: 0 minutes
      write minutes between 1 and 10080
    policy line 58: unknown variant `everything`, expected one of `deploy`, `rollback`, `pause`, `resume`, `restart`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 45: environment "dev" is there twice
      remove or rename one of them
    policy line 92: missing field `image`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 96: there is no environment "stagging"
      environments: dev, staging, production
    policy line 87: "127.0.0.1:5000/search-api:latest" is not an image repository
      write registry/name, without tag or digest
    policy line 21: account console/alice is alice's already
      one account belongs to one person
    policy line 21: there is no platform "irc"
      platforms: console, slack, discord
    policy line 148: "console/alerts" is not a place
      write platform/channel, one of: console/ops, console/search, console/checkin
    policy line 153: source alertmanager: where is its token?
      name either the variable (token_env) or the file (token_file) that holds the token
    policy line 154: unknown field `token`, expected one of `name`, `token_env`, `token_file`, `silences`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 155: "alertmanager:9093" is not the address of a server
      write it as http://alertmanager:9093, in lower case, without name and password
    policy line 155: "http://me:secret@alertmanager:9093" is not the address of a server
      write it as http://alertmanager:9093, in lower case, without name and password
    policy line 158: nobody is in group "nobody"
      groups that people are in: developers, oncall, support
    "#);
}

#[test]
fn mistakes_about_guards_are_told_too() {
    let cases = [
        ("break_glass = [\"oncall\"]", "break_glass = [\"admins\"]"),
        ("schedule = \"0 14 * * fri\"", "schedule = \"0 14 * * frj\""),
        ("schedule = \"0 14 * * fri\"", "schedule = \"0 14 * *\""),
        ("schedule = \"0 14 * * fri\"", "schedule = \"0 14 30 2 *\""),
        ("duration = \"66h\"", "duration = \"66 hours\""),
        ("time_zone = \"Europe/Berlin\"", "time_zone = \"Europe/Berlim\""),
        ("kind = \"deny\"", "kind = \"block\""),
        ("reason = \"the weekend\"", "reason = \" \""),
        ("environments = [\"production\"] # left", "environments = [\"prod\"] # left"),
        ("environments = [\"production\"] # left", "environments = [] # left"),
        ("# services = [", "services = [\"billing\"] # ["),
    ];
    let told: Vec<_> = cases.iter().map(|(from, to)| wrong(from, to)).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    policy line 65: nobody is in group "admins"
      groups that people are in: developers, oncall, support
    policy line 75: "0 14 * * frj" is not a schedule: Pattern contains illegal characters: CronPattern contains illegal character 'F' in part 'FRJ'
      write five cron fields: minute, hour, day of month, month, day of week, as in "0 22 * * fri"
    policy line 75: "0 14 * *" is not a schedule
      write five cron fields: minute, hour, day of month, month, day of week, as in "0 22 * * fri"
    policy line 75: "0 14 30 2 *" never comes
      write five cron fields: minute, hour, day of month, month, day of week, as in "0 22 * * fri"
    policy line 76: "66 hours" is not a duration
      write a number and m, h or d, as in "90m", "8h" or "2d"
    policy line 77: "Europe/Berlim" is not a time zone
      write a name of the IANA database, as in "Europe/Berlin" or "UTC"
    policy line 74: unknown variant `block`, expected `allow` or `deny`
      deploy/watchkeeper.example.toml has every key with a comment
    policy line 82: a window without a reason
      write what refusals will say
    policy line 78: there is no environment "prod"
      environments: dev, staging, production
    policy line 78: a window of no environment
      leave the key out for every environment, or name some of: dev, staging, production
    policy line 79: there is no service "billing"
      services: checkin-api, search-api
    "#);
}

#[test]
fn a_target_is_what_the_file_says() {
    let policy = policy();
    let service = policy.service("Search-API").unwrap();
    let production = policy.environment("production").unwrap();
    let target = policy.target(&service, &production).unwrap();
    assert_eq!(target.to_string(), "search/deployment/search-api-deployment");
    assert_eq!(Image::parse(&target.repository).tag, None);
    let dev = policy.environment("dev").unwrap();
    assert_eq!(policy.rule(&service, &production, Action::Deploy).unwrap().approvals, 1);
    assert_eq!(policy.rule(&service, &production, Action::Pause).unwrap().approvals, 0);
    assert_eq!(policy.rule(&service, &dev, Action::Deploy).unwrap().approvals, 0);
    assert_eq!(policy.rollout_timeout(&dev).num_minutes(), i64::from(ROLLOUT_TIMEOUT_MINUTES));
    assert!(policy.auto_rollback(&dev) && !policy.auto_rollback(&production));
    assert_eq!(policy.rule(&service, &Environment::new("elsewhere"), Action::Deploy), None);
}

#[test]
fn unknown_names_are_refused_with_the_known_ones() {
    let policy = policy();
    let refusals = [
        policy.service("serch-api").unwrap_err(),
        policy.service("billing").unwrap_err(),
        policy.environment("prod").unwrap_err(),
        policy.person_named("@alcie").unwrap_err(),
    ];
    let told =
        refusals.map(|it| format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())));
    insta::assert_snapshot!(told.join("\n"), @"
    There is no service `serch-api`. Did you mean `search-api`? Known: checkin-api, search-api.
    There is no service `billing`. Known: checkin-api, search-api.
    There is no environment `prod`. Did you mean `production`? Known: dev, staging, production.
    There is no person `alcie`. Did you mean `alice`? Known: alice, bob, carol, dave.
    ");
}

#[test]
fn alerts_find_their_service_and_environment() {
    let policy = policy();
    let check = |labels: &[(&str, &str)], expected: Option<(&str, Option<&str>)>| {
        let labels: BTreeMap<_, _> = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let found = policy.service_of_alert(&labels);
        let found = found.as_ref().map(|(s, e)| (s.as_str(), e.as_ref().map(Environment::as_str)));
        assert_eq!(found, expected, "{labels:?}");
    };
    check(&[("service", "search-api"), ("namespace", "search")], Some(("search-api", Some("production"))));
    check(&[("service", "search-api"), ("environment", "staging")], Some(("search-api", Some("staging"))));
    check(
        &[("service", "search-api"), ("environment", "mars"), ("namespace", "x")],
        Some(("search-api", None)),
    );
    check(
        &[("namespace", "checkin-dev"), ("deployment", "checkin-api-deployment")],
        Some(("checkin-api", Some("dev"))),
    );
    check(&[("service", "billing")], None);
    check(&[], None);
}

#[test]
fn a_right_in_one_environment_is_none_in_another() {
    let written = "deployers = [\"developers\", \"oncall\"]\napprovals = 1";
    assert!(EXAMPLE.contains(written));
    let policy = Policy::parse(&EXAMPLE.replace(written, "deployers = [\"oncall\"]\napprovals = 1")).unwrap();
    let alice = policy.person(&account("alice")).unwrap();
    let may_operate = |name: &str| may(alice, &Right::Operate(Environment::new(name)), &policy);
    assert_eq!(may_operate("dev"), Ok(()));
    let refusals = ["production", "elsewhere"].map(|name| may_operate(name).unwrap_err());
    let told =
        refusals.map(|it| format!("{} {}", text(&it.reason, View::clock()), text(&it.hint, View::clock())));
    insta::assert_snapshot!(told.join("\n"), @"
    @alice may not change production. oncall may.
    @alice may not change elsewhere. Nobody may.
    ");
    // A lock on a service is one in all its environments.
    let may_type = |words: &str| {
        let command = crate::grammar::parse(words, &policy).unwrap();
        authorise(command, &account("alice"), Some(&ops(&policy)), &policy).is_ok()
    };
    assert!(may_type("lock search-api in dev because of this") && may_type("unlock dev"));
    assert!(!may_type("lock search-api because of this") && !may_type("unlock search-api"));
    assert!(!may_type("lock production because of this"));
}

/// Each rule stands under search-api in production, where the environment wants one of bob and carol, who are on call.
#[test]
fn a_rule_that_cannot_be_met_is_refused() {
    let place = "[services.search-api.in.production]";
    let told = |rule: &str| match Policy::parse(&EXAMPLE.replace(place, &format!("{place}\n{rule}"))) {
        Ok(policy) => {
            let (service, production) = (Service::new("search-api"), Environment::new("production"));
            let rule = policy.rule(&service, &production, Action::Deploy).unwrap();
            format!("{rule:?}")
        }
        Err(error) => error.to_string(),
    };
    let rules = [
        "approvals = 2",
        "required = [\"dave\"]",
        "approvals = 0",
        "approvals = 3",
        "approvers = []",
        "required = [\"mallory\"]",
        "required_groups = [\"sre\"]",
        "approvals = 0\nrequired = [\"bob\"]",
        "approvals = 2\napprovers = [\"developers\"]\nrequired = [\"alice\", \"bob\", \"carol\"]",
    ];
    insta::assert_snapshot!(rules.map(told).join("\n"), @r#"
    Rule { approvals: 2, approvers: [Group("oncall")], required_groups: [], required: [], expires_after_minutes: 30 }
    Rule { approvals: 1, approvers: [Group("oncall")], required_groups: [], required: [PersonId("dave")], expires_after_minutes: 30 }
    Rule { approvals: 0, approvers: [Group("oncall")], required_groups: [], required: [], expires_after_minutes: 30 }
    policy line 101: search-api in production wants 3 approval(s), but 2 people may give one
      lower `approvals`, or name more groups in `approvers`
    policy line 53: search-api in production wants 1 approval(s), but has no approvers
      name groups in `approvers`, or set `approvals = 0`
    policy line 101: there is no person "mallory"
      people: alice, bob, carol, dave
    policy line 101: nobody is in group "sre"
      groups that people are in: developers, oncall, support
    policy line 102: search-api in production requires "bob", but `approvals = 0` asks nobody
      set `approvals` to how many must agree, or require nobody
    policy line 101: search-api in production: whoever asks, the approvals cannot come together, for nobody approves their own
      name more approvers or deployers, or require fewer
    "#);
}

#[test]
fn a_linked_account_is_its_persons_unless_the_file_says_whose_it_is() {
    let slack = |id: &str| Account { platform: Platform::Slack, id: format!("T0123ABCD/{id}") };
    let linked = [
        (slack("U0BOB"), PersonId::new("bob")),
        (account("carol"), PersonId::new("bob")),
        (slack("U0GONE"), PersonId::new("erin")),
        (slack("U0BOB"), PersonId::new("dave")),
    ];
    let policy = policy().with_links(&linked);
    let whose = |account: &Account| policy.person(account).map(|person| person.id.to_string());
    assert_eq!(whose(&slack("U0BOB")).as_deref(), Some("bob"));
    assert_eq!(whose(&account("bob")).as_deref(), Some("bob"));
    assert_eq!(whose(&account("carol")).as_deref(), Some("carol"), "the file says so");
    assert_eq!(whose(&slack("U0GONE")), None, "nobody of that name is in the file any more");
    let rights = |account: &Account| {
        let command = crate::grammar::parse("approve OP-1", &policy).unwrap();
        authorise(command, account, Some(&ops(&policy)), &policy).map(|it| it.person().id.clone())
    };
    assert_eq!(rights(&slack("U0BOB")), rights(&account("bob")));
}

const ROWS: &[&str] = &[
    "deploy search-api 98ab4e2 to dev",
    "deploy search-api 98ab4e2 to staging",
    "deploy search-api 98ab4e2 to production",
    "rollback search-api in dev",
    "rollback search-api in production",
    "pause search-api in production",
    "resume search-api in production",
    "restart search-api in production",
    "status search-api",
    "history search-api in production",
    "diagnose search-api in production",
    "approve OP-1",
    "deny OP-1",
    "cancel OP-1",
    "incident declare \"Search is down\"",
    "incident open ALERT-1",
    "incident status INC-1 identified",
    "incident note INC-1 \"looking\"",
    "incident role INC-1 commander bob",
    "incident severity INC-1 sev1",
    "incident affects INC-1 search-api",
    "incident list",
    "incident timeline INC-1",
    "incident resolve INC-1",
    "incident close INC-1",
    "ack ALERT-1",
    "silence ALERT-1",
    "unsilence ALERT-1",
    "postmortem INC-1",
    "remind 30m \"look again\"",
    "lock search-api because of this",
    "lock production because of this",
    "lock search-api in dev because of this",
    "unlock search-api",
    "locks",
    "break-glass restart search-api in dev “x”",
    "break-glass resume search-api in production “x”",
    "review OP-1 \"it was right\"",
    "review list",
    "dead-letters",
    "dead-letters replay all",
    "audit verify",
    "link",
    "link slack/T0123ABCD/U0123ABCD",
    "unlink slack",
    "help",
];

/// Verbs × people × environments. A verb that is missing here fails the last line.
#[test]
fn who_may() {
    let policy = policy();
    let mut rows = vec![format!("{:44}alice bob   carol dave  stranger", "")];
    let mut seen = std::collections::BTreeSet::new();
    for words in ROWS {
        let command = crate::grammar::parse(words, &policy).unwrap();
        seen.insert(words.split(' ').next().unwrap());
        let cells = ["alice", "bob", "carol", "dave", "mallory"].map(|id| {
            let allowed = authorise(command.clone(), &account(id), Some(&ops(&policy)), &policy).is_ok();
            format!("{:6}", if allowed { "yes" } else { "-" })
        });
        rows.push(format!("{words:44}{}", cells.concat()).trim_end().to_owned());
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
                                                alice bob   carol dave  stranger
    deploy search-api 98ab4e2 to dev            yes   yes   yes   -     -
    deploy search-api 98ab4e2 to staging        yes   yes   yes   -     -
    deploy search-api 98ab4e2 to production     yes   yes   yes   -     -
    rollback search-api in dev                  yes   yes   yes   -     -
    rollback search-api in production           yes   yes   yes   -     -
    pause search-api in production              yes   yes   yes   -     -
    resume search-api in production             yes   yes   yes   -     -
    restart search-api in production            yes   yes   yes   -     -
    status search-api                           yes   yes   yes   yes   -
    history search-api in production            yes   yes   yes   yes   -
    diagnose search-api in production           yes   yes   yes   yes   -
    approve OP-1                                -     yes   yes   -     -
    deny OP-1                                   yes   yes   yes   -     -
    cancel OP-1                                 yes   yes   yes   -     -
    incident declare "Search is down"           yes   yes   yes   -     -
    incident open ALERT-1                       yes   yes   yes   -     -
    incident status INC-1 identified            yes   yes   yes   -     -
    incident note INC-1 "looking"               yes   yes   yes   -     -
    incident role INC-1 commander bob           yes   yes   yes   -     -
    incident severity INC-1 sev1                yes   yes   yes   -     -
    incident affects INC-1 search-api           yes   yes   yes   -     -
    incident list                               yes   yes   yes   yes   -
    incident timeline INC-1                     yes   yes   yes   yes   -
    incident resolve INC-1                      yes   yes   yes   -     -
    incident close INC-1                        yes   yes   yes   -     -
    ack ALERT-1                                 yes   yes   yes   -     -
    silence ALERT-1                             yes   yes   yes   -     -
    unsilence ALERT-1                           yes   yes   yes   -     -
    postmortem INC-1                            yes   yes   yes   yes   -
    remind 30m "look again"                     yes   yes   yes   yes   -
    lock search-api because of this             yes   yes   yes   -     -
    lock production because of this             yes   yes   yes   -     -
    lock search-api in dev because of this      yes   yes   yes   -     -
    unlock search-api                           yes   yes   yes   -     -
    locks                                       yes   yes   yes   yes   -
    break-glass restart search-api in dev “x”   -     -     -     -     -
    break-glass resume search-api in production “x”-     yes   yes   -     -
    review OP-1 "it was right"                  yes   yes   yes   -     -
    review list                                 yes   yes   yes   yes   -
    dead-letters                                yes   yes   yes   -     -
    dead-letters replay all                     yes   yes   yes   -     -
    audit verify                                yes   yes   yes   yes   -
    link                                        yes   yes   yes   yes   -
    link slack/T0123ABCD/U0123ABCD              yes   yes   yes   yes   -
    unlink slack                                yes   yes   yes   yes   -
    help                                        yes   yes   yes   yes   -
    "#);
    let verbs: std::collections::BTreeSet<_> = crate::verbs::VERBS.iter().map(|verb| verb.word).collect();
    assert_eq!(seen, verbs, "every verb has its rows");
}
