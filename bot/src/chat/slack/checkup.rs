//! What is wrong with Slack's set-up, for `watchkeeper doctor`: tokens, scopes, channels, clock.
//!
//! It asks Slack by the bare protocol: what it looks at (scopes, Slack's own clock) is in headers, which the library does not
//! hand out. It changes nothing there.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{HeaderMap, Method, Request, header};
use chrono::{DateTime, TimeDelta, Utc};
use commands::policy::{Policy, Workspace};
use commands::request::Platform;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::client::{Connector, connector};
use super::{BOT_SCOPES, Settings};
use crate::chat::Check;
use crate::telemetry::in_full;

const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_MAX_BYTES: usize = 1 << 20;
/// Slack refuses what is signed five minutes apart; this leaves time to put the clock right.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(60);
const REINSTALL: &str = "give the app these scopes under OAuth & Permissions and install it again; `watchkeeper manifest slack` \
                         prints a manifest that has them all";

/// Slack's answers, headers and all.
struct Asked<'a> {
    api: &'a str,
    http: Client<Connector, Empty<Bytes>>,
}

struct Answer {
    headers: HeaderMap,
    body: Value,
}

/// Looks at everything that the policy names of Slack.
pub async fn checkup(settings: &Settings, policy: &Policy) -> Vec<Check> {
    let Some(slack) = policy.slack() else { return vec![] };
    let http = match connector() {
        Ok(connector) => Client::builder(TokioExecutor::new()).build(connector),
        Err(error) => {
            return vec![Check::wrong(
                "certificates",
                error.to_string(),
                "install the system's CA certificates",
            )];
        }
    };
    let asked = Asked { api: &settings.api, http };
    let mut checks = vec![];
    for workspace in &slack.workspaces {
        let what = format!("the bot token of workspace {}", workspace.name);
        match settings.bot_tokens.get(&workspace.team) {
            Some(token) => checks.extend(asked.workspace(workspace, token, policy).await),
            None => checks.push(Check::wrong(what, "there is none", "name it as bot_token in the policy")),
        }
    }
    if let Some(token) = &settings.app_token {
        checks.push(asked.app_token(token).await);
    }
    checks
}

