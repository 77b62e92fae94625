//! The user that PostgreSQL runs as: ourselves, or, because it refuses to run as root, somebody with fewer rights.
//!
//! It changes the owner of the server's own folder only, never of anything above it.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// Users tried in this order when we are root.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

#[derive(Debug, Clone, Copy)]
pub(super) enum Unprivileged {
    /// We are an ordinary user already.
    Ourselves,
    Other {
        uid: u32,
        gid: u32,
    },
}

impl Unprivileged {
    pub(super) fn needed() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        let found = CANDIDATES.iter().find_map(|name| find(&users, name));
        let (uid, gid) =
            found.context("PostgreSQL refuses to run as root, and there is no user postgres or nobody")?;
        Ok(Self::Other { uid, gid })
    }

    /// Gives the server its folder (or file), and checks that it can get there.
    pub(super) fn own(&self, path: &Path) -> Result<()> {
        let Self::Other { uid, gid } = *self else { return Ok(()) };
        if let Some(closed) = path.ancestors().skip(1).find(|folder| !can_be_entered(folder)) {
            bail!(
                "PostgreSQL cannot run as root, and user {uid} cannot enter {}; set XDG_STATE_HOME to a folder that \
                 everybody can enter, or DATABASE_URL to a running server",
                closed.display()
            );
        }
        chown(path, Some(uid), Some(gid))
            .with_context(|| format!("cannot give {} to user {uid}", path.display()))
    }

    /// Makes `command` run as this user, in a folder that the user can enter.
    pub(super) fn run(&self, command: &mut Command, data: &Path) {
        command.current_dir(data.parent().unwrap_or(data));
        match *self {
            Self::Ourselves => {}
            Self::Other { uid, gid } => {
                command.uid(uid).gid(gid);
            }
        }
    }
}

/// Everybody may pass through; folders that belong to the user itself were made by us.
fn can_be_entered(folder: &Path) -> bool {
    let Ok(metadata) = std::fs::metadata(folder) else { return true };
    metadata.permissions().mode() & 0o001 != 0 || metadata.uid() != 0
}

fn find(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:5:5::/:\npostgres:x:101:104:admin:/var/lib:/bin/bash\n";
        assert_eq!(find(users, "postgres"), Some((101, 104)));
        assert_eq!(find(users, "nobody"), None);
    }
}
