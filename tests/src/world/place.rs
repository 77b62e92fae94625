//! What a story plays on: a database and two namespaces of its own, with `search-api` running in both.
//!
//! It looks behind the bot only to see that nothing is left undone, and what was posted.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::line::Line;
use super::policy::policy;
use super::veil;
use crate::lab::workload::{self, Pods, Workload};
use crate::lab::{Lab, access, cluster};

/// What runs when a story begins.
pub const FIRST_TAG: &str = "7c3f2b1";
pub(super) const SERVICE: &str = "search-api";
const REPLICAS: u32 = 2;
/// Upper bound for everything that is under way to come to its end.
const PATIENCE: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub struct Stage {
    pub database_url: String,
    pub policy: String,
    pub dev: String,
    pub production: String,
    /// In place of the lab's own for the bot, where the story has laid a line to the API server.
    pub kubeconfig: Option<PathBuf>,
    admin_url: String,
    database: String,
    registry: String,
    client: kube::Client,
}

impl Stage {
    pub(crate) async fn set(lab: &'static Lab, pods: Pods) -> Result<Self> {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let database = format!("story_{}", &unique[..12]);
        let (dev, production) = (format!("s{}-dev", &unique[..8]), format!("s{}-prod", &unique[..8]));
        let admin_url = lab.endpoints.database_url.clone();
        run(&admin_url, format!("create database {database}")).await?;
        let client = cluster::client(&lab.endpoints).await?;
        for namespace in [&dev, &production] {
            workload::namespace(&client, namespace).await?;
            let image = lab.endpoints.image(SERVICE, FIRST_TAG);
            let workload = Workload { replicas: REPLICAS, pods, ..Workload::of(SERVICE, namespace, &image) };
            workload::apply(&client, &workload).await?;
        }
        let stage = Self {
            database_url: on(&admin_url, &database)?,
            policy: policy(&lab.endpoints.registry, &dev, &production),
            registry: lab.endpoints.registry.clone(),
            dev,
            production,
            kubeconfig: None,
            admin_url,
            database,
            client,
        };
        for namespace in [&stage.dev, &stage.production] {
            stage.runs(namespace).await?;
        }
        Ok(stage)
    }

