//! Whose turn it is: what is not is not asked of Slack, and what Slack says of a method counts for all of it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bot::chat::{Homes as _, Pace, SendErrorKind};
use futures::future::{BoxFuture, FutureExt as _};
use tests::slack::{On, Weather};

use super::*;

/// Budgets that are there, or are not, because a test says so.
#[derive(Default)]
struct Scripted {
    empty: AtomicBool,
    taken: Mutex<Vec<String>>,
    spent: Mutex<Vec<String>>,
}

const AGAIN_IN: Duration = Duration::from_millis(1_500);

impl Budgets for Scripted {
    fn take<'a>(&'a self, budget: &'a str, pace: Pace) -> BoxFuture<'a, Result<(), Duration>> {
        async move {
            if self.empty.load(Ordering::SeqCst) {
                return Err(AGAIN_IN);
            }
            let taken =
                format!("{budget}: {} at once, then every {} ms", pace.at_once, pace.every.as_millis());
            self.taken.lock().expect("never poisoned").push(taken);
            Ok(())
        }
        .boxed()
    }

    fn is_spent<'a>(&'a self, budget: &'a str, _pace: Pace, lasting: Duration) -> BoxFuture<'a, ()> {
        let spent = format!("{budget} for {} s", lasting.as_secs());
        async move { self.spent.lock().expect("never poisoned").push(spent) }.boxed()
    }
}

#[tokio::test]
async fn each_call_takes_from_the_budget_of_its_method_and_workspace() -> Result<()> {
    let budgets = Arc::<Scripted>::default();
    let told = Told::counted_by(slack::Settings::default(), Arc::clone(&budgets) as Arc<dyn Budgets>).await?;
    let id = told.posts(&told.ops(), "op/12", &plan()).await?;
    told.adapter.edit(&told.ops(), &id, &done()).await?;
    told.adapter.reactions(&told.ops(), &id).await?;
    told.adapter.show(&told.account("alice"), &[plan()]).await?;
    insta::assert_snapshot!(budgets.taken.lock().expect("never poisoned").join("\n"), @"
    slack/T0ACME/chat.postMessage: 60 at once, then every 250 ms
    slack/T0ACME/reactions.add: 10 at once, then every 1500 ms
    slack/T0ACME/reactions.add: 10 at once, then every 1500 ms
    slack/T0ACME/chat.update: 10 at once, then every 1500 ms
    slack/T0ACME/auth.test: 60 at once, then every 250 ms
    slack/T0ACME/reactions.get: 10 at once, then every 1500 ms
    slack/T0ACME/views.publish: 20 at once, then every 750 ms
    ");

    let before = told.slack.exchanges().len();
    budgets.empty.store(true, Ordering::SeqCst);
    let held_back = SendErrorKind::NotYet { again_in: AGAIN_IN };
    assert_eq!(told.posts(&told.ops(), "op/13", &done()).await.expect_err("no turn").kind, held_back);
    assert_eq!(told.adapter.edit(&told.ops(), &id, &done()).await.expect_err("no turn").kind, held_back);
    assert_eq!(told.slack.exchanges().len(), before, "Slack is not asked");
    Ok(())
}

#[tokio::test]
async fn what_slack_says_of_a_method_counts_for_the_workspace_and_of_a_post_for_its_channel() -> Result<()> {
    let budgets = Arc::<Scripted>::default();
    let told = Told::counted_by(slack::Settings::default(), Arc::clone(&budgets) as Arc<dyn Budgets>).await?;
    let id = told.posts(&told.ops(), "op/12", &done()).await?;
    for method in ["chat.update", "chat.postMessage"] {
        told.slack.weather_once(On::Method(method), Weather::Limits(7));
    }
    told.adapter.edit(&told.ops(), &id, &plan()).await.expect_err("limited");
    told.posts(&told.ops(), "op/13", &done()).await.expect_err("limited");
    assert_eq!(*budgets.spent.lock().expect("never poisoned"), ["slack/T0ACME/chat.update for 7 s"]);
    Ok(())
}

/// What was pressed in App Home is said in a channel, and whoever pressed it may not be in it.
#[tokio::test]
async fn an_answer_for_somebody_who_is_not_in_the_channel_comes_directly() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.slack.person("acme", "alice");
    let channel = alice.makes_channel("quiet").await?;
    alice.invites("quiet", "watchkeeper").await?;
    let place = Place { channel: format!("{}/{channel}", told.slack.team("acme")), ..told.ops() };
    let (message, dave) = (Message::new(Tone::Bad, "Dave may not approve plans."), told.account("dave"));
    let only_for = Some(&dave);
    told.adapter
        .post(Posting { place: &place, key: "reply/1", message: &message, only_for, answer_to: None })
        .await?;
    let seen = told.slack.person("acme", "dave").sees("watchkeeper", "may not approve").await?;
    assert!(!seen.ephemeral, "it stays in the conversation with the bot");
    assert!(alice.reads_all("quiet").iter().all(|seen| !seen.text.contains("may not approve")));
    Ok(())
}

#[tokio::test]
async fn what_belongs_into_a_thread_that_is_gone_is_said_in_the_channel() -> Result<()> {
    let told = Told::begin().await?;
    let alice = told.slack.person("acme", "alice");
    let question = alice.posts("ops", "@watchkeeper status search-api").await?;
    alice.deletes("ops", &question).await?;
    let place = Place { thread: Some(question), ..told.ops() };
    let id = told.posts(&place, "reply/1", &done()).await?;
    assert_eq!(alice.reads("ops").last().map(|seen| &seen.ts), Some(&id));
    let since = chrono::Utc::now() - chrono::TimeDelta::minutes(5);
    assert_eq!(told.adapter.find(&place, "reply/1", since).await?, Some(id), "and is found there");
    Ok(())
}
