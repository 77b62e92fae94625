//! Files: the address that an upload was promised, and what became of it.
//!
//! Nothing is read from or written to a disk.

use serde_json::{Value, json};

use super::seconds;

/// An address for bytes that are still to come, or have come and are still to be completed.
pub(in super::super) struct Upload {
    pub(in super::super) file: String,
    pub(in super::super) team: String,
    pub(in super::super) name: String,
    pub(in super::super) length: u64,
    pub(in super::super) bytes: Option<Vec<u8>>,
}

pub(in super::super) struct File {
    pub(in super::super) id: String,
    pub(in super::super) team: String,
    pub(in super::super) user: String,
    pub(in super::super) name: String,
    pub(in super::super) title: String,
    pub(in super::super) bytes: Vec<u8>,
}

impl File {
    pub(in super::super) fn shown(&self, base: &str) -> Value {
        let filetype = self.name.rsplit_once('.').map_or("text", |(_, extension)| extension);
        let mimetype = if filetype == "png" { "image/png" } else { "text/plain" };
        json!({
            "id": self.id, "created": seconds(), "timestamp": seconds(), "name": self.name, "title": self.title,
            "mimetype": mimetype, "filetype": filetype, "pretty_type": filetype, "user": self.user,
            "user_team": self.team, "editable": false, "size": self.bytes.len(), "mode": "hosted",
            "is_external": false, "external_type": "", "is_public": true, "public_url_shared": false,
            "display_as_bot": false, "username": "", "has_rich_preview": false, "file_access": "visible",
            "url_private": format!("{base}/files/{}", self.id),
            "url_private_download": format!("{base}/files/{}", self.id),
            "permalink": format!("{base}/files/{}", self.id), "permalink_public": format!("{base}/files/{}", self.id),
        })
    }
}
