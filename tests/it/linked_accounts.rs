//! One person with an account here and another elsewhere is one voter: they link the two, proved on both sides, and from then on each
//! account is theirs. Nobody else can use their code.

use anyhow::{Context, Result};
use commands::message::Reaction;
use tests::world::elsewhere::{Elsewhere, ROOMS};
use tests::world::{self, World};

const BOB: &str = "U0BOB";
const CAROL: &str = "U0CAROL";
const MALLORY: &str = "U0MALLORY";
const WAR: &str = "C0WAR";
/// A direct message; no policy names it.
const DIRECT: &str = "D0DIRECT";

async fn begin() -> Result<(World, Elsewhere)> {
    world::begin_elsewhere(env!("CARGO_BIN_EXE_lab"), |policy| format!("{policy}{ROOMS}")).await
}

/// The code on a card that says what to type.
fn code(text: &str) -> Result<String> {
    let code = text.split("type `link ").nth(1).and_then(|rest| rest.split('`').next());
    Ok(code.context("no code")?.to_owned())
}

async fn links(world: &World, elsewhere: &Elsewhere, person: world::Person<'_>, user: &str) -> Result<()> {
    person.types(&format!("link slack/T0ACME/{user}")).await?;
    let code = code(&world.sees("Within 10 minutes").await?.text)?;
    elsewhere.types(user, DIRECT, &format!("link {code}")).await?;
    elsewhere.sees("from now on").await?;
    Ok(())
}

