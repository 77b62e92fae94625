//! Containers that the kernel ended because they needed more memory than they may have.
//!
//! It knows no metrics: how much was needed is not in the facts.

use super::look::{Look, Said, last_end};
use super::{Found, Level};
use crate::facts::Container;
use crate::lasting::lasting;
use crate::message::Text;

const OOM_KILLED: &str = "OOMKilled";

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut found = vec![];
    for (pod, container) in look.containers() {
        let Some((place, end)) = last_end(container).filter(|(_, end)| is_oom(end.reason.as_deref())) else {
            continue;
        };
        if container.ready || !look.ended_in_this_rollout(end) {
            continue;
        }
        let mut text = Text::new()
            .plain("The container ")
            .code(container.name.as_str())
            .plain(" was killed for using more memory than its limit");
        if let Some(finished) = end.finished_at {
            text = text.plain(format!(", last {} ago", lasting(look.now - finished)));
        }
        let text = text.plain(format!(" (exit code {}{}).", end.exit_code, restarted(container)));
        let field = format!("{place}.reason");
        let said = Said { level: Level::Blocking, field: &field, value: OOM_KILLED, reason: text };
        found.push(look.about(pod, container, said));
    }
    found
}

pub(super) fn is_oom(reason: Option<&str>) -> bool {
    reason == Some(OOM_KILLED)
}

fn restarted(container: &Container) -> String {
    match container.restarts {
        0 => String::new(),
        1 => ", 1 restart".to_owned(),
        n => format!(", {n} restarts"),
    }
}
