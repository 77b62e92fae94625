//! What a validator found, said as Discord says it: error codes in a tree that has the shape of the form.
//!
//! Of several alternatives the one that fits best is reported.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::{Value, json};

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Empty = the form as a whole.
    pub path: Vec<String>,
    pub code: String,
    pub message: String,
}

impl Fault {
    pub fn here(code: &str, message: &str) -> Self {
        Self { path: vec![], code: code.to_owned(), message: message.to_owned() }
    }

    pub fn at(path: &str, code: &str, message: &str) -> Self {
        Self { path: path.split('.').map(str::to_owned).collect(), ..Self::here(code, message) }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} ({})", self.path.join("."), self.message, self.code)
    }
}

/// The `errors` of a 50035 answer.
pub fn form_errors(faults: &[Fault]) -> Value {
    let mut tree = json!({});
    for fault in faults {
        let mut place = &mut tree;
        for step in &fault.path {
            place = &mut place[step.as_str()];
        }
        let error = json!({ "code": fault.code, "message": fault.message });
        match place["_errors"].as_array_mut() {
            Some(errors) => errors.push(error),
            None => place["_errors"] = json!([error]),
        }
    }
    tree
}

pub(super) fn all<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Vec<Fault> {
    errors.flat_map(|error| of(&error)).collect()
}

fn of(error: &ValidationError<'_>) -> Vec<Fault> {
    let path = steps(error.instance_path().as_str());
    match alternatives(error.kind()) {
        Some(branches) => best(branches, &path).unwrap_or_else(|| vec![fault(path, error)]),
        None => vec![fault(path, error)],
    }
}

fn steps(pointer: &str) -> Vec<String> {
    let unescaped = |step: &str| step.replace("~1", "/").replace("~0", "~");
    pointer.split('/').skip(1).map(unescaped).collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "these two have alternatives; the library's other forty do not"
)]
fn alternatives(kind: &Kind) -> Option<&[Vec<ValidationError<'static>>]> {
    match kind {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => Some(context),
        _ => None,
    }
}

/// The alternative that was meant: the one whose own constants fit, and then the one with the fewest faults.
fn best(branches: &[Vec<ValidationError<'static>>], path: &[String]) -> Option<Vec<Fault>> {
    let another_kind = |error: &ValidationError<'_>| {
        let depth = steps(error.instance_path().as_str()).len();
        let on_itself = depth <= path.len() && matches!(error.kind(), Kind::Type { .. });
        let on_its_type = error.instance_path().as_str().ends_with("/type") && depth == path.len() + 1;
        on_itself || on_its_type
    };
    let meant = branches
        .iter()
        .min_by_key(|errors| (errors.iter().filter(|error| another_kind(error)).count(), errors.len()))?;
    Some(meant.iter().flat_map(of).collect())
}

fn fault(path: Vec<String>, error: &ValidationError<'_>) -> Fault {
    let (code, message) = words(error);
    // Everything else speaks about the place where it is.
    let missing = if let Kind::Required { property } = error.kind() { property.as_str() } else { None };
    let path = path.into_iter().chain(missing.map(str::to_owned)).collect();
    Fault { path, code: code.to_owned(), message }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what Discord has no code of its own for is told in the validator's words"
)]
fn words(error: &ValidationError<'_>) -> (&'static str, String) {
    match error.kind() {
        Kind::Required { .. } => ("BASE_TYPE_REQUIRED", "This field is required".to_owned()),
        Kind::MaxLength { limit } => ("BASE_TYPE_MAX_LENGTH", format!("Must be {limit} or fewer in length.")),
        Kind::MinLength { limit } => ("BASE_TYPE_MIN_LENGTH", format!("Must be {limit} or more in length.")),
        Kind::MaxItems { limit } => ("BASE_TYPE_MAX_LENGTH", format!("Must be {limit} or fewer in length.")),
        Kind::MinItems { limit } => ("BASE_TYPE_MIN_LENGTH", format!("Must be {limit} or more in length.")),
        Kind::Maximum { limit } => {
            ("NUMBER_TYPE_MAX", format!("int value should be less than or equal to {limit}."))
        }
        Kind::Minimum { limit } => {
            ("NUMBER_TYPE_MIN", format!("int value should be greater than or equal to {limit}."))
        }
        Kind::Enum { options } if **options == super::strict::says_nothing() => {
            ("UNKNOWN_FIELD", "This field is not in Discord's API document.".to_owned())
        }
        Kind::Enum { options } => ("BASE_TYPE_CHOICES", format!("Value must be one of {options}.")),
        Kind::Type { .. } => ("BASE_TYPE_BAD_TYPE", error.to_string()),
        _ => ("BASE_TYPE_INVALID", error.to_string()),
    }
}
