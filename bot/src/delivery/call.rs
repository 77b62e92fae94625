//! One request to a server of somebody else's, with its addresses, times, sizes and redirects bounded.
//!
//! Redirects are followed by hand, so that each is checked like the first URL. Proxies of the environment are not used: they
//! would resolve names for us. It knows no protocol above HTTP.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Method, Response, StatusCode, Url};

use super::reach::{NotCalled, Reach};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 3;

/// What is asked, and how much of an answer is read.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) accept: &'a str,
    /// Sent to the origin of `url` only, wherever that redirects to.
    pub(super) token: Option<String>,
    /// JSON; it is sent to `url` only, which must not redirect.
    pub(super) body: Option<String>,
    pub(super) limit_bytes: usize,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    NotCalled(#[from] NotCalled),
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: usize },
    #[error("it redirects more than {MAX_REDIRECTS} times")]
    Redirects,
    #[error("it redirects a request that changes something")]
    RedirectsAChange,
    #[error("it redirects to what is no URL")]
    RedirectsNowhere,
}

impl Reach {
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Answer, Failed> {
        let mut url = call.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(call, &url).await?;
            match redirected(&response, &url)? {
                Some(_) if call.body.is_some() => return Err(Failed::RedirectsAChange),
                Some(next) => url = next,
                None => return read(response, call.limit_bytes).await,
            }
        }
        Err(Failed::Redirects)
    }

    async fn send(&self, call: &Call<'_>, url: &Url) -> Result<Response, Failed> {
        let addresses = self.vet(url).await?;
        let client = Client::builder()
            .user_agent("watchkeeper")
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
            .build()
            .map_err(Failed::Request)?;
        let mut request = client.request(call.method.clone(), url.clone()).header(ACCEPT, call.accept);
        if let Some(token) = call.token.as_ref().filter(|_| url.origin() == call.url.origin()) {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        request.send().await.map_err(Failed::Request)
    }
}

fn redirected(response: &Response, from: &Url) -> Result<Option<Url>, Failed> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    to.and_then(|to| from.join(to).ok()).map(Some).ok_or(Failed::RedirectsNowhere)
}

async fn read(mut response: Response, limit_bytes: usize) -> Result<Answer, Failed> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = vec![];
    while let Some(part) = response.chunk().await.map_err(Failed::Request)? {
        if body.len() + part.len() > limit_bytes {
            return Err(Failed::TooLarge { limit_bytes });
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer { status, headers, body })
}
