//! What Discord refuses, the stand-in refuses in the same words: forms, permissions, tokens, limits; and trouble on request.
//!
//! Requests are made by hand here, as no library would let them out.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::discord::permissions::{SEND_MESSAGES, VIEW_CHANNEL};
use tests::discord::{Discord, On, Rates, Settings, Weather};

pub(super) struct Rest {
    client: Client,
    base: String,
    token: String,
}

#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    pub(super) body: Value,
}

impl Rest {
    pub(super) fn of(discord: &Discord) -> Self {
        tests::lab::use_ring();
        let base = format!("{}/api/v10", discord.api_url());
        Self { client: Client::new(), base, token: format!("Bot {}", discord.bot_token()) }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply> {
        let request =
            self.client.request(method, format!("{}{path}", self.base)).header("authorization", &self.token);
        let request = body.into_iter().fold(request, |request, body| request.json(body));
        let response = request.timeout(Duration::from_secs(5)).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        Ok(Reply { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn get(&self, path: &str) -> Result<Reply> {
        self.send(Method::GET, path, None).await
    }
}

impl Reply {
    pub(super) fn is(self, status: u16) -> Result<Self> {
        ensure!(self.status == status, "{} instead of {status}: {}", self.status, self.body);
        Ok(self)
    }

    /// Refused with this status and code of Discord's.
    fn refuses(&self, status: u16, code: u64) -> Result<()> {
        ensure!(self.status == status && self.body["code"] == code, "{}: {}", self.status, self.body);
        Ok(())
    }

    /// The form is wrong there, with this code.
    fn blames(&self, path: &str, code: &str) -> Result<()> {
        self.refuses(400, 50_035)?;
        let place = self.body["errors"]
            .pointer(path)
            .with_context(|| format!("nothing about {path}: {}", self.body))?;
        ensure!(place["_errors"][0]["code"] == code, "{place}");
        Ok(())
    }
}

async fn standing() -> Result<(Discord, Rest, String)> {
    let discord = Discord::start(Settings::default()).await?;
    let rest = Rest::of(&discord);
    let messages = format!("/channels/{}/messages", discord.channel("acme", "ops"));
    Ok((discord, rest, messages))
}

fn button(label: &str, id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": label, "custom_id": id })
}

fn row(components: &[Value]) -> Value {
    json!({ "type": 1, "components": components })
}

#[tokio::test]
async fn forms_are_checked_against_the_document_and_the_limits_beyond_it() -> Result<()> {
    let (discord, rest, messages) = standing().await?;
    let post = async |form: Value| rest.post(&messages, &form).await;
    post(json!({ "contents": "hi" })).await?.blames("/contents", "UNKNOWN_FIELD")?;
    post(json!({ "content": 7 })).await?.blames("/content", "BASE_TYPE_BAD_TYPE")?;
    post(json!({ "content": "x".repeat(2_001) })).await?.blames("/content", "BASE_TYPE_MAX_LENGTH")?;
    post(json!({ "content": "ö".repeat(2_000) })).await?.is(200)?;
    post(json!({ "content": " " })).await?.refuses(400, 50_006)?;
    let embed = json!({ "description": "x".repeat(3_100) });
    post(json!({ "embeds": [embed, embed] })).await?.blames("/embeds", "MAX_EMBED_SIZE_EXCEEDED")?;
    post(json!({ "embeds": vec![json!({ "title": "x" }); 11] }))
        .await?
        .blames("/embeds", "BASE_TYPE_MAX_LENGTH")?;
    let six: Vec<Value> = (0..6).map(|at| button("ok", &format!("b{at}"))).collect();
    post(json!({ "components": [row(&six)] }))
        .await?
        .blames("/components/0/components", "BASE_TYPE_MAX_LENGTH")?;
    let rows: Vec<Value> = six.iter().map(|one| row(std::slice::from_ref(one))).collect();
    post(json!({ "content": "x", "components": rows }))
        .await?
        .blames("/components", "BASE_TYPE_BAD_LENGTH")?;
    let long = row(&[button(&"x".repeat(81), "b")]);
    post(json!({ "components": [long] }))
        .await?
        .blames("/components/0/components/0/label", "BASE_TYPE_MAX_LENGTH")?;
    let twice = row(&[button("a", "same"), button("b", "same")]);
    post(json!({ "components": [twice] })).await?.blames("/components", "COMPONENT_CUSTOM_ID_DUPLICATED")?;
    let both = json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } });
    post(both).await?.blames("/allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE")?;

    let commands = format!("/applications/{}/commands", discord.application_id());
    let loud = json!({ "name": "Deploy", "description": "x" });
    rest.post(&commands, &loud).await?.blames("/name", "APPLICATION_COMMAND_INVALID_NAME")?;
    let klingon =
        json!({ "name": "deploy", "description": "x", "description_localizations": { "tlh": "x" } });
    rest.post(&commands, &klingon).await?.blames("/description_localizations/tlh", "ENUM_TYPE_COERCE")?;
    let long = json!({ "name": "deploy", "description": "x", "description_localizations": { "de": "x".repeat(101) } });
    rest.post(&commands, &long).await?.blames("/description_localizations/de", "BASE_TYPE_MAX_LENGTH")?;
    let loud = json!({ "name": "deploy", "description": "x", "name_localizations": { "de": "Bring Hin" } });
    rest.post(&commands, &loud)
        .await?
        .blames("/name_localizations/de", "APPLICATION_COMMAND_INVALID_NAME")?;
    let choices: Vec<Value> =
        (0..25).map(|at| json!({ "name": format!("{at:0>100}"), "value": "v".repeat(100) })).collect();
    let option = |name: &str| json!({ "name": name, "description": "x", "type": 3, "choices": choices });
    let large = json!({ "name": "deploy", "description": "x", "options": [option("a"), option("b")] });
    rest.post(&commands, &large).await?.blames("", "APPLICATION_COMMAND_TOO_LARGE")?;
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_or_not_allowed_is_refused_with_discords_codes() -> Result<()> {
    let (discord, rest, messages) = standing().await?;
    let hi = json!({ "content": "hi" });
    rest.post("/channels/1/messages", &hi).await?.refuses(404, 10_003)?;
    rest.get("/channels/abc").await?.blames("/channel_id", "NUMBER_TYPE_COERCE")?;
    rest.get(&format!("{messages}/1")).await?.refuses(404, 10_008)?;
    rest.get("/nothing/here").await?.is(404)?;
    rest.send(Method::PUT, "/users/@me", None).await?.is(405)?;
    let general = format!("/channels/{}/messages", discord.channel("acme", "general"));
    rest.post(&general, &hi).await?.refuses(403, 50_001)?;
    discord.denies("acme", "ops", SEND_MESSAGES);
    rest.post(&messages, &hi).await?.refuses(403, 50_013)?;
    discord.denies("acme", "ops", VIEW_CHANNEL);
    rest.post(&messages, &hi).await?.refuses(403, 50_001)?;
    discord.allows("acme", "ops", 0);
    rest.post(&messages, &hi).await?.is(200)?;
    rest.post("/interactions/5/abc/callback", &json!({ "type": 5 })).await?.refuses(404, 10_062)?;
    discord.revokes_token();
    rest.post(&messages, &hi).await?.is(401)?;
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() -> Result<()> {
    let (discord, rest, _) = standing().await?;
    let commands = format!("/applications/{}/commands", discord.application_id());
    rest.post(&commands, &json!({ "name": "status", "description": "x" })).await?.is(201)?;
    let alice = discord.person("acme", "alice");
    let nobody = alice.types("ops", "/status").await.expect_err("nobody is connected").to_string();
    assert!(nobody.starts_with("The application did not respond"), "{nobody}");
    assert!(
        alice.types("ops", "/stat").await.is_err_and(|error| error.to_string() == "Unknown command: /stat")
    );

    // An endpoint that says 202 and leaves the rest to callbacks.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let accepting = axum::Router::new().fallback(endpoint);
    let serving = tokio::spawn(async move { axum::serve(listener, accepting).await });
    discord.delivers_to(&url).await?;
    let typing = tokio::spawn({
        let alice = alice.clone();
        async move { alice.types("ops", "/status").await }
    });
    let asked = discord.until("asked", || discord.calls("interaction").pop()).await?.request;
    let (id, token) = (asked["id"].as_str().unwrap_or_default(), asked["token"].as_str().unwrap_or_default());
    let (callback, hook) = (
        format!("/interactions/{id}/{token}/callback"),
        format!("/webhooks/{}/{token}", discord.application_id()),
    );
    rest.post(&hook, &json!({ "content": "too early" })).await?.refuses(404, 10_015)?;
    rest.post(&callback, &json!({ "type": 7, "data": {} }))
        .await?
        .blames("/type", "INTERACTION_APPLICATION_INVALID_CALLBACK")?;
    rest.post(&callback, &json!({ "type": 5 })).await?.is(204)?;
    rest.post(&callback, &json!({ "type": 5 })).await?.refuses(400, 40_060)?;
    typing.await??;
    assert!(alice.sees("ops", "is thinking").await?.loading);
    rest.send(
        Method::PATCH,
        &format!("{hook}/messages/@original"),
        Some(&json!({ "content": "all is well" })),
    )
    .await?
    .is(200)?;
    assert!(!alice.sees("ops", "all is well").await?.loading);
    rest.post(&hook, &json!({ "content": "and more" })).await?.is(200)?;

    assert!(alice.types("ops", "/status").await.is_err(), "three seconds are over");
    let late = discord.calls("interaction").pop().context("asked again")?.request;
    let late = format!(
        "/interactions/{}/{}/callback",
        late["id"].as_str().unwrap_or_default(),
        late["token"].as_str().unwrap_or_default()
    );
    rest.post(&late, &json!({ "type": 5 })).await?.refuses(404, 10_062)?;
    serving.abort();
    assert_eq!(discord.wrong(), Vec::<String>::new());
    Ok(())
}

async fn endpoint(
    headers: axum::http::HeaderMap,
    body: String,
) -> (axum::http::StatusCode, axum::Json<Value>) {
    let stamp =
        headers.get("x-signature-timestamp").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ping = serde_json::from_str::<Value>(&body).is_ok_and(|body| body["type"] == 1);
    assert!(!stamp.is_empty());
    // The first PING is well signed, the second is not: that is all this endpoint knows.
    static PINGS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    match (ping, PINGS.fetch_add(1, std::sync::atomic::Ordering::SeqCst)) {
        (true, 0) => (axum::http::StatusCode::OK, axum::Json(json!({ "type": 1 }))),
        (true, _) => (axum::http::StatusCode::UNAUTHORIZED, axum::Json(Value::Null)),
        (false, _) => (axum::http::StatusCode::ACCEPTED, axum::Json(Value::Null)),
    }
}

#[tokio::test]
async fn limits_count_and_say_when_to_come_back() -> Result<()> {
    let discord = Discord::start(Settings { rates: Rates::Discords, ..Settings::default() }).await?;
    let rest = Rest::of(&discord);
    let messages = format!("/channels/{}/messages", discord.channel("acme", "ops"));
    let first = rest.post(&messages, &json!({ "content": "hi" })).await?.is(200)?;
    let header = |reply: &Reply, name: &str| {
        reply.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    assert_eq!(header(&first, "x-ratelimit-limit").as_deref(), Some("5"));
    assert_eq!(header(&first, "x-ratelimit-remaining").as_deref(), Some("4"));
    assert!(header(&first, "x-ratelimit-bucket").is_some());
    for _ in 0..4 {
        rest.post(&messages, &json!({ "content": "hi" })).await?.is(200)?;
    }
    let refused = rest.post(&messages, &json!({ "content": "hi" })).await?.is(429)?;
    assert_eq!(
        (header(&refused, "x-ratelimit-scope").as_deref(), &refused.body["global"]),
        (Some("user"), &json!(false))
    );
    let wait = refused.body["retry_after"].as_f64().unwrap_or_default();
    assert!(wait > 0.0 && wait <= 5.0, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    rest.post(&messages, &json!({ "content": "hi" })).await?.is(200)?;
    Ok(())
}

#[tokio::test]
async fn trouble_comes_as_it_was_ordered() -> Result<()> {
    let (discord, rest, messages) = standing().await?;
    let (on, hi) = (On::Operation("create_message"), json!({ "content": "hi" }));
    let alice = discord.person("acme", "alice");
    discord.weather_once(on, Weather::Limits(1.5));
    assert_eq!(rest.post(&messages, &hi).await?.is(429)?.body["retry_after"], 1.5);
    discord.weather_once(on, Weather::Fails(502));
    rest.post(&messages, &hi).await?.is(502)?;
    discord.weather_once(on, Weather::LosesRequests);
    assert!(rest.post(&messages, &hi).await.is_err());
    assert!(alice.reads("ops").is_empty(), "nothing of it was done");
    discord.weather_once(on, Weather::LosesAnswers);
    assert!(rest.post(&messages, &hi).await.is_err());
    assert_eq!(alice.reads("ops").len(), 1, "done, but nobody was told");
    discord.weather_once(on, Weather::Slow(Duration::from_millis(300)));
    let began = Instant::now();
    rest.post(&messages, &hi).await?.is(200)?;
    assert!(began.elapsed() >= Duration::from_millis(300));
    discord.weather_once(on, Weather::Hangs);
    assert!(tokio::time::timeout(Duration::from_millis(500), rest.post(&messages, &hi)).await.is_err());
    rest.get("/users/@me").await?.is(200)?;
    discord.goes_away().await;
    assert!(rest.get("/users/@me").await.is_err());
    discord.comes_back().await?;
    rest.get("/users/@me").await?.is(200)?;
    Ok(())
}
