//! One fault: where, on which side, at which meeting, and what happens there.
//!
//! It is plain data; `injector` makes it happen.

use std::fmt;

use super::point::{Point, Side};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The connection breaks.
    Fail,
    /// kill -9, and another process starts.
    Kill,
    /// The process is stopped until another replica has taken over from it, and then goes on.
    Stop,
    /// It takes seconds.
    Delay,
}

impl Mode {
    pub const ALL: [Self; 4] = [Self::Fail, Self::Kill, Self::Stop, Self::Delay];

    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Delay => "delay",
        }
    }
}

impl Side {
    pub const ALL: [Self; 2] = [Self::Before, Self::After];

    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub point: Point,
    pub side: Side,
    pub mode: Mode,
    /// The first time that the story comes there, or the second…
    pub meeting: u32,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { point, side, mode, meeting } = self;
        write!(f, "{} {} {} #{meeting}", mode.name(), side.name(), point.name())
    }
}
