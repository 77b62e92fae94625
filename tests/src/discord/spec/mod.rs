//! Discord's own OpenAPI document: which requests there are, and what may be in them and in their answers.
//!
//! Limits that the document does not have are in `limits`; what a request does is `rest`'s business.

mod faults;
mod find;
mod strict;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

pub use faults::{Fault, form_errors};
pub use find::{Found, Operation, decoded};

/// The document's name inside the validator.
const NAME: &str = "discord:openapi";
const DOCUMENT: &str = include_str!("../../../data/discord/openapi.json");

pub struct Spec {
    operations: Vec<Operation>,
    registry: Registry<'static>,
    /// The enumerations of text, by their JSON pointers.
    names: BTreeMap<String, BTreeSet<String>>,
    /// Compiled when first needed: there are hundreds.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Read once in a process.
pub fn spec() -> Result<&'static Spec> {
    static SPEC: OnceLock<Result<Spec>> = OnceLock::new();
    SPEC.get_or_init(Spec::read).as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))
}

impl Spec {
    fn read() -> Result<Self> {
        let mut document: Value = serde_json::from_str(DOCUMENT).context("Discord's document is not JSON")?;
        let operations = find::operations(&document);
        let names = enumerations(&document);
        strict::close(&mut document);
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(NAME, document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .context("Discord's document cannot be used as a schema")?;
        Ok(Self { operations, registry, names, validators: Mutex::default() })
    }

    /// The words of an enumeration, by a JSON pointer into the document.
    pub fn names(&self, pointer: &str) -> BTreeSet<String> {
        self.names.get(pointer).cloned().unwrap_or_default()
    }

    pub fn find(&self, method: &str, path: &str) -> Found<'_> {
        find::find(&self.operations, method, path)
    }

    /// What is wrong with a request's body.
    pub fn check_body(&self, operation: &Operation, body: &Value) -> Result<Vec<Fault>> {
        let Some(pointer) = &operation.body else { return Ok(vec![]) };
        self.check(pointer, body)
    }

    /// What is wrong with an answer of ours.
    pub fn check_answer(&self, operation: &Operation, status: u16, body: &Value) -> Result<Vec<Fault>> {
        if status >= 400 {
            let kind = if status == 429 { "RatelimitedResponse" } else { "ErrorResponse" };
            return self.check(&format!("/components/schemas/{kind}"), body);
        }
        match operation.answers.get(&status) {
            Some(Some(pointer)) => self.check(pointer, body),
            Some(None) => Ok(vec![]),
            None => {
                Ok(vec![Fault::here("UNKNOWN_STATUS", &format!("{status} is no answer of {}", operation.id))])
            }
        }
    }

    /// By a JSON pointer into the document.
    pub fn check(&self, pointer: &str, value: &Value) -> Result<Vec<Fault>> {
        let validator = self.validator(pointer)?;
        Ok(faults::all(validator.iter_errors(value)))
    }

    fn validator(&self, pointer: &str) -> Result<Arc<Validator>> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = validators.get(pointer) {
            return Ok(Arc::clone(known));
        }
        // In a URI's fragment braces have to be escaped.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let built = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{NAME}#{fragment}") }))
            .map_err(|error| anyhow::anyhow!("{pointer} cannot be used as a schema: {error}"))?;
        Ok(Arc::clone(validators.entry(pointer.to_owned()).or_insert(Arc::new(built))))
    }
}

/// Schemas that are one of several constant texts.
fn enumerations(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let words = |schema: &Value| -> BTreeSet<String> {
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        choices.filter_map(|one| one["const"].as_str().map(str::to_owned)).collect()
    };
    let named = schemas.map(|(name, schema)| (format!("/components/schemas/{name}"), words(schema)));
    named.filter(|(_, words)| !words.is_empty()).collect()
}
