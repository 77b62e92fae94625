//! Looking names up: from what somebody typed, or an alert carried, to what the file knows.
//!
//! A name that is not in the file is refused with the known ones; nothing is ever guessed or defaulted.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{
    AlertSource, Approvals, EnvironmentPolicy, Person, Policy, ROLLOUT_TIMEOUT_MINUTES, ServicePolicy,
};
use crate::facts::Target;
use crate::guard::Window;
use crate::message::Text;
use crate::names::{Environment, Group, PersonId, Service};
use crate::plan::{Action, Rule};
use crate::refusal::Refusal;
use crate::request::{Account, Place};
use crate::untrusted::Untrusted;

/// Of an unknown name no more than this is repeated back.
const ECHO_MAX_CHARS: usize = 60;

impl Policy {
    pub fn person(&self, account: &Account) -> Option<&Person> {
        self.people.values().find(|person| person.accounts.contains(account))
    }

    /// The same, where these accounts are these people's, too. What the file says of an account stands, and whoever has left
    /// the file has none.
    #[must_use]
    pub fn with_links(&self, links: &[(Account, PersonId)]) -> Self {
        let mut linked = self.clone();
        for (account, person) in links {
            if linked.person(account).is_none()
                && let Some(person) = linked.people.get_mut(person)
            {
                person.accounts.push(account.clone());
            }
        }
        linked
    }

    pub fn person_by_id(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// A person as typed: the id, with or without `@`.
    pub fn person_named(&self, word: &str) -> Result<PersonId, Refusal> {
        let bare = word.strip_prefix('@').unwrap_or(word).to_ascii_lowercase();
        let known = self.people.keys().map(PersonId::as_str);
        self.people
            .keys()
            .find(|id| id.as_str() == bare)
            .cloned()
            .ok_or_else(|| unknown("person", &bare, known))
    }

    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    pub fn services(&self) -> impl Iterator<Item = &ServicePolicy> {
        self.services.values()
    }

    /// As `host` or `host:port`.
    pub fn trusted_hosts(&self) -> impl Iterator<Item = &str> {
        self.trusted_hosts.iter().map(String::as_str)
    }

    /// In promotion order.
    pub fn environments(&self) -> &[EnvironmentPolicy] {
        &self.environments
    }

    /// What cards call a person; somebody who has left the file is still shown by id.
    pub fn display_name(&self, id: &PersonId) -> String {
        self.people.get(id).map_or_else(|| id.to_string(), |person| person.name.clone())
    }

    pub fn service(&self, word: &str) -> Result<Service, Refusal> {
        let name = Service::new(word.to_ascii_lowercase());
        if self.services.contains_key(&name) {
            return Ok(name);
        }
        Err(unknown("service", word, self.services.keys().map(Service::as_str)))
    }

    pub fn environment(&self, word: &str) -> Result<Environment, Refusal> {
        let name = Environment::new(word.to_ascii_lowercase());
        if self.environments.iter().any(|it| it.name == name) {
            return Ok(name);
        }
        Err(unknown("environment", word, self.environments.iter().map(|it| it.name.as_str())))
    }

    /// The Deployment that the service is in the environment.
    pub fn target(&self, service: &Service, environment: &Environment) -> Result<Target, Refusal> {
        let Some(policy) = self.services.get(service) else {
            return Err(unknown("service", service.as_str(), self.services.keys().map(Service::as_str)));
        };
        let Some(place) = policy.places.get(environment) else {
            let known: Vec<_> = policy.places.keys().map(Environment::as_str).collect();
            return Err(Refusal::new(
                Text::new().code(service.as_str()).plain(" is not in ").code(environment.as_str()),
                Text::new().plain(format!("It is in: {}.", known.join(", "))),
            ));
        };
        Ok(Target {
            service: service.clone(),
            environment: environment.clone(),
            namespace: place.namespace.clone(),
            deployment: place.deployment.clone(),
            container: policy.container.clone(),
            repository: policy.image.clone(),
        })
    }

    /// The environments that the service is in, in promotion order.
    pub fn environments_of(&self, service: &Service) -> Vec<Environment> {
        let places = self.services.get(service).map(|it| &it.places);
        let known = |name: &Environment| places.is_some_and(|places| places.contains_key(name));
        self.environments.iter().map(|it| it.name.clone()).filter(known).collect()
    }

    /// The kubeconfig context of an environment, if the file names one.
    pub fn context(&self, environment: &Environment) -> Option<&str> {
        self.environment_policy(environment)?.context.as_deref()
    }

    /// Who must agree to this action there, by the service's own rule or else the environment's. `None` only for an environment
    /// that is not in the file.
    pub fn rule(&self, service: &Service, environment: &Environment, action: Action) -> Option<Rule> {
        let policy = self.environment_policy(environment)?;
        let place = self.services.get(service).and_then(|it| it.places.get(environment));
        let approvals = place.and_then(|it| it.approvals.as_ref()).unwrap_or(&policy.approvals);
        let asked = !policy.without_approval.contains(&action);
        Some(Rule {
            approvals: if asked { approvals.needed } else { 0 },
            approvers: approvals.approvers.iter().cloned().collect(),
            required_groups: approvals.required_groups.iter().cloned().collect(),
            required: approvals.required.iter().cloned().collect(),
            expires_after_minutes: policy.approval_expires_minutes,
        })
    }

    /// Every rule that the file has, of environments and of services there.
    pub(super) fn all_approvals(&self) -> impl Iterator<Item = &Approvals> {
        let places = self.services.values().flat_map(|it| it.places.values());
        let own = places.filter_map(|place| place.approvals.as_ref());
        self.environments.iter().map(|it| &it.approvals).chain(own)
    }

    /// How long a rollout there is followed.
    pub fn rollout_timeout(&self, environment: &Environment) -> TimeDelta {
        let policy = self.environment_policy(environment);
        let minutes = policy.map_or(ROLLOUT_TIMEOUT_MINUTES, |it| it.rollout_timeout_minutes);
        TimeDelta::minutes(i64::from(minutes))
    }

    /// Whether a stuck rollout there is rolled back without asking.
    pub fn auto_rollback(&self, environment: &Environment) -> bool {
        self.environment_policy(environment).is_some_and(|it| it.auto_rollback)
    }

    /// Who may pass every guard and approval there.
    pub fn glass_breakers(&self, environment: &Environment) -> Vec<Group> {
        self.environment_policy(environment)
            .map(|it| it.break_glass.iter().cloned().collect())
            .unwrap_or_default()
    }

    /// The change windows, in the order of the file.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    pub fn alerts_place(&self) -> Place {
        self.alerts.place.clone()
    }

