//! With whose rights in the cluster a change is made: Watchkeeper's own, or those of whoever asked for it.
//!
//! Who is which Kubernetes user the policy says; whether that user may, the API server says. Nothing is asked or decided here.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::untrusted::Untrusted;

/// A user as the API server's authenticator knows it, and as its audit log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KubernetesUser {
    pub user: String,
    pub groups: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Rights {
    /// Those of Watchkeeper's own service account; nobody else's are asked about.
    #[default]
    ServiceAccount,
    /// A SubjectAccessReview has to allow it to this user; Watchkeeper's own service account sends it.
    Reviewed(KubernetesUser),
    /// A review has to allow it to this user, and it is sent as this user.
    Impersonated(KubernetesUser),
}

impl Rights {
    /// The person's user, where the person's rights count.
    pub fn user(&self) -> Option<&KubernetesUser> {
        match self {
            Self::ServiceAccount => None,
            Self::Reviewed(user) | Self::Impersonated(user) => Some(user),
        }
    }

    /// Records from before there was a choice say nothing about it, and still read and hash as they did.
    pub(crate) fn are_the_bots(&self) -> bool {
        self.user().is_none()
    }
}

/// In short, as the timeline and the postmortem have it: `alice@example.org (impersonated)`.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceAccount => f.write_str("Watchkeeper's own service account"),
            Self::Reviewed(user) => write!(f, "{} (SubjectAccessReview)", user.user),
            Self::Impersonated(user) => write!(f, "{} (impersonated)", user.user),
        }
    }
}

/// The API server's no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    pub user: KubernetesUser,
    /// In its own words; RBAC has none when no rule allows something.
    pub said: Untrusted,
}