impl Asked<'_> {
    async fn workspace(&self, workspace: &Workspace, token: &SecretString, policy: &Policy) -> Vec<Check> {
        let what = format!("the bot token of workspace {}", workspace.name);
        let answer = match self.ask(Method::POST, "auth.test", token).await {
            Ok(answer) => answer,
            Err(wrong) => return vec![self.no_answer(what, wrong)],
        };
        let team = answer.body["team_id"].as_str().unwrap_or_default();
        if let Some(error) = error_in(&answer.body) {
            return vec![Check::wrong(
                what,
                format!("Slack says {error}"),
                "copy it again: OAuth & Permissions, Bot User OAuth Token",
            )];
        }
        if team != workspace.team {
            let fix = format!("either the token is another workspace's, or team = \"{team}\" is meant");
            return vec![Check::wrong(
                what,
                format!("it is of {team}, and the policy says {}", workspace.team),
                fix,
            )];
        }
        let mut checks = vec![
            Check::fine(what, format!("is of {team}")),
            scopes(workspace, &answer.headers),
            clock(&answer.headers, Utc::now()),
        ];
        for room in policy.rooms().iter().filter(|room| room.place.platform == Platform::Slack) {
            if let Some((_, channel)) =
                room.place.channel.split_once('/').filter(|(team, _)| *team == workspace.team)
            {
                checks.push(self.channel(&room.name, channel, token).await);
            }
        }
        checks
    }

    async fn channel(&self, name: &str, channel: &str, token: &SecretString) -> Check {
        let what = format!("channel {name}");
        let answer =
            match self.ask(Method::GET, &format!("conversations.info?channel={channel}"), token).await {
                Ok(answer) => answer.body,
                Err(wrong) => return self.no_answer(what, wrong),
            };
        let invite = "type `/invite @watchkeeper` in it";
        match error_in(&answer) {
            Some("channel_not_found") => {
                let problem = format!("there is no {channel}, or it is private and the bot is not in it");
                Check::wrong(what, problem, format!("{invite}, or correct its id in the policy"))
            }
            Some(error) => Check::wrong(what, format!("Slack says {error}"), REINSTALL),
            None if answer["channel"]["is_archived"] == true => {
                Check::wrong(what, "it is archived", "unarchive it, or take it out of the policy")
            }
            None if answer["channel"]["is_member"] != true => {
                Check::wrong(what, "the bot is not in it", invite)
            }
            None => Check::fine(what, "the bot is in it"),
        }
    }

    async fn app_token(&self, token: &SecretString) -> Check {
        let what = "the app token, for Socket Mode";
        match self.ask(Method::POST, "apps.connections.open", token).await {
            Err(wrong) => self.no_answer(what.to_owned(), wrong),
            Ok(answer) => match error_in(&answer.body) {
                None => Check::fine(what, "opens connections"),
                Some(error) => Check::wrong(
                    what,
                    format!("Slack says {error}"),
                    "make one with the scope connections:write under Basic Information, and switch Socket Mode on",
                ),
            },
        }
    }

    fn no_answer(&self, what: String, wrong: String) -> Check {
        let fix = format!("see whether this machine may call {} (proxy, firewall, DNS)", self.api);
        Check::wrong(what, format!("Slack gives no answer: {wrong}"), fix)
    }

    async fn ask(&self, verb: Method, method: &str, token: &SecretString) -> Result<Answer, String> {
        let request = Request::builder()
            .method(verb)
            .uri(format!("{}/{method}", self.api))
            .header(header::AUTHORIZATION, format!("Bearer {}", token.expose_secret()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Empty::new())
            .map_err(|error| error.to_string())?;
        let exchange = async {
            let answer = self.http.request(request).await.map_err(|error| in_full(&error))?;
            let (head, body) = answer.into_parts();
            let body =
                Limited::new(body, ANSWER_MAX_BYTES).collect().await.map_err(|error| error.to_string())?;
            let body = serde_json::from_slice(&body.to_bytes());
            let body = body.map_err(|_not_json| format!("status {} and no JSON", head.status.as_u16()))?;
            Ok(Answer { headers: head.headers, body })
        };
        let timed_out = |_elapsed| Err(format!("none within {} s", CALL_TIMEOUT.as_secs()));
        tokio::time::timeout(CALL_TIMEOUT, exchange).await.unwrap_or_else(timed_out)
    }
}

fn error_in(body: &Value) -> Option<&str> {
    if body["ok"] == true {
        None
    } else {
        Some(body["error"].as_str().unwrap_or("that it failed, and not why"))
    }
}

fn scopes(workspace: &Workspace, headers: &HeaderMap) -> Check {
    let what = format!("the scopes in workspace {}", workspace.name);
    let Some(given) = headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok()) else {
        return Check::wrong(what, "Slack does not say them", "see whether a proxy takes headers away");
    };
    let given: BTreeSet<&str> = given.split(',').map(str::trim).collect();
    let missing = BOT_SCOPES.iter().filter(|(scope, _)| !given.contains(scope));
    let missing: Vec<_> = missing.map(|(scope, what_for)| format!("{scope} (to {what_for})")).collect();
    if missing.is_empty() {
        return Check::fine(what, "all that the bot needs");
    }
    Check::wrong(what, format!("missing: {}", missing.join(", ")), REINSTALL)
}

fn clock(headers: &HeaderMap, now: DateTime<Utc>) -> Check {
    let what = "this machine's clock and Slack's";
    let date = headers.get(header::DATE).and_then(|value| value.to_str().ok());
    let Some(theirs) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else {
        return Check::wrong(
            what,
            "Slack does not say what time it is",
            "see whether a proxy takes the Date header away",
        );
    };
    let apart = now - theirs.with_timezone(&Utc);
    if apart.abs() <= CLOCKS_APART {
        return Check::fine(what, "agree");
    }
    let problem = format!("are {} s apart", apart.num_seconds().abs());
    Check::wrong(
        what,
        problem,
        "switch time synchronisation on: from 300 s on, nothing that Slack posts is taken",
    )
}
