//! One person with an account here and another elsewhere is one voter: they link the two, proved on both sides, and from then on each
//! account is theirs. Nobody else can use their code, it is stored nowhere, and no way of linking makes two votes of one person.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use commands::message::Reaction;
use regex::Regex;
use tests::world::World;
use tests::world::elsewhere::begin_in_slack_where;

const LAB: &str = env!("CARGO_BIN_EXE_lab");
/// No policy names it, and the bot is not in it.
const ANYWHERE: &str = "general";

/// Told in Slack, where the policy knows nobody; everybody is known at the console.
async fn begin(policy: impl FnOnce(&str) -> String) -> Result<World> {
    let slack = Regex::new(", slack = \"[^\"]*\"")?;
    begin_in_slack_where(LAB, |known| policy(&slack.replace_all(known, ""))).await
}

/// The code on a card that says what to type.
fn code(text: &str) -> Result<String> {
    let code = text.split("type link ").nth(1).and_then(|rest| rest.split(' ').next());
    Ok(code.context("no code")?.to_owned())
}

/// The person names the account at the console, and it is shown its code.
async fn is_shown(world: &World, person: &'static str, account: &'static str) -> Result<String> {
    let slack = world.slack()?.account("acme", account);
    world.at_the_console(person)?.types(&format!("link slack/{slack}")).await?;
    world.console()?.sees("It is shown a code there").await?;
    world.ops.has(account).types_in(ANYWHERE, "link").await?;
    code(&world.sees("says that").await?.text)
}

async fn links(world: &World, person: &'static str, account: &'static str) -> Result<()> {
    let code = is_shown(world, person, account).await?;
    world.at_the_console(person)?.types(&format!("link {code}")).await?;
    world.console()?.sees("from now on").await?;
    Ok(())
}

/// The tables in which this stands, however it is written.
async fn tables_with(world: &World, code: &str) -> Result<BTreeSet<String>> {
    let (stored, bare) = (world.everything_stored().await?.to_ascii_uppercase(), code.replace('-', ""));
    let rows = stored.lines().filter(|row| row.contains(code) || row.contains(&bare));
    Ok(rows.filter_map(|row| row.split(' ').next()).map(str::to_ascii_lowercase).collect())
}

