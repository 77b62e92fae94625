//! The templates, compiled into the program, and how a page is made of one.
//!
//! It knows no data; whatever it is given is escaped, as every template's name ends in `.html`.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use uuid::Uuid;

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("templates/", $name)))),+];
    };
}

templates!(
    "base.html",
    "macros.html",
    "room.html",
    "message.html",
    "root.html",
    "pick.html",
    "who.html",
    "incidents.html",
    "incident.html",
    "operation.html",
    "postmortem.html",
    "problem.html",
);

static TEMPLATE_SET: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Each form is one delivery, however often it is sent.
    environment.add_function("delivery", || Uuid::new_v4().to_string());
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
});

/// A template could not be made into a page: a mistake in the program, which a test of every template finds.
#[derive(Debug, thiserror::Error)]
#[error("cannot render {template}: {reason}")]
pub(super) struct RenderError {
    template: &'static str,
    reason: String,
}

pub(super) fn render(template: &'static str, data: impl Serialize) -> Result<String, RenderError> {
    let failed = |reason: String| RenderError { template, reason };
    let set = TEMPLATE_SET.as_ref().map_err(|error| failed(error.to_string()))?;
    let compiled = set.get_template(template).map_err(|error| failed(error.to_string()))?;
    compiled.render(Serde(data)).map_err(|error| failed(format!("{error:#}")))
}

/// The page, or 500 with the reason logged.
pub(super) fn page(status: StatusCode, template: &'static str, data: impl Serialize) -> Response {
    match render(template, data) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page of the console is missing");
            (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made; the log says why.")
                .into_response()
        }
    }
}
