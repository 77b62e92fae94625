//! The channel of its own that an incident can have: what it should be called, say and show, and who should be in it.
//!
//! Only what should be is decided here, from the incident as it stands; a platform's adapter brings its channel there, however
//! often it was changed meanwhile.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Incident, Status};
use crate::message::Page;
use crate::message::plain::{View, text};
use crate::names::PersonId;
use crate::policy::{IncidentRooms, Policy};
use crate::replies::incident::affected;
use crate::timeline::Actor;

/// Slack takes 80, Discord 100.
const NAME_MAX_CHARS: usize = 80;
/// Slack takes 250, Discord 1,024.
const TOPIC_MAX_CHARS: usize = 250;

/// A channel as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// `inc-7-search-is-slow`; given once, so that nobody loses it from sight.
    pub name: String,
    pub topic: String,
    pub bookmarks: Vec<Bookmark>,
    pub members: BTreeSet<PersonId>,
    /// Nobody works there any more; reopened, it comes back.
    pub archived: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    pub title: String,
    pub page: Page,
}

/// What the incident's channel should be now.
pub fn wanted(incident: &Incident, rooms: &IncidentRooms, policy: &Policy) -> Wanted {
    let bookmark = |title: &str, page| Bookmark { title: title.to_owned(), page };
    Wanted {
        name: name(incident),
        topic: topic(incident, policy),
        bookmarks: vec![
            bookmark("Timeline", Page::Timeline(incident.id)),
            bookmark("Postmortem", Page::Postmortem(incident.id)),
        ],
        members: members(incident, rooms, policy),
        archived: match incident.status {
            Status::Closed | Status::Declined => true,
            Status::Triage
            | Status::Investigating
            | Status::Identified
            | Status::Mitigating
            | Status::Monitoring
            | Status::Resolved => false,
        },
    }
}

/// Lower-case ASCII with hyphens, as both platforms have it.
fn name(incident: &Incident) -> String {
    let mut name = incident.id.to_string().to_ascii_lowercase();
    let words = incident.title.for_comparison().to_ascii_lowercase();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if name.len() + 1 + word.len() > NAME_MAX_CHARS {
            break;
        }
        name = format!("{name}-{word}");
    }
    name
}

/// `INC-7 · sev2 · investigating · commander Alice Archer · search-api in production`
fn topic(incident: &Incident, policy: &Policy) -> String {
    let mut parts = vec![
        incident.id.to_string(),
        incident.severity.to_string(),
        incident.status.to_string(),
        match incident.commander() {
            Some(person) => format!("commander {}", policy.display_name(person)),
            None => "no commander yet".to_owned(),
        },
    ];
    if !incident.affected.is_empty() {
        parts.push(text(&affected(incident), View::clock()).replace('*', ""));
    }
    let topic = parts.join(" · ");
    topic.chars().take(TOPIC_MAX_CHARS).collect()
}

/// Whoever has a role or declared it, and the groups that the policy invites.
fn members(incident: &Incident, rooms: &IncidentRooms, policy: &Policy) -> BTreeSet<PersonId> {
    let mut members: BTreeSet<PersonId> = incident.roles.values().cloned().collect();
    if let Actor::Person(person) = &incident.declared_by {
        members.insert(person.clone());
    }
    let invited = policy.people().filter(|person| person.groups.intersection(&rooms.invite).next().is_some());
    members.extend(invited.map(|person| person.id.clone()));
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Role;
    use crate::names::Group;
    use crate::tests::incident::{declared, resolved};
    use crate::tests::policy::policy;

    fn rooms() -> IncidentRooms {
        let invite = [Group::new("oncall")].into();
        IncidentRooms { may: BTreeSet::new(), environments: None, invite }
    }

    #[test]
    fn a_channel_says_what_the_incident_is_and_has_whom_it_needs() {
        let new = wanted(&declared(), &rooms(), &policy());
        assert_eq!(new.name, "inc-7-search-answers-errors-slowly");
        assert_eq!(new.topic, "INC-7 · sev2 · triage · no commander yet · search-api in production");
        let ids = |wanted: &Wanted| wanted.members.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(ids(&new), ["alice", "bob", "carol"], "whoever declared it, and who is on call");
        let mut later = resolved();
        later.roles.insert(Role::Comms, PersonId::new("dave"));
        let later = wanted(&later, &rooms(), &policy());
        assert_eq!(later.topic, "INC-7 · sev2 · resolved · commander Bob Baker · search-api in production");
        assert_eq!(ids(&later), ["alice", "bob", "carol", "dave"]);
        assert!(!later.archived, "the postmortem is still talked about");
    }

    #[test]
    fn it_is_archived_when_the_incident_is_closed_and_comes_back_when_it_is_reopened() {
        let mut incident = resolved();
        let archived = |incident: &Incident| wanted(incident, &rooms(), &policy()).archived;
        incident.moved(Status::Closed, incident.declared_at);
        assert!(archived(&incident));
        incident.moved(Status::Investigating, incident.declared_at);
        assert!(!archived(&incident));
    }

    #[test]
    fn names_and_topics_fit_whatever_the_title_says() {
        let mut incident = declared();
        for title in ["<!channel> \u{202e}@everyone", "日本語", &"long ".repeat(100), "-", &"x".repeat(300)]
        {
            incident.title = crate::untrusted::Untrusted::new(title);
            let Wanted { name, topic, .. } = wanted(&incident, &rooms(), &policy());
            assert!(
                name.len() <= NAME_MAX_CHARS && topic.chars().count() <= TOPIC_MAX_CHARS,
                "{name} {topic}"
            );
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
            assert!(!name.ends_with('-'), "{name}");
        }
    }
}
