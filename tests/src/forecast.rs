//! Trouble that a stand-in was told to have: on which calls, and how often.
//!
//! What calls and troubles there are is each stand-in's business.

/// The newest rule that fits decides.
#[derive(Debug)]
pub(crate) struct Forecast<On, Weather>(Vec<Rule<On, Weather>>);

#[derive(Debug)]
struct Rule<On, Weather> {
    on: On,
    weather: Weather,
    /// `None`: until it is said again.
    left: Option<u32>,
}

impl<On, Weather> Default for Forecast<On, Weather> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<On: PartialEq, Weather: Copy> Forecast<On, Weather> {
    /// From now on; what was said about the same calls before is over.
    pub(crate) fn lasting(&mut self, on: On, weather: Weather) {
        self.0.retain(|rule| rule.on != on);
        self.0.push(Rule { on, weather, left: None });
    }

    /// For the next calls only.
    pub(crate) fn passing(&mut self, on: On, weather: Weather, times: u32) {
        self.0.push(Rule { on, weather, left: Some(times) });
    }

    /// What becomes of a call that these rules concern; a rule for few calls is used up by it.
    pub(crate) fn next(&mut self, concerns: impl Fn(&On) -> bool) -> Option<Weather> {
        let rule = self.0.iter_mut().rev().find(|rule| concerns(&rule.on) && rule.left != Some(0));
        let weather = rule.map(|rule| {
            rule.left = rule.left.map(|left| left - 1);
            rule.weather
        });
        self.0.retain(|rule| rule.left != Some(0));
        weather
    }
}
