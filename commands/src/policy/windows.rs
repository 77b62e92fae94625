//! Change windows in the policy file: their keys, and whether their schedule, duration and time zone mean something.
//!
//! What an open or closed window does to a change is `guard::windows`' business.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;
use serde::Deserialize;
use toml::Spanned;

use super::{EnvironmentPolicy, PolicyError, ServicePolicy};
use crate::guard::Window;
use crate::guard::windows::Kind;
use crate::names::{Environment, Service};
use crate::verbs::Duration;

/// One `[[windows]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    kind: Kind,
    schedule: Spanned<String>,
    duration: Spanned<String>,
    time_zone: Spanned<String>,
    environments: Option<Spanned<Names>>,
    services: Option<Spanned<Names>>,
    #[serde(default)]
    manual: bool,
    reason: Spanned<String>,
}

/// Left out, it is all of them; an empty list could be meant for none, so it is refused.
type Names = Vec<Spanned<String>>;

/// The names that a window may refer to.
type Known<'a> = (&'a [EnvironmentPolicy], &'a BTreeMap<Service, ServicePolicy>);

type Checked<T> = Result<T, PolicyError>;

pub(super) fn checked(toml: &str, written: &[Written], known: Known<'_>) -> Checked<Vec<Window>> {
    written.iter().map(|it| Check { toml, known }.window(it)).collect()
}

#[derive(Clone, Copy)]
struct Check<'a> {
    toml: &'a str,
    known: Known<'a>,
}

impl Check<'_> {
    fn wrong<A, T>(&self, at: &Spanned<A>, problem: String, fix: &str) -> Checked<T> {
        Err(PolicyError::at(self.toml, at.span().start, problem, fix.to_owned()))
    }

    fn window(&self, it: &Written) -> Checked<Window> {
        if it.reason.get_ref().trim().is_empty() {
            return self.wrong(
                &it.reason,
                "a window without a reason".to_owned(),
                "write what refusals will say",
            );
        }
        Ok(Window {
            kind: it.kind,
            schedule: self.schedule(&it.schedule)?,
            duration: self.duration(&it.duration)?,
            time_zone: self.time_zone(&it.time_zone)?,
            environments: self.environments(it.environments.as_ref())?,
            services: self.services(it.services.as_ref())?,
            manual: it.manual,
            reason: it.reason.get_ref().trim().to_owned(),
        })
    }

    fn schedule(&self, schedule: &Spanned<String>) -> Checked<Cron> {
        const FIELDS: usize = 5;
        let text = schedule.get_ref();
        let fix =
            "write five cron fields: minute, hour, day of month, month, day of week, as in \"0 22 * * fri\"";
        if text.split_whitespace().count() != FIELDS {
            return self.wrong(schedule, format!("{text:?} is not a schedule"), fix);
        }
        let cron = match text.parse::<Cron>() {
            Ok(cron) => cron,
            Err(error) => return self.wrong(schedule, format!("{text:?} is not a schedule: {error}"), fix),
        };
        // Any moment will do: a schedule that has no occurrence after it has none at all.
        if cron.find_next_occurrence(&DateTime::<Utc>::UNIX_EPOCH, true).is_err() {
            return self.wrong(schedule, format!("{text:?} never comes"), fix);
        }
        Ok(cron)
    }

    fn duration(&self, duration: &Spanned<String>) -> Checked<TimeDelta> {
        match Duration::parse(duration.get_ref()) {
            Some(duration) => Ok(duration.delta()),
            None => {
                let problem = format!("{:?} is not a duration", duration.get_ref());
                self.wrong(duration, problem, "write a number and m, h or d, as in \"90m\", \"8h\" or \"2d\"")
            }
        }
    }

    fn time_zone(&self, zone: &Spanned<String>) -> Checked<Tz> {
        let fix = "write a name of the IANA database, as in \"Europe/Berlin\" or \"UTC\"";
        match zone.get_ref().parse() {
            Ok(zone) => Ok(zone),
            Err(_) => self.wrong(zone, format!("{:?} is not a time zone", zone.get_ref()), fix),
        }
    }

    fn environments(&self, names: Option<&Spanned<Names>>) -> Checked<BTreeSet<Environment>> {
        let known: Vec<&str> = self.known.0.iter().map(|it| it.name.as_str()).collect();
        Ok(self.names("environment", names, &known)?.into_iter().map(Environment::new).collect())
    }

    fn services(&self, names: Option<&Spanned<Names>>) -> Checked<BTreeSet<Service>> {
        let known: Vec<&str> = self.known.1.keys().map(Service::as_str).collect();
        Ok(self.names("service", names, &known)?.into_iter().map(Service::new).collect())
    }

    fn names(&self, what: &str, names: Option<&Spanned<Names>>, known: &[&str]) -> Checked<Vec<String>> {
        let Some(names) = names else { return Ok(vec![]) };
        if names.get_ref().is_empty() {
            let fix = format!("leave the key out for every {what}, or name some of: {}", known.join(", "));
            return self.wrong(names, format!("a window of no {what}"), &fix);
        }
        if let Some(name) = names.get_ref().iter().find(|name| !known.contains(&name.get_ref().as_str())) {
            let problem = format!("there is no {what} {:?}", name.get_ref());
            return self.wrong(name, problem, &format!("{what}s: {}", known.join(", ")));
        }
        Ok(names.get_ref().iter().map(|name| name.get_ref().clone()).collect())
    }
}
