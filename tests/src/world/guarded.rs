//! Stories under another policy: change windows, and who may break the glass.
//!
//! The policy is changed as text, as its keeper would.

use std::path::Path;

use anyhow::Result;

use super::World;
use super::place::Stage;
use crate::lab::workload::Pods;

/// A window that is open at every moment: it opens each minute, for an hour.
const ALWAYS: &str = "schedule = \"* * * * *\"\nduration = \"1h\"\ntime_zone = \"Europe/Berlin\"\n";

/// As `world::begin`, under a policy that is changed like this.
pub async fn begin_where(keeper: &str, edit: impl FnOnce(&str) -> String) -> Result<World> {
    let lab = crate::lab::shared(Path::new(keeper));
    let mut stage = Stage::set(lab, Pods::Simulated).await?;
    stage.policy = edit(&stage.policy);
    World::begin_on(lab, stage).await
}

/// The policy with a deny window for production that never closes.
pub fn nothing_begins_in_production(policy: &str, more: &str) -> String {
    format!(
        "{policy}\n[[windows]]\nkind = \"deny\"\n{ALWAYS}environments = [\"production\"]\nreason = \"quarter end\"\n{more}\n"
    )
}

/// The policy with those on call allowed to break the glass in production.
pub fn oncall_may_break_glass(policy: &str) -> String {
    policy.replace("auto_rollback = false", "auto_rollback = false\nbreak_glass = [\"oncall\"]")
}
