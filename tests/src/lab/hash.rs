//! Short content hashes for names of cache folders.
//!
//! Not for security: image digests are made where images are made.

use sha2::{Digest, Sha256};

/// Twelve hexadecimal digits of SHA-256: enough to tell our own versions apart.
pub fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
