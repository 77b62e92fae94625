//! One namespace on the lab's API server with one Deployment in it, and the bot's own door to it.
//!
//! For tests of `bot::cluster` alone: there is no bot here, no database and no chat.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bot::cluster::{Applied, ApplyError, Clusters, Depth, Fence, Settings, Stamp};
use commands::approval::{self, Decision};
use commands::facts::{Facts, Target};
use commands::id::OperationId;
use commands::names::{Environment, Image, PersonId, Service};
use commands::plan::{Action, Plan, Precondition, Rule, Shown, Step};
use commands::policy::Policy;
use commands::rights::Rights;
use serde_json::{Value, json};

use crate::lab::{Lab, access, cluster, workload};
use crate::world::policy::policy;

/// The service, and the container of its Deployment.
pub const SERVICE: &str = "search-api";
pub const DEPLOYMENT: &str = "search-api-deployment";
pub const ENVIRONMENT: &str = "dev";
/// Upper bound for anything that the cluster does by itself, in seconds.
const PATIENCE_SECONDS: u64 = 60;
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// Where a test plays.
pub struct Stage {
    pub lab: &'static Lab,
    pub namespace: String,
    pub clusters: Clusters,
    pub target: Target,
    /// Under which a step is sent; the service account's own unless a test says otherwise.
    pub rights: Rights,
    policy: Policy,
}

impl Stage {
    /// A namespace of its own, where the bot has its role and nobody has put anything yet.
    pub async fn new(lab: &'static Lab, name: &str) -> Result<Self> {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let namespace = format!("{name}-{}", &unique[..6]);
        let admin = cluster::client(&lab.endpoints).await?;
        workload::namespace(&admin, &namespace).await?;
        let target = Target {
            service: Service::new(SERVICE),
            environment: Environment::new(ENVIRONMENT),
            namespace: namespace.clone(),
            deployment: DEPLOYMENT.to_owned(),
            container: SERVICE.to_owned(),
            repository: format!("{}/{SERVICE}", lab.endpoints.registry),
        };
        let clusters = clusters(lab.endpoints.kubeconfig_of(access::WATCHKEEPER))?;
        let policy = Policy::parse(&policy(&lab.endpoints.registry, &namespace, "elsewhere"))?;
        Ok(Self { lab, namespace, clusters, target, rights: Rights::ServiceAccount, policy })
    }

