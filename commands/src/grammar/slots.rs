//! What each slot takes, and what it says to a word that it does not.
//!
//! Names come out of the catalogue, never out of the text.

use super::pattern::{Bound, Slot};
use super::repair;
use crate::incident::{Role, Severity, Status};
use crate::message::{Span, Text};
use crate::policy::{Policy, account_id, unknown};
use crate::refusal::Refusal;
use crate::request::{Account, Platform};
use crate::untrusted::Untrusted;
use crate::verbs::link::Code;
use crate::verbs::{Duration, RollbackTo, Tag, VERBS};

/// A title stands on one line of a card.
pub(super) const MAX_TITLE_CHARS: usize = 200;
/// A note or a reason; leaves room in a line for the rest of its command.
const MAX_TEXT_CHARS: usize = 3_000;
/// More digits than any Deployment has revisions; longer ones are tags, such as dates.
const MAX_REVISION_DIGITS: usize = 6;

/// What a reason that is asked for begins with; the first is offered.
pub(super) const BECAUSE: [&str; 2] = ["because", "reason"];

/// Why a word is not what the slot takes.
pub(super) enum Not {
    /// It does not look like one; it may be something else.
    OfThisKind,
    /// It can only have been meant for this slot, and this is what is wrong with it.
    Known(Refusal),
}

pub(super) fn word(slot: Slot, word: &str, policy: &Policy, bound: &mut Bound) -> Result<(), Not> {
    match slot {
        Slot::Service => bound.service = Some(policy.service(word).map_err(Not::Known)?),
        Slot::Environment => bound.environment = Some(policy.environment(word).map_err(Not::Known)?),
        Slot::Tag => bound.tag = Some(tag(word)?),
        Slot::Revision => bound.to = Some(RollbackTo::Revision(revision(word).ok_or(Not::OfThisKind)?)),
        Slot::Goal => bound.to = Some(goal(word)?),
        Slot::Incident => bound.incident = Some(word.parse().map_err(|_| Not::OfThisKind)?),
        Slot::Alert => bound.alert = Some(word.parse().map_err(|_| Not::OfThisKind)?),
        Slot::Operation => bound.operation = Some(word.parse().map_err(|_| Not::OfThisKind)?),
        Slot::DeadLetter => bound.dead_letter = Some(word.parse().map_err(|_| Not::OfThisKind)?),
        Slot::Severity => bound.severity = Some(severity(word)?),
        Slot::Status => {
            let known = Status::ALL.iter().map(|it| it.as_str());
            let status = word.parse::<Status>().map_err(|()| Not::Known(unknown("status", word, known)))?;
            bound.status = Some(status);
        }
        Slot::Role => {
            let known = Role::ALL.iter().map(|it| it.as_str());
            bound.role = Some(word.parse::<Role>().map_err(|()| Not::Known(unknown("role", word, known)))?);
        }
        Slot::Person => bound.person = Some(policy.person_named(word).map_err(Not::Known)?),
        Slot::Verb => bound.verb = Some(verb(word)?),
        Slot::Lockable => lockable(word, policy, bound)?,
        Slot::Duration => {
            bound.duration = Some(Duration::parse(word).ok_or_else(|| Not::Known(no_duration(word)))?);
        }
        Slot::Platform => bound.platform = Some(platform(word).map_err(Not::Known)?),
        Slot::Account => bound.account = Some(account(word)?),
        Slot::Code => bound.code = Some(Code::parse(word).ok_or(Not::OfThisKind)?),
        Slot::Title | Slot::Text | Slot::Reason | Slot::Because => {
            text(slot, word, bound).map_err(Not::Known)?;
        }
    }
    Ok(())
}

/// The rest of the line, which these slots take whole.
pub(super) fn text(slot: Slot, rest: &str, bound: &mut Bound) -> Result<(), Refusal> {
    let rest = if slot == Slot::Because { because(rest)? } else { rest };
    let (rest, below) = if slot == Slot::Title { title_and_details(rest) } else { (rest, None) };
    bound.details = below.map(details).transpose()?;
    let bare = repair::unquoted(rest);
    bound.quoted = bare.len() < rest.trim().len();
    let (text, limit) = if slot == Slot::Title {
        (bare.split_whitespace().collect::<Vec<_>>().join(" "), MAX_TITLE_CHARS)
    } else {
        (bare.to_owned(), MAX_TEXT_CHARS)
    };
    if text.is_empty() {
        return Err(Refusal::new(Text::new().plain(format!("{} is empty.", slot.label())), "Write it out."));
    }
    fits(slot.label(), &text, limit)?;
    bound.text = Some(Untrusted::new(text));
    Ok(())
}

fn fits(what: &str, text: &str, limit: usize) -> Result<(), Refusal> {
    let chars = text.chars().count();
    if chars <= limit {
        return Ok(());
    }
    let reason = format!("{what} has {chars} characters; there is room for {limit}.");
    Err(Refusal::new(Text::new().plain(reason), "Say it shorter; nothing was done."))
}

fn title_and_details(rest: &str) -> (&str, Option<&str>) {
    let (title, below) = rest.split_once("\n\n").map_or((rest, None), |(title, below)| (title, Some(below)));
    (title, below.filter(|below| !repair::unquoted(below).is_empty()))
}

fn details(below: &str) -> Result<Untrusted, Refusal> {
    let text = repair::unquoted(below);
    fits("The description", text, MAX_TEXT_CHARS)?;
    Ok(Untrusted::new(text))
}

