//! What the bot says about linked accounts: whose this one is, the code, and why not.
//!
//! A code is shown to the account that was named, and is good for nobody but the person who named it.

use chrono::{DateTime, Utc};

use crate::message::{Block, Message, Span, Text, Tone};
use crate::names::PersonId;
use crate::policy::Person;
use crate::refusal::Refusal;
use crate::request::Account;
use crate::untrusted::Untrusted;
use crate::verbs::link::{CODE_LASTS, Code, HANDS_CHANGE_AFTER};

fn shown(account: &Account) -> Span {
    Span::OutsideCode(Untrusted::new(account.to_string()))
}

/// To somebody whom nobody knows by this account.
pub fn stranger(account: &Account) -> Message {
    let typed = Text::new().plain("type ").with(naming(account)).plain(" there, and then ").code("link");
    let typed = typed.plain(" here: I show you a code, and nobody else, that you type there.");
    let title = Text::new().plain("This is ").with(shown(account)).plain(", and I do not know whose it is");
    Message::new(Tone::Neutral, title)
        .paragraph(Text::new().plain("If I know you by another account, ").then(typed))
        .paragraph("If I do not, whoever keeps the policy file can add you under [people].")
}

fn naming(account: &Account) -> Span {
    Span::OutsideCode(Untrusted::new(format!("link {account}")))
}

/// To somebody who is known: by which accounts, and how there is another one.
pub fn known(person: &Person) -> Message {
    let accounts = person.accounts.iter().map(|account| Text::new().with(shown(account))).collect();
    Message::new(Tone::Neutral, Text::new().plain("You are ").person(&person.id))
        .paragraph("By these accounts:")
        .block(Block::List(accounts))
        .paragraph(
            Text::new()
                .plain("For another one, type ")
                .code("link")
                .plain(" from that one: it says how it is called, and what to type here."),
        )
}

/// To whoever named an account; everybody may see it.
pub fn named(account: &Account) -> Message {
    let title = Text::new().plain("From ").with(shown(account)).plain(" type ").code("link");
    let minutes = CODE_LASTS.num_minutes();
    Message::new(Tone::Waiting, title).paragraph(
        format!(
            "It is shown a code there, and nobody else is. Type that one here, within {minutes} minutes."
        )
        .as_str(),
    )
}

/// To the account that was named, and to nobody else. Made when it is sent, for it must not be stored.
pub fn code(code: &Code, account: &Account, person: &PersonId) -> Message {
    let title = Text::new().person(person).plain(" says that ").with(shown(account)).plain(" is theirs");
    let minutes = CODE_LASTS.num_minutes();
    let typed = Text::new().plain("If that is you, type ").code(format!("link {code}"));
    let typed = typed.plain(format!(
        " where you named this account. Within {minutes} minutes, once, and from your account alone."
    ));
    let mut message = Message::new(Tone::Waiting, title).paragraph(typed).paragraph(
        "If it is not, tell nobody this code: this account would be theirs, and what you do here would count as done by them.",
    );
    message.confidential = true;
    message
}

/// In place of the code: what is stored, and what is shown where there is none any more.
pub fn no_code_any_more(account: &Account) -> Message {
    let title = Text::new().plain("Nobody says any more that ").with(shown(account)).plain(" is theirs");
    let hint = Text::new().plain("From an account that I know, type ").with(naming(account));
    let mut message =
        Message::new(Tone::Neutral, title).paragraph(hint.plain("; then type ").code("link").plain(" here."));
    message.confidential = true;
    message
}

/// The code would be seen by others.
pub fn not_alone() -> Refusal {
    let reason = "Your code is for nobody else to see, and here others would see it.";
    let hint = Text::new().plain("Use the command ").code("/link").plain(": its answer is for you alone.");
    Refusal::new(reason, hint)
}

pub fn linked(account: &Account, person: &PersonId) -> Message {
    let title = Text::new().with(shown(account)).plain(" is ").person(person).plain(" from now on");
    Message::new(Tone::Good, title).footnote(
        Text::new()
            .plain("what you may do, you may do from here, too; ")
            .code(unlinking(account))
            .plain(" undoes it"),
    )
}

fn unlinking(account: &Account) -> String {
    format!("unlink {}", account.platform.as_str())
}

pub fn unlinked(accounts: &[Account]) -> Message {
    let now = if accounts.len() == 1 { " is nobody's account now" } else { " are nobody's accounts now" };
    let accounts = accounts.iter().map(|account| Text::new().with(shown(account))).collect();
    Message::new(Tone::Good, super::event::listed(accounts).plain(now))
}

/// It is somebody's already.
pub fn taken(account: &Account, by: &PersonId, asks: &PersonId) -> Refusal {
    let reason = Text::new().with(shown(account)).plain(" is ").person(by).plain("'s already.");
    let hint = if by == asks {
        "Nothing is left to do."
    } else {
        "An account belongs to one person. If that is wrong, it is for them to undo, or for whoever keeps the policy file."
    };
    Refusal::new(reason, hint)
}

/// It was somebody else's until a moment ago, and what they reacted by it still counts.
pub fn was_theirs(account: &Account, by: &PersonId, until: DateTime<Utc>) -> Refusal {
    let reason = Text::new().with(shown(account)).plain(" was ").person(by).plain("'s until ").when(until);
    let days = HANDS_CHANGE_AFTER.num_days();
    let hint =
        format!("So that no reaction counts for two people, it can be somebody else's {days} days later; ");
    let hint = Text::new().plain(hint).person(by).plain(" may link it again at once.");
    Refusal::new(reason.plain("."), hint)
}

