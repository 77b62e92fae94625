//! Containers that start and end again and again.
//!
//! Running out of memory is `oom`'s, and one restart that was survived is `restarts`': neither is told twice.

use super::look::{Look, Said, last_end, waiting};
use super::{Found, Level, log_line, oom};
use crate::facts::{Container, Pod};
use crate::message::Text;

/// One crash may be a race at the start; the second one is a pattern.
const PATTERN_RESTARTS: i32 = 2;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    look.containers().filter_map(|(pod, container)| in_container(look, pod, container)).collect()
}

/// It is in back-off now, or it came back twice within this rollout and is still not ready.
pub(super) fn applies(look: &Look<'_>, container: &Container) -> bool {
    let end = last_end(container).map(|(_, end)| end);
    if container.ready || end.is_some_and(|end| oom::is_oom(end.reason.as_deref())) {
        return false;
    }
    let backs_off = waiting(container).is_some_and(|(reason, _)| reason == "CrashLoopBackOff");
    let again =
        container.restarts >= PATTERN_RESTARTS && end.is_some_and(|end| look.ended_in_this_rollout(end));
    backs_off || again
}

fn in_container(look: &Look<'_>, pod: &Pod, container: &Container) -> Option<Found> {
    if !applies(look, container) {
        return None;
    }
    let mut text = Text::new().plain("The container ").code(container.name.as_str()).plain(" keeps ending");
    if let Some((_, end)) = last_end(container) {
        text = text.plain(format!(" with exit code {}{}", end.exit_code, meaning(end.exit_code)));
    }
    text = match container.restarts {
        0 | 1 => text.plain("."),
        n => text.plain(format!(" ({n} restarts).")),
    };
    if let Some(message) = last_end(container).and_then(|(_, end)| end.message.as_ref()) {
        text = text.plain(" It left the message: ").outside(&message.shortened(log_line::QUOTED_CHARS));
    }
    let waits = waiting(container).map(|(reason, _)| reason);
    let restarts = container.restarts.to_string();
    let (field, value) = match waits {
        Some(reason) => ("state.waiting.reason", reason),
        None => ("restartCount", restarts.as_str()),
    };
    let mut found = look.about(pod, container, Said { level: Level::Blocking, field, value, reason: text });
    found.log_line = container.log_tail.as_ref().and_then(log_line::likely_cause);
    found.next = look.way_back(Some(pod), look.logs(pod, container));
    Some(found)
}

/// What shells and kernels mean by the usual codes.
pub(super) fn meaning(exit_code: i32) -> &'static str {
    match exit_code {
        0 => " (it finished, where it should keep running)",
        126 => " (the command cannot be executed)",
        127 => " (the command was not found)",
        134 => " (SIGABRT)",
        137 => " (SIGKILL)",
        139 => " (SIGSEGV)",
        143 => " (SIGTERM)",
        _ => "",
    }
}
