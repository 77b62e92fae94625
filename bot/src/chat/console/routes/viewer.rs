//! Who looks at a page or acts on it, and the token that ties a form to the page it came from.
//!
//! Nothing is stored on the server: both are cookies, which only this site's own pages send back.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use uuid::Uuid;

use super::Site;
use super::problem::Problem;
use crate::chat::console::directory::Member;

pub(super) const ACCOUNT_COOKIE: &str = "watchkeeper_account";
const FORM_COOKIE: &str = "watchkeeper_form";
/// A month.
const COOKIE_MAX_AGE_SECONDS: u32 = 30 * 24 * 3600;

/// How the request says who it is from; put there by the guard.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    /// By the cookie of whoever they picked to be.
    Picks,
    /// By the proxy in front.
    Vouched(String),
}

/// Whoever looks at a page.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    pub member: Option<Member>,
    /// Must come back in every form.
    pub csrf: String,
    /// The token has yet to be set as a cookie.
    pub new_csrf: bool,
    /// They may pick who they are.
    pub picks: bool,
    /// The proxy in front speaks TLS with them, so cookies need never go without.
    pub over_tls: bool,
}

impl Viewer {
    /// Whoever acts with a form: the token must be the page's, and they must be somebody.
    pub(super) fn acting(&self, csrf: &str) -> Result<&Member, Problem> {
        if self.new_csrf || csrf != self.csrf {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "This form is from an older page. Go back, load the page again and repeat it.",
            ));
        }
        self.member.as_ref().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "Pick who you are first."))
    }

    /// The cookie that makes a new token stick.
    pub(super) fn csrf_cookie(&self) -> Option<(header::HeaderName, HeaderValue)> {
        self.new_csrf.then(|| set_cookie(FORM_COOKIE, &self.csrf, self.over_tls)).flatten()
    }
}

/// The cookie of whoever they picked to be.
pub(super) fn account_cookie(member: &Member) -> Option<(header::HeaderName, HeaderValue)> {
    // Only on loopback does anybody pick, and there is no TLS there.
    set_cookie(ACCOUNT_COOKIE, &member.account, false)
}

/// Finds the member that a client names, or that the proxy vouches for.
pub(super) fn named(site: &Site, caller: &Caller, account: Option<&str>) -> Result<Member, Problem> {
    let account = match (caller, account) {
        (Caller::Picks, Some(account)) => account,
        (Caller::Picks, None) => {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "Say as whom: `as` names a console account."));
        }
        (Caller::Vouched(vouched), None) => vouched,
        (Caller::Vouched(vouched), Some(account)) if vouched == account => account,
        (Caller::Vouched(_), Some(account)) => {
            return Err(Problem::forged(account, "You cannot speak as somebody else."));
        }
    };
    let directory = site.console.directory();
    directory.member(account).cloned().ok_or_else(|| {
        let known: Vec<&str> = directory.members().iter().map(|member| member.account.as_str()).collect();
        let known = known.join(", ");
        Problem::forged(account, format!("The policy names no such console account. Known: {known}."))
    })
}

impl FromRequestParts<Site> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, site).await?;
        let (account, picks) = match caller {
            Caller::Picks => (cookie(&parts.headers, ACCOUNT_COOKIE).map(str::to_owned), true),
            Caller::Vouched(account) => (Some(account), false),
        };
        let member = account.and_then(|account| site.console.directory().member(&account).cloned());
        let known = cookie(&parts.headers, FORM_COOKIE).filter(|token| Uuid::parse_str(token).is_ok());
        Ok(Self {
            member,
            csrf: known.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned),
            new_csrf: known.is_none(),
            picks,
            over_tls: !picks && parts.headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https"),
        })
    }
}

impl FromRequestParts<Site> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _site: &Site) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "Nobody asked."))
    }
}

pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

fn set_cookie(name: &str, value: &str, secure: bool) -> Option<(header::HeaderName, HeaderValue)> {
    let secure = if secure { "; Secure" } else { "" };
    let attributes = format!("Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_MAX_AGE_SECONDS}{secure}");
    let line = HeaderValue::from_str(&format!("{name}={value}; {attributes}")).ok()?;
    Some((header::SET_COOKIE, line))
}
