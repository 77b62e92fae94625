//! The cluster: what a service looks like there now, and the one change that an approved plan makes to it.
//!
//! The only importer of `kube` and `k8s-openapi`. It does not decide anything (no verdicts, no plans), does not redact what
//! it read, and never reads the user's own current context unless that kubeconfig was given to it.

mod apply;
mod change;
mod clients;
mod drift;
mod error;
mod events;
mod fence;
mod gitops;
mod live;
mod logs;
mod observe;
mod own_rights;
mod pods;
mod revisions;
mod rights;
mod stamp;
mod workload;

pub use apply::{Applied, ApplyError};
pub use clients::{Clusters, Settings};
pub use error::Error;
pub use fence::Fence;
pub use observe::Depth;
pub use rights::Review;
pub use stamp::{CANCELLED_ANNOTATION, OPERATION_ANNOTATION, Stamp};
