//! The last lines of the containers that are failing.
//!
//! It does not redact and never logs what it read. A log that cannot be read is one line in the answer, not a failure.

use commands::facts::{Container, ContainerState};
use commands::untrusted::Untrusted;
use futures::{AsyncReadExt, StreamExt};
use k8s_openapi::api::core::v1::Pod;
use kube::api::LogParams;
use kube::{Api, Client};

use super::error::{Call, Error};
use super::pods::Seen;

const TAIL_LINES: i64 = 20;
/// The server counts from the oldest line of the tail, so what is asked for is more than what is kept.
const READ_BYTES: u64 = 256 * 1024;
const KEPT_BYTES: usize = 4 * 1024;
/// Pods of one revision fail alike: a few tell it all.
const CONTAINERS_READ: usize = 6;
const CONCURRENT_REQUESTS: usize = 3;

/// Which run of the container has something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Present,
    /// `kubectl logs --previous`.
    Previous,
}

/// Fills in `log_tail` of failing containers; the answer says which logs could not be read.
pub(super) async fn read(client: &Client, namespace: &str, seen: &mut [Seen]) -> Vec<Untrusted> {
    let api = Api::<Pod>::namespaced(client.clone(), namespace);
    let failing = seen.iter_mut().flat_map(|seen| {
        let pod = seen.pod.name.clone();
        seen.pod.containers.iter_mut().filter_map(move |container| {
            let run = worth_reading(container)?;
            Some((pod.clone(), container, run))
        })
    });
    let reads = failing.take(CONTAINERS_READ).map(|(pod, container, run)| {
        let api = &api;
        async move {
            match tail(api, namespace, &pod, &container.name, run).await {
                Ok(text) => {
                    container.log_tail = text;
                    None
                }
                Err(error) => Some(Untrusted::new(format!("log of {pod}/{}: {error}", container.name))),
            }
        }
    });
    let answers: Vec<Option<Untrusted>> =
        futures::stream::iter(reads.collect::<Vec<_>>()).buffered(CONCURRENT_REQUESTS).collect().await;
    answers.into_iter().flatten().collect()
}

/// A container that never ran has no log; one that crashed tells why in the run before this one.
fn worth_reading(container: &Container) -> Option<Run> {
    let crashed = container.last_terminated.as_ref().is_some_and(|end| end.exit_code != 0);
    match &container.state {
        ContainerState::Waiting { .. } => container.last_terminated.as_ref().map(|_| Run::Previous),
        ContainerState::Running { .. } if crashed && !container.ready => Some(Run::Previous),
        ContainerState::Running { .. } => (!container.ready).then_some(Run::Present),
        ContainerState::Terminated(end) => (end.exit_code != 0).then_some(Run::Present),
    }
}

/// The last lines of that run; of the present one when the runtime has already dropped the previous.
async fn tail(
    api: &Api<Pod>,
    namespace: &str,
    pod: &str,
    container: &str,
    run: Run,
) -> Result<Option<Untrusted>, Error> {
    let call = Call { verb: "get", resource: "pods/log", namespace };
    match (call.run(one_run(api, pod, container, run)).await, run) {
        (Err(Error::Request { .. }), Run::Previous) => {
            call.run(one_run(api, pod, container, Run::Present)).await
        }
        (answer, Run::Previous | Run::Present) => answer,
    }
    .map(|bytes| kept(&bytes))
}

async fn one_run(api: &Api<Pod>, pod: &str, container: &str, run: Run) -> kube::Result<Vec<u8>> {
    let params = LogParams {
        container: Some(container.to_owned()),
        previous: run == Run::Previous,
        tail_lines: Some(TAIL_LINES),
        limit_bytes: i64::try_from(READ_BYTES).ok(),
        ..LogParams::default()
    };
    let stream = api.log_stream(pod, &params).await?;
    let mut bytes = Vec::new();
    stream.take(READ_BYTES).read_to_end(&mut bytes).await.map_err(kube::Error::ReadEvents)?;
    Ok(bytes)
}

/// The newest whole lines that fit; nothing at all is no tail.
fn kept(bytes: &[u8]) -> Option<Untrusted> {
    let cut = bytes.len().saturating_sub(KEPT_BYTES);
    let line_starts = match cut {
        0 => 0,
        cut => bytes[cut..].iter().position(|byte| *byte == b'\n').map_or(cut, |newline| cut + newline + 1),
    };
    let text = String::from_utf8_lossy(&bytes[line_starts..]);
    let text = text.trim_end();
    (!text.is_empty()).then(|| Untrusted::new(text))
}

#[cfg(test)]
mod tests {
    use commands::facts::Terminated;
    use commands::names::Image;

    use super::*;

    fn check(state: ContainerState, last_exit: Option<i32>, expected: Option<Run>) {
        let end = |exit_code| Terminated { exit_code, reason: None, message: None, finished_at: None };
        let container = Container {
            name: "search-api".to_owned(),
            init: false,
            image: Image::parse("r/search-api:c0ffee1"),
            ready: false,
            restarts: 0,
            state,
            last_terminated: last_exit.map(end),
            log_tail: None,
        };
        assert_eq!(worth_reading(&container), expected);
    }

    #[test]
    fn a_crash_is_told_by_the_run_before_this_one() {
        let waiting = || ContainerState::Waiting { reason: None, message: None };
        let running = || ContainerState::Running { since: None };
        check(waiting(), None, None);
        check(waiting(), Some(1), Some(Run::Previous));
        check(running(), None, Some(Run::Present));
        check(running(), Some(137), Some(Run::Previous));
        check(running(), Some(0), Some(Run::Present));
    }

    #[test]
    fn the_newest_whole_lines_are_kept() {
        let long = format!("{}\nfirst kept\n{}\n", "x".repeat(100), "y".repeat(KEPT_BYTES - 20));
        let tail = kept(long.as_bytes()).expect("a tail");
        assert!(tail.for_comparison().starts_with("first kept\ny"));
        assert_eq!(kept(b"  \n"), None);
        assert_eq!(kept(b"\xff broken\n"), Some(Untrusted::new("\u{fffd} broken")));
    }
}
