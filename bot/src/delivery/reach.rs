//! Whom the bot may call: the hosts that the policy names, and otherwise only addresses of the public internet.
//!
//! A name is resolved once, all its addresses are checked, and the connection goes to exactly these; what the name means a
//! moment later changes nothing. It sends nothing itself.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;

const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

/// The hosts of the policy, each with its port: they may have private addresses.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    named: BTreeSet<(String, u16)>,
    /// Those that the policy names with `http://`: it is meant.
    plain: BTreeSet<(String, u16)>,
}

/// Why a URL is not called.
#[derive(Debug, thiserror::Error)]
pub enum NotCalled {
    #[error(
        "{host} has the address {address}, which is not public; if that is meant, name {host}:{port} in `trusted_hosts` \
         under [registry] in the policy"
    )]
    NotPublic { host: String, port: u16, address: IpAddr },
    /// Whatever the policy says.
    #[error("{host} has the address {address}, where no registry is")]
    Never { host: String, address: IpAddr },
    #[error("{host} would be spoken to without TLS")]
    NotEncrypted { host: String },
    #[error("the URL has no host, or a password in it")]
    Malformed,
    #[error("the name {host} could not be resolved")]
    Unresolved {
        host: String,
        #[source]
        source: io::Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Public,
    /// Of somebody's own network.
    Private,
    Loopback,
    /// Link-local (where clouds serve credentials), multicast, unspecified: no server of releases is there.
    Never,
}

impl Reach {
    /// Each is `host` or `host:port`.
    pub fn new(hosts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let named = hosts.into_iter().map(|host| {
            let (name, port) = split(host.as_ref());
            let usual = if is_loopback(name) { HTTP_PORT } else { HTTPS_PORT };
            (name.to_ascii_lowercase(), port.unwrap_or(usual))
        });
        Self { named: named.collect(), plain: BTreeSet::new() }
    }

    /// One server of the policy's, as its URL says; whoever can write the policy knows that network.
    pub(super) fn only(url: &Url) -> Self {
        let server = url.host_str().map(str::to_ascii_lowercase).zip(url.port_or_known_default());
        let plain = server.clone().filter(|_| url.scheme() == "http");
        Self { named: server.into_iter().collect(), plain: plain.into_iter().collect() }
    }

    /// All the addresses that the URL's host has now, if the bot may connect to each of them.
    pub(super) async fn vet(&self, url: &Url) -> Result<Vec<SocketAddr>, NotCalled> {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(NotCalled::Malformed);
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotCalled::Malformed);
        }
        let named = self.named.contains(&(host.to_owned(), port));
        let on_this_machine = named && is_loopback(host);
        let may_be_plain = on_this_machine || self.plain.contains(&(host.to_owned(), port));
        if url.scheme() != "https" && !(url.scheme() == "http" && may_be_plain) {
            return Err(NotCalled::NotEncrypted { host: host.to_owned() });
        }
        let addresses = addresses(host, port).await?;
        let allowed = |address: &&SocketAddr| match kind(address.ip()) {
            Kind::Public => true,
            Kind::Private => named,
            Kind::Loopback => on_this_machine,
            Kind::Never => false,
        };
        match addresses.iter().find(|address| !allowed(address)) {
            None => Ok(addresses),
            Some(bad) => Err(refusal(host, port, bad.ip())),
        }
    }
}

fn refusal(host: &str, port: u16, address: IpAddr) -> NotCalled {
    let host = host.to_owned();
    match kind(address) {
        Kind::Loopback if !is_loopback(&host) => NotCalled::Never { host, address },
        Kind::Public | Kind::Private | Kind::Loopback => NotCalled::NotPublic { host, port, address },
        Kind::Never => NotCalled::Never { host, address },
    }
}

async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, NotCalled> {
    let unresolved = |source| NotCalled::Unresolved { host: host.to_owned(), source };
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found: Vec<_> = tokio::net::lookup_host((host, port)).await.map_err(unresolved)?.collect();
    if found.is_empty() {
        return Err(unresolved(io::Error::new(io::ErrorKind::NotFound, "it has no address")));
    }
    Ok(found)
}

/// The name as it stands in a URL, and the port behind it.
fn split(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port.parse().ok()),
        Some(_) | None => (host, None),
    }
}

/// `host` is `host[:port]`, as somebody wrote it: a name that only resolves to this machine is not meant.
pub(super) fn is_loopback(host: &str) -> bool {
    let (name, _) = split(host);
    name == "localhost" || name == "[::1]" || name.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

/// By IANA's register of special-purpose addresses.
fn kind_v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        [127, ..] => Kind::Loopback,
        [0, ..] | [169, 254, ..] | [224..=255, ..] => Kind::Never,
        [10, ..]
        | [100, 64..=127, ..]
        | [172, 16..=31, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [192, 168, ..]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Kind::Private,
        _ => Kind::Public,
    }
}

/// Only global unicast is public; what carries an IPv4 address in it is as public as that one.
fn kind_v6(address: Ipv6Addr) -> Kind {
    const EMBEDS_V4: u16 = 0x2002;
    let embedded = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        kind_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Kind::Loopback,
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [EMBEDS_V4, high, low, ..] => embedded(high, low),
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Kind::Private,
        [0x2000..=0x3fff, ..] => Kind::Public,
        [0xfc00..=0xfdff, ..] => Kind::Private,
        _ => Kind::Never,
    }
}

#[cfg(test)]
mod tests;
