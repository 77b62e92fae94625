//! What the bot says about linked accounts: whose this one is, the code, and why not.
//!
//! A code is shown to whoever named the account, and is good for nobody but that account.

use crate::message::{Block, Message, Span, Text, Tone};
use crate::names::PersonId;
use crate::policy::Person;
use crate::refusal::Refusal;
use crate::request::Account;
use crate::untrusted::Untrusted;
use crate::verbs::link::{CODE_LASTS, Code};

fn shown(account: &Account) -> Span {
    Span::OutsideCode(Untrusted::new(account.to_string()))
}

/// To somebody whom nobody knows by this account.
pub fn stranger(account: &Account) -> Message {
    let typed = Text::new().plain("Type ").with(Span::OutsideCode(Untrusted::new(format!("link {account}"))));
    let typed = typed.plain(" there; it answers with a code that you type here.");
    let title = Text::new().plain("This is ").with(shown(account)).plain(", and I do not know whose it is");
    Message::new(Tone::Neutral, title)
        .paragraph(Text::new().plain("If I know you by another account, tell me from that one. ").then(typed))
        .paragraph("If I do not, whoever keeps the policy file can add you under [people].")
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

/// The code, to be typed from the other account.
pub fn code(code: &Code, account: &Account) -> Message {
    let title = Text::new().plain("From ").with(shown(account)).plain(" type ").code(format!("link {code}"));
    let minutes = CODE_LASTS.num_minutes();
    Message::new(Tone::Waiting, title).paragraph(
        format!("Within {minutes} minutes, once. Typed from any other account it does nothing.").as_str(),
    )
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

/// The console lets nobody in whom the file does not name.
pub fn not_here(account: &Account) -> Refusal {
    let reason = Text::new().with(shown(account)).plain(" cannot be linked.");
    Refusal::new(reason, "Accounts of the console are in the policy file, under [people].")
}

pub fn wrong_code(account: &Account, tries_left: i32) -> Refusal {
    let reason = Text::new().plain("That is not the code for ").with(shown(account)).plain(".");
    let hint = match tries_left {
        ..1 => Text::new().plain("It can be tried no more. "),
        1 => Text::new().plain("One more try. "),
        more => Text::new().plain(format!("{more} more tries. ")),
    };
    let again = Text::new().plain("For a new code, from the account that I know: ");
    let again = again.with(Span::OutsideCode(Untrusted::new(format!("link {account}")))).plain(".");
    Refusal::new(reason, hint.then(again))
}

/// There is none, or no longer.
pub fn no_code(account: &Account) -> Refusal {
    let reason = Text::new().plain("No code is open for ").with(shown(account)).plain(".");
    let hint = Text::new().plain("From an account that I know, type ");
    let hint = hint.with(Span::OutsideCode(Untrusted::new(format!("link {account}"))));
    Refusal::new(
        reason,
        hint.plain(format!("; the code is good for {} minutes, once.", CODE_LASTS.num_minutes())),
    )
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
    fn one_side_names_the_other_and_the_other_types_the_code() {
        let policy = policy();
        let bob = policy.person(&account("bob")).expect("the example file has bob");
        let code_of = Code::from_random([7, 19, 29, 23, 20, 2, 22, 13]);
        let told = [
            shown(&stranger(&slack())),
            shown(&code(&code_of, &slack())),
            shown(&linked(&slack(), &bob.id)),
            shown(&known(bob)),
            shown(&unlinked(&[slack(), account("bob")])),
        ];
        insta::assert_snapshot!(told.join("\n"), @"
        [note] This is `slack/T0123ABCD/U0BOB`, and I do not know whose it is
        If I know you by another account, tell me from that one. Type `link slack/T0123ABCD/U0BOB` there; it answers with a code that you type here.
        If I do not, whoever keeps the policy file can add you under [people].
        [waiting] From `slack/T0123ABCD/U0BOB` type `link 7KXQ-M2PD`
        Within 10 minutes, once. Typed from any other account it does nothing.
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
            not_here(&account("erin")),
            wrong_code(&slack(), 3),
            wrong_code(&slack(), 1),
            wrong_code(&slack(), 0),
            no_code(&slack()),
            nothing_linked(&bob, "slack"),
        ]
        .map(|refusal| shown(&super::super::refused(&refusal)));
        insta::assert_snapshot!(told.join("\n"), @"
        [warning] `slack/T0123ABCD/U0BOB` is @bob's already.
        Nothing is left to do.
        [warning] `slack/T0123ABCD/U0BOB` is @bob's already.
        An account belongs to one person. If that is wrong, it is for them to undo, or for whoever keeps the policy file.
        [warning] `console/erin` cannot be linked.
        Accounts of the console are in the policy file, under [people].
        [warning] That is not the code for `slack/T0123ABCD/U0BOB`.
        3 more tries. For a new code, from the account that I know: `link slack/T0123ABCD/U0BOB`.
        [warning] That is not the code for `slack/T0123ABCD/U0BOB`.
        One more try. For a new code, from the account that I know: `link slack/T0123ABCD/U0BOB`.
        [warning] That is not the code for `slack/T0123ABCD/U0BOB`.
        It can be tried no more. For a new code, from the account that I know: `link slack/T0123ABCD/U0BOB`.
        [warning] No code is open for `slack/T0123ABCD/U0BOB`.
        From an account that I know, type `link slack/T0123ABCD/U0BOB`; the code is good for 10 minutes, once.
        [warning] @bob has linked no account of slack.
        `link` says which accounts are yours; those of the policy file stay.
        ");
    }
}