pub(super) fn is_because(word: &str) -> bool {
    let said = word.strip_prefix("--").unwrap_or(word).trim_end_matches(':');
    BECAUSE.iter().any(|known| said.eq_ignore_ascii_case(known))
}

/// What stands behind `because`.
fn because(rest: &str) -> Result<&str, Refusal> {
    let rest = rest.trim();
    let first = rest.split_whitespace().next().unwrap_or_default();
    if is_because(&repair::word(first)) {
        return Ok(rest.get(first.len()..).unwrap_or_default());
    }
    if repair::unquoted(rest).len() < rest.len() {
        return Ok(rest);
    }
    let shown = Untrusted::new(first).shortened(Tag::MAX_CHARS);
    let reason = Text::new().plain("I did not understand ").with(Span::OutsideCode(shown));
    let hint = Text::new().plain("Say why, as in ").code("because the index is rebuilt");
    Err(Refusal::new(reason.plain(", so nothing was done."), hint.plain(".")))
}

/// A service or an environment, whichever has the name; where both have it, `SERVICE in ENV` says which is meant.
fn lockable(word: &str, policy: &Policy, bound: &mut Bound) -> Result<(), Not> {
    match (policy.service(word), policy.environment(word)) {
        (Ok(service), Err(_)) => bound.service = Some(service),
        (Err(_), Ok(environment)) => bound.environment = Some(environment),
        (Ok(both), Ok(_)) => {
            let reason = Text::new().code(both.as_str()).plain(" is a service and an environment.");
            let hint = Text::new().plain("Say which, as in ").code(format!("{both} in {both}"));
            return Err(Not::Known(Refusal::new(reason, hint)));
        }
        (Err(_), Err(_)) => {
            let services = policy.services().map(|it| it.name.as_str());
            let known = services.chain(policy.environments().iter().map(|it| it.name.as_str()));
            return Err(Not::Known(unknown("service or environment", word, known)));
        }
    }
    Ok(())
}

fn platform(word: &str) -> Result<Platform, Refusal> {
    let known = Platform::ALL.iter().map(|it| it.as_str());
    Platform::from_name(&word.to_ascii_lowercase()).ok_or_else(|| unknown("platform", word, known))
}

/// `slack/T0123ABCD/U0123ABCD`
fn account(word: &str) -> Result<Account, Not> {
    let (name, id) = word.split_once('/').ok_or(Not::OfThisKind)?;
    let platform = platform(name).map_err(Not::Known)?;
    account_id(platform, id).map_err(|fix| {
        let shown = Untrusted::new(id).shortened(Tag::MAX_CHARS);
        let reason = Text::new().with(Span::OutsideCode(shown)).plain(" is no account of ");
        let hint = Text::new().plain(format!("For an account there: {fix}. "));
        let hint = hint.plain("Typed from it, ").code("link").plain(" says what it is.");
        Not::Known(Refusal::new(reason.plain(format!("{}.", platform.as_str())), hint))
    })?;
    Ok(Account { platform, id: id.to_owned() })
}

fn no_duration(word: &str) -> Refusal {
    let shown = Untrusted::new(word).shortened(Tag::MAX_CHARS);
    Refusal::new(
        Text::new().with(Span::OutsideCode(shown)).plain(" is not a duration."),
        "A number and its unit, at most a year: 30m, 2h, 3d.",
    )
}

fn tag(word: &str) -> Result<Tag, Not> {
    Tag::parse(word).ok_or_else(|| {
        let shown = Untrusted::new(word).shortened(Tag::MAX_CHARS);
        Not::Known(Refusal::new(
            Text::new().with(Span::OutsideCode(shown)).plain(" cannot be an image tag."),
            "A tag is letters, digits, `_`, `.` and `-`, at most 128, and starts with none of `.` and `-`.",
        ))
    })
}

/// `sev9` is a slip and not the first word of a title.
fn severity(word: &str) -> Result<Severity, Not> {
    word.parse::<Severity>().map_err(|()| {
        let number = word.get(..3).filter(|sev| sev.eq_ignore_ascii_case("sev")).and_then(|_| word.get(3..));
        let number = number.map(|rest| rest.trim_start_matches('-'));
        if number.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())) {
            let shown = Span::OutsideCode(Untrusted::new(word).shortened(Tag::MAX_CHARS));
            let reason = Text::new().plain("There is no severity ").with(shown).plain(".");
            // Every other one is one character away: a guess would be an arbitrary one.
            return Not::Known(Refusal::new(reason, "Known: sev1, the worst, to sev4."));
        }
        Not::OfThisKind
    })
}

fn revision(word: &str) -> Option<i64> {
    let digits = word.bytes().all(|b| b.is_ascii_digit()) && (1..=MAX_REVISION_DIGITS).contains(&word.len());
    if digits { word.parse().ok() } else { None }
}

/// `3` is a revision, anything else a tag; `to revision 3` and `to tag 3` say which.
fn goal(word: &str) -> Result<RollbackTo, Not> {
    if ["revision", "tag"].iter().any(|kind| word.eq_ignore_ascii_case(kind)) {
        return Err(Not::OfThisKind);
    }
    match revision(word) {
        Some(number) => Ok(RollbackTo::Revision(number)),
        None => tag(word).map(RollbackTo::Tag),
    }
}

fn verb(word: &str) -> Result<String, Not> {
    let found = VERBS.iter().find(|verb| verb.word.eq_ignore_ascii_case(word));
    let known = || VERBS.iter().map(|verb| verb.word);
    found.map(|verb| verb.word.to_owned()).ok_or_else(|| Not::Known(unknown("verb", word, known())))
}
