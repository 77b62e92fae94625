//! From the file's shape to a policy whose names all refer to something.
//!
//! It stops at the first mistake. It cannot know whether a namespace or an image exists; the cluster and the registry say.

mod kubernetes;
mod rooms;

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

mod rules;

pub(crate) use rooms::account_id;

use super::file::{self, File};
use super::{
    AlertSource, Alerts, EnvironmentPolicy, Person, Policy, PolicyError, Room, ServicePlace, ServicePolicy,
    TokenFrom,
};
use crate::names::{Environment, Group, PersonId, Service};
use crate::request::{Account, Place, Platform};

/// RFC 1123's limit for a label, which namespaces and Deployments keep to.
const NAME_MAX_CHARS: usize = 63;
/// A week: an approval that waits longer was forgotten.
const EXPIRY_MAX_MINUTES: u32 = 7 * 24 * 60;

pub(super) type Checked<T> = Result<T, PolicyError>;

/// What the checks share: the text, for line numbers, and the names that others may refer to.
pub(super) struct Check<'a> {
    toml: &'a str,
    groups: BTreeSet<String>,
    /// Each person's groups.
    memberships: BTreeMap<PersonId, BTreeSet<Group>>,
    /// Those whom no cluster knows, with their groups.
    unmapped: Vec<(String, BTreeSet<String>)>,
    environments: Vec<String>,
}

pub(super) fn policy(toml: &str, file: File) -> Checked<Policy> {
    let groups_of =
        |person: &file::Person| person.groups.iter().map(|it| Group::new(it.get_ref().clone())).collect();
    let memberships: BTreeMap<PersonId, BTreeSet<Group>> = file
        .people
        .iter()
        .map(|(id, person)| (PersonId::new(id.get_ref().clone()), groups_of(person)))
        .collect();
    let check = Check {
        toml,
        groups: memberships.values().flatten().map(|group| group.as_str().to_owned()).collect(),
        memberships,
        unmapped: kubernetes::unmapped(&file.people),
        environments: file.environments.iter().map(|it| it.name.get_ref().clone()).collect(),
    };
    let rooms = check.rooms(&file)?;
    let slack = file.slack.as_ref().map(|it| check.slack(it)).transpose()?;
    let discord = file.discord.as_ref().map(|it| check.discord(it)).transpose()?;
    let people = check.people(file.people)?;
    let environments = check.environments(&file.environments)?;
    let services = check.services(file.services, &file.environments)?;
    let windows = super::windows::checked(toml, &file.windows, (&environments, &services))?;
    let alerts = check.alerts(&file.alerts, &rooms)?;
    let responders = check.group_names(&file.incidents.responders)?;
    let trusted_hosts = check.hosts(&file.registry.trusted_hosts)?;
    let reactions = check.reactions(&file.reactions)?;
    Ok(Policy {
        people,
        environments,
        services,
        rooms,
        slack,
        discord,
        alerts,
        responders,
        windows,
        trusted_hosts,
        reactions,
    })
}

