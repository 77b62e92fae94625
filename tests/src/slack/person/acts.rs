//! Typing, posting, reacting and inviting.
//!
//! What is pressed and filled in is beside.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::super::answers;
use super::super::changes::{self, At};
use super::super::deliver::{self, Parcel};
use super::super::payloads::{self, Doing};
use super::super::state::{Message, State, Surface, Team};
use super::Person;

/// What came back at once from a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What the app said, if it said something; it can be read in the channel too.
    pub text: Option<String>,
    /// The id of the message with it.
    pub ts: Option<String>,
}

impl Person {
    /// Types a slash command into a channel; the error is what Slack tells the person.
    pub async fn types(&self, channel: &str, line: &str) -> Result<Answered> {
        let channel = self.channel(channel)?;
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let doing = Doing {
            team: &self.team,
            user: &self.user,
            channel: Some(&channel),
            message: None,
            thread: None,
        };
        let slack = &self.slack.inner;
        let parcel = slack.change(|state| -> Result<Parcel> {
            let is_one = state.app.commands.as_ref().is_none_or(|commands| commands.contains(command));
            ensure!(is_one && command.starts_with('/'), "{command} is not a valid command");
            Ok(payloads::command(state, &doing, command, text.trim()))
        })?;
        let answer = deliver::ask(slack, &parcel).await.with_context(|| format!("{command} failed"))?;
        let answer = if let Value::String(text) = answer { json!({"text": text}) } else { answer };
        // Without words, `in_channel` says only that others see the command.
        if ["text", "blocks", "attachments"].iter().all(|part| answer[*part].is_null()) {
            return Ok(Answered { text: None, ts: None });
        }
        let place = (self.team.as_str(), channel.as_str(), self.user.as_str());
        let said = slack.change(|state| answers::say(state, place, &answer, None));
        let ts = said.map_err(|error| anyhow::anyhow!("the app's answer to {command}: {error}"))?;
        let text = self.reads(&channel).into_iter().find(|seen| seen.ts == ts).map(|seen| seen.text);
        Ok(Answered { text, ts: Some(ts) })
    }

    /// Posts into a channel, or to a person; `@name` and `#channel` become mentions. The message's id.
    pub async fn posts(&self, channel: &str, text: &str) -> Result<String> {
        self.says(channel, text, None)
    }

    /// Posts into the thread of a message.
    pub async fn replies(&self, channel: &str, ts: &str, text: &str) -> Result<String> {
        self.says(channel, text, Some(ts))
    }

    fn says(&self, channel: &str, text: &str, thread: Option<&str>) -> Result<String> {
        let channel = self.channel(channel)?;
        self.slack.inner.change(|state| {
            let team = self.team_of(state)?;
            let at = team.channel(&channel).context("no such channel")?;
            ensure!(at.has(&self.user) && !at.archived, "{} cannot post in {channel}", self.user);
            let mut thread = thread.map(str::to_owned);
            if let Some(ts) = &thread {
                let parent = at.message(ts).with_context(|| format!("no message {ts} in {channel}"))?;
                thread = Some(parent.thread.clone().unwrap_or_else(|| ts.clone()));
            }
            let message = self.message(team, text, thread);
            Ok(changes::say(state, &self.team, &channel, message))
        })
    }

    fn message(&self, team: &Team, text: &str, thread: Option<String>) -> Message {
        let client_msg_id = Some(uuid::Uuid::new_v4().to_string());
        let text = with_mentions(team, text);
        let inline = json!({"type": "text", "text": text});
        let section = json!({"type": "rich_text_section", "elements": [inline]});
        let blocks = json!([{"type": "rich_text", "block_id": "b0", "elements": [section]}]);
        let user = self.user.clone();
        Message { user, text, thread, client_msg_id, blocks: Some(blocks), ..Message::default() }
    }

    /// Changes what a message of this person's says.
    pub async fn edits(&self, channel: &str, ts: &str, text: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        self.slack.inner.change(|state| {
            self.is_mine(state, &channel, ts)?;
            let new = self.message(self.team_of(state)?, text, None);
            let edited = Some((self.user.clone(), state.next_ts()));
            changes::edit(state, &self.team, &channel, ts, |message| {
                message.text = new.text;
                message.blocks = new.blocks;
                message.edited = edited;
            });
            Ok(())
        })
    }

    /// Takes a message of this person's away.
    pub async fn deletes(&self, channel: &str, ts: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        self.slack.inner.change(|state| {
            self.is_mine(state, &channel, ts)?;
            changes::delete(state, &self.team, &channel, ts);
            Ok(())
        })
    }