    pub fn alert_sources(&self) -> &[AlertSource] {
        &self.alerts.sources
    }

    /// Which service an alert is about: by its configured labels, else by its `namespace` and `deployment`. Two services
    /// that match are none, and so are two environments.
    pub fn service_of_alert(
        &self,
        labels: &BTreeMap<String, String>,
    ) -> Option<(Service, Option<Environment>)> {
        let by_labels = |it: &&ServicePolicy| {
            !it.alert_labels.is_empty()
                && it.alert_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        let by_target = |it: &&ServicePolicy| it.places.values().any(|place| is_at(place, labels));
        let service = only(self.services.values().filter(by_labels))
            .or_else(|| only(self.services.values().filter(by_target)))?;
        Some((service.name.clone(), self.environment_of_alert(service, labels)))
    }

    fn environment_of_alert(
        &self,
        service: &ServicePolicy,
        labels: &BTreeMap<String, String>,
    ) -> Option<Environment> {
        let named = labels.get(&self.alerts.environment_label).map(|name| Environment::new(name.clone()));
        if let Some(name) = named.filter(|name| service.places.contains_key(name)) {
            return Some(name);
        }
        let namespace = labels.get("namespace")?;
        only(service.places.iter().filter(|(_, place)| place.namespace == *namespace))
            .map(|(name, _)| name.clone())
    }

    pub(super) fn environment_policy(&self, name: &Environment) -> Option<&EnvironmentPolicy> {
        self.environments.iter().find(|it| it.name == *name)
    }
}

fn is_at(place: &super::ServicePlace, labels: &BTreeMap<String, String>) -> bool {
    labels.get("namespace") == Some(&place.namespace) && labels.get("deployment") == Some(&place.deployment)
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// "There is no service …", with the nearest known name and all the others.
pub(crate) fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str>) -> Refusal {
    let known: Vec<&str> = known.collect();
    let typed = Untrusted::new(word).shortened(ECHO_MAX_CHARS);
    let reason = Text::new()
        .plain(format!("There is no {what} "))
        .with(crate::message::Span::OutsideCode(typed))
        .plain(".");
    let all =
        if known.is_empty() { "None is known.".to_owned() } else { format!("Known: {}.", known.join(", ")) };
    let hint = match nearest(word, known.iter().copied()) {
        Some(near) => Text::new().plain("Did you mean ").code(near).plain(format!("? {all}")),
        None => Text::new().plain(all),
    };
    Refusal::new(reason, hint)
}

/// The one known word that a typing mistake most likely meant.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this two words only share letters: `status` and `restart` are 0.57 alike.
    const ALIKE_ENOUGH: f64 = 0.8;
    let word = word.to_ascii_lowercase();
    known
        .map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE_ENOUGH)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}
