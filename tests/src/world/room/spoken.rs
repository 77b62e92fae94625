//! What a card says, without what each platform shows in its own way: the signs of markup, where a link leads, how a moment and a
//! person are written, which reactions are offered, and whether label and value pairs stand above or below the rest.
//!
//! Every sentence, every pair, every button with its command is left: two platforms that say the same thing have the same words
//! here.

use regex::Regex;

const PAIR: &str = r"^[A-Z][A-Za-z ]{1,24}: ";

/// The title, then the pairs in their order, then the rest in its order. A line is dropped where nothing of it is left.
pub fn spoken(text: &str) -> String {
    let mut lines = text.lines().map(line).filter(|line| !line.is_empty());
    let title = lines.next().unwrap_or_default();
    let is_pair = |line: &String| Regex::new(PAIR).is_ok_and(|pair| pair.is_match(line));
    let (pairs, rest): (Vec<_>, Vec<_>) = lines.partition(is_pair);
    [vec![title], pairs, rest].concat().join("\n")
}

fn line(line: &str) -> String {
    let patterns = [
        // Where a link leads.
        (r" <[^<>]+>", ""),
        // A plot, by what it shows.
        (r"^\((.* as a plot)\)$", "$1"),
        // Reactions that are offered stand below the message.
        (r"^\([✅❌👀📌🔕 ]+\)$", ""),
        // The margins of footnotes, of verbatim text and of lists.
        (r"^(?:— |  \|)", ""),
        ("`", ""),
        (" +", " "),
    ];
    let spoken = patterns.iter().fold(line.to_owned(), |line, (pattern, shown)| match Regex::new(pattern) {
        Ok(pattern) => pattern.replace_all(&line, *shown).into_owned(),
        Err(error) => error.to_string(),
    });
    spoken.trim().to_owned()
}
