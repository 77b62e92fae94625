//! `watchkeeper migrate`: brings the schema up to date as the owner of its tables, so that the bot need not be the owner.
//!
//! It runs what `serve` would run where that is allowed to, and does nothing else to the data.

use anyhow::{Result, bail};
use clap::Args;

use super::follow::print;
use crate::store::{Schema, Store};

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// The database, with a user who owns it.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: String,
    /// Let this role do what the running bot needs, and nothing else. It must not own anything here.
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,
}

pub async fn run(args: MigrateArgs) -> Result<()> {
    let store = Store::open(&args.database_url)?;
    match store.schema().await? {
        Schema::Behind { .. } => {
            store.migrate().await?;
            print("The schema is up to date now.")?;
        }
        Schema::Same => print("The schema is up to date.")?,
        other @ (Schema::Ahead { .. } | Schema::Different { .. }) => bail!("{other}; nothing was done"),
    }
    if let Some(role) = args.grant_to {
        store.grant_to(&role).await?;
        print(&format!(
            "The role {role} may do what the running bot needs, and cannot change what is recorded."
        ))?;
    }
    Ok(())
}