    /// Waits until the Deployment of this namespace has all its pods ready, and no old ones.
    pub async fn runs(&self, namespace: &str) -> Result<()> {
        let api: kube::Api<k8s_openapi::api::apps::v1::Deployment> =
            kube::Api::namespaced(self.client.clone(), namespace);
        let begun = Instant::now();
        loop {
            let status = api.get(&format!("{SERVICE}-deployment")).await?.status.unwrap_or_default();
            let counts = [status.replicas, status.updated_replicas, status.available_replicas];
            if counts == [Some(REPLICAS.cast_signed()); 3] {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{namespace} does not run: {status:?}");
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Bots that start from now on reach the API server by this line.
    pub(crate) async fn lays_a_line_to_the_cluster(&mut self, lab: &Lab) -> Result<Line> {
        let direct = std::fs::read_to_string(lab.endpoints.kubeconfig_of(access::WATCHKEEPER))?;
        let server = direct.lines().find_map(|line| line.split_once("https://")).context("no server")?.1;
        let server = server.trim_matches(|c: char| !c.is_ascii_digit());
        let (line, here) = Line::to(server.parse()?).await?;
        let kubeconfig = lab.endpoints.dir.join(format!("kubeconfig-line-{}", here.port()));
        std::fs::write(&kubeconfig, direct.replace(server, &here.to_string()))?;
        self.kubeconfig = Some(kubeconfig);
        Ok(line)
    }

    pub(crate) fn kubeconfig_of_the_bot(&self, lab: &Lab) -> PathBuf {
        self.kubeconfig.clone().unwrap_or_else(|| lab.endpoints.kubeconfig_of(access::WATCHKEEPER))
    }

    pub fn client(&self) -> kube::Client {
        self.client.clone()
    }

    pub(super) fn registry(&self) -> &str {
        &self.registry
    }

    /// The image that the template names now, without registry and digest.
    pub async fn tag_in(&self, namespace: &str) -> Result<String> {
        let api: kube::Api<k8s_openapi::api::apps::v1::Deployment> =
            kube::Api::namespaced(self.client.clone(), namespace);
        let deployment = api.get(&format!("{SERVICE}-deployment")).await?;
        let spec =
            deployment.spec.and_then(|spec| spec.template.spec).context("the Deployment has no pod spec")?;
        let image = spec.containers.first().and_then(|first| first.image.clone()).context("no image")?;
        Ok(commands::names::Image::parse(&image).short().to_owned())
    }

    /// Nothing waits to be handled or sent, and no operation is at work or still to be ended. Undecided ones may stay.
    pub(crate) async fn everything_is_done(&self) -> Result<()> {
        self.none_left(
            "select (select count(*) from inbox where done_at is null)
                  + (select count(*) from message where sent_version < version and dead_reason is null)
                  + (select count(*) from operation
                     where state = 'running' or state = 'waiting' and cancelled_by is not null)
                  + (select count(*) from silence where ended_at is null and until <= now())",
        )
        .await
    }

    /// Every delivery is handled, and no operation is at work.
    pub async fn nothing_is_left_to_handle(&self) -> Result<()> {
        self.none_left(
            "select (select count(*) from inbox where done_at is null)
                  + (select count(*) from operation where state = 'running')",
        )
        .await
    }

    /// The chat shows everything as it should look now, but for what was given up.
    pub async fn nothing_is_left_to_send(&self) -> Result<()> {
        self.none_left("select count(*) from message where sent_version < version and dead_reason is null")
            .await
    }

    async fn none_left(&self, counted: &'static str) -> Result<()> {
        let begun = Instant::now();
        let mut database = PgConnection::connect(&self.database_url).await?;
        loop {
            let left: i64 = sqlx::query_scalar(counted).fetch_one(&mut database).await?;
            if left == 0 {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{left} rows are left undone in {}", self.database_url);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    pub async fn dead_messages(&self) -> Result<i64> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let dead = sqlx::query_scalar("select count(*) from message where dead_reason is not null");
        Ok(dead.fetch_one(&mut database).await?)
    }

    /// The keys of the bot's messages in the console's rooms, oldest first, that are like this.
    pub async fn posted_under_keys_like(&self, pattern: &str) -> Result<Vec<String>> {
        let mut database = PgConnection::connect(&self.database_url).await?;
        let keys = sqlx::query_scalar("select key from console_message where key like $1 order by id");
        Ok(keys.bind(pattern).fetch_all(&mut database).await?)
    }

    pub(crate) async fn strike(&self) -> Result<()> {
        for namespace in [&self.dev, &self.production] {
            workload::forget(&self.client, namespace).await?;
        }
        run(&self.admin_url, format!("drop database {} with (force)", self.database)).await
    }

    pub(crate) fn veil(&self) -> Veil {
        Veil { registry: self.registry.clone(), dev: self.dev.clone(), production: self.production.clone() }
    }
}

/// A database without anything in it, for stories without a bot.
pub struct EmptyDatabase {
    pub url: String,
    admin_url: String,
    name: String,
}

impl EmptyDatabase {
    pub async fn make(lab: &Lab) -> Result<Self> {
        let name = format!("empty_{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        let admin_url = lab.endpoints.database_url.clone();
        run(&admin_url, format!("create database {name}")).await?;
        Ok(Self { url: on(&admin_url, &name)?, admin_url, name })
    }

    pub async fn drop(self) -> Result<()> {
        run(&self.admin_url, format!("drop database {} with (force)", self.name)).await
    }
}

/// Hides what differs from run to run: names of the stage, digests, durations and pod names.
#[derive(Clone)]
pub struct Veil {
    registry: String,
    dev: String,
    production: String,
}

impl Veil {
    pub(super) fn over(&self, text: &str) -> String {
        let named = text
            .replace(&self.registry, "registry")
            .replace(&self.dev, "search-dev")
            .replace(&self.production, "search");
        let veiled: Vec<String> = named.split('\n').map(veiled_line).collect();
        veiled.join("\n")
    }
}

fn veiled_line(line: &str) -> String {
    if line.starts_with("Took: ") {
        return "Took: (time)".to_owned();
    }
    let words: Vec<String> = line.split(' ').map(veiled_word).collect();
    veil::uncounted(&words.join(" "))
}

fn veiled_word(word: &str) -> String {
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_hex = |text: &str| text.len() >= 12 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some((_, digest)) = core.split_once("sha256:") {
        let hex: String = digest.chars().take_while(char::is_ascii_hexdigit).collect();
        return if is_hex(&hex) { word.replace(&hex, "…") } else { word.to_owned() };
    }
    if is_hex(core) {
        return word.replace(core, "…");
    }
    // search-api-deployment-5d4f8c9b7-x2x4k
    match core.split_once("-deployment-") {
        Some((_, suffix)) => word.replace(suffix, "…"),
        None => word.to_owned(),
    }
}

async fn run(url: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(url).await.context("cannot reach the lab's PostgreSQL")?;
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await.context("cannot close the connection")
}

/// The same server, another database.
fn on(url: &str, database: &str) -> Result<String> {
    let (server, _) = url.rsplit_once('/').context("the lab's database URL has no database")?;
    Ok(format!("{server}/{database}"))
}
