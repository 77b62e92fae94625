//! The policy file of a story: four people, two environments, one service.
//!
//! It is text, parsed by the same code as anybody's.

/// The file, for this registry and these namespaces.
pub fn policy(registry: &str, dev: &str, production: &str) -> String {
    format!(
        r#"
[people.alice]
name = "Alice Archer"
groups = ["developers", "oncall"]
accounts = {{ console = "alice" }}

[people.bob]
name = "Bob Baker"
groups = ["developers", "oncall"]
accounts = {{ console = "bob" }}

[people.carol]
name = "Carol Chen"
groups = ["oncall"]
accounts = {{ console = "carol" }}

[people.dave]
name = "Dave Dunn"
groups = ["support"]
accounts = {{ console = "dave" }}

[[environments]]
name = "dev"
deployers = ["developers", "oncall"]
approvals = 0
approval_expires_minutes = 30
auto_rollback = true

[[environments]]
name = "production"
deployers = ["developers", "oncall"]
approvals = 1
approvers = ["oncall"]
approval_expires_minutes = 30
auto_rollback = false

[services.search-api]
image = "{registry}/search-api"
container = "search-api"
alert_labels = {{ service = "search-api" }}

[services.search-api.in.dev]
namespace = "{dev}"
deployment = "search-api-deployment"

[services.search-api.in.production]
namespace = "{production}"
deployment = "search-api-deployment"

[console]
channels = ["ops"]

[alerts]
place = "console/ops"

[[alerts.sources]]
name = "alertmanager"
token_env = "WATCHKEEPER_ALERTMANAGER_TOKEN"

[incidents]
responders = ["developers", "oncall"]
"#
    )
}