/// The console lets nobody in whom the file does not name.
pub fn not_here(account: &Account) -> Refusal {
    let reason = Text::new().with(shown(account)).plain(" cannot be linked.");
    Refusal::new(reason, "Accounts of the console are in the policy file, under [people].")
}

/// It is none of those that their accounts were shown.
pub fn wrong_code(tries_left: i32) -> Refusal {
    let left = match tries_left {
        ..1 => "It can be tried no more. ".to_owned(),
        1 => "One more try. ".to_owned(),
        more => format!("{more} more tries. "),
    };
    let again = Text::new().plain(left).plain("For a new code, type ").code("link");
    Refusal::new(
        "That is not the code which the account was shown.",
        again.plain(" from the account that you named."),
    )
}

/// Nothing was named, or it is too late.
pub fn no_code(person: &PersonId) -> Refusal {
    let reason = Text::new().plain("No account that ").person(person).plain(" named waits for a code.");
    let example = "link slack/T0123ABCD/U0123ABCD";
    let hint =
        Text::new().plain("Name it, as in ").code(example).plain("; it is shown a code when you type ");
    let minutes = CODE_LASTS.num_minutes();
    Refusal::new(reason, hint.code("link").plain(format!(" from it, which is good for {minutes} minutes.")))
}

pub fn nothing_linked(person: &PersonId, platform: &str) -> Refusal {
    let reason = Text::new().person(person).plain(format!(" has linked no account of {platform}."));
    Refusal::new(
        reason,
        Text::new().code("link").plain(" says which accounts are yours; those of the policy file stay."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::PersonId;
    use crate::request::Platform;
    use crate::tests::policy::{account, policy};
    use crate::tests::shown::shown;

    fn slack() -> Account {
        Account { platform: Platform::Slack, id: "T0123ABCD/U0BOB".to_owned() }
    }

    #[test]
    fn one_side_names_the_other_and_types_what_that_one_is_shown() {
        let policy = policy();
        let bob = policy.person(&account("bob")).expect("the example file has bob");
        let shown_code = Code::from_random([7, 19, 29, 23, 20, 2, 22, 13, 4, 26, 9, 10]);
        let told = [
            shown(&stranger(&slack())),
            shown(&named(&slack())),
            shown(&code(&shown_code, &slack(), &bob.id)),
            shown(&no_code_any_more(&slack())),
            shown(&linked(&slack(), &bob.id)),
            shown(&known(bob)),
            shown(&unlinked(&[slack(), account("bob")])),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
        [note] This is `slack/T0123ABCD/U0BOB`, and I do not know whose it is
        If I know you by another account, type `link slack/T0123ABCD/U0BOB` there, and then `link` here: I show you a code, and nobody else, that you type there.
        If I do not, whoever keeps the policy file can add you under [people].
        [waiting] From `slack/T0123ABCD/U0BOB` type `link`
        It is shown a code there, and nobody else is. Type that one here, within 10 minutes.
        [waiting] @bob says that `slack/T0123ABCD/U0BOB` is theirs
        If that is you, type `link 7KXQ-M2PD-4T9A` where you named this account. Within 10 minutes, once, and from your account alone.
        If it is not, tell nobody this code: this account would be theirs, and what you do here would count as done by them.
        [note] Nobody says any more that `slack/T0123ABCD/U0BOB` is theirs
        From an account that I know, type `link slack/T0123ABCD/U0BOB`; then type `link` here.
        [good] `slack/T0123ABCD/U0BOB` is @bob from now on
        — what you may do, you may do from here, too; `unlink slack` undoes it
        [note] You are @bob
        By these accounts:
        • `console/bob`
        For another one, type `link` from that one: it says how it is called, and what to type here.
        [good] `slack/T0123ABCD/U0BOB` and `console/bob` are nobody's accounts now
        ");
    }

    #[test]
    fn refusals_say_what_to_type() {
        let (bob, carol) = (PersonId::new("bob"), PersonId::new("carol"));
        let told = [
            taken(&slack(), &bob, &bob),
            taken(&slack(), &bob, &carol),
            was_theirs(&slack(), &bob, DateTime::from_timestamp(1_700_000_000, 0).unwrap()),
            not_here(&account("erin")),
            not_alone(),
            wrong_code(3),
            wrong_code(1),
            wrong_code(0),
            no_code(&bob),
            nothing_linked(&bob, "slack"),
        ]
        .map(|refusal| shown(&super::super::refused(&refusal)));
        insta::assert_snapshot!(told.join("\n"), @"
        [warning] `slack/T0123ABCD/U0BOB` is @bob's already.
        Nothing is left to do.
        [warning] `slack/T0123ABCD/U0BOB` is @bob's already.
        An account belongs to one person. If that is wrong, it is for them to undo, or for whoever keeps the policy file.
        [warning] `slack/T0123ABCD/U0BOB` was @bob's until 22:13 UTC.
        So that no reaction counts for two people, it can be somebody else's 8 days later; @bob may link it again at once.
        [warning] `console/erin` cannot be linked.
        Accounts of the console are in the policy file, under [people].
        [warning] Your code is for nobody else to see, and here others would see it.
        Use the command `/link`: its answer is for you alone.
        [warning] That is not the code which the account was shown.
        3 more tries. For a new code, type `link` from the account that you named.
        [warning] That is not the code which the account was shown.
        One more try. For a new code, type `link` from the account that you named.
        [warning] That is not the code which the account was shown.
        It can be tried no more. For a new code, type `link` from the account that you named.
        [warning] No account that @bob named waits for a code.
        Name it, as in `link slack/T0123ABCD/U0123ABCD`; it is shown a code when you type `link` from it, which is good for 10 minutes.
        [warning] @bob has linked no account of slack.
        `link` says which accounts are yours; those of the policy file stay.
        ");
    }
}
