//! The help: what this person may type, made from the verbs' own patterns.
//!
//! It hides nothing for secrecy: what somebody may not do is left out of the overview only so that it is short.

use crate::message::{Block, Message, Text, Tone};
use crate::policy::{Person, Policy, Right, may};
use crate::verbs::{Needs, VERBS, Verb};

/// The overview, or all the forms of one verb.
pub fn help(verb: Option<&str>, person: &Person, policy: &Policy) -> Message {
    match VERBS.iter().find(|it| Some(it.word) == verb) {
        Some(verb) => one(verb, person, policy),
        None => overview(person, policy),
    }
}

fn overview(person: &Person, policy: &Policy) -> Message {
    let (may_type, others): (Vec<&Verb>, Vec<&Verb>) =
        VERBS.iter().partition(|verb| !where_allowed(verb, person, policy).is_empty());
    let width = may_type.iter().map(|verb| verb.word.len()).max().unwrap_or_default();
    let rows: Vec<_> =
        may_type.iter().map(|verb| format!("{:width$}  {}", verb.word, verb.summary)).collect();
    let services: Vec<_> = policy.services().map(|it| it.name.as_str()).collect();
    let environments: Vec<_> = policy.environments().iter().map(|it| it.name.as_str()).collect();
    let mut message = Message::new(Tone::Neutral, "What you can type")
        .block(Block::Table(rows.join("\n")))
        .paragraph(Text::new().plain(format!("Services: {}.", services.join(", "))))
        .paragraph(Text::new().plain(format!("Environments: {}.", environments.join(", "))));
    if !others.is_empty() {
        let words: Vec<_> = others.iter().map(|verb| verb.word).collect();
        message = message.paragraph(Text::new().plain(format!("For others: {}.", words.join(", "))));
    }
    message.footnote(Text::new().code("help deploy").plain(" shows the forms of one verb"))
}

fn one(verb: &Verb, person: &Person, policy: &Policy) -> Message {
    let mut message =
        Message::new(Tone::Neutral, Text::new().code(verb.word).plain(": ").plain(verb.summary));
    let rows: Vec<_> =
        verb.usages.iter().map(|usage| format!("{}\n    {}", usage.line(), usage.help)).collect();
    message = message.block(Block::Table(rows.join("\n")));
    let allowed = where_allowed(verb, person, policy);
    let note = if allowed.is_empty() {
        "You may not type it.".to_owned()
    } else if verb.needs == Needs::Deployer {
        format!("You may type it for: {}.", allowed.join(", "))
    } else {
        "You may type it.".to_owned()
    };
    message.footnote(Text::new().plain(note))
}

/// The environments for which the person may type the verb; one unnamed entry where the environment does not matter.
fn where_allowed<'a>(verb: &Verb, person: &Person, policy: &'a Policy) -> Vec<&'a str> {
    let anywhere = |right: Right| if may(person, &right, policy).is_ok() { vec![""] } else { vec![] };
    match verb.needs {
        Needs::Nothing => anywhere(Right::Read),
        Needs::Responder => anywhere(Right::Respond),
        Needs::Approver => anywhere(Right::Vote),
        Needs::Deployer => {
            let allowed =
                |name: &crate::names::Environment| may(person, &Right::Operate(name.clone()), policy).is_ok();
            let environments = policy.environments().iter().map(|it| &it.name);
            environments.filter(|name| allowed(name)).map(crate::names::Environment::as_str).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::plain::{View, plain};
    use crate::names::PersonId;
    use crate::tests::policy::policy;

    fn shown(verb: Option<&str>, person: &str) -> String {
        let policy = policy();
        let person = policy.person_by_id(&PersonId::new(person)).unwrap();
        plain(&help(verb, person, &policy), View::clock())
    }

    #[test]
    fn the_overview_has_what_the_person_may_type() {
        insta::assert_snapshot!(shown(None, "bob"), @"
        [note] What you can type
          | deploy      bring an image to an environment
          | rollback    go back to a stored revision
          | pause       hold a rollout where it is
          | resume      let a paused rollout go on
          | restart     start all pods anew with the same image
          | status      what runs, and whether its rollout is done
          | history     the revisions that a rollback can go to
          | diagnose    why it fails, and what to type next
          | approve     agree to a plan, as ✅ does
          | deny        stop a plan, as ❌ does
          | incident    declare an incident, move it on, write into it, read it
          | ack         say that you are looking, as 👀 does
          | postmortem  write down what happened
          | help        what can be typed
        Services: checkin-api, search-api.
        Environments: dev, staging, production.
        — `help deploy` shows the forms of one verb
        ");
        insta::assert_snapshot!(shown(None, "dave"), @"
        [note] What you can type
          | status      what runs, and whether its rollout is done
          | history     the revisions that a rollback can go to
          | diagnose    why it fails, and what to type next
          | incident    declare an incident, move it on, write into it, read it
          | postmortem  write down what happened
          | help        what can be typed
        Services: checkin-api, search-api.
        Environments: dev, staging, production.
        For others: deploy, rollback, pause, resume, restart, approve, deny, ack.
        — `help deploy` shows the forms of one verb
        ");
    }

    #[test]
    fn one_verb_has_all_its_forms() {
        insta::assert_snapshot!(shown(Some("rollback"), "alice"), @"
        [note] `rollback`: go back to a stored revision
          | rollback SERVICE in ENV [to REVISION|TAG]
          |     Goes back to the revision before this one, to this revision, or to the newest stored one with this tag.
          | rollback SERVICE in ENV to revision REVISION
          |     The number is a revision.
          | rollback SERVICE in ENV to tag TAG
          |     The number is a tag.
        — You may type it for: dev, staging, production.
        ");
        insta::assert_snapshot!(shown(Some("incident"), "dave"), @"
        [note] `incident`: declare an incident, move it on, write into it, read it
          | incident declare [sev1..sev4] TITLE
          |     Opens an incident, sev3 unless said otherwise.
          | incident open ALERT-n
          |     Opens an incident from an alert group.
          | incident status [INC-n] STATUS [REASON]
          |     Moves it on: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined.
          | incident note [INC-n] TEXT
          |     Writes a note into the timeline.
          | incident role [INC-n] ROLE PERSON
          |     Says who is commander, scribe, comms or ops.
          | incident severity [INC-n] sev1..sev4
          |     Says how bad it is now.
          | incident list
          |     Lists the open incidents.
          | incident timeline [INC-n]
          |     Shows what happened, in order.
          | incident resolve [INC-n]
          |     Says that the impact is over.
          | incident close [INC-n]
          |     Says that the work on it is over.
        — You may type it.
        ");
        insta::assert_snapshot!(shown(Some("ack"), "dave"), @"
        [note] `ack`: say that you are looking, as 👀 does
          | ack
          |     Acknowledges the alert or incident that this thread is about.
          | ack ALERT-n
          |     Acknowledges an alert group.
          | ack INC-n
          |     Acknowledges an incident.
        — You may not type it.
        ");
    }
}
