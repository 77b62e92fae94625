//! A drawn timeline is a PNG in which every lane, bar and point has left its colour.
//!
//! Whether it is pretty is for eyes.

use super::*;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_403_261 + minute * 60, 0).unwrap()
}

fn lane(label: &str, bars: Vec<Bar>, points: Vec<Point>) -> Lane {
    Lane { label: Untrusted::new(label), bars, points }
}

fn bar(minutes: (i64, i64), tone: Tone, label: &str) -> Bar {
    let open = minutes.1 == 44;
    Bar { from: at(minutes.0), to: at(minutes.1), open, tone, label: Untrusted::new(label) }
}

fn point(minute: i64, tone: Tone, label: &str) -> Point {
    Point { at: at(minute), tone, label: Untrusted::new(label) }
}

fn story() -> Plot {
    let lanes = vec![
        lane(
            "status",
            vec![
                bar((3, 9), Tone::Waiting, "triage"),
                bar((9, 21), Tone::Bad, "investigating"),
                bar((21, 33), Tone::Warning, "mitigating"),
                bar((33, 44), Tone::Working, "monitoring"),
            ],
            vec![],
        ),
        lane("SearchApiErrorRate\nsearch-api-7f \u{202e}x", vec![bar((0, 31), Tone::Bad, "")], vec![]),
        lane("SearchApiLatencyHigh with a very long name", vec![bar((2, 44), Tone::Bad, "")], vec![]),
        lane(
            "OP-12 rollback",
            vec![bar((22, 27), Tone::Good, "")],
            vec![point(22, Tone::Waiting, "planned")],
        ),
        lane(
            "people",
            vec![],
            vec![
                point(4, Tone::Neutral, "Alice: ack"),
                point(5, Tone::Neutral, "Bob"),
                point(26, Tone::Good, "Bob: approved"),
            ],
        ),
    ];
    Plot { from: at(0), to: at(44), lanes, left_out: 0 }
}

fn decoded(file: &[u8]) -> (u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.height, pixels)
}

#[test]
fn every_lane_leaves_its_colours_and_its_label() {
    let file = png(&story()).unwrap();
    let (height, pixels) = decoded(&file);
    assert_eq!(height as i32, TOP_PIXELS + AXIS_PIXELS + 5 * LANE_PIXELS);
    let has = |colour: RGBColor| pixels.chunks(3).any(|pixel| pixel == [colour.0, colour.1, colour.2]);
    for tone in [Tone::Neutral, Tone::Waiting, Tone::Working, Tone::Good, Tone::Warning, Tone::Bad] {
        assert!(has(colour(tone)), "{tone:?}");
    }
    // Dark pixels left of the lanes are the labels: without the font there would be none.
    let row_bytes = WIDTH_PIXELS as usize * 3;
    let labels = pixels.chunks(row_bytes).flat_map(|row| row[..LABELS_PIXELS as usize * 3].chunks(3));
    assert!(labels.filter(|pixel| pixel[0] < 120).count() > 500);
}

#[test]
fn one_moment_and_no_lane_are_drawn_too() {
    let empty = Plot { from: at(0), to: at(0), lanes: vec![], left_out: 0 };
    assert_eq!(decoded(&png(&empty).unwrap()).0 as i32, TOP_PIXELS + AXIS_PIXELS);
    let one = Plot { lanes: vec![lane("people", vec![], vec![point(0, Tone::Bad, "x")])], ..empty };
    assert!(png(&one).is_ok());
}

#[test]
fn ticks_are_round_and_few() {
    for (span, expected) in [(0, 1), (8, 1), (44 * 60, 300), (26 * 3600, 6 * 3600)] {
        let seconds = tick(TimeDelta::seconds(span));
        assert_eq!(seconds, expected, "{span}");
        assert!(span / seconds <= TICKS_MAX);
    }
}