#[tokio::test]
async fn bob_links_his_other_account_by_a_code_that_nobody_else_can_use() -> Result<()> {
    let world = begin(str::to_owned).await?;
    let (console, slack) = (world.console()?, world.slack()?);
    world.bob().types("status search-api in dev").await?;
    let stranger = world.sees("I do not know who").await?;
    insta::assert_snapshot!(stranger.text, @"
    [warning] I do not know who slack/T0ACME/U0BOB is.
    Whoever keeps the policy file can add this account to a person under [people]; whoever is there with another account types link here.
    ");
    world.bob().types_in(ANYWHERE, "link").await?;
    let told = world.sees("I do not know whose it is").await?;
    let overheard = slack.person("acme", "carol").reads_all(ANYWHERE);
    assert!(overheard.iter().all(|seen| !seen.text.contains("whose it is")), "it is for bob alone");
    insta::assert_snapshot!(told.text, @"
    [note] This is slack/T0ACME/U0BOB, and I do not know whose it is
    If I know you by another account, type link slack/T0ACME/U0BOB there, and then link here: I show you a code, and nobody else, that you type there.
    If I do not, whoever keeps the policy file can add you under [people].
    ");

    world.at_the_console("bob")?.types("link slack/T0ACME/U0BOB").await?;
    insta::assert_snapshot!(console.sees("It is shown a code there").await?.text, @"
    [waiting] From `slack/T0ACME/U0BOB` type `link`
    It is shown a code there, and nobody else is. Type that one here, within 10 minutes.
    ");
    // Nothing that bob can see yet is worth anything, and nobody else was named.
    world.at_the_console("bob")?.types("link 0000-0000-0000").await?;
    console.sees("that @bob named waits for a code").await?;
    world.stranger().types_in(ANYWHERE, "link").await?;
    world.sees("I do not know whose it is").await?;
    world.bob().types("link").await?;
    let shown = world.sees("says that").await?;
    let overheard = slack.person("acme", "carol").reads_all("ops");
    assert!(
        overheard.iter().all(|seen| !seen.text.contains("says that")),
        "whoever reads the channel does not see it"
    );
    let code = code(&shown.text)?;
    insta::assert_snapshot!(shown.text.replace(&code, "7KXQ-M2PD-4T9A"), @"
    [waiting] @bob says that slack/T0ACME/U0BOB is theirs
    If that is you, type link 7KXQ-M2PD-4T9A where you named this account. Within 10 minutes, once, and from your account alone.
    If it is not, tell nobody this code: this account would be theirs, and what you do here would count as done by them.
    ");
    world.stage.nothing_is_left_to_send().await?;
    assert_eq!(tables_with(&world, &code).await?, BTreeSet::new(), "whoever reads the database has no code");

    // Who hears of it is somebody else, or nobody.
    world.stranger().types_in(ANYWHERE, &format!("link {code}")).await?;
    world.sees("I do not know who").await?;
    world.at_the_console("carol")?.types(&format!("link {code}")).await?;
    insta::assert_snapshot!(console.sees("that @carol named waits for a code").await?.text, @"
    [warning] No account that @carol named waits for a code.
    Name it, as in `link slack/T0123ABCD/U0123ABCD`; it is shown a code when you type `link` from it, which is good for 10 minutes.
    ");
    world.at_the_console("bob")?.types("link 0000-0000-0000").await?;
    console.sees("4 more tries").await?;
    world.at_the_console("bob")?.types(&format!("link {}", code.to_ascii_lowercase())).await?;
    insta::assert_snapshot!(console.sees("from now on").await?.text, @"
    [good] `slack/T0ACME/U0BOB` is @bob from now on
    — what you may do, you may do from here, too; `unlink slack` undoes it
    ");
    world.at_the_console("bob")?.types(&format!("link {code}")).await?;
    console.sees("that @bob named waits for a code").await?;
    assert!(!tables_with(&world, &code).await?.contains("timeline"), "what is for good never had it");
    world.bob().types_in(ANYWHERE, "unlink slack").await?;
    world.sees("nobody's account now").await?;
    let recorded = "select string_agg(coalesce(actor ->> 'person', actor ->> 'stranger') || ' ' || (event ->> 'kind'), E'\\n' order by id)
                    from timeline where event ->> 'kind' <> 'command_typed'";
    insta::assert_snapshot!(world.stage.asks(recorded).await?, @"
    slack/T0ACME/U0BOB command_refused
    bob command_refused
    slack/T0ACME/U0MALLORY command_refused
    carol command_refused
    bob command_refused
    bob linked
    bob command_refused
    bob unlinked
    ");
    world.ends().await
}

/// The link is the person's on both sides: rights, votes, reactions that are read from the platform.
#[tokio::test]
async fn both_accounts_are_one_voter_and_one_requester() -> Result<()> {
    let world = begin(|policy| policy.replace("approvals = 1", "approvals = 2")).await?;
    links(&world, "bob", "bob").await?;
    links(&world, "alice", "alice").await?;
    let console = world.console()?;

    world.at_the_console("alice")?.types("deploy search-api 98ab4e2 to production").await?;
    let plan = console.sees("0 of 2").await?;
    world.alice().types("approve OP-1").await?;
    insta::assert_snapshot!(world.sees("nobody approves their own").await?.text, @"
    [warning] @alice asked for this, and nobody approves their own request.
    It takes somebody else of oncall; to deny it takes it back.
    ");
    world.bob().types("approve OP-1").await?;
    world.sees("taken in").await?;
    console.sees("1 of 2").await?;
    world.at_the_console("bob")?.reacts(&plan, Reaction::Approve).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "it is bob's one vote");
    assert!(console.looks_again(&plan).await?.text.contains("1 of 2"));

    // Asked for elsewhere, its card is there; what is on the card counts, whoever's account it is of.
    world.alice().types("restart search-api in production").await?;
    let card = world.sees("0 of 2").await?;
    world.bob().reacts(&card, Reaction::Approve).await?;
    world.sees("1 of 2").await?;
    world.alice().reacts(&card, Reaction::Approve).await?;
    world.sees("nobody approves their own").await?;
    world.stranger().reacts(&card, Reaction::Approve).await?;
    world.sees("I do not know who").await?;
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert!(world.ops.looks_again(&card).await?.text.contains("1 of 2"));
    world.at_the_console("bob")?.types("unlink slack").await?;
    console.sees("nobody's account now").await?;
    world.stage.a_minute_passes().await?;
    world.sees("0 of 2").await?;
    for operation in ["deny OP-1", "deny OP-2"] {
        world.at_the_console("alice")?.types(operation).await?;
    }
    console.sees("Nothing was changed").await?;
    world.sees("Nothing was changed").await?;
    world.ends().await
}

/// What somebody did before the link, or by two accounts, or by one that changed hands, is one person's one vote or none.
#[tokio::test]
async fn linking_during_a_vote_makes_no_second_one() -> Result<()> {
    let world = begin(|policy| policy.replace("approvals = 1", "approvals = 2")).await?;
    links(&world, "alice", "alice").await?;
    let console = world.console()?;
    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let card = world.sees("0 of 2").await?;
    for stranger in [world.bob(), world.stranger()] {
        stranger.reacts(&card, Reaction::Approve).await?;
        world.sees("I do not know who").await?;
    }
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert!(world.ops.looks_again(&card).await?.text.contains("0 of 2"), "strangers do not count");
    links(&world, "bob", "bob").await?;
    links(&world, "bob", "mallory").await?;
    world.stage.a_minute_passes().await?;
    world.sees("1 of 2").await?;
    world.at_the_console("bob")?.types("approve OP-1").await?;
    world.stage.nothing_is_left_to_handle().await?;
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert!(
        world.ops.looks_again(&card).await?.text.contains("1 of 2"),
        "two of bob's accounts and his word"
    );

    // What bob said stays said; his account does not vote again for somebody else.
    world.at_the_console("bob")?.types("unlink slack").await?;
    console.sees("nobody's accounts now").await?;
    world.at_the_console("carol")?.types("link slack/T0ACME/U0BOB").await?;
    insta::assert_snapshot!(console.sees("was @bob's until").await?.text, @"
    [warning] `slack/T0ACME/U0BOB` was @bob's until (time).
    So that no reaction counts for two people, it can be somebody else's (span) later; @bob may link it again at once.
    ");
    world.stage.a_minute_passes().await?;
    world.stage.operations_were_looked_at().await?;
    assert!(world.ops.looks_again(&card).await?.text.contains("1 of 2"));
    links(&world, "bob", "bob").await?;
    assert_eq!(world.stage.tag_in(&world.stage.production).await?, "7c3f2b1");
    world.at_the_console("alice")?.types("deny OP-1").await?;
    world.sees("Nothing was changed").await?;
    world.ends().await
}

/// Whoever names an account last is whom its code is for, and it says so; the code is no use to the others who named it.
#[tokio::test]
async fn an_account_that_two_people_name_is_shown_for_whom_its_code_is() -> Result<()> {
    let world = begin(str::to_owned).await?;
    let console = world.console()?;
    let first = is_shown(&world, "bob", "bob").await?;
    world.at_the_console("dave")?.types("link slack/T0ACME/U0BOB").await?;
    console.sees("It is shown a code there").await?;
    world.at_the_console("bob")?.types(&format!("link {first}")).await?;
    console.sees("that @bob named waits for a code").await?;
    world.bob().types_in(ANYWHERE, "link").await?;
    let daves = code(&world.sees("@dave says that").await?.text)?;
    world.at_the_console("bob")?.types(&format!("link {daves}")).await?;
    console.sees("that @bob named waits for a code").await?;
    // A code that is shown again is another one.
    let second = is_shown(&world, "bob", "bob").await?;
    world.bob().types_in(ANYWHERE, "link").await?;
    let third = code(&world.sees("@bob says that").await?.text)?;
    world.at_the_console("bob")?.types(&format!("link {second}")).await?;
    console.sees("4 more tries").await?;
    world.at_the_console("bob")?.types(&format!("link {third}")).await?;
    console.sees("from now on").await?;
    world.ends().await
}

#[tokio::test]
async fn what_cannot_be_linked_is_said_and_a_link_ends_with_its_person() -> Result<()> {
    let mut world = begin(str::to_owned).await?;
    links(&world, "bob", "bob").await?;
    let console = world.console()?;
    let mut said = vec![];
    for (words, answer) in [
        ("link slack/T0ACME/U0BOB", "already"),
        ("link console/alice", "already"),
        ("link console/erin", "cannot be linked"),
        ("link slack/bob", "no account of"),
        ("link irc/bob", "no platform"),
        ("link 0000-0000-0000", "waits for a code"),
        ("unlink slack", "linked no account"),
    ] {
        world.at_the_console("carol")?.types(words).await?;
        said.push(console.sees(answer).await?.text);
    }
    insta::assert_snapshot!(said.join("\n"), @"
    [warning] `slack/T0ACME/U0BOB` is @bob's already.
    An account belongs to one person. If that is wrong, it is for them to undo, or for whoever keeps the policy file.
    [warning] `console/alice` is @alice's already.
    An account belongs to one person. If that is wrong, it is for them to undo, or for whoever keeps the policy file.
    [warning] `console/erin` cannot be linked.
    Accounts of the console are in the policy file, under [people].
    [warning] `bob` is no account of slack.
    For an account there: write the workspace's and the user's id, such as T0123ABCD/U0123ABCD. Typed from it, `link` says what it is.
    [warning] There is no platform `irc`.
    Known: console, slack, discord.
    [warning] No account that @carol named waits for a code.
    Name it, as in `link slack/T0123ABCD/U0123ABCD`; it is shown a code when you type `link` from it, which is good for 10 minutes.
    [warning] @carol has linked no account of slack.
    `link` says which accounts are yours; those of the policy file stay.
    ");

    // Five wrong ones, and the right one is worth nothing any more.
    let right = is_shown(&world, "carol", "carol").await?;
    for left in ["4 more", "3 more", "2 more", "One more", "no more"] {
        world.at_the_console("carol")?.types("link 0000-0000-0000").await?;
        console.sees(left).await?;
    }
    world.at_the_console("carol")?.types(&format!("link {right}")).await?;
    console.sees("waits for a code").await?;
    // And so is an old one, and an account that was named too long ago is shown none.
    let right = is_shown(&world, "carol", "carol").await?;
    world.stage.codes_grow_old().await?;
    world.at_the_console("carol")?.types(&format!("link {right}")).await?;
    console.sees("waits for a code").await?;
    world.carol().types_in(ANYWHERE, "link").await?;
    world.sees("I do not know whose it is").await?;

    world.bob().types("incident declare sev3 Search is slow").await?;
    world.sees("INC-1").await?;
    let bob = "[people.bob]\nname = \"Bob Baker\"\ngroups = [\"developers\", \"oncall\"]\naccounts = { console = \"bob\" }";
    world.restart_where(|policy| policy.replace(bob, "")).await?;
    world.bob().types("incident list").await?;
    world.sees("I do not know who").await?;
    world.ends().await
}
