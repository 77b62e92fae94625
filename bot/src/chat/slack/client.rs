//! Calls of Slack's Web API: which token, whose turn it is, how long at most, and what came of it.
//!
//! slack-morphism speaks; its rate control and its retries are off, for it knows nothing of other replicas, and the outbox knows more
//! of what to try again. What the answers look like is read by types of ours with the few fields that are used: a new field at Slack's breaks nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use slack_morphism::api::{SlackApiFilesUploadViaUrlRequest, SlackApiPostWebhookMessageRequest};
use slack_morphism::errors::SlackClientError;
use slack_morphism::hyper_tokio::{SlackClientHyperConnector, SlackHyperClient};
use slack_morphism::{
    SlackApiToken, SlackApiTokenValue, SlackClient, SlackFileUploadUrl, SlackMessageContent, SlackResponseUrl,
};
use tokio::sync::OnceCell;

use super::error::CallError;
use super::tiers;
use crate::chat::Budgets;

/// One call; the outbox gives a send 20 s, which most often is one to three calls.
const CALL_TIMEOUT: Duration = Duration::from_secs(6);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
pub(super) const POST: &str = "chat.postMessage";

/// Slack cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the system's certificates cannot be read")]
    Certificates(#[source] std::io::Error),
    #[error("{0:?} is not an address of Slack's Web API")]
    Address(String),
}

pub(super) type Connector = HttpsConnector<HttpConnector>;

pub(super) struct Client {
    http: SlackHyperClient,
    api: hyper::Uri,
    workspaces: BTreeMap<String, Workspace>,
    app_token: Option<SlackApiToken>,
    budgets: Arc<dyn Budgets>,
}

struct Workspace {
    token: SlackApiToken,
    /// Asked for once.
    bot: OnceCell<Bot>,
}

/// Who the bot is in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub(super) struct Bot {
    pub(super) team_id: String,
    pub(super) user_id: String,
    pub(super) bot_id: Option<String>,
}

impl Client {
    pub(super) fn new(
        api: String,
        bot_tokens: BTreeMap<String, SecretString>,
        app_token: Option<SecretString>,
        budgets: Arc<dyn Budgets>,
    ) -> Result<Self, Unusable> {
        let Some(address) = api.parse().ok().filter(|address: &hyper::Uri| address.authority().is_some())
        else {
            return Err(Unusable::Address(api));
        };
        let connector = connector().map_err(Unusable::Certificates)?;
        let connector = SlackClientHyperConnector::with_connector(connector).with_slack_api_url(&api);
        let workspace = |(team, token): (String, SecretString)| {
            (team, Workspace { token: token_of(&token), bot: OnceCell::new() })
        };
        Ok(Self {
            http: SlackClient::new(connector),
            api: address,
            workspaces: bot_tokens.into_iter().map(workspace).collect(),
            app_token: app_token.as_ref().map(token_of),
            budgets,
        })
    }

    /// For Socket Mode, which the library keeps itself.
    pub(super) fn library(&self) -> &SlackHyperClient {
        &self.http
    }

    pub(super) fn app_token(&self) -> Option<&SlackApiToken> {
        self.app_token.as_ref()
    }

    pub(super) fn token(&self, team: &str) -> Result<&SlackApiToken, CallError> {
        Ok(&self.workspace(team)?.token)
    }

    /// A call that changes something, with this as its JSON body.
    pub(super) async fn post<A: DeserializeOwned + Send>(
        &self,
        team: &str,
        method: &'static str,
        request: &(impl Serialize + Send + Sync),
    ) -> Result<A, CallError> {
        let session = self.http.open_session(self.token(team)?);
        self.in_turn(team, method, session.http_session_api.http_post(method, request, None)).await
    }