impl Check<'_> {
    pub(super) fn wrong<A, T>(&self, at: &Spanned<A>, problem: String, fix: impl Into<String>) -> Checked<T> {
        Err(PolicyError::at(self.toml, at.span().start, problem, fix.into()))
    }

    /// Lower-case ASCII, as Kubernetes has it, so that no two names can look alike.
    fn name(&self, what: &str, name: &Spanned<String>) -> Checked<String> {
        let text = name.get_ref();
        if is_rfc1123(text) {
            return Ok(text.clone());
        }
        let problem = format!("{what} {text:?} is not a name");
        self.wrong(name, problem, "use a-z, 0-9 and - inside, at most 63 characters (RFC 1123)")
    }

    fn group_names(&self, names: &[Spanned<String>]) -> Checked<BTreeSet<Group>> {
        names.iter().map(|name| self.group(name)).collect()
    }

    fn group(&self, name: &Spanned<String>) -> Checked<Group> {
        if self.groups.contains(name.get_ref()) {
            return Ok(Group::new(name.get_ref().clone()));
        }
        let problem = format!("nobody is in group {:?}", name.get_ref());
        self.wrong(name, problem, format!("groups that people are in: {}", list(&self.groups)))
    }

    fn people(&self, people: BTreeMap<Spanned<String>, file::Person>) -> Checked<BTreeMap<PersonId, Person>> {
        let mut seen: BTreeMap<(Platform, String), String> = BTreeMap::new();
        let mut users = BTreeMap::new();
        let mut checked = BTreeMap::new();
        for (id, person) in people {
            let id = PersonId::new(self.name("person", &id)?);
            if person.name.get_ref().trim().is_empty() {
                return self.wrong(
                    &person.name,
                    format!("{id} has no name"),
                    "write the name that cards show",
                );
            }
            for group in &person.groups {
                self.name("group", group)?;
            }
            let accounts = self.accounts(&id, &person.accounts, &mut seen)?;
            let groups = person.groups.iter().map(|group| Group::new(group.get_ref().clone())).collect();
            let kubernetes =
                person.kubernetes.map(|it| self.kubernetes_user(&id, &it, &mut users)).transpose()?;
            let name = person.name.into_inner();
            let person = Person { id: id.clone(), name, groups, accounts, kubernetes };
            checked.insert(id, person);
        }
        Ok(checked)
    }

    /// One account belongs to one person: two people behind one account could approve each other's plans.
    fn accounts(
        &self,
        person: &PersonId,
        accounts: &BTreeMap<Spanned<String>, Spanned<file::Accounts>>,
        seen: &mut BTreeMap<(Platform, String), String>,
    ) -> Checked<Vec<Account>> {
        let mut checked = vec![];
        for (platform, ids) in accounts {
            let Some(known) = Platform::from_name(platform.get_ref()) else {
                let problem = format!("there is no platform {:?}", platform.get_ref());
                let names: Vec<_> = Platform::ALL.iter().map(|it| it.as_str()).collect();
                return self.wrong(platform, problem, format!("platforms: {}", names.join(", ")));
            };
            for id in ids.get_ref().all() {
                if let Err(fix) = rooms::account_id(known, id) {
                    let problem = format!("{person}'s account {id:?} is none of {}", known.as_str());
                    return self.wrong(ids, problem, fix);
                }
                if let Some(other) = seen.insert((known, id.clone()), person.to_string()) {
                    let problem = format!("account {}/{id} is {other}'s already", known.as_str());
                    return self.wrong(ids, problem, "one account belongs to one person");
                }
                checked.push(Account { platform: known, id: id.clone() });
            }
        }
        Ok(checked)
    }

    fn environments(&self, environments: &[file::Environment]) -> Checked<Vec<EnvironmentPolicy>> {
        let mut seen = BTreeSet::new();
        environments
            .iter()
            .map(|it| {
                if !seen.insert(it.name.get_ref()) {
                    let problem = format!("environment {:?} is there twice", it.name.get_ref());
                    return self.wrong(&it.name, problem, "remove or rename one of them");
                }
                self.environment(it)
            })
            .collect()
    }

    fn environment(&self, it: &file::Environment) -> Checked<EnvironmentPolicy> {
        let name = self.name("environment", &it.name)?;
        let expires = *it.approval_expires_minutes.get_ref();
        let deployers = self.group_names(&it.deployers)?;
        let approvals = self.approvals(&rules::Written::of(&name, it), &deployers)?;
        if !(1..=EXPIRY_MAX_MINUTES).contains(&expires) {
            let fix = format!("write minutes between 1 and {EXPIRY_MAX_MINUTES}");
            return self.wrong(&it.approval_expires_minutes, format!("{name}: {expires} minutes"), fix);
        }
        Ok(EnvironmentPolicy {
            name: Environment::new(name),
            context: it.context.clone(),
            deployers,
            approvals,
            approval_expires_minutes: expires,
            without_approval: it.without_approval.clone(),
            auto_rollback: it.auto_rollback,
            cluster_rights: self.cluster_rights(it)?,
            break_glass: self.group_names(&it.break_glass)?,
            rollout_timeout_minutes: self.rollout_timeout(it.rollout_timeout_minutes.as_ref())?,
        })
    }

    fn services(
        &self,
        services: BTreeMap<Spanned<String>, file::Service>,
        environments: &[file::Environment],
    ) -> Checked<BTreeMap<Service, ServicePolicy>> {
        let mut checked = BTreeMap::new();
        for (name, service) in services {
            let id = Service::new(self.name("service", &name)?);
            if service.places.is_empty() {
                let fix = format!("write [services.{id}.in.ENVIRONMENT] with namespace and deployment");
                return self.wrong(&name, format!("service {id} is in no environment"), fix);
            }
            let policy = self.service(&id, service, environments)?;
            checked.insert(id, policy);
        }
        Ok(checked)
    }

    fn service(
        &self,
        name: &Service,
        it: file::Service,
        environments: &[file::Environment],
    ) -> Checked<ServicePolicy> {
        let image = crate::names::Image::parse(it.image.get_ref());
        if image.tag.is_some() || image.digest.is_some() || !is_repository(&image.repository) {
            let problem = format!("{:?} is not an image repository", it.image.get_ref());
            return self.wrong(&it.image, problem, "write registry/name, without tag or digest");
        }
        let mut places = BTreeMap::new();
        for (environment, place) in &it.places {
            let known = environments.iter().find(|it| it.name.get_ref() == environment.get_ref());
            let Some(known) = known else {
                let problem = format!("there is no environment {:?}", environment.get_ref());
                let fix = format!("environments: {}", list(&self.environments));
                return self.wrong(environment, problem, fix);
            };
            let namespace = self.name("namespace", &place.namespace)?;
            let deployment = self.name("deployment", &place.deployment)?;
            let key = Environment::new(environment.get_ref().clone());
            let approvals = self.own_approvals(name, known, place)?;
            places.insert(key, ServicePlace { namespace, deployment, approvals });
        }
        Ok(ServicePolicy {
            name: name.clone(),
            image: image.repository,
            container: self.name("container", &it.container)?,
            alert_labels: it.alert_labels,
            places,
        })
    }

    fn hosts(&self, hosts: &[Spanned<String>]) -> Checked<Vec<String>> {
        let checked = hosts.iter().map(|host| {
            if is_repository(host.get_ref()) && !host.get_ref().contains('/') {
                return Ok(host.get_ref().clone());
            }
            let problem = format!("{:?} is not a host", host.get_ref());
            self.wrong(host, problem, "write host or host:port in lower case, without https://")
        });
        checked.collect()
    }

    fn alerts(&self, alerts: &file::Alerts, rooms: &[Room]) -> Checked<Alerts> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = alerts.sources.iter().find(|source| !seen.insert(source.name.get_ref())) {
            let problem = format!("alert source {:?} is there twice", twice.name.get_ref());
            return self.wrong(&twice.name, problem, "remove or rename one of them");
        }
        let sources = alerts.sources.iter().map(|source| self.source(source)).collect::<Checked<_>>()?;
        let environment_label = alerts.environment_label.clone();
        Ok(Alerts { place: self.place(&alerts.place, rooms)?, environment_label, sources })
    }

    /// Of a server: a scheme, a host, and perhaps a port and a path, and nothing that is secret or asks for something.
    fn address(&self, address: &Spanned<String>) -> Checked<String> {
        let text = address.get_ref();
        let server = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        if server.is_some_and(|server| is_repository(server.trim_end_matches('/'))) {
            return Ok(text.clone());
        }
        let fix = "write it as http://alertmanager:9093, in lower case, without name and password";
        self.wrong(address, format!("{text:?} is not the address of a server"), fix)
    }

    fn place(&self, place: &Spanned<String>, rooms: &[Room]) -> Checked<Place> {
        if let Some(room) = rooms.iter().find(|room| room.name == *place.get_ref()) {
            return Ok(room.place.clone());
        }
        let names: Vec<_> = rooms.iter().map(|room| room.name.clone()).collect();
        let problem = format!("{:?} is not a place", place.get_ref());
        self.wrong(place, problem, format!("write platform/channel, one of: {}", list(&names)))
    }

    fn source(&self, source: &file::Source) -> Checked<AlertSource> {
        let name = self.name("alert source", &source.name)?;
        let token = match (&source.token_env, &source.token_file) {
            (Some(variable), None) => TokenFrom::Environment(variable.get_ref().clone()),
            (None, Some(path)) => TokenFrom::File(path.get_ref().clone()),
            (Some(_), Some(_)) | (None, None) => {
                let fix =
                    "name either the variable (token_env) or the file (token_file) that holds the token";
                return self.wrong(&source.name, format!("source {name}: where is its token?"), fix);
            }
        };
        let silences = source.silences.as_ref().map(|it| self.address(it)).transpose()?;
        Ok(AlertSource { name, token, silences })
    }
}

fn is_rfc1123(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty()
        && text.len() <= NAME_MAX_CHARS
        && text.bytes().all(inside)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_repository(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._/:".contains(&b);
    !text.is_empty() && text.bytes().all(inside) && !text.starts_with('/') && !text.ends_with('/')
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
