//! Twin Deployments: what our typed commands leave behind, field by field, is what the real kubectl leaves behind.
//!
//! The twins have the same name in two namespaces, so that even template hashes agree. What a person reads is not compared.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bot::cluster::{Applied, OPERATION_ANNOTATION};
use bot::delivery::registry::Registry;
use chrono::{DateTime, Utc};
use commands::facts::Facts;
use commands::message::plain::{View, text};
use commands::plan::{Plan, Step};
use commands::policy::Policy;
use commands::policy::authorise;
use commands::refusal::Refusal;
use commands::request::{Account, Place, Platform};
use commands::verbs::{Command, deploy, pause, restart, resume, rollback};
use serde_json::Value;
use tests::stage::{DEPLOYMENT, SERVICE, Stage, precondition, stamp};

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
const RESTARTED_AT: &str = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
/// Upper bound for both controllers to have finished, in seconds.
const SETTLE_SECONDS: u64 = 30;
const OBJECT: &str = "deployment/search-api-deployment";

struct Twins {
    ours: Stage,
    theirs: Stage,
    policy: Policy,
    operations: i64,
    /// What both said no to, in their own words.
    refusals: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_we_leave_behind_is_what_kubectl_leaves_behind() -> Result<()> {
    let mut twins = Twins::new().await?;
    twins.images().await?;
    twins.restart().await?;
    twins.undo().await?;
    twins.pause_and_resume().await?;
    twins.history().await?;
    insta::assert_snapshot!(twins.refusals, @r#"
    an unknown container
      we:      unable to find container named "moon" in Deployment search-api-deployment
      kubectl: error: unable to find container named "moon"
    rollback search-api in dev to 1
      we:      `dev/deployment/search-api-deployment` has no stored revision 1. Stored: 7 (`7c3f2b1`), 6 (`98ab4e2`), 5 (`98ab4e2`), 3 (`98ab4e2`), 2 (`98ab4e2`).
      kubectl: error: unable to find specified revision 1 in history
    rollback search-api in dev to 99
      we:      `dev/deployment/search-api-deployment` has no stored revision 99. Stored: 7 (`7c3f2b1`), 6 (`98ab4e2`), 5 (`98ab4e2`), 3 (`98ab4e2`), 2 (`98ab4e2`).
      kubectl: error: unable to find specified revision 99 in history
    pause search-api in dev
      we:      `dev/deployment/search-api-deployment` is paused already. To let it go on: `resume search-api in dev`
      kubectl: error: deployments.apps "search-api-deployment" is already paused
    rollback search-api in dev
      we:      `dev/deployment/search-api-deployment` is paused: kubectl would not undo it either. Resume it first: `resume search-api in dev`
      kubectl: error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again
    restart search-api in dev
      we:      `dev/deployment/search-api-deployment` is paused: kubectl would not restart it either. Resume it first: `resume search-api in dev`
      kubectl: error: deployments.apps "search-api-deployment" can't restart paused deployment (run rollout resume first)
    resume search-api in dev
      we:      `dev/deployment/search-api-deployment` is not paused. How it is doing: `status search-api in dev`
      kubectl: error: deployments.apps "search-api-deployment" is not paused
    "#);
    Ok(())
}

impl Twins {
    async fn new() -> Result<Self> {
        let lab = tests::lab::shared(std::path::Path::new(env!("CARGO_BIN_EXE_lab")));
        let ours = Stage::new(lab, "ours").await?;
        let theirs = Stage::new(lab, "theirs").await?;
        ours.create("7c3f2b1").await?;
        theirs.create("7c3f2b1").await?;
        let policy = policy(&ours)?;
        let twins = Self { ours, theirs, policy, operations: 0, refusals: String::new() };
        twins.same("both were created").await?;
        Ok(twins)
    }

    async fn images(&mut self) -> Result<()> {
        let plan = self.say("deploy search-api 98ab4e2 to dev", None).await?;
        let Step::SetImage { image, .. } = &plan.step else { bail!("not a new image: {plan:?}") };
        ensure!(image.digest.is_some(), "the tag was not resolved: {image}");
        self.theirs.kubectl(&["set", "image", OBJECT, &format!("{SERVICE}={image}")])?;
        self.same("deploy").await?;
        for (container, image) in
            [("proxy", "sidecar.example/proxy:2"), ("migrate", "tools.example/migrate:2")]
        {
            let step = set_image(container, image);
            self.step(&step).await?;
            self.theirs.kubectl(&["set", "image", OBJECT, &format!("{container}={image}")])?;
            self.same(&format!("set image {container}")).await?;
        }
        let refused = self.step(&set_image("moon", "moon.example/moon:1")).await;
        let theirs = self.theirs.kubectl(&["set", "image", OBJECT, "moon=moon.example/moon:1"]);
        self.both_refused("an unknown container", refused.map(drop), theirs).await
    }

    async fn restart(&mut self) -> Result<()> {
        self.theirs.kubectl(&["rollout", "restart", OBJECT])?;
        let restarted = self.theirs.raw(OBJECT)?;
        let at = restarted.pointer(RESTARTED_AT).and_then(Value::as_str).context("kubectl left no mark")?;
        let at: DateTime<Utc> = at.parse().context("kubectl's mark is no time")?;
        self.say("restart search-api in dev", Some(at)).await?;
        self.same("restart").await?;
        let again = self.say("restart search-api in dev", Some(at)).await;
        ensure!(again.is_err(), "a second restart in the same second was accepted: {again:?}");
        self.same("a second restart in the same second").await
    }

    /// Annotations are changed by hand first: an undo brings back those of the revision.
    async fn undo(&mut self) -> Result<()> {
        for twin in [&self.ours, &self.theirs] {
            twin.kubectl(&["annotate", OBJECT, "--overwrite", "owner=nobody", "note=by-hand"])?;
            twin.kubectl(&["scale", OBJECT, "--replicas=3"])?;
        }
        self.same("annotate and scale").await?;
        self.both("rollback search-api in dev", &["rollout", "undo", OBJECT]).await?;
        self.both("rollback search-api in dev to 1", &["rollout", "undo", OBJECT, "--to-revision=1"]).await?;
        let restored = self.ours.raw(OBJECT)?;
        ensure!(
            restored.pointer("/metadata/annotations/owner") == Some(&"search-team".into()),
            "{restored:#}"
        );
        self.neither("rollback search-api in dev to 1", &["rollout", "undo", OBJECT, "--to-revision=1"])
            .await?;
        self.neither("rollback search-api in dev to 99", &["rollout", "undo", OBJECT, "--to-revision=99"])
            .await?;
        let current = self.ours.facts().await?.workload.revision;
        let skipped =
            self.theirs.kubectl(&["rollout", "undo", OBJECT, &format!("--to-revision={current}")])?;
        ensure!(skipped.contains("skipped rollback"), "kubectl did it: {skipped}");
        let ours = self.say(&format!("rollback search-api in dev to {current}"), None).await;
        ensure!(ours.is_err(), "we did what kubectl skipped: {ours:?}");
        self.same("an undo to what is there").await
    }

    async fn pause_and_resume(&mut self) -> Result<()> {
        self.both("pause search-api in dev", &["rollout", "pause", OBJECT]).await?;
        self.neither("pause search-api in dev", &["rollout", "pause", OBJECT]).await?;
        self.neither("rollback search-api in dev", &["rollout", "undo", OBJECT]).await?;
        self.neither("restart search-api in dev", &["rollout", "restart", OBJECT]).await?;
        self.step(&set_image("proxy", "sidecar.example/proxy:3")).await?;
        self.theirs.kubectl(&["set", "image", OBJECT, "proxy=sidecar.example/proxy:3"])?;
        self.same("a new image while paused").await?;
        self.both("resume search-api in dev", &["rollout", "resume", OBJECT]).await?;
        self.neither("resume search-api in dev", &["rollout", "resume", OBJECT]).await
    }

    /// What kubectl tells of the Deployment that only we changed is what we read there.
    async fn history(&self) -> Result<()> {
        let told = self.ours.kubectl(&["rollout", "history", OBJECT])?;
        let rows = told.lines().skip(2).map(|row| row.split_once(' ').context("not a row"));
        let rows: Vec<(i64, String)> = rows
            .map(|row| row.and_then(|(number, cause)| Ok((number.parse()?, cause.trim().to_owned()))))
            .collect::<Result<_>>()?;
        let mut read: Vec<(i64, String)> =
            self.ours.facts().await?.revisions.iter().map(history_row).collect();
        read.reverse();
        assert_eq!(read, rows);
        ensure!(rows.iter().any(|(_, cause)| cause.starts_with("OP-")), "no change-cause is ours: {told}");
        Ok(())
    }

    async fn both(&mut self, ours: &str, kubectl: &[&str]) -> Result<()> {
        self.say(ours, None).await?;
        self.theirs.kubectl(kubectl)?;
        self.same(ours).await
    }

    async fn neither(&mut self, ours: &str, kubectl: &[&str]) -> Result<()> {
        let refused = self.say(ours, None).await.map(drop);
        let theirs = self.theirs.kubectl(kubectl);
        self.both_refused(ours, refused, theirs).await
    }

    async fn both_refused(&mut self, what: &str, ours: Result<()>, theirs: Result<String>) -> Result<()> {
        let (Err(ours), Err(theirs)) = (&ours, &theirs) else {
            bail!("{what}: we said {ours:?}, kubectl said {theirs:?}");
        };
        let refused = format!("{what}\n  we:      {ours}\n  kubectl: {theirs}\n");
        self.refusals += &refused.replace(&self.ours.namespace, "dev").replace(&self.theirs.namespace, "dev");
        self.same(what).await
    }

    /// The whole way of a typed command, but for the votes.
    async fn say(&mut self, words: &str, now: Option<DateTime<Utc>>) -> Result<Plan> {
        let facts = self.ours.facts().await?;
        let facts = Facts { observed_at: now.unwrap_or(facts.observed_at), ..facts };
        let command = commands::grammar::parse(words, &self.policy).map_err(told)?;
        let alice = Account { platform: Platform::Console, id: "alice".to_owned() };
        let ops = Place { platform: Platform::Console, channel: "ops".to_owned(), thread: None };
        let asked = authorise(command, &alice, self.policy.room(&ops), &self.policy).map_err(told)?;
        let plan = match asked.command() {
            Command::Deploy(args) => {
                let wanted = deploy::wanted(args, &self.policy).map_err(told)?;
                let resolved = Registry::new([wanted.repository.as_str()], []).resolve(&wanted).await?;
                deploy::plan(&asked, &facts, resolved, vec![], &self.policy)
            }
            Command::Rollback(_) => rollback::plan(&asked, &facts, vec![], &self.policy),
            Command::Pause(_) => pause::plan(&asked, &facts, vec![], &self.policy),
            Command::Resume(_) => resume::plan(&asked, &facts, vec![], &self.policy),
            Command::Restart(_) => restart::plan(&asked, &facts, vec![], &self.policy),
            Command::Incident(_)
            | Command::Ack(_)
            | Command::Silence(_)
            | Command::Unsilence(_)
            | Command::Link(_)
            | Command::Unlink(_)
            | Command::Status(_)
            | Command::History(_)
            | Command::Diagnose(_)
            | Command::Approve(_)
            | Command::Deny(_)
            | Command::Cancel(_)
            | Command::Postmortem(_)
            | Command::Lock(_)
            | Command::Unlock(_)
            | Command::Locks
            | Command::BreakGlass(_)
            | Command::Review(_)
            | Command::DeadLetters(_)
            | Command::AuditVerify
            | Command::Remind(_)
            | Command::Help(_) => bail!("{words:?} became {}", asked.command()),
        }
        .map_err(told)?;
        ensure!(plan.precondition == precondition(&facts), "the plan expects {:?}", plan.precondition);
        self.send(&facts, &plan.step).await?;
        Ok(plan)
    }

    async fn step(&mut self, step: &Step) -> Result<()> {
        let facts = self.ours.facts().await?;
        self.send(&facts, step).await
    }

    /// Twice, as after a crash: the second time nothing is sent.
    async fn send(&mut self, facts: &Facts, step: &Step) -> Result<()> {
        self.operations += 1;
        let stamp = stamp(self.operations, 1);
        ensure!(self.ours.apply(facts, step, &stamp).await? == Applied::Changed);
        ensure!(self.ours.apply(facts, step, &stamp).await? == Applied::AlreadyDone);
        Ok(())
    }

    /// Waits for both controllers, then compares every field that does not name the namespace or the moment.
    async fn same(&self, after: &str) -> Result<()> {
        self.ours.settled().await?;
        self.theirs.settled().await?;
        let begun = Instant::now();
        loop {
            let (ours, theirs) = (left_behind(&self.ours)?, left_behind(&self.theirs)?);
            if ours == theirs {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(SETTLE_SECONDS) {
                bail!("after {after} these differ: {:#?}", differences("", &ours, &theirs));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn policy(stage: &Stage) -> Result<Policy> {
    let (registry, namespace) = (&stage.lab.endpoints.registry, &stage.namespace);
    let toml = format!(
        r#"
        [people.alice]
        name = "Alice"
        groups = ["oncall"]
        accounts = {{ console = "alice" }}
        [[environments]]
        name = "dev"
        deployers = ["oncall"]
        approvals = 0
        approval_expires_minutes = 15
        [services.search-api]
        image = "{registry}/search-api"
        container = "{SERVICE}"
        in.dev = {{ namespace = "{namespace}", deployment = "{DEPLOYMENT}" }}
        [console]
        channels = ["ops"]
        [alerts]
        place = "console/ops"
        [incidents]
        responders = ["oncall"]
        "#
    );
    Policy::parse(&toml).map_err(|error| anyhow::anyhow!("{error}"))
}

fn told(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("{} {}", text(&refusal.reason, View::timeless()), text(&refusal.hint, View::timeless()))
}

fn set_image(container: &str, image: &str) -> Step {
    Step::SetImage { container: container.to_owned(), image: commands::names::Image::parse(image) }
}

fn history_row(revision: &commands::facts::Revision) -> (i64, String) {
    let cause = revision.change_cause.as_ref().map_or("<none>", |cause| cause.for_comparison());
    (revision.number, cause.to_owned())
}

/// The Deployment and its ReplicaSets.
fn left_behind(stage: &Stage) -> Result<Value> {
    let deployment = stage.raw(OBJECT)?;
    let replica_sets = stage.raw("replicasets")?;
    let text =
        serde_json::to_string(&serde_json::json!({"deployment": deployment, "sets": replica_sets["items"]}))?;
    let mut both: Value = serde_json::from_str(&text.replace(&stage.namespace, "NAMESPACE"))?;
    forget(&mut both);
    if let Some(sets) = both["sets"].as_array_mut() {
        sets.sort_by_key(|set| set.pointer("/metadata/name").map(Value::to_string));
        for set in sets {
            // How often the controller touched it depends on its timing.
            set["metadata"].as_object_mut().map(|metadata| metadata.remove("generation"));
            set["status"].as_object_mut().map(|status| status.remove("observedGeneration"));
        }
    }
    Ok(both)
}

/// Where the two differ: the path, what is ours, what is theirs.
fn differences(path: &str, ours: &Value, theirs: &Value) -> Vec<String> {
    let step = |name: &str| {
        let of = |value: &Value| {
            value.pointer(&format!("/{}", name.replace('/', "~1"))).cloned().unwrap_or_default()
        };
        differences(&format!("{path}/{name}"), &of(ours), &of(theirs))
    };
    match (ours, theirs) {
        (ours, theirs) if ours == theirs => Vec::new(),
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            names.into_iter().flat_map(|name| step(name)).collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            (0..a.len()).flat_map(|index| step(&index.to_string())).collect()
        }
        (ours, theirs) => vec![format!("{path}: {ours} is ours, {theirs} is kubectl's")],
    }
}

/// Identity and time go, and the two annotations that we add and kubectl does not.
fn forget(value: &mut Value) {
    const FORGOTTEN: [&str; 8] = [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "managedFields",
        "lastUpdateTime",
        "lastTransitionTime",
        OPERATION_ANNOTATION,
        CHANGE_CAUSE,
    ];
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !FORGOTTEN.contains(&name.as_str()));
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
