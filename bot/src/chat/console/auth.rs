//! Who may say that they are whom in the console, and which addresses may serve it.
//!
//! It keeps no passwords and issues no accounts: either the machine's own user is trusted (loopback only), or a reverse proxy
//! that has authenticated people names them.

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// How the console knows who somebody is.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Everybody picks who they are: for a machine's own user, on a loopback address.
    PickWhoYouAre,
    /// A reverse proxy in front authenticates people and sends the account and a secret of its own with every request; it must
    /// strip both headers from what comes in from outside.
    TrustedProxy { account_header: HeaderName, secret_header: HeaderName, secret: SecretString },
}

/// Too short a secret could be guessed.
const SECRET_MIN_CHARS: usize = 24;

/// The console must not be served like this.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindRefused {
    #[error(
        "{0} can be reached from other machines, where nobody may just pick who they are: \
         bind to 127.0.0.1, or configure the trusted proxy's account header, secret header and secret"
    )]
    NoAuthentication(SocketAddr),
    #[error("the trusted proxy's secret must have at least {SECRET_MIN_CHARS} characters")]
    WeakSecret,
}

/// Called before the address is bound: a refusal keeps the server from starting.
pub fn check_bind(address: SocketAddr, auth: &Auth) -> Result<(), BindRefused> {
    match auth {
        Auth::PickWhoYouAre if address.ip().is_loopback() => Ok(()),
        Auth::PickWhoYouAre => Err(BindRefused::NoAuthentication(address)),
        Auth::TrustedProxy { secret, .. } if secret.expose_secret().chars().count() < SECRET_MIN_CHARS => {
            Err(BindRefused::WeakSecret)
        }
        Auth::TrustedProxy { .. } => Ok(()),
    }
}

/// The account that the proxy vouches for; `None` when the secret or the account is missing or wrong.
pub(super) fn vouched_account(
    headers: &HeaderMap,
    account_header: &HeaderName,
    (secret_header, secret): (&HeaderName, &SecretString),
) -> Option<String> {
    let given = headers.get(secret_header)?;
    // Digests of equal length are compared, so the comparison's time says nothing of the secret.
    let same = Sha256::digest(given.as_bytes()) == Sha256::digest(secret.expose_secret().as_bytes());
    let account = headers.get(account_header)?.to_str().ok()?;
    (same && !account.is_empty()).then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(secret: &str) -> Auth {
        Auth::TrustedProxy {
            account_header: HeaderName::from_static("x-account"),
            secret_header: HeaderName::from_static("x-secret"),
            secret: SecretString::from(secret),
        }
    }

    #[test]
    fn only_loopback_goes_without_authentication() {
        let check = |address: &str, auth: &Auth| check_bind(address.parse().unwrap(), auth);
        assert_eq!(check("127.0.0.1:8080", &Auth::PickWhoYouAre), Ok(()));
        assert_eq!(check("[::1]:8080", &Auth::PickWhoYouAre), Ok(()));
        for open in ["0.0.0.0:8080", "10.0.0.1:8080", "[::]:8080"] {
            assert!(
                matches!(check(open, &Auth::PickWhoYouAre), Err(BindRefused::NoAuthentication(_))),
                "{open}"
            );
        }
        assert_eq!(check("0.0.0.0:8080", &proxy("short")), Err(BindRefused::WeakSecret));
        assert_eq!(check("0.0.0.0:8080", &proxy("a-secret-of-more-than-24-characters")), Ok(()));
    }

    #[test]
    fn the_proxy_is_believed_only_with_its_secret() {
        let (account, secret_name) =
            (HeaderName::from_static("x-account"), HeaderName::from_static("x-secret"));
        let secret = SecretString::from("the-right-secret");
        let vouched = |given: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert("x-account", "alice".parse().unwrap());
            if let Some(given) = given {
                headers.insert("x-secret", given.parse().unwrap());
            }
            vouched_account(&headers, &account, (&secret_name, &secret))
        };
        assert_eq!(vouched(Some("the-right-secret")), Some("alice".to_owned()));
        assert_eq!(vouched(Some("a-wrong-secret")), None);
        assert_eq!(vouched(None), None);
    }
}