    /// A call that reads: Slack takes the parameters of those from the address only.
    pub(super) async fn get<A: DeserializeOwned + Send>(
        &self,
        team: &str,
        method: &'static str,
        parameters: &[(&'static str, &str)],
    ) -> Result<A, CallError> {
        let session = self.http.open_session(self.token(team)?);
        let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, Some(*value))).collect();
        self.in_turn(team, method, session.http_session_api.http_get(method, &parameters, None)).await
    }

    /// Asks Slack where that is not one call too many, in this workspace and of this method.
    async fn in_turn<A>(
        &self,
        team: &str,
        method: &'static str,
        call: impl Future<Output = Result<A, SlackClientError>>,
    ) -> Result<A, CallError> {
        let (budget, pace) = (format!("slack/{team}/{method}"), tiers::pace(method));
        let turn = self.budgets.take(&budget, pace).await;
        turn.map_err(|again_in| CallError::TooSoon { again_in })?;
        let answer = in_time(call).await;
        match &answer {
            // Of a post, it is the channel that takes no more.
            Err(CallError::RateLimited { retry_after: Some(lasting) }) if method != POST => {
                self.budgets.is_spent(&budget, pace, *lasting).await;
            }
            _ => {}
        }
        answer
    }

    /// Sends a file where Slack's answer says, if that is Slack.
    pub(super) async fn upload(
        &self,
        team: &str,
        to: SlackFileUploadUrl,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), CallError> {
        if !self.is_slacks(to.0.as_str()) {
            return Err(CallError::NotSlacks(to.0.host_str().unwrap_or_default().to_owned()));
        }
        let session = self.http.open_session(self.token(team)?);
        let request = SlackApiFilesUploadViaUrlRequest::new(to, bytes, content_type.to_owned());
        in_time(session.files_upload_via_url(&request)).await.map(|_uploaded| ())
    }

    /// Answers at the address that came with a command; for a short while, and to whoever typed it alone.
    pub(super) async fn respond(&self, to: &str, content: SlackMessageContent) -> Result<(), CallError> {
        let address = serde_json::from_value::<SlackResponseUrl>(to.into());
        let Some(address) = address.ok().filter(|_| self.is_slacks(to)) else {
            return Err(CallError::NotSlacks(to.to_owned()));
        };
        let request = SlackApiPostWebhookMessageRequest::new(content);
        in_time(self.http.respond_to_event(&address, &request)).await.map(|_answered| ())
    }

    /// Slack's own hosts, and the one that the API is at.
    fn is_slacks(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<hyper::Uri>() else { return false };
        let host = address.host().unwrap_or_default();
        address.authority() == self.api.authority()
            || (address.scheme_str() == Some("https")
                && (host == "slack.com" || host.ends_with(".slack.com")))
    }

    /// Who the bot is there; what has answered once is not asked again.
    pub(super) async fn bot(&self, team: &str) -> Result<&Bot, CallError> {
        let ask = async || {
            let bot: Bot = self.get(team, "auth.test", &[]).await?;
            if bot.team_id != team {
                return Err(CallError::OtherWorkspace { asked: team.to_owned(), found: bot.team_id });
            }
            Ok(bot)
        };
        self.workspace(team)?.bot.get_or_try_init(ask).await
    }

    fn workspace(&self, team: &str) -> Result<&Workspace, CallError> {
        self.workspaces.get(team).ok_or_else(|| CallError::NoWorkspace(team.to_owned()))
    }
}

/// The same for Slack and for what stands in for it.
pub(super) fn connector() -> std::io::Result<Connector> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let tls = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots()?;
    Ok(tls.https_or_http().enable_http1().wrap_connector(tcp))
}

fn token_of(secret: &SecretString) -> SlackApiToken {
    SlackApiToken::new(SlackApiTokenValue(secret.expose_secret().to_owned()))
}

async fn in_time<A>(call: impl Future<Output = Result<A, SlackClientError>>) -> Result<A, CallError> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(answer) => Ok(answer?),
        Err(_elapsed) => Err(CallError::TimedOut(CALL_TIMEOUT)),
    }
}
