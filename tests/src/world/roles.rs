//! Two roles on a story's database, as an installation has them: one owns the tables, the other is the bot's.
//!
//! What they may do is granted by the program itself, never here.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use reqwest::Url;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::World;
use super::place::Stage;
use super::terminal::{Printed, types};
use crate::lab::Lab;
use crate::lab::workload::Pods;

const PASSWORD: &str = "of-the-story";

pub struct Roles {
    pub owner_url: String,
    pub bot: String,
    pub bot_url: String,
    owner: String,
    /// The lab's superuser, on another database.
    admin_url: String,
}

impl World {
    /// As [`World::begin`], with a bot whose role owns nothing; and what `migrate` printed.
    pub async fn begin_restricted(lab: &'static Lab, program: &Path) -> Result<(Self, Roles, Printed)> {
        let mut stage = Stage::set(lab, Pods::Simulated).await?;
        let roles = Roles::make(lab, &stage.database_url).await?;
        let migrate = ["migrate", "--grant-to", &roles.bot];
        let printed = types(program, &roles.owner_url, &migrate).await?;
        ensure!(printed.code == Some(0), "{printed:?}");
        stage.database_url.clone_from(&roles.bot_url);
        Ok((Self::begin_on(lab, stage).await?, roles, printed))
    }
}

impl World {
    /// People talk to another bot on the same database from now on.
    pub fn talks_to(&self, address: SocketAddr) {
        self.ops.moved(address);
    }
}

impl Roles {
    /// Makes both; the first owns the database from now on.
    pub async fn make(lab: &Lab, database_url: &str) -> Result<Self> {
        let url: Url = database_url.parse()?;
        let database = url.path().trim_start_matches('/').to_owned();
        let (owner, bot) = (format!("{database}_owner"), format!("{database}_bot"));
        let mut admin = PgConnection::connect(&lab.endpoints.database_url).await?;
        for role in [&owner, &bot] {
            run(&mut admin, format!("create role {role} login password '{PASSWORD}'")).await?;
        }
        run(&mut admin, format!("alter database {database} owner to {owner}")).await?;
        admin.close().await?;
        let (owner_url, bot_url) = (as_role(&url, &owner)?, as_role(&url, &bot)?);
        Ok(Self { owner_url, bot, bot_url, owner, admin_url: lab.endpoints.database_url.clone() })
    }

    /// What the server answers when the bot's role sends this statement.
    pub async fn bot_tries(&self, statement: &str) -> Result<String> {
        let mut bot = PgConnection::connect(&self.bot_url).await?;
        let answer = run(&mut bot, statement.to_owned()).await;
        bot.close().await?;
        Ok(match answer {
            Ok(()) => "done".to_owned(),
            Err(error) => {
                match error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error) {
                    Some(refused) => refused.message().to_owned(),
                    None => error.to_string(),
                }
            }
        })
    }

    /// To be called when the database is gone.
    pub async fn drop(self) -> Result<()> {
        let mut admin = PgConnection::connect(&self.admin_url).await?;
        run(&mut admin, format!("drop role {}, {}", self.owner, self.bot)).await?;
        admin.close().await.context("cannot close the connection")
    }
}

fn as_role(url: &Url, role: &str) -> Result<String> {
    let mut url = url.clone();
    ensure!(url.set_username(role).is_ok() && url.set_password(Some(PASSWORD)).is_ok(), "no user in {url}");
    Ok(url.into())
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}
