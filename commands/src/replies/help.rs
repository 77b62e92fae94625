//! The help: what this person may type, made from the verbs' own patterns.
//!
//! It hides nothing for secrecy: what somebody may not do is left out of the overview only so that it is short.

use crate::grammar::pattern::Usage;
use crate::message::{Block, Message, Text, Tone};
use crate::names::Environment;
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
    let any_form = |verb: &&Verb| verb.usages.iter().any(|usage| allowed(usage, person, policy).is_some());
    let (may_type, others): (Vec<&Verb>, Vec<&Verb>) = VERBS.iter().partition(any_form);
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
    message.footnote(Text::new().code("help VERB").plain(" shows all the forms of one verb"))
}

fn one(verb: &Verb, person: &Person, policy: &Policy) -> Message {
    let title = Text::new().code(verb.word).plain(": ").plain(verb.summary);
    let rows = verb.usages.iter().map(|usage| {
        let who = match allowed(usage, person, policy) {
            None => " (not you)".to_owned(),
            Some(environments) if environments.is_empty() => String::new(),
            Some(environments) => format!(" ({})", environments.join(", ")),
        };
        format!("{}\n    {}{who}", usage.line(), usage.help)
    });
    Message::new(Tone::Neutral, title).block(Block::Table(rows.collect::<Vec<_>>().join("\n")))
}

/// Whether the person may type it, and for which environments where that matters.
fn allowed<'a>(usage: &Usage, person: &Person, policy: &'a Policy) -> Option<Vec<&'a str>> {
    let anywhere = |right: Right| may(person, &right, policy).ok().map(|()| vec![]);
    match usage.needs {
        Needs::Nothing => anywhere(Right::Read),
        Needs::Responder => anywhere(Right::Respond),
        Needs::Approver => anywhere(Right::Vote),
        Needs::Stopper => anywhere(Right::Stop),
        Needs::Deployer => somewhere(person, policy, Right::Operate),
        Needs::GlassBreaker => somewhere(person, policy, Right::BreakGlass),
    }
}

/// The environments in which the person has the right, if any.
fn somewhere<'a>(
    person: &Person,
    policy: &'a Policy,
    right: fn(Environment) -> Right,
) -> Option<Vec<&'a str>> {
    let has = |name: &&Environment| may(person, &right((*name).clone()), policy).is_ok();
    let names = policy.environments().iter().map(|it| &it.name).filter(has);
    let names: Vec<_> = names.map(Environment::as_str).collect();
    (!names.is_empty()).then_some(names)
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
          | deploy        bring an image to an environment
          | rollback      go back to a stored revision
          | pause         hold a rollout where it is
          | resume        let a paused rollout go on
          | restart       start all pods anew with the same image
          | status        what runs, and whether its rollout is done
          | history       the revisions that a rollback can go to
          | diagnose      why it fails, and what to type next
          | approve       agree to a plan, as ✅ does
          | deny          stop a plan, as ❌ does
          | cancel        end an operation that waits or is at work
          | lock          let nothing new begin on a service or in an environment
          | unlock        take a lock off, whoever put it there
          | locks         what is locked, frozen or outside its change window
          | break-glass   pass every guard and approval, in the open, with a reason
          | review        look at what was done behind broken glass
          | incident      declare an incident, move it on, write into it, read it
          | ack           say that you are looking, as 👀 does
          | silence       keep an alert quiet for a while, as 🔕 does
          | unsilence     let a silenced alert be heard again
          | postmortem    write down what happened
          | remind        say something here again later
          | dead-letters  what could not be handled or sent, and trying it again
          | audit         check that nothing which was recorded was changed or removed
          | help          what can be typed
          | link          make an account on another platform yours, too
          | unlink        let linked accounts be nobody's again
        Services: checkin-api, search-api.
        Environments: dev, staging, production.
        — `help VERB` shows all the forms of one verb
        ");
        insta::assert_snapshot!(shown(None, "dave"), @"
        [note] What you can type
          | status      what runs, and whether its rollout is done
          | history     the revisions that a rollback can go to
          | diagnose    why it fails, and what to type next
          | locks       what is locked, frozen or outside its change window
          | review      look at what was done behind broken glass
          | incident    declare an incident, move it on, write into it, read it
          | postmortem  write down what happened
          | remind      say something here again later
          | audit       check that nothing which was recorded was changed or removed
          | help        what can be typed
          | link        make an account on another platform yours, too
          | unlink      let linked accounts be nobody's again
        Services: checkin-api, search-api.
        Environments: dev, staging, production.
        For others: deploy, rollback, pause, resume, restart, approve, deny, cancel, lock, unlock, break-glass, ack, silence, unsilence, dead-letters.
        — `help VERB` shows all the forms of one verb
        ");
    }

    #[test]
    fn one_verb_has_all_its_forms() {
        insta::assert_snapshot!(shown(Some("rollback"), "alice"), @"
        [note] `rollback`: go back to a stored revision
          | rollback SERVICE in ENV [to REVISION|TAG]
          |     Goes back to the revision before this one, to this revision, or to the newest stored one with this tag. (dev, staging, production)
          | rollback SERVICE in ENV to revision REVISION
          |     The number is a revision. (dev, staging, production)
          | rollback SERVICE in ENV to tag TAG
          |     The number is a tag. (dev, staging, production)
        ");
        insta::assert_snapshot!(shown(Some("incident"), "dave"), @"
        [note] `incident`: declare an incident, move it on, write into it, read it
          | incident declare [sev1..sev4] [affecting SERVICE] TITLE
          |     Opens an incident, sev3 unless said otherwise; what stands below an empty line becomes its first note. (not you)
          | incident open ALERT-n
          |     Opens an incident from an alert group. (not you)
          | incident status [INC-n] STATUS [REASON]
          |     Moves it on: triage, investigating, identified, mitigating, monitoring, resolved, closed, declined. (not you)
          | incident note [INC-n] TEXT
          |     Writes a note into the timeline. (not you)
          | incident role [INC-n] ROLE PERSON
          |     Says who is commander, scribe, comms or ops. (not you)
          | incident severity [INC-n] sev1..sev4
          |     Says how bad it is now. (not you)
          | incident affects [INC-n] SERVICE [in ENV]
          |     Says what it is about; while it is sev1 or sev2, nothing new is deployed there. (not you)
          | incident list
          |     Lists the open incidents.
          | incident timeline [INC-n]
          |     Shows what happened, in order.
          | incident resolve [INC-n]
          |     Says that the impact is over. (not you)
          | incident close [INC-n]
          |     Says that the work on it is over. (not you)
        ");
        insta::assert_snapshot!(shown(Some("ack"), "dave"), @"
        [note] `ack`: say that you are looking, as 👀 does
          | ack
          |     Acknowledges the alert or incident that this thread is about. (not you)
          | ack ALERT-n
          |     Acknowledges an alert group. (not you)
          | ack INC-n
          |     Acknowledges an incident. (not you)
        ");
    }
}
