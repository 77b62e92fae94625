//! Images that cannot be pulled.
//!
//! One failed pull may be a passing network fault; it knows nothing of registries beyond what the kubelet quotes.

use chrono::TimeDelta;

use super::look::{Look, Said, waiting};
use super::{Found, Level};
use crate::facts::{Container, Pod};
use crate::message::{Span, Text};
use crate::untrusted::Untrusted;

/// The kubelet tries a failed pull again after about 10 s; a pull that still fails after this long is no single fault.
const PULL_PATIENCE_SECONDS: i64 = 20;

/// What the kubelet quotes can be a page long, and names the cause last.
const QUOTED_CHARS: usize = 200;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    look.containers().filter_map(|(pod, container)| in_container(look, pod, container)).collect()
}

fn in_container(look: &Look<'_>, pod: &Pod, container: &Container) -> Option<Found> {
    let (reason, message) = waiting(container)?;
    let level = match reason {
        "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => Level::Blocking,
        "ErrImagePull" | "ImageInspectError" | "RegistryUnavailable" => {
            if look.older(pod.created_at, TimeDelta::seconds(PULL_PATIENCE_SECONDS)) || seen_twice(look, pod)
            {
                Level::Blocking
            } else {
                Level::Warning
            }
        }
        _ => return None,
    };
    let message = told(look, pod, message);
    let mut text = Text::new()
        .plain("The image ")
        .with(Span::OutsideCode(Untrusted::new(container.image.named())))
        .plain(" cannot be pulled");
    if let Some(why) = message.and_then(why) {
        text = text.plain(": ").plain(why);
    }
    text = text.plain(".");
    if let Some(message) = message {
        text = text.plain(" The kubelet says: ").outside(&message.ending(QUOTED_CHARS));
    }
    Some(look.about(
        pod,
        container,
        Said { level, field: "state.waiting.reason", value: reason, reason: text },
    ))
}

fn seen_twice(look: &Look<'_>, pod: &Pod) -> bool {
    look.warning(&format!("Pod/{}", pod.name), &["Failed"]).is_some_and(|event| event.count > 1)
}

/// A back-off message without the cause is worth less than the event that it backs off from.
fn told<'a>(look: &Look<'a>, pod: &Pod, message: Option<&'a Untrusted>) -> Option<&'a Untrusted> {
    let says_why = |text: &&Untrusted| why(text).is_some();
    let failed = look.facts.events.iter().filter(|event| {
        event.warning && event.reason == "Failed" && event.object == format!("Pod/{}", pod.name)
    });
    message.filter(says_why).or_else(|| failed.map(|event| &event.message).find(says_why)).or(message)
}

/// The registry's answer in a few words, where it is one of the usual ones.
fn why(message: &Untrusted) -> Option<&'static str> {
    const KNOWN: &[(&[&str], &str)] = &[
        (&["toomanyrequests", "429", "rate limit"], "the registry limits how often it may be asked"),
        // Before "not found", with which containerd ends this answer too.
        (&["no match for platform", "exec format"], "the image is not built for this node's platform"),
        (
            &["not found", "manifest unknown", "does not exist", "no such image"],
            "the registry has no such image or tag",
        ),
        (
            &["unauthorized", "authentication required", "403", "denied", "forbidden"],
            "the registry refuses the credentials",
        ),
        (&["x509", "certificate"], "the registry's certificate is not trusted"),
        (
            &[
                "timeout",
                "timed out",
                "deadline exceeded",
                "connection refused",
                "no such host",
                "i/o timeout",
                "eof",
            ],
            "the registry cannot be reached",
        ),
        (&["invalidimagename", "invalid reference format", "couldn't parse image"], "its name is not valid"),
        (&["neverpull", "never"], "it is not on the node, and the pull policy forbids to pull it"),
    ];
    let text = message.for_comparison().to_lowercase();
    KNOWN.iter().find(|(signs, _)| signs.iter().any(|sign| text.contains(sign))).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containerds_answer_for_another_platform_is_not_taken_for_a_missing_tag() {
        let said = Untrusted::new(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"registry/search-api:deadbee\": \
             no match for platform in manifest: not found",
        );
        assert_eq!(why(&said), Some("the image is not built for this node's platform"));
        assert_eq!(why(&Untrusted::new("manifest unknown")), Some("the registry has no such image or tag"));
    }
}
