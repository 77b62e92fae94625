//! placeholder
//!
//! placeholder

use std::path::Path;

use anyhow::Result;

use super::controlplane::ControlPlane;
use super::dir::LabDir;
use super::gotools::Tools;

#[derive(Debug)]
pub struct RealNode;

pub fn unavailable() -> Option<String> {
    Some("the real-pod tier is not built yet".to_owned())
}

pub fn clean_up(_lab: &Path) {}

impl RealNode {
    pub async fn start(
        _dir: &LabDir,
        _tools: &Tools,
        _control: &ControlPlane,
        _registry: &str,
    ) -> Result<Self> {
        Ok(Self)
    }

    pub async fn stop(self, _dir: &LabDir) {}
}
