//! The timeline of an incident as a PNG: lanes with bars and points over one time axis.
//!
//! It draws what it is given and decides nothing; the font is compiled in, so it needs none of the system's.

use std::sync::Once;

use chrono::{DateTime, TimeDelta, Utc};
use commands::message::Tone;
use commands::postmortem::{Bar, Lane, Plot, Point};
use commands::untrusted::Untrusted;
use plotters::prelude::*;
use plotters::style::register_font;
use plotters::style::text_anchor::{HPos, Pos, VPos};

type Area<'a> = DrawingArea<BitMapBackend<'a>, plotters::coord::Shift>;

const WIDTH_PIXELS: u32 = 1400;
const LANE_PIXELS: i32 = 52;
const TOP_PIXELS: i32 = 22;
const AXIS_PIXELS: i32 = 52;
const LABELS_PIXELS: i32 = 310;
const RIGHT_PIXELS: i32 = 40;
const BAR_PIXELS: i32 = 30;
/// A bar that lasted less is still seen.
const BAR_MIN_PIXELS: i32 = 4;
const POINT_PIXELS: i32 = 8;
const LABEL_MAX_CHARS: usize = 27;
/// More lanes than this are not drawn.
const LANES_MAX: usize = 60;
const TICKS_MAX: i64 = 9;
const FONT: &str = "timeline";
const TEXT_PIXELS: i32 = 18;
/// How wide a character of the font is, on average and rather too wide.
const CHARACTER_PIXELS: i32 = 11;

const PAPER: RGBColor = RGBColor(255, 255, 255);
const STRIPE: RGBColor = RGBColor(246, 248, 250);
const GRID: RGBColor = RGBColor(222, 228, 234);
const INK: RGBColor = RGBColor(34, 46, 58);
const INK_SOFT: RGBColor = RGBColor(98, 110, 122);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot draw the timeline: {0}")]
    Draw(String),
    #[error("cannot write the timeline as PNG")]
    Encode(#[source] png::EncodingError),
}

/// Draws the plot as PNG.
pub fn png(plot: &Plot) -> Result<Vec<u8>, Error> {
    register();
    let lanes = &plot.lanes[..plot.lanes.len().min(LANES_MAX)];
    let height = (TOP_PIXELS + AXIS_PIXELS + lanes.len() as i32 * LANE_PIXELS) as u32;
    let mut pixels = vec![0; (WIDTH_PIXELS * height * 3) as usize];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (WIDTH_PIXELS, height)).into_drawing_area();
        Picture::new(area, plot).draw(lanes).map_err(|error| Error::Draw(error.to_string()))?;
    }
    encode(&pixels, height).map_err(Error::Encode)
}

fn encode(pixels: &[u8], height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = vec![];
    let mut encoder = png::Encoder::new(&mut file, WIDTH_PIXELS, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The only failure is a font that is none, which the test would show.
        if register_font(FONT, FontStyle::Normal, epaint_default_fonts::HACK_REGULAR).is_err() {
            tracing::error!("the font for timelines is not readable; they will have no words");
        }
    });
}

/// The drawing and its time axis.
struct Picture<'a> {
    area: Area<'a>,
    plot: &'a Plot,
    /// Where the lanes begin and end.
    bottom: i32,
}

type Drawn = Result<(), Box<dyn std::error::Error + Send + Sync>>;

impl<'a> Picture<'a> {
    fn new(area: Area<'a>, plot: &'a Plot) -> Self {
        let (_, height) = area.dim_in_pixel();
        Self { area, plot, bottom: height as i32 - AXIS_PIXELS }
    }

    fn draw(&self, lanes: &[Lane]) -> Drawn {
        self.area.fill(&PAPER)?;
        for (index, _) in lanes.iter().enumerate().filter(|(index, _)| index % 2 == 0) {
            let top = TOP_PIXELS + index as i32 * LANE_PIXELS;
            self.rectangle((0, top), (WIDTH_PIXELS as i32, top + LANE_PIXELS), STRIPE)?;
        }
        self.axis()?;
        for (index, lane) in lanes.iter().enumerate() {
            self.lane(lane, TOP_PIXELS + index as i32 * LANE_PIXELS + LANE_PIXELS / 2)?;
        }
        self.area.present()?;
        Ok(())
    }

    fn axis(&self) -> Drawn {
        let tick = tick(self.plot.to - self.plot.from);
        let first = self.plot.from.timestamp().div_euclid(tick) * tick;
        let long = self.plot.to - self.plot.from > TimeDelta::hours(20);
        let format = if tick < 60 {
            "%H:%M:%S"
        } else if long {
            "%-d %b %H:%M"
        } else {
            "%H:%M"
        };
        for at in (0..).map(|index| first + index * tick).take_while(|at| *at <= self.plot.to.timestamp()) {
            let Some(at) = DateTime::from_timestamp(at, 0).filter(|at| *at >= self.plot.from) else {
                continue;
            };
            let x = self.x(at);
            self.area.draw(&PathElement::new(vec![(x, TOP_PIXELS), (x, self.bottom + 5)], GRID))?;
            self.text(
                &at.format(format).to_string(),
                (x, self.bottom + 9),
                (INK_SOFT, HPos::Center, VPos::Top),
            )?;
        }
        let day = self.plot.from.format("%Y-%m-%d, times are UTC").to_string();
        self.text(&day, (12, self.bottom + 9), (INK_SOFT, HPos::Left, VPos::Top))
    }