#[tokio::test]
async fn bob_links_his_other_account_and_his_two_votes_are_one() -> Result<()> {
    let (world, elsewhere) = begin().await?;
    elsewhere.types(BOB, WAR, "status search-api in dev").await?;
    let stranger = elsewhere.sees("I do not know who").await?;
    insta::assert_snapshot!(stranger.text(), @"
    [warning] I do not know who `slack/T0ACME/U0BOB` is.
    Whoever keeps the policy file can add this account to a person under [people]; whoever is there with another account types `link` here.
    ");
    elsewhere.types(BOB, DIRECT, "link").await?;
    let told = elsewhere.sees("I do not know whose it is").await?;
    assert_eq!(told.only_for, Some(Elsewhere::account(BOB)));
    insta::assert_snapshot!(told.text(), @"
    [note] This is `slack/T0ACME/U0BOB`, and I do not know whose it is
    If I know you by another account, tell me from that one. Type `link slack/T0ACME/U0BOB` there; it answers with a code that you type here.
    If I do not, whoever keeps the policy file can add you under [people].
    ");

    world.bob().types("link slack/T0ACME/U0BOB").await?;
    let code = code(&world.sees("Within 10 minutes").await?.text)?;
    // Who overhears it has another account.
    elsewhere.types(MALLORY, DIRECT, &format!("link {code}")).await?;
    insta::assert_snapshot!(elsewhere.sees("No code is open").await?.text(), @"
    [warning] No code is open for `slack/T0ACME/U0MALLORY`.
    From an account that I know, type `link slack/T0ACME/U0MALLORY`; the code is good for 10 minutes, once.
    ");
    elsewhere.types(BOB, DIRECT, "link 0000-0000").await?;
    elsewhere.sees("4 more tries").await?;
    elsewhere.types(BOB, DIRECT, &format!("link {code}")).await?;
    insta::assert_snapshot!(elsewhere.sees("from now on").await?.text(), @"
    [good] `slack/T0ACME/U0BOB` is @bob from now on
    — what you may do, you may do from here, too; `unlink slack` undoes it
    ");
    elsewhere.types(BOB, DIRECT, &format!("link {code}")).await?;
    elsewhere.sees("is @bob's already").await?;
    elsewhere.types(MALLORY, DIRECT, &format!("link {code}")).await?;
    elsewhere.sees("No code is open").await?;
    elsewhere.types(BOB, DIRECT, "unlink slack").await?;
    elsewhere.sees("nobody's account now").await?;
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
    world.ends_elsewhere(&elsewhere).await
}

/// The link is the person's on both sides: rights, votes, reactions that are read from the platform.
#[tokio::test]
async fn both_accounts_are_one_voter_and_one_requester() -> Result<()> {
    let (mut world, elsewhere) = begin().await?;
    world.restart_where(|policy| policy.replace("approvals = 1", "approvals = 2")).await?;
    links(&world, &elsewhere, world.bob(), BOB).await?;
    links(&world, &elsewhere, world.alice(), "U0ALICE").await?;

    world.alice().types("deploy search-api 98ab4e2 to production").await?;
    let plan = world.sees("0 of 2").await?;
    elsewhere.types("U0ALICE", WAR, "approve OP-1").await?;
    insta::assert_snapshot!(elsewhere.sees("nobody approves their own").await?.text(), @"
    [warning] @alice asked for this, and nobody approves their own request.
    It takes somebody else of oncall; to deny it takes it back.
    ");
    elsewhere.types(BOB, WAR, "approve OP-1").await?;
    world.sees("1 of 2").await?;
    world.bob().reacts(&plan, Reaction::Approve).await?;
    assert_eq!(world.settles().await?, Vec::<String>::new(), "it is bob's one vote");
    assert!(world.ops.looks_again(&plan).await?.text.contains("1 of 2"));

    // Asked for elsewhere, its card is there; what is on the card counts, whoever's account it is of.
    elsewhere.types("U0ALICE", WAR, "restart search-api in production").await?;
    let card = elsewhere.sees("0 of 2").await?;
    elsewhere.reacts_without_event(BOB, &card, Reaction::Approve);
    elsewhere.reacts_without_event("U0ALICE", &card, Reaction::Approve);
    elsewhere.reacts_without_event(MALLORY, &card, Reaction::Approve);
    world.stage.a_minute_passes().await?;
    elsewhere.sees("1 of 2").await?;
    world.bob().types("unlink slack").await?;
    world.sees("nobody's account now").await?;
    world.stage.a_minute_passes().await?;
    elsewhere.sees("0 of 2").await?;
    for operation in ["deny OP-1", "deny OP-2"] {
        world.alice().types(operation).await?;
    }
    world.sees("Nothing was changed").await?;
    elsewhere.sees("Nothing was changed").await?;
    world.ends_elsewhere(&elsewhere).await
}

#[tokio::test]
async fn what_cannot_be_linked_is_said_and_a_link_ends_with_its_person() -> Result<()> {
    let (mut world, elsewhere) = begin().await?;
    links(&world, &elsewhere, world.bob(), BOB).await?;
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
        world.carol().types(words).await?;
        said.push(world.sees(answer).await?.text);
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
    world.carol().types("link slack/T0ACME/U0CAROL").await?;
    let right = code(&world.sees("Within 10 minutes").await?.text)?;
    for left in ["4 more", "3 more", "2 more", "One more", "no more"] {
        elsewhere.types(CAROL, DIRECT, "link 0000-0000").await?;
        elsewhere.sees(left).await?;
    }
    elsewhere.types(CAROL, DIRECT, &format!("link {right}")).await?;
    elsewhere.sees("No code is open").await?;
    // And so is an old one.
    world.carol().types("link slack/T0ACME/U0CAROL").await?;
    let right = code(&world.sees("Within 10 minutes").await?.text)?;
    world.stage.codes_grow_old().await?;
    elsewhere.types(CAROL, DIRECT, &format!("link {right}")).await?;
    elsewhere.sees("No code is open").await?;

    elsewhere.types(BOB, WAR, "incident declare sev3 Search is slow").await?;
    elsewhere.sees("INC-1").await?;
    let bob = "[people.bob]\nname = \"Bob Baker\"\ngroups = [\"developers\", \"oncall\"]\naccounts = { console = \"bob\" }";
    world.restart_where(|policy| policy.replace(bob, "")).await?;
    elsewhere.types(BOB, WAR, "incident list").await?;
    elsewhere.sees("I do not know who").await?;
    world.ends_elsewhere(&elsewhere).await
}