    /// Two containers and an init container, two simulated replicas, as somebody would have `kubectl apply`-ed them.
    pub fn manifest(&self, tag: &str) -> Value {
        let image = |name: &str, image: String| json!({"name": name, "image": image});
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": DEPLOYMENT, "namespace": self.namespace, "labels": {"app": SERVICE},
                "annotations": {"owner": "search-team"}},
            "spec": {
                "replicas": 2,
                "progressDeadlineSeconds": 60,
                "selector": {"matchLabels": {"app": SERVICE}},
                "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                "template": {
                    "metadata": {"labels": {"app": SERVICE}, "annotations": {"kind": "sample"}},
                    "spec": {
                        "terminationGracePeriodSeconds": 1,
                        "initContainers": [image("migrate", self.lab.endpoints.image(SERVICE, "7c3f2b1"))],
                        "containers": [
                            image(SERVICE, self.lab.endpoints.image(SERVICE, tag)),
                            image("proxy", "sidecar.example/proxy:1".to_owned()),
                        ],
                    },
                },
            },
        })
    }

    /// The bot's door, opened with a token of this service account instead of the lab's user.
    pub fn door(&self, account: &str) -> Result<Clusters> {
        let token = self.kubectl(&["create", "token", account])?;
        let admin = std::fs::read_to_string(&self.lab.endpoints.kubeconfig).context("no kubeconfig")?;
        let mut config: Value = serde_json::from_str(&admin).context("the lab's kubeconfig is no JSON")?;
        config["users"][0]["user"] = json!({"token": token});
        let path = self.lab.endpoints.dir.join(format!("kubeconfig-{account}-{}", self.namespace));
        std::fs::write(&path, config.to_string()).context("cannot write a kubeconfig")?;
        clusters(path)
    }

    /// Everything that this service account may do in this namespace, as `kubectl auth can-i --list` has it.
    pub fn granted(&self, account: &str) -> Result<Vec<String>> {
        let account = format!("--as=system:serviceaccount:{}:{account}", self.namespace);
        let granted = self.kubectl(&["auth", "can-i", "--list", "--no-headers", &account])?;
        // What every authenticated account may do anywhere (reviews of itself, discovery) is no role's.
        let ours = granted
            .lines()
            .filter(|line| !line.contains("selfsubject") && !line.trim_start().starts_with('['));
        let mut ours: Vec<String> =
            ours.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        ours.sort();
        Ok(ours)
    }

    /// `kubectl apply -f -`, and the rollout done.
    pub async fn create(&self, tag: &str) -> Result<Facts> {
        self.apply_text(&self.manifest(tag).to_string())?;
        self.settled().await
    }

    /// `kubectl apply -f -`.
    pub fn apply_text(&self, manifests: &str) -> Result<()> {
        self.kubectl_with(&["apply", "-f", "-"], Some(manifests)).map(drop)
    }

    /// The real kubectl with full rights in this namespace: its output, or its words of refusal.
    pub fn kubectl(&self, args: &[&str]) -> Result<String> {
        self.kubectl_with(args, None)
    }

    fn kubectl_with(&self, args: &[&str], stdin: Option<&str>) -> Result<String> {
        let mut command = self.lab.endpoints.kubectl();
        command.args(["--namespace", &self.namespace]).args(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("cannot start kubectl")?;
        let mut pipe = child.stdin.take().context("kubectl has no stdin")?;
        pipe.write_all(stdin.unwrap_or_default().as_bytes()).context("kubectl does not listen")?;
        drop(pipe);
        let output = child.wait_with_output().context("cannot wait for kubectl")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    pub async fn facts(&self) -> Result<Facts> {
        Ok(self.clusters.observe(&self.target, Depth::Rollout).await?)
    }

    /// Facts once the Deployment's controller has nothing left to do.
    pub async fn settled(&self) -> Result<Facts> {
        self.eventually("the rollout is done", |facts| {
            let now = &facts.workload;
            let seen = now.observed_generation == now.generation;
            seen && (now.paused
                || (now.updated == now.desired
                    && now.available == now.desired
                    && now.replicas == now.desired))
        })
        .await
    }

    /// Facts as soon as they are so.
    pub async fn eventually(&self, what: &str, so: impl Fn(&Facts) -> bool) -> Result<Facts> {
        let begun = Instant::now();
        loop {
            let facts = self.facts().await?;
            if so(&facts) {
                return Ok(facts);
            }
            if begun.elapsed() > Duration::from_secs(PATIENCE_SECONDS) {
                bail!("never came: {what}; the last facts are {facts:#?}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Sends a step, planned on these facts, as operation `OP-number` in this epoch.
    pub async fn apply(&self, facts: &Facts, step: &Step, stamp: &Stamp) -> Result<Applied, ApplyError> {
        let plan = self.plan(facts, step);
        let now = facts.observed_at;
        let Decision::Approved(approved) = approval::decide(&plan, &[], &self.policy, now, now) else {
            unreachable!("nobody is asked about {plan:?}")
        };
        self.clusters.apply(&approved, None, stamp).await
    }

    /// Closes the target to the operation, as a cancel does.
    pub async fn fence(&self, facts: &Facts, step: &Step, stamp: &Stamp) -> Result<Fence, ApplyError> {
        self.clusters.fence(&self.plan(facts, step), stamp).await
    }

    /// The step under a rule that asks nobody.
    pub fn plan(&self, facts: &Facts, step: &Step) -> Plan {
        let precondition = precondition(facts);
        let image = Image::parse(&precondition.image);
        Plan {
            action: Action::Deploy,
            target: self.target.clone(),
            precondition,
            step: step.clone(),
            rule: Rule {
                approvals: 0,
                approvers: vec![],
                required_groups: vec![],
                required: vec![],
                expires_after_minutes: 1,
            },
            auto_rollback: false,
            requested_by: PersonId::new("alice"),
            rights: self.rights.clone(),
            break_glass: None,
            shown: Shown {
                from: image.clone(),
                to: image,
                before: facts.workload.clone(),
                already_wrong: vec![],
                command: "told by a test of the cluster alone".to_owned(),
                after_stuck: None,
                passes: vec![],
            },
        }
    }

    /// An object as the API server has it, for looking behind the scenes.
    pub fn raw(&self, object: &str) -> Result<Value> {
        serde_json::from_str(&self.kubectl(&["get", object, "-o", "json"])?)
            .context("kubectl printed no JSON")
    }
}

/// The bot's door to the current context of this kubeconfig.
pub fn clusters(kubeconfig: std::path::PathBuf) -> Result<Clusters> {
    Ok(Clusters::connect(Settings { kubeconfig: Some(kubeconfig), ..Settings::default() })?)
}

pub fn stamp(operation: i64, epoch: i64) -> Stamp {
    let change_cause = format!("OP-{operation} by alice");
    Stamp { operation: OperationId(operation), epoch, change_cause }
}

/// What a plan made of these facts would expect to find.
pub fn precondition(facts: &Facts) -> Precondition {
    let now = &facts.workload;
    let container = now.containers.iter().find(|one| one.name == facts.target.container);
    Precondition {
        uid: now.uid.clone(),
        image: container.map(|one| one.image.to_string()).unwrap_or_default(),
        paused: now.paused,
    }
}
