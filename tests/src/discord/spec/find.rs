//! Which operation of the document a method and a path mean.
//!
//! The document's paths are the routes; there is no other table.

use std::collections::BTreeMap;

use serde_json::Value;

/// One request that Discord knows.
#[derive(Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    method: String,
    segments: Vec<Segment>,
    /// Works without the bot's token.
    pub open: bool,
    /// Where the schema of its JSON body is.
    pub body: Option<String>,
    pub body_required: bool,
    /// What it answers: the status, and where the schema of its body is.
    pub answers: BTreeMap<u16, Option<String>>,
    /// Its parameters in the query, by name, and where their schemas are.
    pub query: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq)]
enum Segment {
    Literal(String),
    Named(String),
}

#[derive(Debug)]
pub enum Found<'a> {
    Operation(&'a Operation, BTreeMap<String, String>),
    /// The path is there, the method is not.
    OtherMethods,
    Nothing,
}

pub(super) fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(template, methods)| of_path(template, methods)).collect()
}

fn of_path(template: &str, methods: &Value) -> Vec<Operation> {
    let verbs = methods.as_object().into_iter().flatten().filter(|(name, _)| name.as_str() != "parameters");
    verbs.map(|(method, operation)| of_method(template, method, operation)).collect()
}

fn of_method(template: &str, method: &str, operation: &Value) -> Operation {
    let here = format!("/paths/{}/{method}", template.replace('~', "~0").replace('/', "~1"));
    let json = |value: &Value, place: &str| {
        let schema = value["content"].get("application/json")?.get("schema")?;
        schema.is_object().then(|| format!("{here}/{place}/content/application~1json/schema"))
    };
    let responses =
        operation["responses"].as_object().into_iter().flatten().filter_map(|(status, response)| {
            Some((status.parse().ok()?, json(response, &format!("responses/{status}"))))
        });
    let parameters = operation["parameters"].as_array().into_iter().flatten().enumerate();
    let query = parameters.filter(|(_, one)| one["in"] == "query").filter_map(|(index, one)| {
        Some((one["name"].as_str()?.to_owned(), format!("{here}/parameters/{index}/schema")))
    });
    let security = operation["security"].as_array().into_iter().flatten();
    Operation {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        method: method.to_uppercase(),
        segments: segments(template),
        open: security.into_iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)),
        body: json(&operation["requestBody"], "requestBody"),
        body_required: operation["requestBody"]["required"] == true,
        answers: responses.collect(),
        query: query.collect(),
    }
}

fn segments(template: &str) -> Vec<Segment> {
    let named =
        |part: &str| part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(str::to_owned);
    let parts = template.trim_matches('/').split('/');
    parts.map(|part| named(part).map_or_else(|| Segment::Literal(part.to_owned()), Segment::Named)).collect()
}

/// The template with the most literal parts wins: `@me` is not somebody's id.
pub(super) fn find<'a>(operations: &'a [Operation], method: &str, path: &str) -> Found<'a> {
    let parts: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
    let mut fitting: Vec<(usize, &Operation, BTreeMap<String, String>)> = operations
        .iter()
        .filter_map(|operation| {
            let parameters = fits(&operation.segments, &parts)?;
            Some((operation.segments.len() - parameters.len(), operation, parameters))
        })
        .collect();
    fitting.sort_by_key(|(literals, _, _)| std::cmp::Reverse(*literals));
    let Some((best, _, _)) = fitting.first() else { return Found::Nothing };
    let best = *best;
    let chosen =
        fitting.into_iter().find(|(literals, operation, _)| *literals == best && operation.method == method);
    chosen.map_or(Found::OtherMethods, |(_, operation, parameters)| Found::Operation(operation, parameters))
}

fn fits(segments: &[Segment], parts: &[String]) -> Option<BTreeMap<String, String>> {
    if segments.len() != parts.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (segment, part) in segments.iter().zip(parts) {
        match segment {
            Segment::Literal(literal) if literal == part => {}
            Segment::Literal(_) => return None,
            Segment::Named(name) => {
                parameters.insert(name.clone(), part.clone());
            }
        }
    }
    Some(parameters)
}

/// Percent-decoding; what is no encoding stays as it is.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
