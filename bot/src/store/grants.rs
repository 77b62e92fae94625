//! What the running bot may do with each table, so that a role that owns nothing is enough for it.
//!
//! The timeline and its chain can be read, and the timeline appended to. Whoever gets hold of the bot's password can neither
//! change nor delete what was recorded, nor switch off the triggers that refuse it: only the owner of the tables could.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::error::{Doing, Error};
use super::{Connection, Store};

/// THE LIST: every table, and what the bot does there.
pub const GRANTS: &[(&str, &str)] = &[
    ("_sqlx_migrations", "select"),
    ("account_link", "select, insert, update"),
    ("alert_group", "select, insert, update"),
    ("change_lock", "select, insert, update"),
    ("console_clock", "select, update"),
    ("console_message", "select, insert, update"),
    ("console_reaction", "select, insert, update"),
    ("dead_letter_episode", "select, insert, update"),
    ("inbox", "select, insert, update"),
    ("inbox_lane", "select, insert, update"),
    ("incident", "select, insert, update"),
    ("incident_room", "select, insert, update"),
    ("last_heard", "select, insert, update"),
    ("link_code", "select, insert, update"),
    ("message", "select, insert, update"),
    ("operation", "select, insert, update"),
    ("outbox_lane", "select, insert, update"),
    ("reminder", "select, insert, update"),
    ("review", "select, insert, update"),
    ("silence", "select, insert, update"),
    ("timeline", "select, insert"),
    // Written by the timeline's own trigger, which runs as the owner.
    ("timeline_seal", "select"),
    ("vote", "select, insert, update, delete"),
];

/// Where numbers are taken before the row is stored.
const NUMBERED: [&str; 3] = ["alert_group_id_seq", "incident_id_seq", "operation_id_seq"];

/// Why a role is not granted anything.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    #[error("there is no role {0}: make it first, as with `create role {0} login password '…'`")]
    NoSuchRole(String),
    #[error(
        "the role {0} may do everything already, because it is a superuser, owns the tables, or belongs to a role that \
         does: grants restrict nobody who owns"
    )]
    Owner(String),
    #[error(transparent)]
    Store(#[from] Error),
}

impl Store {
    /// Lets a role do what the running bot needs, and takes away what else it may do to our tables.
    pub async fn grant_to(&self, role: &str) -> Result<(), NotGranted> {
        let options = self.address.clone().application_name("watchkeeper-migrate");
        let mut connection = options.connect().await.doing("grant rights")?;
        let quoted = restrictable(&mut connection, role).await?;
        let mut transaction = connection.begin().await.doing("begin a transaction")?;
        for statement in statements(&quoted) {
            // Names of ours, and a role's that PostgreSQL itself has quoted.
            sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await.doing("grant rights")?;
        }
        Ok(transaction.commit().await.doing("commit grants")?)
    }
}

impl Store {
    /// What this role may not do and the bot needs, as `select on vote`.
    pub async fn missing_grants(&self) -> Result<Vec<String>, Error> {
        let needed =
            GRANTS.iter().flat_map(|(table, rights)| rights.split(", ").map(|right| (*table, right)));
        let (tables, rights): (Vec<String>, Vec<String>) =
            needed.map(|(table, right)| (table.to_owned(), right.to_owned())).unzip();
        sqlx::query_scalar!(
            r#"select needed.what || ' on ' || needed.name as "missing!"
               from unnest($1::text[], $2::text[]) as needed (name, what)
               where to_regclass(needed.name) is null or not has_table_privilege(needed.name, needed.what)"#,
            &tables,
            &rights
        )
        .fetch_all(self.pool())
        .await
        .doing("read the rights of this role")
    }
}

async fn restrictable(connection: &mut Connection, role: &str) -> Result<String, NotGranted> {
    let found = sqlx::query!(
        r#"select quote_ident(rolname) as "quoted!",
                  rolsuper or pg_has_role(rolname, (select relowner from pg_class where oid = 'timeline'::regclass),
                                          'member') as "owns!"
           from pg_roles where rolname = $1"#,
        role
    )
    .fetch_optional(connection)
    .await
    .doing("look a role up")?;
    match found {
        None => Err(NotGranted::NoSuchRole(role.to_owned())),
        Some(found) if found.owns => Err(NotGranted::Owner(role.to_owned())),
        Some(found) => Ok(found.quoted),
    }
}

fn statements(role: &str) -> Vec<String> {
    let mut statements = vec![];
    for (table, _) in GRANTS {
        statements.push(format!("revoke all on table {table} from {role}"));
    }
    for (table, rights) in GRANTS {
        statements.push(format!("grant {rights} on table {table} to {role}"));
    }
    for sequence in NUMBERED {
        statements.push(format!("grant usage on sequence {sequence} to {role}"));
    }
    statements
}
