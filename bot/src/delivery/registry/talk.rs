//! One conversation with one registry about one image, in the OCI distribution protocol, with an anonymous token where one is
//! wanted.
//!
//! The usual client cannot be told whom not to call; hence this one. It does not know what a failure means for the person who
//! asked.

use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Method, StatusCode, Url};

use super::answers;
use super::place::Place;
use crate::delivery::call::{Answer, Call, Failed};
use crate::delivery::reach::{self, Reach};

const MANIFEST_TYPES: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";
const JSON: &str = "application/json";
const DIGEST_HEADER: &str = "docker-content-digest";
/// The limit that registries themselves keep to.
const MANIFEST_MAX_BYTES: usize = 4 * 1024 * 1024;
const TAGS_MAX_BYTES: usize = 1024 * 1024;
const TOKEN_MAX_BYTES: usize = 64 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Call(#[from] Failed),
    #[error(transparent)]
    Answer(#[from] answers::Fault),
}

pub(super) struct Talk<'a> {
    reach: &'a Reach,
    place: &'a Place,
    token: Option<String>,
}

impl<'a> Talk<'a> {
    pub(super) fn about(place: &'a Place, reach: &'a Reach) -> Self {
        Self { reach, place, token: None }
    }

    /// What the tag points to now, or its own digest once the registry has confirmed it.
    pub(super) async fn digest(&mut self) -> Result<String, Fault> {
        let path = format!("manifests/{}", self.place.wanted);
        let mut answer = self.ask(Method::HEAD, &path, MANIFEST_TYPES, MANIFEST_MAX_BYTES).await?;
        if answer.headers.get(DIGEST_HEADER).is_none() {
            answer = self.ask(Method::GET, &path, MANIFEST_TYPES, MANIFEST_MAX_BYTES).await?;
        }
        let header = answer.headers.get(DIGEST_HEADER).map(|value| value.as_bytes());
        let digest = answers::digest(header, &answer.body)?;
        if self.place.wanted.contains(':') && self.place.wanted != digest {
            return Err(answers::Fault::Nonsense("the digest is another one than was asked for").into());
        }
        Ok(digest)
    }

    /// Some of the repository's tags.
    pub(super) async fn tags(&mut self, limit: usize) -> Result<Vec<String>, Fault> {
        let path = format!("tags/list?n={limit}");
        let answer = self.ask(Method::GET, &path, JSON, TAGS_MAX_BYTES).await?;
        Ok(answers::tags(&answer.body, limit)?)
    }

    /// Asks, and where the registry wants a token gets one and asks again.
    async fn ask(&mut self, method: Method, path: &str, accept: &str, limit: usize) -> Result<Answer, Fault> {
        let Place { registry, repository, .. } = self.place;
        let scheme = if reach::is_loopback(registry) { "http" } else { "https" };
        let url = format!("{scheme}://{registry}/v2/{repository}/{path}");
        let url = Url::parse(&url).map_err(|_| answers::Fault::Nonsense("its address is no URL"))?;
        let token = self.token.clone();
        let mut call = Call { method, url, accept, token, body: None, limit_bytes: limit };
        let mut answer = self.reach.call(&call).await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && call.token.is_none()
            && let Some(service) = self.token_service(&answer)
        {
            self.token = Some(self.new_token(service).await?);
            call.token = self.token.clone();
            answer = self.reach.call(&call).await?;
        }
        accepted(answer)
    }

    fn token_service(&self, answer: &Answer) -> Option<Url> {
        let challenges = answer.headers.get_all(WWW_AUTHENTICATE).iter();
        let texts = challenges.filter_map(|value| value.to_str().ok());
        texts.filter_map(|text| answers::token_service(text, &self.place.repository)).next()
    }

    async fn new_token(&self, url: Url) -> Result<String, Fault> {
        let (method, limit_bytes) = (Method::GET, TOKEN_MAX_BYTES);
        let call = Call { method, url, accept: JSON, token: None, body: None, limit_bytes };
        Ok(answers::token(&accepted(self.reach.call(&call).await?)?.body)?)
    }
}

fn accepted(answer: Answer) -> Result<Answer, Fault> {
    if answer.status == StatusCode::OK {
        return Ok(answer);
    }
    Err(answers::refused(answer.status, &answer.body).into())
}
