//! A registry that was taken over, or is somebody's joke, sends the bot elsewhere: to this machine, to the network behind it, to
//! the service where a cloud hands out credentials. The bot does not go, and says where it was sent.
//!
//! The registries here are a few lines each, on loopback; nothing is deployed.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use bot::delivery::registry::{Error, Registry};
use commands::names::Image;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const REQUEST_MAX_BYTES: usize = 8 * 1024;

/// A server that gives one answer to everybody, and keeps what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answer` makes status, headers and, behind an empty line, the body for the request whose first line it is given.
    async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(vec![]));
        let keeps = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that hangs up is the client's business.
                let _served = serve(stream, &answer, &keeps).await;
            }
        });
        Ok(Self { address, asked })
    }

    fn was_asked(&self) -> Vec<String> {
        self.asked.lock().expect("no server panics").clone()
    }

    fn image(&self) -> Image {
        Image::parse(&format!("{}/search-api:7c3f2b1", self.address))
    }

    /// What the bot says when its policy names this registry only.
    async fn resolve(&self) -> Result<Image, Error> {
        let image = self.image();
        Registry::new([image.repository.as_str()], []).resolve(&image).await
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&str) -> String + Sync),
    asked: &Mutex<Vec<String>>,
) -> Result<()> {
    let mut request = vec![];
    while !request.ends_with(b"\r\n\r\n") && request.len() < REQUEST_MAX_BYTES {
        request.push(stream.read_u8().await?);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let first = request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let token = request
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("authorization: ").map(str::to_owned));
    asked
        .lock()
        .expect("no server panics")
        .push(token.map_or(first.clone(), |token| format!("{first} with {token}")));
    let answer = answer(&first);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    stream.write_all(format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}").as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

/// What the bot said, without the ports, which differ from run to run.
fn said(answer: Result<Image, Error>) -> String {
    let text = match answer {
        Ok(image) => format!("resolved: {image}"),
        Err(error) => error.to_string(),
    };
    let port = regex::Regex::new(r":\d{4,5}\b").expect("a constant pattern is valid");
    port.replace_all(&text, ":(port)").into_owned()
}

#[tokio::test]
async fn redirects_away_from_the_registry_are_not_followed_into_private_networks() -> Result<()> {
    let console = Server::start(|_| "200 OK".to_owned()).await?;
    let mut lines = vec![];
    for to in [
        format!("http://{}/", console.address),
        format!("https://{}/", console.address),
        format!("https://localhost:{}/", console.address.port()),
        "http://169.254.169.254/latest/meta-data/iam/".to_owned(),
        "https://169.254.169.254/latest/meta-data/iam/".to_owned(),
        "https://[fd00:ec2::254]/".to_owned(),
        "https://10.96.0.1/api/v1/secrets".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://user:secret@127.0.0.1/".to_owned(),
    ] {
        let location = format!("307 Temporary Redirect\r\nlocation: {to}");
        let registry = Server::start(move |_| location.clone()).await?;
        lines.push(said(registry.resolve().await));
        assert_eq!(registry.was_asked().len(), 1, "{to}");
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 127.0.0.1 would be spoken to without TLS
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 127.0.0.1 has the address 127.0.0.1, which is not public; if that is meant, name 127.0.0.1:(port) in `trusted_hosts` under [registry] in the policy
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: localhost has the address 127.0.0.1, which is not public; if that is meant, name localhost:(port) in `trusted_hosts` under [registry] in the policy
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 169.254.169.254 would be spoken to without TLS
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 169.254.169.254 has the address 169.254.169.254, where no registry is
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: [fd00:ec2::254] has the address fd00:ec2::254, which is not public; if that is meant, name [fd00:ec2::254]:443 in `trusted_hosts` under [registry] in the policy
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 10.96.0.1 has the address 10.96.0.1, which is not public; if that is meant, name 10.96.0.1:443 in `trusted_hosts` under [registry] in the policy
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: the URL has no host, or a password in it
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: the URL has no host, or a password in it
    ");
    assert_eq!(console.was_asked(), Vec::<String>::new(), "somebody was called who should not have been");
    Ok(())
}

#[tokio::test]
async fn a_token_is_not_fetched_from_wherever_the_registry_says() -> Result<()> {
    let elsewhere = Server::start(|_| "200 OK\r\n\r\n{\"token\":\"t\"}".to_owned()).await?;
    let mut lines = vec![];
    for realm in [
        format!("http://{}/token", elsewhere.address),
        "https://169.254.169.254/token".to_owned(),
        "https://192.168.0.1/token".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ] {
        let challenge =
            format!("401 Unauthorized\r\nwww-authenticate: Bearer realm=\"{realm}\",service=\"s\"");
        let registry = Server::start(move |_| challenge.clone()).await?;
        lines.push(said(registry.resolve().await));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 127.0.0.1 would be spoken to without TLS
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 169.254.169.254 has the address 169.254.169.254, where no registry is
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: 192.168.0.1 has the address 192.168.0.1, which is not public; if that is meant, name 192.168.0.1:443 in `trusted_hosts` under [registry] in the policy
    the bot does not go where the registry of 127.0.0.1:(port)/search-api:7c3f2b1 sends it: the URL has no host, or a password in it
    ");
    assert_eq!(elsewhere.was_asked(), Vec::<String>::new(), "somebody was called who should not have been");
    Ok(())
}

#[tokio::test]
async fn a_token_service_that_the_policy_trusts_is_asked_and_its_token_goes_to_the_registry_only()
-> Result<()> {
    let digest = format!("sha256:{}", "0".repeat(64));
    let tokens = Server::start(|_| {
        "200 OK\r\ncontent-type: application/json\r\n\r\n{\"token\":\"t\",\"access_token\":\"t\"}".to_owned()
    })
    .await?;
    let mirror = {
        let found = format!("200 OK\r\ndocker-content-digest: {digest}");
        Server::start(move |_| found.clone()).await?
    };
    let (realm, to) = (tokens.address, mirror.address);
    let asked_before = Arc::new(Mutex::new(false));
    let registry = Server::start(move |_| {
        let mut before = asked_before.lock().expect("no server panics");
        if std::mem::replace(&mut *before, true) {
            return format!(
                "307 Temporary Redirect\r\nlocation: http://{to}/v2/search-api/manifests/7c3f2b1"
            );
        }
        format!(
            "401 Unauthorized\r\nwww-authenticate: Bearer realm=\"http://{realm}/token\",service=\"search\""
        )
    })
    .await?;
    let image = registry.image();
    let (tokens_at, mirror_at) = (tokens.address.to_string(), mirror.address.to_string());
    let trusting = Registry::new([image.repository.as_str()], [tokens_at.as_str(), mirror_at.as_str()]);
    assert_eq!(trusting.resolve(&image).await?.digest, Some(digest));
    assert_eq!(
        registry.was_asked(),
        ["HEAD /v2/search-api/manifests/7c3f2b1", "HEAD /v2/search-api/manifests/7c3f2b1 with bearer t"]
    );
    assert_eq!(tokens.was_asked(), ["GET /token?service=search&scope=repository%3Asearch-api%3Apull"]);
    assert_eq!(
        mirror.was_asked(),
        ["HEAD /v2/search-api/manifests/7c3f2b1"],
        "the token went to another host"
    );
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_too_large_or_no_digest_is_not_believed() -> Result<()> {
    let around =
        Server::start(|_| "302 Found\r\nlocation: /v2/search-api/manifests/7c3f2b1".to_owned()).await?;
    let large = Server::start(|_| format!("200 OK\r\n\r\n{}", "x".repeat(5 * 1024 * 1024))).await?;
    let forged =
        Server::start(|_| "200 OK\r\ndocker-content-digest: sha256:0@evil.example/x".to_owned()).await?;
    let words = Server::start(|_| {
        "400 Bad Request\r\n\r\n{\"errors\":[{\"code\":\"NAME_INVALID\",\"message\":\"token=hunter2\"}]}"
            .to_owned()
    })
    .await?;
    let mut lines = vec![];
    for server in [around, large, forged, words] {
        let error = server.resolve().await.expect_err("not believed");
        let chain = std::error::Error::source(&error).map(ToString::to_string);
        let told = format!("{error}: {}", chain.unwrap_or_default())
            .replace(&server.address.to_string(), "registry");
        lines.push(told);
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    the registry's answer about registry/search-api:7c3f2b1 makes no sense: it redirects more than 3 times
    the registry's answer about registry/search-api:7c3f2b1 makes no sense: the answer is larger than 4194304 bytes
    the registry's answer about registry/search-api:7c3f2b1 makes no sense: the digest is no SHA-256
    the registry's answer about registry/search-api:7c3f2b1 makes no sense: the answer was 400 Bad Request
    ");
    Ok(())
}
