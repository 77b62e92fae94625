//! The same inserts without a bot, by PostgreSQL's own load program on the same server: what the machine gives at most.
//!
//! Its tables are the bot's, its rows as large as the bot's.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use super::load::WARM_UP;

/// A row of the inbox, as the webhook writes it, and nothing else.
pub(super) const ONE_ROW: &str = "insert into inbox (source, delivery, lane, body, raw)
  values ('pgbench', gen_random_uuid()::text, 'pgbench/' || (random() * 500)::int, :body::jsonb, :raw);";

/// And a row for what goes out, in one transaction: the bare two-row transaction.
pub(super) const TWO_ROWS: &str = "begin;
insert into inbox (source, delivery, lane, body, raw)
  values ('pgbench', gen_random_uuid()::text, 'pgbench/' || (random() * 500)::int, :body::jsonb, :raw);
insert into message (key, platform, channel, body)
  values ('pgbench/' || gen_random_uuid(), 'console', 'pgbench', '{\"title\": []}'::jsonb);
commit;";

/// Transactions a second, warm-up excluded.
pub(super) async fn run(
    script: &str,
    (body, database_url): (&str, &str),
    connections: usize,
    seconds: Duration,
) -> Result<f64> {
    let file = std::env::temp_dir().join(format!("watchkeeper-bench-{}.sql", uuid::Uuid::new_v4()));
    std::fs::write(&file, script).context("cannot write the script")?;
    // Extended protocol with prepared statements, as sqlx speaks it.
    once(&file, (body, database_url), connections, WARM_UP).await?;
    let measured = once(&file, (body, database_url), connections, seconds).await;
    std::fs::remove_file(&file).context("cannot remove the script")?;
    measured
}

async fn once(file: &Path, (body, url): (&str, &str), connections: usize, time: Duration) -> Result<f64> {
    let run = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2", "--client", &connections.to_string()])
        .args(["--time", &time.as_secs().max(1).to_string(), "--define", &format!("body={body}")])
        .args(["--define", &format!("raw={body}"), "--file"])
        .arg(file)
        .arg(url)
        .output()
        .await
        .context("cannot run pgbench (Debian: postgresql-contrib or postgresql)")?;
    let said = String::from_utf8_lossy(&run.stdout);
    ensure!(run.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&run.stderr));
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next());
    rate.and_then(|text| text.parse().ok()).with_context(|| format!("pgbench says no rate:\n{said}"))
}
