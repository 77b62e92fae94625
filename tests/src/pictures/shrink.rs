//! A picture in at most 256 colours, so that a README stays light.
//!
//! A page of text has few colours and many shades between them; those that are used most stand for the others.

use std::collections::HashMap;
use std::io::Cursor;

use anyhow::{Context as _, Result, ensure};

type Colour = [u8; 3];

const COLOURS: usize = 256;
/// Shades that differ by less look the same.
const SHADE: u8 = 0b1111_1000;

pub(super) fn shrunk(png: &[u8]) -> Result<Vec<u8>> {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().context("a picture larger than memory")?];
    let frame = reader.next_frame(&mut bytes)?;
    let samples = frame.color_type.samples();
    ensure!(samples >= 3, "a picture without colours");
    let pixels: Vec<Colour> = bytes[..frame.buffer_size()].chunks(samples).map(coarse).collect();
    let (palette, places) = palette(&pixels);
    let indexed: Vec<u8> = pixels.iter().filter_map(|pixel| places.get(pixel).copied()).collect();
    let mut out = vec![];
    let mut encoder = png::Encoder::new(&mut out, frame.width, frame.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.write_header()?.write_image_data(&indexed)?;
    Ok(out)
}

fn coarse(pixel: &[u8]) -> Colour {
    // White stays white.
    [0, 1, 2].map(|at| if pixel[at] >= SHADE { u8::MAX } else { pixel[at] & SHADE })
}

/// The colours that are used most, and the place of each colour's nearest.
fn palette(pixels: &[Colour]) -> (Vec<Colour>, HashMap<Colour, u8>) {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut palette: Vec<Colour> = counts.keys().copied().collect();
    palette.sort_by_key(|colour| (std::cmp::Reverse(counts[colour]), *colour));
    palette.truncate(COLOURS);
    let nearest = |colour: &Colour| {
        let far = |other: &Colour| -> u32 {
            colour.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other)).pow(2)).sum()
        };
        let place = (0..palette.len()).min_by_key(|at| far(&palette[*at]));
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or_default()
    };
    let places = counts.keys().map(|colour| (*colour, nearest(colour))).collect();
    (palette, places)
}
