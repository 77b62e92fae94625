//! What stands around every page: channels, the other pages, who one is.
//!
//! It reads nothing from the database.

use serde::Serialize;

use super::Site;
use super::assets;
use super::viewer::Viewer;
use crate::chat::console::directory::Member;
use crate::chat::console::view::{avatar_colour, initials};

#[derive(Clone, Debug, Serialize)]
pub(super) struct Frame {
    pub title: String,
    pub channels: Vec<String>,
    /// The channel or page that is open: a channel's name or `incidents`.
    pub open: String,
    /// Where to come back to after picking who one is.
    pub here: String,
    pub me: Option<MemberView>,
    pub members: Vec<MemberView>,
    pub picks: bool,
    pub csrf: String,
    /// Changes when style or script do.
    pub assets: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct MemberView {
    pub account: String,
    pub name: String,
    pub initials: String,
    pub colour: u32,
}

impl From<&Member> for MemberView {
    fn from(member: &Member) -> Self {
        Self {
            account: member.account.clone(),
            name: member.name.clone(),
            initials: initials(&member.name),
            colour: avatar_colour(&member.account),
        }
    }
}

pub(super) fn frame(site: &Site, viewer: &Viewer, (title, open, here): (String, &str, String)) -> Frame {
    let directory = site.console.directory();
    Frame {
        title,
        channels: directory.channels().to_vec(),
        open: open.to_owned(),
        here,
        me: viewer.member.as_ref().map(MemberView::from),
        members: directory.members().iter().map(MemberView::from).collect(),
        picks: viewer.picks,
        csrf: viewer.csrf.clone(),
        assets: assets::version(),
    }
}
