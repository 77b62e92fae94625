//! Bodies of requests: JSON, or a multipart form with `payload_json` and files.
//!
//! What is in them is checked elsewhere.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::call::File;
use super::outcome::Refusal;

/// No body at all is null.
pub(super) async fn read(headers: &HeaderMap, bytes: Bytes) -> Result<(Value, Vec<File>), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Ok(boundary) = multer::parse_boundary(kind) {
        return multipart(bytes, &boundary).await;
    }
    if bytes.is_empty() {
        return Ok((Value::Null, vec![]));
    }
    if !kind.starts_with("application/json") {
        return Err(unreadable("Expected \"Content-Type\" header to be one of {'application/json'}."));
    }
    Ok((serde_json::from_slice(&bytes).map_err(|error| unreadable(&error.to_string()))?, vec![]))
}

fn unreadable(why: &str) -> Refusal {
    Refusal::form("_", "CONTENT_TYPE_INVALID", why)
}

async fn multipart(bytes: Bytes, boundary: &str) -> Result<(Value, Vec<File>), Refusal> {
    let once = futures::stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut parts = multer::Multipart::new(once, boundary);
    let (mut form, mut files) = (Value::Null, vec![]);
    while let Some(part) = parts.next_field().await.map_err(|error| unreadable(&error.to_string()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let kind = part.content_type().map_or("application/octet-stream".to_owned(), ToString::to_string);
        let bytes = part.bytes().await.map_err(|error| unreadable(&error.to_string()))?;
        if name == "payload_json" {
            form = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error.to_string()))?;
            continue;
        }
        let number = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
        let (Some(number), Some(file)) = (number, file) else {
            return Err(unreadable(&format!("{name}: neither payload_json nor files[n] with a file name")));
        };
        files.push(File { number: number.to_owned(), name: file, kind, bytes: bytes.to_vec() });
    }
    Ok((form, files))
}
