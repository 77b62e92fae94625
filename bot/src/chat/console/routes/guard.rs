//! What every request to the console must pass, and the headers that every answer carries.
//!
//! It finds out which account asks; it does not know what that account may do.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Site;
use super::problem::NotLetIn;
use super::viewer::{ACCOUNT_COOKIE, Caller, cookie};
use crate::chat::TurnedAway;
use crate::chat::console::auth::{self, Auth};

/// No inline script or style, nothing from elsewhere, and nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn guard(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let came = Came::of(&site.auth, &request);
    let mut answer = match admit(&site.auth, request.method(), request.headers()) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err((status, why)) => {
            let mut refused = (status, why).into_response();
            refused.extensions_mut().insert(NotLetIn { why: why.trim_end().to_owned(), claimed: None });
            refused
        }
    };
    if let Some(not_let_in) = answer.extensions_mut().remove::<NotLetIn>() {
        site.ear.intake.turned_away(came.turned_away(not_let_in));
    }
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Whom a request says to be from, whether or not that is true.
struct Came {
    account: Option<String>,
    address: Option<IpAddr>,
}

impl Came {
    fn of(auth: &Auth, request: &Request) -> Self {
        let headers = request.headers();
        let account = match auth {
            Auth::PickWhoYouAre => cookie(headers, ACCOUNT_COOKIE),
            Auth::TrustedProxy { account_header, .. } => text(headers, account_header),
        };
        let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip());
        Self { account: account.map(str::to_owned), address }
    }

    fn turned_away(self, not_let_in: NotLetIn) -> TurnedAway {
        let who = match (self.account, not_let_in.claimed) {
            (Some(account), Some(claimed)) if account != claimed => format!("console/{account} as {claimed}"),
            (_, Some(account)) | (Some(account), None) => format!("console/{account}"),
            (None, None) => "somebody".to_owned(),
        };
        let from = self.address.map(|address| format!(" from {address}")).unwrap_or_default();
        TurnedAway { door: "console", who: who + &from, why: not_let_in.why }
    }
}

fn admit(auth: &Auth, method: &Method, headers: &HeaderMap) -> Result<Caller, (StatusCode, &'static str)> {
    let caller = match auth {
        // A page of somebody else's whose name was made to point here must not be served as ours.
        Auth::PickWhoYouAre if !host_is_loopback(headers) => {
            return Err((
                StatusCode::FORBIDDEN,
                "Open the console by its loopback address, such as http://127.0.0.1.\n",
            ));
        }
        Auth::PickWhoYouAre => Caller::Picks,
        Auth::TrustedProxy { account_header, secret_header, secret } => {
            let account = auth::vouched_account(headers, account_header, (secret_header, secret));
            Caller::Vouched(
                account.ok_or((StatusCode::UNAUTHORIZED, "The proxy in front did not say who you are.\n"))?,
            )
        }
    };
    if !method.is_safe() && !is_same_origin(headers, matches!(auth, Auth::TrustedProxy { .. })) {
        return Err((StatusCode::FORBIDDEN, "That was sent from another site's page.\n"));
    }
    Ok(caller)
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn host_is_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, header::HOST) else { return false };
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host });
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// Browsers say where a form or a script comes from; a client that is no browser says nothing.
fn is_same_origin(headers: &HeaderMap, behind_proxy: bool) -> bool {
    if !matches!(text(headers, "sec-fetch-site"), None | Some("same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(headers, header::ORIGIN) else { return true };
    let origin = origin.split_once("://").map(|(_, host)| host);
    let forwarded = if behind_proxy { text(headers, "x-forwarded-host") } else { None };
    origin.is_some() && (origin == text(headers, header::HOST) || origin == forwarded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(pairs: &[(&'static str, &'static str)]) -> Result<(), StatusCode> {
        let headers = pairs.iter().map(|(name, value)| {
            (name.parse::<header::HeaderName>().unwrap(), HeaderValue::from_static(value))
        });
        admit(&Auth::PickWhoYouAre, &Method::POST, &headers.collect()).map(drop).map_err(|(status, _)| status)
    }

    #[test]
    fn only_the_consoles_own_pages_and_local_clients_may_post() {
        let refused = Err(StatusCode::FORBIDDEN);
        assert_eq!(post(&[("host", "127.0.0.1:8080")]), Ok(()));
        assert_eq!(post(&[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")]), Ok(()));
        assert_eq!(post(&[("host", "localhost"), ("sec-fetch-site", "same-origin")]), Ok(()));
        assert_eq!(post(&[("host", "127.0.0.1:8080"), ("origin", "http://evil.example")]), refused);
        assert_eq!(post(&[("host", "127.0.0.1:8080"), ("origin", "null")]), refused);
        assert_eq!(post(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")]), refused);
        assert_eq!(post(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:9090")]), refused);
        assert_eq!(post(&[("host", "rebound.example:8080")]), refused);
        assert_eq!(post(&[]), refused);
    }

    #[test]
    fn a_forwarded_host_counts_only_behind_a_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("10.0.0.5:8080"));
        headers.insert("origin", HeaderValue::from_static("https://watch.example"));
        headers.insert("x-forwarded-host", HeaderValue::from_static("watch.example"));
        assert!(is_same_origin(&headers, true));
        assert!(!is_same_origin(&headers, false));
    }
}
