//! `watchkeeper doctor`: looks at everything that `serve` would need with the same flags, and says what to do.
//!
//! It starts nothing and changes nothing.

use std::process::ExitCode;

use anyhow::Result;

use super::follow::print;
use crate::chat::Check;
use crate::doctor;
use crate::serve::Settings;

/// Fails if anything is wrong; settings that cannot be read are.
pub async fn run(settings: Result<Settings>) -> Result<ExitCode> {
    let checks = match settings {
        Ok(settings) => doctor::look(settings).await?,
        Err(error) => {
            vec![Check::wrong("settings", format!("{error:#}"), "put this right first; then ask again")]
        }
    };
    for check in &checks {
        print(&line(check))?;
    }
    let wrong = checks.iter().filter(|check| check.found.is_err()).count();
    if wrong == 0 {
        print(&format!("\nAll {} are fine.", checks.len()))?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&format!("\nWrong: {wrong} of {}.", checks.len()))?;
    Ok(ExitCode::FAILURE)
}

fn line(check: &Check) -> String {
    match &check.found {
        Ok(found) => format!("ok     {}: {found}", check.what),
        Err(wrong) => format!("WRONG  {}: {}\n       → {}", check.what, wrong.problem, wrong.fix),
    }
}
