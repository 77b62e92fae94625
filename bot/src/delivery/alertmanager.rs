//! The silences of an Alertmanager, by version 2 of its API: one is made, found again and expired.
//!
//! It speaks to the server that the policy names and to no other, in plain HTTP where the policy says so. Which alerts are
//! silenced, and until when, is decided elsewhere.

use std::time::Duration;

use chrono::{DateTime, Utc};
use commands::alert::Labels;
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;

use super::call::{Answer, Call, Failed};
use super::reach::Reach;

/// A request with what comes before it.
const TIMEOUT: Duration = Duration::from_secs(20);
const JSON: &str = "application/json";
/// Silences that match one group's labels.
const SILENCES_MAX_BYTES: usize = 1024 * 1024;
/// Of an answer that says no.
const QUOTED_CHARS: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0:?} is not the address of an Alertmanager")]
    BadAddress(String),
    #[error("Alertmanager could not be asked")]
    Call(#[from] Failed),
    #[error("Alertmanager gave no answer in {TIMEOUT:?}")]
    TimedOut,
    #[error("Alertmanager answered {status}: {said}")]
    Refused { status: StatusCode, said: String },
    #[error("Alertmanager's answer makes no sense")]
    BadAnswer(#[from] serde_json::Error),
}

/// Where silences are made.
#[derive(Clone, Debug)]
pub struct Alertmanager {
    reach: Reach,
    /// Ends in a slash.
    base: Url,
}

/// A silence as it should be there.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// By which it is found again; no other has the same.
    pub comment: String,
    pub by: String,
    /// It is about alerts that have all of these.
    pub labels: Labels,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "silenceID")]
    id: String,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    comment: String,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    state: String,
}

impl Alertmanager {
    pub fn at(address: &str) -> Result<Self, Error> {
        let with_slash = format!("{}/", address.trim_end_matches('/'));
        let base = Url::parse(&with_slash).map_err(|_| Error::BadAddress(address.to_owned()))?;
        Ok(Self { reach: Reach::only(&base), base })
    }

    /// Makes it, unless an earlier request did whose answer was lost.
    pub async fn silence(&self, wanted: &Wanted) -> Result<String, Error> {
        if let Some(id) = self.find(wanted).await? {
            return Ok(id);
        }
        let matchers: Vec<_> = wanted
            .labels
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value, "isRegex": false, "isEqual": true}))
            .collect();
        let body = json!({
            "matchers": matchers, "startsAt": wanted.from, "endsAt": wanted.until,
            "createdBy": wanted.by, "comment": wanted.comment,
        });
        let answer = self.ask(Method::POST, "api/v2/silences", &[], Some(body.to_string())).await?;
        Ok(serde_json::from_slice::<Made>(&answer.body)?.id)
    }

    /// The one of this comment that has not expired.
    pub async fn find(&self, wanted: &Wanted) -> Result<Option<String>, Error> {
        let filters: Vec<String> =
            wanted.labels.iter().map(|(name, value)| format!("{name}={}", json!(value))).collect();
        let answer = self.ask(Method::GET, "api/v2/silences", &filters, None).await?;
        let known: Vec<Known> = serde_json::from_slice(&answer.body)?;
        let ours = |it: &Known| it.comment == wanted.comment && it.status.state != "expired";
        Ok(known.into_iter().find(ours).map(|it| it.id))
    }

    /// One that is not there has expired.
    pub async fn expire(&self, id: &str) -> Result<(), Error> {
        match self.ask(Method::DELETE, &format!("api/v2/silence/{id}"), &[], None).await {
            Ok(_) | Err(Error::Refused { status: StatusCode::NOT_FOUND, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        filters: &[String],
        body: Option<String>,
    ) -> Result<Answer, Error> {
        let mut url = self.base.join(path).map_err(|_| Error::BadAddress(path.to_owned()))?;
        if !filters.is_empty() {
            url.query_pairs_mut().extend_pairs(filters.iter().map(|filter| ("filter", filter)));
        }
        let call = Call { method, url, accept: JSON, token: None, body, limit_bytes: SILENCES_MAX_BYTES };
        let asked = tokio::time::timeout(TIMEOUT, self.reach.call(&call)).await;
        let answer = asked.map_err(|_elapsed| Error::TimedOut)??;
        if answer.status.is_success() {
            return Ok(answer);
        }
        let said = String::from_utf8_lossy(&answer.body).chars().take(QUOTED_CHARS).collect();
        Err(Error::Refused { status: answer.status, said })
    }
}
