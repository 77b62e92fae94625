//! What the demo prints once it is up: where the console is, what to type there, and how to stop.
//!
//! Everything else the demo says is progress and goes to stderr.

use std::io::Write;
use std::net::SocketAddr;

use anyhow::{Context, Result};

use super::alertmanager::Alertmanager;
use super::stage::Stage;
use crate::lab::{Endpoints, RealPods, paths};

/// Five lines that tell a story when typed in this order.
const LINES: [(&str, &str); 5] = [
    ("status search-api", "what runs where"),
    ("deploy search-api 7c3f2b1 to dev", "no approval needed in dev"),
    (
        "deploy search-api c0ffee1 to production",
        "asks for approval; then be bob or carol and press ✅. It will crash",
    ),
    ("diagnose search-api in production", "why it fails"),
    ("rollback search-api in production", "back to what worked"),
];

pub(super) fn print(stage: &Stage, listen: SocketAddr, alertmanager: Option<&Alertmanager>) -> Result<()> {
    let mut text = format!("\n  Watchkeeper is at  http://{listen}/\n\n");
    match stage.endpoints() {
        Some(endpoints) => text += &own_cluster(endpoints, listen),
        None => text += "  It works on your cluster with your policy; type `help` in the console.\n",
    }
    text += &format!(
        "\n  Send a test alert from another terminal:\n    {}\n",
        test_alert(stage, listen, alertmanager)
    );
    text += &format!(
        "\n  Logs: {}\n  Ctrl-C stops everything; the data stays for the next start.\n",
        stage.dir().join("logs").display()
    );
    std::io::stdout().write_all(text.as_bytes()).context("cannot print")
}

fn own_cluster(endpoints: &Endpoints, listen: SocketAddr) -> String {
    let mut text = "  Pick who you are there (alice, bob or carol), and try in this order:\n".to_owned();
    for (line, why) in LINES {
        text += &format!("    {line:<42} {why}\n");
    }
    text += &format!("  Or from a terminal:\n    {}\n", say(listen));
    text += "  Other tags: 98ab4e2 works, 0badbad never gets ready, deadbee cannot be pulled, 00a0a0a runs out of memory.\n";
    text += &match &endpoints.real_pods {
        RealPods::Ready => "  Pods are real containers (containerd) on the node real-1.\n".to_owned(),
        RealPods::Unavailable { why } => format!("  Pods are simulated by kwok: {why}.\n"),
    };
    let (kubectl, kubeconfig) = (endpoints.tools.join("kubectl"), &endpoints.kubeconfig);
    text +=
        &format!("  Look behind: {} --kubeconfig {} get pods -A\n", kubectl.display(), kubeconfig.display());
    text
}

/// The program stands beside this one.
fn say(listen: SocketAddr) -> String {
    let program = std::env::current_exe().unwrap_or_default().with_file_name("watchkeeper");
    let program = program.strip_prefix(paths::repository()).unwrap_or(&program);
    let (words, program) = (LINES[0].0, program.display());
    format!("{program} say \"{words}\" --as alice --server http://{listen}")
}

fn test_alert(stage: &Stage, listen: SocketAddr, alertmanager: Option<&Alertmanager>) -> String {
    match alertmanager {
        Some(alertmanager) => format!(
            "curl {}/api/v2/alerts -H 'content-type: application/json' -d '[{{\"labels\": {{\"alertname\": \"HighErrorRate\", \
             \"service\": \"search-api\", \"environment\": \"production\", \"severity\": \"critical\"}}, \
             \"annotations\": {{\"summary\": \"More than 5 % of requests fail\"}}}}]'",
            alertmanager.url
        ),
        None => format!(
            "curl http://{listen}/webhooks/alertmanager/{} -H 'content-type: application/json' -d @{}",
            stage.alert_token,
            paths::repository().join("deploy/demo/alert.json").display()
        ),
    }
}
