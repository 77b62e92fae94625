//! What the compiler and clippy do not check: who may know whom, sizes, purity, and lists that must not fall behind.
//!
//! It reads sources and starts nothing. Each rule fails with a sentence that says what to do; the rules are data in the files
//! below.

mod edges;
mod lists;
mod paths;
mod purity;
mod shape;
mod sources;
mod words;

/// Fails with everything that is wrong, so that one run is enough to put it right.
fn nothing(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
