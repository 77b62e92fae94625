//! The Web API at `/api/METHOD`: who calls, in what form, and whether Slack is in the mood; then the method, then the answer.
//!
//! What each method does is in the files beside; THE LIST of them is `method`.

mod arguments;
mod bookmarks;
mod call;
mod channels;
mod chat;
mod files;
mod history;
mod method;
mod pins;
mod reactions;
mod update;
mod users;
mod views;
mod workspace;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::exchanges::{Exchange, Toward};
use super::handle::{Inner, locked};
use super::server::Lost;
use super::trouble::Weather;
use arguments::Arguments;
use call::{Call, Refused};
use method::{Method, Scope};

pub(super) use chat::Content;
pub(super) use views::check as check_view;

/// What the token may do.
const OAUTH_SCOPES: HeaderName = HeaderName::from_static("x-oauth-scopes");
/// Longer than any story.
const FOR_EVER: Duration = Duration::from_secs(3_600);

pub(super) async fn handle(
    State(inner): State<Arc<Inner>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let given = Given::read(&uri, &headers, &body);
    let caller = given.as_ref().map_or(Err("invalid_form_data"), |given| caller(&inner, given));
    let team = caller.as_ref().map_or(String::new(), |caller| caller.team.clone());
    let request = given.as_ref().map_or(Value::Null, |given| Value::Object(given.fields.clone()));
    let exchange = Exchange::new(Toward::Slack, &name, &team, request);
    let weather = locked(&inner.trouble).next(|on| on.is(&name)).unwrap_or(Weather::Fine);
    match weather {
        Weather::Limits(seconds) => return limited(&inner, exchange, seconds),
        Weather::Fails(status) => return failed(&inner, exchange, status),
        Weather::Refuses(error) => return answered(&inner, exchange, &Refused::from(error).answer()),
        Weather::LosesRequests => return lost(),
        Weather::Hangs => tokio::time::sleep(FOR_EVER).await,
        Weather::Slow(time) => tokio::time::sleep(time).await,
        Weather::Fine | Weather::LosesAnswers => {}
    }
    if let Some(seconds) = locked(&inner.limits).count(&name, &team, &exchange.request) {
        return limited(&inner, exchange, seconds);
    }
    let done = match (given, caller) {
        (Some(given), Ok(caller)) => called(&inner, &name, given, caller),
        (_, Err(error)) => Err(error.into()),
        (None, Ok(_)) => Err("invalid_form_data".into()),
    };
    let answer = done.unwrap_or_else(Refused::answer);
    let response = answered(&inner, exchange, &answer);
    if weather == Weather::LosesAnswers { lost() } else { response }
}

/// Whose token it is.
struct Caller {
    team: String,
    app: bool,
}

fn caller(inner: &Inner, given: &Given) -> Result<Caller, &'static str> {
    let Some(token) = given.token.as_deref() else { return Err("not_authed") };
    if token == inner.app_token {
        return Ok(Caller { team: String::new(), app: true });
    }
    inner.look(|state| match state.teams.iter().find(|team| team.bot.token == token) {
        None => Err("invalid_auth"),
        Some(team) if team.bot.revoked => Err("token_revoked"),
        Some(team) => Ok(Caller { team: team.id.clone(), app: false }),
    })
}

fn called(inner: &Inner, name: &str, given: Given, caller: Caller) -> Result<Value, Refused> {
    let Some(method) = method::find(name) else { return Err("unknown_method".into()) };
    let wants_app = matches!(method.scope, Scope::AppToken);
    if wants_app != caller.app {
        return Err("not_allowed_token_type".into());
    }
    let mut answer = inner.change(|state| {
        let team = if caller.app { state.teams[0].id.clone() } else { caller.team };
        run(method, &mut Call { state, team, args: Arguments::default() }, given)
    })?;
    answer["ok"] = true.into();
    Ok(answer)
}

fn run(method: &Method, call: &mut Call<'_>, given: Given) -> Result<Value, Refused> {
    if let Scope::One(scope) = method.scope {
        call.needs(scope)?;
    }
    call.args = Arguments::checked(method, given.fields, given.as_json)?;
    (method.run)(call)
}

/// A request as it was sent.
struct Given {
    token: Option<String>,
    fields: Map<String, Value>,
    as_json: bool,
}

impl Given {
    /// `None` for a body that is not what it says it is.
    fn read(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let as_json = header(CONTENT_TYPE).starts_with("application/json");
        let mut fields = pairs(uri.query().unwrap_or_default())?;
        let text = std::str::from_utf8(body).ok()?;
        match text.trim() {
            "" => {}
            text if as_json => fields.extend(serde_json::from_str::<Map<String, Value>>(text).ok()?),
            text => fields.extend(pairs(text)?),
        }
        let bearer = header(AUTHORIZATION).strip_prefix("Bearer ").map(str::to_owned);
        let inside = fields.remove("token").and_then(|token| token.as_str().map(str::to_owned));
        Some(Self { token: bearer.or(inside), fields, as_json })
    }
}

fn pairs(form: &str) -> Option<Map<String, Value>> {
    let url = reqwest::Url::parse(&format!("http://form/?{form}")).ok()?;
    Some(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect())
}

fn answered(inner: &Inner, exchange: Exchange, answer: &Value) -> Response {
    let refused = (answer["ok"] == false).then(|| answer["error"].as_str().unwrap_or_default().to_owned());
    let scopes = inner.look(|state| {
        let team = state.teams.iter().find(|team| team.id == exchange.team);
        team.map(|team| team.bot.scopes.iter().cloned().collect::<Vec<_>>().join(",")).unwrap_or_default()
    });
    inner.record(Exchange { answer: answer.clone(), status: 200, refused, ..exchange });
    let headers = [(CONTENT_TYPE, "application/json; charset=utf-8"), (OAUTH_SCOPES, &scopes)];
    (headers, answer.to_string()).into_response()
}

fn limited(inner: &Inner, exchange: Exchange, seconds: u64) -> Response {
    let answer = json!({"ok": false, "error": "ratelimited"});
    let refused = Some("ratelimited".to_owned());
    inner.record(Exchange { answer: answer.clone(), status: 429, refused, ..exchange });
    let headers = [(RETRY_AFTER, seconds.to_string()), (CONTENT_TYPE, "application/json".to_owned())];
    (StatusCode::TOO_MANY_REQUESTS, headers, answer.to_string()).into_response()
}

fn failed(inner: &Inner, exchange: Exchange, status: u16) -> Response {
    inner.record(Exchange { status, refused: Some(format!("HTTP {status}")), ..exchange });
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, [(CONTENT_TYPE, "text/html")], "<html>Slack is having a bad day</html>").into_response()
}

fn lost() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(Lost);
    response
}
