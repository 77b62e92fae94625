//! Slack in trouble, because a story says so: for everything, or for one method.
//!
//! It decides what happens to a call; the server does it.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    All,
    Method(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// 429, with this Retry-After in seconds.
    Limits(u64),
    /// This status, and a page instead of JSON.
    Fails(u16),
    /// It answers after so long.
    Slow(Duration),
    /// It takes requests and never answers.
    Hangs,
    /// It does what it is asked, and the answer is lost.
    LosesAnswers,
    /// What it is asked is lost, and so is the answer.
    LosesRequests,
    /// It answers with this error.
    Refuses(&'static str),
}

/// The rules, the newest last.
#[derive(Default)]
pub(super) struct Trouble(Vec<Rule>);

struct Rule {
    on: On,
    weather: Weather,
    /// `None`: until it is said again.
    left: Option<u32>,
}

impl Trouble {
    pub(super) fn set(&mut self, on: On, weather: Weather, left: Option<u32>) {
        if left.is_none() {
            self.0.retain(|rule| rule.on != on);
        }
        self.0.push(Rule { on, weather, left });
    }

    /// What becomes of a call of this method; a rule for few calls is used up by it.
    pub(super) fn of(&mut self, method: &str) -> Weather {
        let concerns = |on: On| on == On::All || matches!(on, On::Method(name) if name == method);
        let rule = self.0.iter_mut().rev().find(|rule| concerns(rule.on) && rule.left != Some(0));
        let weather = rule.map_or(Weather::Fine, |rule| {
            rule.left = rule.left.map(|left| left - 1);
            rule.weather
        });
        self.0.retain(|rule| rule.left != Some(0));
        weather
    }
}
