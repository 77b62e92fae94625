//! Trouble on request: which calls, what happens to them, and how often.
//!
//! What a troubled answer looks like on the wire is the door's business.

use std::time::Duration;

/// Which calls it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    All,
    /// One kind of call, by its `operationId` in Discord's OpenAPI document.
    Operation(&'static str),
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weather {
    Fine,
    /// 429, to come back after so many seconds.
    Limits(f64),
    /// This status without Discord's JSON, as its edge answers.
    Fails(u16),
    /// Done, but only after this time.
    Slow(Duration),
    /// Taken, and never answered or done.
    Hangs,
    /// Done, and the connection is cut before the answer.
    LosesAnswers,
    /// The connection is cut before anything is done.
    LosesRequests,
}

#[derive(Debug)]
struct Rule {
    on: On,
    weather: Weather,
    /// `None` = until told otherwise.
    left: Option<usize>,
}

/// The newest rule that fits decides.
#[derive(Debug, Default)]
pub struct Forecast {
    rules: Vec<Rule>,
}

impl Forecast {
    /// From now on; what was said about the same calls before is over.
    pub fn lasting(&mut self, on: On, weather: Weather) {
        self.rules.retain(|rule| on != On::All && rule.on != on);
        self.rules.push(Rule { on, weather, left: None });
    }

    /// For the next calls only.
    pub fn passing(&mut self, on: On, weather: Weather, times: usize) {
        self.rules.push(Rule { on, weather, left: Some(times) });
    }

    pub fn next(&mut self, operation: &str) -> Weather {
        let fits = |rule: &Rule| match rule.on {
            On::All => true,
            On::Operation(name) => name == operation,
        };
        let Some(index) = self.rules.iter().rposition(fits) else { return Weather::Fine };
        let weather = self.rules[index].weather;
        if let Some(left) = &mut self.rules[index].left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.rules.remove(index);
            }
        }
        weather
    }
}
