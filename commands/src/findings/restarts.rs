//! Containers that are ready now but ended a short while ago.
//!
//! Restarts of long ago are nobody's trouble tonight, and an end without a time cannot be told from those.

use chrono::TimeDelta;

use super::look::{Look, Said, last_end};
use super::{Found, Level, crash_loop, log_line};
use crate::lasting::lasting;
use crate::message::Text;

const RECENT_HOURS: i64 = 1;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut found = vec![];
    for (pod, container) in
        look.containers().filter(|(_, container)| container.ready && container.restarts > 0)
    {
        let Some((place, end)) = last_end(container) else { continue };
        let Some(finished) = end.finished_at else { continue };
        let ago = look.now - finished;
        if ago > TimeDelta::hours(RECENT_HOURS) {
            continue;
        }
        let why = end.reason.as_deref().unwrap_or("Error");
        let text = Text::new().plain("The container ").code(container.name.as_str()).plain(format!(
            " is ready, but ended {} ago with exit code {}{} (restarts: {}).",
            lasting(ago),
            end.exit_code,
            crash_loop::meaning(end.exit_code),
            container.restarts
        ));
        let field = format!("{place}.reason");
        let mut said = look.about(
            pod,
            container,
            Said { level: Level::Warning, field: &field, value: why, reason: text },
        );
        said.log_line = container.log_tail.as_ref().and_then(log_line::likely_cause);
        said.next = Some(format!("{} --previous", look.logs(pod, container)));
        found.push(said);
    }
    found
}
