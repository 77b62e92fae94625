//! What Slack posts to us: commands, events and interactions, each signed.

use std::sync::Arc;

use super::Slack;
use crate::chat::Intake;

impl Slack {
    pub fn router(self: &Arc<Self>, _intake: Arc<dyn Intake>) -> axum::Router {
        let _to_verify_with = &self.signing_secret;
        axum::Router::new()
    }
}
