//! On what it was measured: processor, memory, kernel, PostgreSQL, and how busy the machine was with other things.
//!
//! It measures nothing.

use anyhow::{Context, Result};
use sqlx::{Connection, PgConnection};

pub(super) async fn describe(database_url: &str) -> Result<String> {
    let mut database = PgConnection::connect(database_url).await.context("cannot reach PostgreSQL")?;
    let version: String = sqlx::query_scalar("show server_version").fetch_one(&mut database).await?;
    let fsync: String = sqlx::query_scalar("show fsync").fetch_one(&mut database).await?;
    let commit: String = sqlx::query_scalar("show synchronous_commit").fetch_one(&mut database).await?;
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next());
    let gibibytes = memory.and_then(|text| text.parse::<u64>().ok()).unwrap_or_default() / 1024 / 1024;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let busy = read("/proc/loadavg");
    let busy = busy.split(' ').next().unwrap_or_default();
    Ok(format!(
        "{} ({cores} cores, {gibibytes} GiB), Linux {}, PostgreSQL {version} with fsync {fsync} and synchronous_commit {commit}, \
         bot, database and load on the same machine; load average {busy} when it began.",
        processor.map_or("unknown processor", |(_, name)| name),
        read("/proc/sys/kernel/osrelease").trim(),
    ))
}
