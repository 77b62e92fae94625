//! The accounts that people have in a workspace: those of the policy, and those that they have linked by now.
//!
//! It asks each time, for somebody may have linked theirs a second ago.

use std::collections::BTreeSet;

use commands::names::PersonId;
use commands::request::Platform;

use super::Slack;
use super::error::CallError;

impl Slack {
    /// Ids of users; whoever has no account there is left out.
    pub(super) async fn users(
        &self,
        team: &str,
        people: &BTreeSet<PersonId>,
    ) -> Result<Vec<String>, CallError> {
        if people.is_empty() {
            return Ok(vec![]);
        }
        let policy = self.desk.people().await.map_err(CallError::NobodyKnown)?;
        let known = people.iter().filter_map(|person| policy.person_by_id(person));
        let accounts = known.flat_map(|person| &person.accounts);
        let of_slack = accounts.filter(|account| account.platform == Platform::Slack);
        let of_team = of_slack.filter_map(|account| account.id.split_once('/').filter(|(of, _)| *of == team));
        Ok(of_team.map(|(_, user)| user.to_owned()).collect())
    }
}