    fn lane(&self, lane: &Lane, middle: i32) -> Drawn {
        let label = shown(&lane.label, LABEL_MAX_CHARS);
        self.text(&label, (12, middle), (INK, HPos::Left, VPos::Center))?;
        for bar in &lane.bars {
            self.bar(bar, middle)?;
        }
        let mut free_from = 0;
        for point in &lane.points {
            let x = self.x(point.at);
            self.point(point, (x, middle))?;
            let text = shown(&point.label, LABEL_MAX_CHARS);
            let (right, length) = (x + POINT_PIXELS + 5, text.chars().count() as i32 * CHARACTER_PIXELS);
            // At the picture's end it stands on the other side of its point.
            let left = if right + length < WIDTH_PIXELS as i32 {
                right
            } else {
                right - length - 2 * POINT_PIXELS - 10
            };
            let on_a_bar =
                lane.bars.iter().any(|bar| self.x(bar.from) < left + length && self.x(bar.to) > left);
            // A label that would stand on something is left out; the page has it in words.
            if left >= free_from.max(LABELS_PIXELS) && !on_a_bar {
                self.text(&text, (left, middle), (INK_SOFT, HPos::Left, VPos::Center))?;
            }
            free_from = right.max(left + length);
        }
        Ok(())
    }

    fn bar(&self, bar: &Bar, middle: i32) -> Drawn {
        let (left, right) = (self.x(bar.from), self.x(bar.to).max(self.x(bar.from) + BAR_MIN_PIXELS));
        let (top, bottom) = (middle - BAR_PIXELS / 2, middle + BAR_PIXELS / 2);
        self.rectangle((left, top), (right, bottom), colour(bar.tone))?;
        if bar.open {
            // An arrow: it goes on.
            let tip = vec![(right, top), (right + BAR_PIXELS / 2, middle), (right, bottom)];
            self.area.draw(&Polygon::new(tip, colour(bar.tone).filled()))?;
        }
        let room = ((right - left - 12) / CHARACTER_PIXELS).max(0) as usize;
        let whole = bar.label.for_comparison().chars().count();
        if whole > 0 && room >= whole.min(4) {
            self.text(&shown(&bar.label, room), (left + 7, middle), (PAPER, HPos::Left, VPos::Center))?;
        }
        Ok(())
    }

    fn point(&self, point: &Point, at: (i32, i32)) -> Drawn {
        self.area.draw(&Circle::new(at, POINT_PIXELS + 2, PAPER.filled()))?;
        self.area.draw(&Circle::new(at, POINT_PIXELS, colour(point.tone).filled()))?;
        Ok(())
    }

    fn rectangle(&self, from: (i32, i32), to: (i32, i32), colour: RGBColor) -> Drawn {
        self.area.draw(&Rectangle::new([from, to], colour.filled()))?;
        Ok(())
    }

    fn text(&self, text: &str, at: (i32, i32), (colour, across, down): (RGBColor, HPos, VPos)) -> Drawn {
        let style = TextStyle::from((FONT, TEXT_PIXELS)).color(&colour).pos(Pos::new(across, down));
        self.area.draw(&Text::new(text.to_owned(), at, style))?;
        Ok(())
    }

    fn x(&self, at: DateTime<Utc>) -> i32 {
        let whole = (self.plot.to - self.plot.from).num_milliseconds().max(1);
        let part = (at - self.plot.from).num_milliseconds().clamp(0, whole);
        let room = i64::from(WIDTH_PIXELS as i32 - LABELS_PIXELS - RIGHT_PIXELS);
        LABELS_PIXELS + (part * room / whole) as i32
    }
}

/// Seconds between two ticks: a round number that gives few enough of them.
fn tick(span: TimeDelta) -> i64 {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const ROUND: [i64; 15] = [
        1,
        5,
        15,
        30,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        24 * HOUR,
        7 * 24 * HOUR,
    ];
    let least = span.num_seconds() / TICKS_MAX + 1;
    ROUND.into_iter().find(|tick| *tick >= least).unwrap_or(least)
}

fn colour(tone: Tone) -> RGBColor {
    match tone {
        Tone::Neutral => RGBColor(110, 125, 140),
        Tone::Waiting => RGBColor(190, 122, 0),
        Tone::Working => RGBColor(35, 116, 212),
        Tone::Good => RGBColor(34, 134, 58),
        Tone::Warning => RGBColor(217, 87, 15),
        Tone::Bad => RGBColor(204, 41, 54),
    }
}

/// On one line; a picture has no markup to break out of.
fn shown(text: &Untrusted, limit_chars: usize) -> String {
    text.shortened(limit_chars).escaped_by(|text| text.replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests;
