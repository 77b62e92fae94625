//! A replica is stopped when its change is on the wire; another one cancels the operation; then both go on.
//!
//! It says what the card told and what the cluster has; the story judges.

use anyhow::{Result, bail};

use super::fault::{Fault, Mode};
use super::ground::Ground;
use super::injector::Happened;
use super::point::{Point, Side};

/// What became of it.
#[derive(Debug)]
pub struct Cancelled {
    pub card: String,
    pub before: String,
    pub after: String,
}

impl Ground {
    /// Alice deploys and Bob cancels, and they hear that it is cancelled while the change is still on its way.
    pub async fn cancelled_on_its_way(&self) -> Result<Cancelled> {
        let change = Fault { point: Point::PatchSend, side: Side::Before, mode: Mode::Stop, meeting: 1 };
        let dev = &self.stage.dev;
        let before = self.stage.tag_in(dev).await?;
        self.injector.arm(&[change]);
        self.person("alice").types("deploy search-api 98ab4e2 to dev").await?;
        match self.next_to_happen().await {
            Some(Happened::Stopped) => {}
            other => bail!("not stopped, but {other:?}"),
        }
        self.second_starts().await?;
        self.person("bob").types("cancel OP-1").await?;
        self.stage
            .will_answer("select count(*)::text from operation where cancelled_by is not null", "1")
            .await?;
        self.stage.leases_of_one_run_out().await?;
        let card = self.room.sees("— cancelled").await?.text;
        self.the_stopped_one_wakes().await?;
        let after = self.stage.tag_in(dev).await?;
        Ok(Cancelled { card, before, after })
    }
}
