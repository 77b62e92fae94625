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