    fn is_mine(&self, state: &State, channel: &str, ts: &str) -> Result<()> {
        let author = changes::with_message(state, &self.team, channel, ts, |_, _, _, it| it.user.clone());
        ensure!(author.as_deref() == Some(&self.user), "{ts} is no message of {}", self.user);
        Ok(())
    }

    /// Puts a reaction on a message, by Slack's short name: `white_check_mark`, `thumbsup::skin-tone-3`.
    pub async fn reacts(&self, channel: &str, ts: &str, name: &str) -> Result<()> {
        self.reaction(channel, ts, name, true)
    }

    /// Takes it off again.
    pub async fn takes_back(&self, channel: &str, ts: &str, name: &str) -> Result<()> {
        self.reaction(channel, ts, name, false)
    }

    fn reaction(&self, channel: &str, ts: &str, name: &str, added: bool) -> Result<()> {
        let channel = self.channel(channel)?;
        let at = At { team: &self.team, channel: &channel, ts };
        let done = self.slack.inner.change(|state| changes::react(state, &self.user, &at, name, added));
        ensure!(done, "{name} on {ts} in {channel}: no such message, or it was so already");
        Ok(())
    }

    /// Has somebody, or the app, in a channel.
    pub async fn invites(&self, channel: &str, who: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        self.slack.inner.change(|state| {
            let user = self.team_of(state)?.user(who).with_context(|| format!("nobody is called {who}"))?;
            let user = user.id.clone();
            if changes::join(state, &self.team, &channel, &user, Some(&self.user)) {
                return Ok(());
            }
            bail!("{who} is in {channel} already")
        })
    }

    pub async fn joins(&self, channel: &str) -> Result<()> {
        let channel = self.channel(channel)?;
        self.slack.inner.change(|state| changes::join(state, &self.team, &channel, &self.user, None));
        Ok(())
    }

    /// Makes a channel, and is in it alone.
    pub async fn makes_channel(&self, name: &str) -> Result<String> {
        self.slack.inner.change(|state| {
            let team = state.team_mut(&self.team).context("no such workspace")?;
            ensure!(team.channel(name).is_none(), "#{name} is taken");
            Ok(team.add_channel(name, super::super::state::Kind::Public, &self.user).id.clone())
        })
    }

    /// Opens the app's home.
    pub async fn opens_home(&self) -> Result<()> {
        self.slack.inner.change(|state| {
            ensure!(state.app.home, "the app has no home");
            let bot = self.team_of(state)?.bot.user.clone();
            let team = state.team_mut(&self.team).context("no such workspace")?;
            let channel = team.direct(&self.user, &bot).id.clone();
            let mine = |view: &&super::super::state::View| {
                view.surface == Surface::Home && view.user == self.user && view.team == self.team
            };
            let team = self.team_of(state)?;
            let view = state.views.iter().find(mine).map(|view| view.shown(state, team));
            let event_ts = state.next_ts();
            let mut event = json!({
                "type": "app_home_opened", "user": self.user, "channel": channel, "tab": "home", "event_ts": event_ts,
            });
            if let Some(view) = view {
                event["view"] = view;
            }
            state.tell(&self.team, "app_home_opened", event);
            Ok(())
        })
    }
}

/// As Slack's own client sends it: `&`, `<` and `>` escaped, names as ids.
fn with_mentions(team: &Team, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut words = vec![];
    for word in text.split(' ') {
        let name = word.trim_start_matches(['@', '#']);
        let end = name
            .find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '_')))
            .unwrap_or(name.len());
        let (name, rest) = name.split_at(end);
        let user = team.users.iter().find(|user| user.name == name).map(|user| &user.id);
        let group = team.groups.iter().find(|group| group.handle == name).map(|group| &group.id);
        words.push(match (word.chars().next(), user, group) {
            (Some('@'), Some(user), _) => format!("<@{user}>{rest}"),
            (Some('@'), None, Some(group)) => format!("<!subteam^{group}>{rest}"),
            (Some('@'), None, None) if matches!(name, "here" | "channel" | "everyone") => {
                format!("<!{name}>{rest}")
            }
            (Some('#'), _, _) => match team.channel(name) {
                Some(channel) => format!("<#{}|{name}>{rest}", channel.id),
                None => word.to_owned(),
            },
            _ => word.to_owned(),
        });
    }
    words.join(" ")
}
