//! Discord's markdown, and the escaping after which a text has none: no mention, link, formatting, list or heading.
//!
//! A backslash before any punctuation makes it a letter. Only what can begin something is escaped, so that names stay readable
//! where Discord shows the source, as some notifications do.

pub(super) const BOLD: &str = "**";
/// Nobody sees it, and it ends what would go on.
const ZERO_WIDTH_SPACE: char = '\u{200b}';
/// Looks like a backtick and is none.
const GRAVE: &str = "\u{2cb}";
const FENCE: &str = "```";

/// A text that shows as itself, wherever in a line it stands.
pub(super) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // Lists, headings and quotes begin where only spaces and digits went before.
    let mut at_start = true;
    for (at, c) in text.char_indices() {
        if begins_something(c, at_start, &text[..at], &text[at + c.len_utf8()..]) {
            shown.push('\\');
        }
        shown.push(c);
        at_start = c == '\n' || (at_start && (c.is_whitespace() || c.is_ascii_digit()));
    }
    shown
}

fn begins_something(c: char, at_start: bool, before: &str, after: &str) -> bool {
    match c {
        '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@' => true,
        '-' | '+' | '#' | '.' | ')' => at_start,
        // `https://`, and whatever else a client makes a link of.
        ':' => after.starts_with('/'),
        '/' => ends_as_an_invitation(before),
        _ => false,
    }
}

/// `discord.gg/…` becomes an invitation even without `https`.
fn ends_as_an_invitation(before: &str) -> bool {
    let ends = |with: &str| {
        let at = before.len().checked_sub(with.len());
        at.and_then(|at| before.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(with))
    };
    ["gg", "com", "invite"].into_iter().any(ends)
}

/// `escaped` text, bold; what is bold in it already is not marked twice. Spaces around it stay, outside of the marks.
pub(super) fn strong(escaped: &str) -> String {
    let plain = escaped.replace(BOLD, "");
    let inner = plain.trim();
    if inner.is_empty() { String::new() } else { plain.replacen(inner, &format!("{BOLD}{inner}{BOLD}"), 1) }
}

/// In a line, in a fixed-width font; Discord reads nothing inside.
pub(super) fn code(text: &str) -> String {
    let inner: String = text.replace('`', GRAVE).split_whitespace().collect::<Vec<_>>().join(" ");
    if inner.is_empty() { String::new() } else { format!("`{inner}`") }
}

/// Whether `code` changes nothing of it, so that it can be read back.
pub(crate) fn is_plain_code(text: &str) -> bool {
    code(text) == format!("`{text}`")
}

/// Small and grey, each of its lines.
pub(super) fn small(escaped: &str) -> String {
    let lines: Vec<_> = escaped.lines().map(|line| format!("-# {line}")).collect();
    lines.join("\n")
}

/// Lines in a fixed-width font, as many as there is room for; and whether that was all.
pub(super) fn fenced(text: &str, max: usize) -> (String, bool) {
    let inner = text.trim_end().replace(FENCE, &format!("`{ZERO_WIDTH_SPACE}`{ZERO_WIDTH_SPACE}`"));
    let overhead = 2 * FENCE.len() + 2;
    let (kept, whole) = kept(&inner, max.saturating_sub(overhead));
    if kept.trim().is_empty() {
        return (String::new(), whole);
    }
    (format!("{FENCE}\n{kept}\n{FENCE}"), whole)
}

/// The first lines, or of a first line that is too long its beginning.
fn kept(text: &str, max: usize) -> (String, bool) {
    if super::width(text) <= max {
        return (text.to_owned(), true);
    }
    let mut kept = String::new();
    for line in text.lines() {
        if super::width(&kept) + super::width(line) + 1 > max {
            break;
        }
        if !kept.is_empty() {
            kept.push('\n');
        }
        kept.push_str(line);
    }
    if kept.is_empty() {
        let mut room = max;
        let fits = |c: &char| {
            let left = room.checked_sub(c.len_utf16());
            room = left.unwrap_or_default();
            left.is_some()
        };
        kept = text.lines().next().unwrap_or_default().chars().take_while(fits).collect();
    }
    (kept, false)
}

/// Appends a piece so that it does not run together with what is there.
pub(super) fn append(shown: &mut String, piece: &str) {
    if shown.ends_with('`') && piece.starts_with('`') {
        shown.push(ZERO_WIDTH_SPACE);
    }
    if shown.ends_with(BOLD) && piece.starts_with('*') {
        shown.push(ZERO_WIDTH_SPACE);
    }
    shown.push_str(piece);
}
