//! One person with an account here and another elsewhere is one voter: they link the two, proved on both sides, and from then on each
//! account is theirs. Nobody else can use their code.

use anyhow::{Context, Result};
use commands::message::Reaction;
use regex::Regex;
use tests::world::World;
use tests::world::elsewhere::begin_in_slack_where;

const LAB: &str = env!("CARGO_BIN_EXE_lab");
/// The bot is in it, and the policy does not name it.
const ANYWHERE: &str = "watch";

/// Told in Slack, where the policy knows nobody; everybody is known at the console.
async fn begin(policy: impl FnOnce(&str) -> String) -> Result<World> {
    let slack = Regex::new(", slack = \"[^\"]*\"")?;
    begin_in_slack_where(LAB, |known| policy(&slack.replace_all(known, ""))).await
}

/// The code on a card that says what to type.
fn code(text: &str) -> Result<String> {
    let code = text.split("type `link ").nth(1).and_then(|rest| rest.split('`').next());
    Ok(code.context("no code")?.to_owned())
}

async fn links(world: &World, account: &'static str) -> Result<()> {
    let slack = world.slack()?.account("acme", account);
    world.at_the_console(account)?.types(&format!("link slack/{slack}")).await?;
    let code = code(&world.console()?.sees("Within 10 minutes").await?.text)?;
    world.ops.has(account).types_in(ANYWHERE, &format!("link {code}")).await?;
    world.sees("from now on").await?;
    Ok(())
}

#[tokio::test]
async fn bob_links_his_other_account_and_his_two_votes_are_one() -> Result<()> {
    let world = begin(str::to_owned).await?;
    let console = world.console()?;
    world.bob().types("status search-api in dev").await?;
    let stranger = world.sees("I do not know who").await?;
    insta::assert_snapshot!(stranger.text, @"
    [warning] I do not know who slack/T0ACME/U0BOB is.
    Whoever keeps the policy file can add this account to a person under [people]; whoever is there with another account types link here.
    ");
    world.bob().types_in(ANYWHERE, "link").await?;
    let told = world.sees("I do not know whose it is").await?;
    let overheard = world.slack()?.person("acme", "carol").reads_all(ANYWHERE);
    assert!(overheard.iter().all(|seen| !seen.text.contains("whose it is")), "it is for bob alone");
    insta::assert_snapshot!(told.text, @"
    [note] This is slack/T0ACME/U0BOB, and I do not know whose it is
    If I know you by another account, tell me from that one. Type link slack/T0ACME/U0BOB there; it answers with a code that you type here.
    If I do not, whoever keeps the policy file can add you under [people].
    ");

    world.at_the_console("bob")?.types("link slack/T0ACME/U0BOB").await?;
    let code = code(&console.sees("Within 10 minutes").await?.text)?;
    // Who overhears it has another account.
    world.stranger().types_in(ANYWHERE, &format!("link {code}")).await?;
    insta::assert_snapshot!(world.sees("No code is open").await?.text, @"
    [warning] No code is open for slack/T0ACME/U0MALLORY.
    From an account that I know, type link slack/T0ACME/U0MALLORY; the code is good for 10 minutes, once.
    ");
    world.bob().types_in(ANYWHERE, "link 0000-0000").await?;
    world.sees("4 more tries").await?;
    world.bob().types_in(ANYWHERE, &format!("link {code}")).await?;
    insta::assert_snapshot!(world.sees("from now on").await?.text, @"
    [good] slack/T0ACME/U0BOB is @bob from now on
    what you may do, you may do from here, too; unlink slack undoes it
    ");
    world.bob().types_in(ANYWHERE, &format!("link {code}")).await?;
    world.sees("is @bob's already").await?;
    world.stranger().types_in(ANYWHERE, &format!("link {code}")).await?;
    world.sees("No code is open").await?;
    world.bob().types_in(ANYWHERE, "unlink slack").await?;
    world.sees("nobody's account now").await?;
    let recorded = "select string_agg(coalesce(actor ->> 'person', actor ->> 'stranger') || ' ' || (event ->> 'kind'), E'\\n' order by id)
                    from timeline where event ->> 'kind' <> 'command_typed'";
    insta::assert_snapshot!(world.stage.asks(recorded).await?, @"
    slack/T0ACME/U0BOB command_refused
    slack/T0ACME/U0MALLORY command_refused
    slack/T0ACME/U0BOB command_refused
    bob linked
    bob command_refused
    slack/T0ACME/U0MALLORY command_refused
    bob unlinked
    ");
    world.ends().await
}

/// The link is the person's on both sides: rights, votes, reactions that are read from the platform.
#[tokio::test]
async fn both_accounts_are_one_voter_and_one_requester() -> Result<()> {
    let world = begin(|policy| policy.replace("approvals = 1", "approvals = 2")).await?;
    links(&world, "bob").await?;
    links(&world, "alice").await?;
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

#[tokio::test]
async fn what_cannot_be_linked_is_said_and_a_link_ends_with_its_person() -> Result<()> {
    let mut world = begin(str::to_owned).await?;
    links(&world, "bob").await?;
    let console = world.console()?;
    let mut said = vec![];
    for (words, answer) in [
        ("link slack/T0ACME/U0BOB", "already"),
        ("link console/alice", "already"),
        ("link console/erin", "cannot be linked"),
        ("link slack/bob", "no account of"),
        ("link irc/bob", "no platform"),
        ("link 0000-0000", "already"),
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
    [warning] `console/carol` is @carol's already.
    Nothing is left to do.
    [warning] @carol has linked no account of slack.
    `link` says which accounts are yours; those of the policy file stay.
    ");

    // Five wrong ones, and the right one is worth nothing any more.
    world.at_the_console("carol")?.types("link slack/T0ACME/U0CAROL").await?;
    let right = code(&console.sees("Within 10 minutes").await?.text)?;
    for left in ["4 more", "3 more", "2 more", "One more", "no more"] {
        world.carol().types_in(ANYWHERE, "link 0000-0000").await?;
        world.sees(left).await?;
    }
    world.carol().types_in(ANYWHERE, &format!("link {right}")).await?;
    world.sees("No code is open").await?;
    // And so is an old one.
    world.at_the_console("carol")?.types("link slack/T0ACME/U0CAROL").await?;
    let right = code(&console.sees("Within 10 minutes").await?.text)?;
    world.stage.codes_grow_old().await?;
    world.carol().types_in(ANYWHERE, &format!("link {right}")).await?;
    world.sees("No code is open").await?;

    world.bob().types("incident declare sev3 Search is slow").await?;
    world.sees("INC-1").await?;
    let bob = "[people.bob]\nname = \"Bob Baker\"\ngroups = [\"developers\", \"oncall\"]\naccounts = { console = \"bob\" }";
    world.restart_where(|policy| policy.replace(bob, "")).await?;
    world.bob().types("incident list").await?;
    world.sees("I do not know who").await?;
    world.ends().await
}
