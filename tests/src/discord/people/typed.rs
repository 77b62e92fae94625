//! A slash command as it is typed: sub-commands, named options, and words in the order of the options.
//!
//! It says what Discord's client says when something does not fit; it sends nothing.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::discord::id::Id;
use crate::discord::state::State;
use crate::discord::wire;

/// The option that is being typed, for autocomplete.
pub(super) type Focus<'a> = Option<&'a str>;

struct Typing<'a> {
    state: &'a State,
    guild: Id,
    focus: Focus<'a>,
    /// What the mentioned people, channels and roles are.
    resolved: Value,
}

/// The data of the interaction.
pub(super) fn command(state: &State, guild: Id, text: &str, focus: Focus<'_>) -> Result<Value> {
    let line = text.strip_prefix('/').context("a slash command begins with /")?;
    let (name, rest) = cut(line);
    let known = state.commands_in(guild).find(|one| one["name"] == name && one["type"] == 1);
    let command = known.with_context(|| format!("Unknown command: /{name}"))?;
    let mut typing = Typing { state, guild, focus, resolved: json!({}) };
    let options = typing.options(command, rest)?;
    let mut data = json!({ "id": command["id"], "name": name, "type": 1 });
    if !options.is_empty() {
        data["options"] = options.into();
    }
    if typing.resolved.as_object().is_some_and(|kinds| !kinds.is_empty()) {
        data["resolved"] = typing.resolved;
    }
    if !command["guild_id"].is_null() {
        data["guild_id"] = command["guild_id"].clone();
    }
    Ok(data)
}

fn cut(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace).map_or((line, ""), |(first, rest)| (first, rest.trim()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Typing<'_> {
    fn options(&mut self, of: &Value, rest: &str) -> Result<Vec<Value>> {
        let known = list(&of["options"]);
        if known.first().is_some_and(|first| matches!(first["type"].as_u64(), Some(1 | 2))) {
            let (name, rest) = cut(rest);
            let sub = known
                .iter()
                .find(|one| one["name"] == name)
                .with_context(|| format!("Unknown sub-command: {name}"))?;
            let inner = self.options(sub, rest)?;
            return Ok(vec![json!({ "name": name, "type": sub["type"], "options": inner })]);
        }
        let values = values(known, rest)?;
        let mut given = vec![];
        for option in known {
            let name = option["name"].as_str().unwrap_or_default();
            let value = values.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str());
            let focused = self.focus == Some(name);
            match value.or(focused.then_some("")) {
                Some(text) => given.push(self.one(option, text, focused)?),
                None => ensure!(
                    self.focus.is_some() || option["required"] != true,
                    "This option is required: {name}"
                ),
            }
        }
        Ok(given)
    }

    fn one(&mut self, option: &Value, text: &str, focused: bool) -> Result<Value> {
        let kind = option["type"].as_u64().unwrap_or_default();
        let value = match kind {
            _ if focused => json!(text),
            3 => json!(text),
            4 => json!(text.parse::<i64>().with_context(|| format!("Input a valid integer: {text}"))?),
            5 => json!(matches!(text.to_lowercase().as_str(), "true" | "yes" | "1")),
            10 => json!(text.parse::<f64>().with_context(|| format!("Input a valid number: {text}"))?),
            6..=8 => self.mentioned(kind, text)?,
            other => bail!("the stand-in's people cannot type an option of type {other}"),
        };
        let mut given = json!({ "name": option["name"], "type": kind, "value": chosen(option, value, self.focus.is_some())? });
        if focused {
            given["focused"] = json!(true);
        }
        Ok(given)
    }

    fn mentioned(&mut self, kind: u64, text: &str) -> Result<Value> {
        let state = self.state;
        let name = text.trim_start_matches(['@', '#']);
        let known = state.guilds.get(&self.guild).context("not in a guild")?;
        let (id, of_kind, what) = match kind {
            6 => {
                let user = state
                    .users
                    .values()
                    .find(|user| user.name == name)
                    .with_context(|| format!("no member {name}"))?;
                let mut member = wire::member(state, known, user.id);
                member.as_object_mut().map(|fields| fields.remove("user"));
                self.resolved["members"][user.id.to_string()] = member;
                (user.id, "users", wire::user(state, user.id))
            }
            7 => {
                let found = state.channels.values().find(|one| one.guild == self.guild && one.name == name);
                let channel = found.with_context(|| format!("no channel {name}"))?;
                (channel.id, "channels", wire::channel(state, channel))
            }
            _ => {
                let role = known
                    .roles
                    .iter()
                    .find(|role| role.name == name)
                    .with_context(|| format!("no role {name}"))?;
                (role.id, "roles", wire::role(state, role, 0))
            }
        };
        self.resolved[of_kind][id.to_string()] = what;
        Ok(json!(id))
    }
}

/// What each option got: first those that are named, then the words in order; the last one gets what is left.
fn values(known: &[Value], rest: &str) -> Result<Vec<(String, String)>> {
    let (words, named) = split(known, rest);
    let taken = |name: &str| named.iter().any(|(other, _)| other == name);
    let open: Vec<&str> =
        known.iter().filter_map(|one| one["name"].as_str()).filter(|name| !taken(name)).collect();
    let mut values = named.clone();
    let mut left = words.as_str();
    for (at, name) in open.iter().enumerate() {
        if left.is_empty() {
            break;
        }
        let last = at + 1 == open.len();
        let (word, after) = if last { (left, "") } else { cut(left) };
        values.push(((*name).to_owned(), word.to_owned()));
        left = after;
    }
    ensure!(left.is_empty(), "This command does not take more options: {left}");
    Ok(values)
}

/// `name:value` up to the next known name; what stands before the first is words.
fn split(known: &[Value], rest: &str) -> (String, Vec<(String, String)>) {
    let name_of = |word: &str| {
        let (name, _) = word.split_once(':')?;
        known.iter().any(|one| one["name"] == name).then(|| name.to_owned())
    };
    let (mut words, mut named): (Vec<&str>, Vec<(String, Vec<&str>)>) = (vec![], vec![]);
    for word in rest.split_whitespace() {
        match (name_of(word), named.last_mut()) {
            (Some(name), _) => {
                let value = &word[name.len() + 1..];
                named.push((name, vec![value]));
            }
            (None, Some((_, value))) => value.push(word),
            (None, None) => words.push(word),
        }
    }
    let joined = named.into_iter().map(|(name, value)| (name, value.join(" ").trim().to_owned()));
    (words.join(" "), joined.collect())
}

/// Where there are choices, one of them has to be taken: by its name or its value.
fn chosen(option: &Value, value: Value, completing: bool) -> Result<Value> {
    let choices = list(&option["choices"]);
    if choices.is_empty() || completing {
        return Ok(value);
    }
    let fitting = choices.iter().find(|one| one["name"] == value || one["value"] == value);
    Ok(fitting.with_context(|| format!("This value is not one of the choices: {value}"))?["value"].clone())
}
