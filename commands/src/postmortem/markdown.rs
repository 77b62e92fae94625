//! A postmortem as a Markdown document.
//!
//! Every word of a text is escaped, ours too: whatever a label, a note or a log line says, it stays one cell of its table.

use chrono::{DateTime, Utc};

use super::{Mitigation, Postmortem};
use crate::message::{Field, Span, Text};
use crate::names::PersonId;

/// How people are called.
pub type Names<'a> = dyn Fn(&PersonId) -> String + 'a;

/// The whole document, with a newline at the end.
pub fn postmortem_markdown(postmortem: &Postmortem, names: &Names<'_>) -> String {
    let page = Page { names, lines: vec![] };
    page.heading(postmortem).sections(postmortem)
}

struct Page<'a> {
    names: &'a Names<'a>,
    lines: Vec<String>,
}

impl Page<'_> {
    fn heading(mut self, postmortem: &Postmortem) -> Self {
        let incident = &postmortem.incident;
        let title = self.text(&Text::new().outside(&incident.title));
        self.lines.push(format!("# {}: {title}", incident.id));
        let written = moment(postmortem.written_at);
        let state = format!("**{} · {}**", incident.severity, incident.status);
        self.blank().line(format!("{state} · written {written} UTC from what was recorded"))
    }

    fn sections(self, postmortem: &Postmortem) -> String {
        let summary = self.text(&postmortem.summary);
        let page = self
            .section("Summary")
            .line(summary)
            .section("Impact")
            .fields(&postmortem.impact)
            .section("Detection")
            .fields(&postmortem.detection)
            .section("Timeline")
            .timeline(postmortem)
            .section("Mitigation")
            .mitigation(postmortem)
            .section("Durations")
            .durations(postmortem)
            .section("Participants")
            .participants(postmortem)
            .section("Open ends")
            .open_ends(postmortem);
        page.lines.join("\n") + "\n"
    }

    fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    fn blank(self) -> Self {
        self.line("")
    }

    fn section(self, name: &str) -> Self {
        self.blank().line(format!("## {name}")).blank()
    }

    fn fields(mut self, fields: &[Field]) -> Self {
        for field in fields {
            let value = self.text(&field.value);
            self.lines.push(format!("- **{}:** {value}", field.label));
        }
        self
    }

    fn row(self, cells: &[String]) -> Self {
        self.line(format!("| {} |", cells.join(" | ")))
    }

    fn table(self, header: &[&str]) -> Self {
        let cells: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let rule = vec!["---".to_owned(); header.len()];
        self.row(&cells).row(&rule)
    }

    fn timeline(self, postmortem: &Postmortem) -> Self {
        let mut page = self.table(&["Time (UTC)", "Who", "What"]);
        for entry in &postmortem.timeline {
            let cells = [moment(entry.at), page.text(&entry.who), page.text(&entry.what)];
            page = page.row(&cells);
        }
        if postmortem.left_out == 0 {
            return page;
        }
        page.blank().line(format!("{} later entries are left out.", postmortem.left_out))
    }

    fn mitigation(self, postmortem: &Postmortem) -> Self {
        let mut page = self;
        if postmortem.executed.is_empty() {
            page = page.line("Nothing was changed in the cluster.");
        } else {
            page = page.operations(&postmortem.executed);
        }
        for (said, operations) in [
            ("Changed shortly before it began:", &postmortem.before),
            ("Asked for, but nothing was sent:", &postmortem.not_executed),
        ] {
            if !operations.is_empty() {
                page = page.blank().line(said).blank().operations(operations);
            }
        }
        page
    }

    fn operations(self, rows: &[Mitigation]) -> Self {
        let mut page =
            self.table(&["Operation", "Time (UTC)", "Change", "Asked by", "Approved by", "Result"]);
        for row in rows {
            let cells = page.cells(row);
            page = page.row(&cells);
        }
        page
    }

    fn cells(&self, row: &Mitigation) -> [String; 6] {
        let text = |text: &Text| self.text(text);
        let (change, asked, approved) = (text(&row.change), text(&row.asked_by), text(&row.approved_by));
        [row.operation.to_string(), moment(row.at), change, asked, approved, text(&row.result)]
    }

    fn durations(self, postmortem: &Postmortem) -> Self {
        let from = format!("{} UTC{}", moment(postmortem.durations.from), postmortem.durations.origin());
        let mut page = self.line(format!("Measured from {from}.")).blank().table(&["To", "Took"]);
        for (label, took) in postmortem.durations.rows() {
            page = page.row(&[label.to_owned(), took]);
        }
        page
    }

    fn participants(mut self, postmortem: &Postmortem) -> Self {
        if postmortem.participants.is_empty() {
            return self.line("Nobody of the catalogue took part.");
        }
        for participant in &postmortem.participants {
            let roles: Vec<&str> = participant.roles.iter().map(|role| role.as_str()).collect();
            let mut line = format!("- {}", self.text(&Text::new().person(&participant.person)));
            if !roles.is_empty() {
                line.push_str(&format!(" ({})", roles.join(", ")));
            }
            if !participant.did.is_empty() {
                line.push_str(&format!(": {}", participant.did.join("; ")));
            }
            self.lines.push(line);
        }
        self
    }

    fn open_ends(mut self, postmortem: &Postmortem) -> Self {
        if postmortem.open_ends.is_empty() {
            return self.line("None.");
        }
        for end in &postmortem.open_ends {
            let end = self.text(end);
            self.lines.push(format!("- [ ] {end}"));
        }
        self
    }

    fn text(&self, text: &Text) -> String {
        text.0.iter().map(|span| self.span(span)).collect()
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Plain(text) => escape(text),
            Span::Strong(text) if text.is_empty() => String::new(),
            Span::Strong(text) => format!("**{}**", escape(text)),
            Span::Code(text) => code(text),
            Span::Outside(text) => text.escaped_by(escape),
            Span::OutsideCode(text) => text.escaped_by(code),
            Span::Person(person) => escape(&(self.names)(person)),
            Span::When(at) => format!("{} UTC", moment(*at)),
            Span::Link { label, page: _ } => escape(label),
        }
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Text that reads the same in Markdown and does nothing there: no line break, no table cell, no link, no HTML, no emphasis.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_whitespace() || c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    // Bare addresses become links by themselves.
    escaped.replace("://", r"\://").replace("www.", r"www\.")
}

/// A code span where the text can stand in one.
fn code(text: &str) -> String {
    let stands = !text.is_empty() && !text.contains(['`', '|', '\n', '\r']) && text.trim() == text;
    if stands { format!("`{text}`") } else { escape(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        for (text, expected) in [
            ("a | b\nc\r\n\u{2028}d", r"a \| b c   d"),
            ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
            ("[click](https://evil.example) **now**", r"\[click\](https\://evil.example) \*\*now\*\*"),
            ("see www.evil.example", r"see www\.evil.example"),
            (r"ends with \", r"ends with \\"),
            ("# heading & ~~strike~~ $x$", r"\# heading \& \~\~strike\~\~ \$x\$"),
            ("naïve 日本 search-api_v2", r"naïve 日本 search-api\_v2"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn code_that_could_leave_its_span_is_no_code() {
        for (text, expected) in [
            ("deploy search-api 98ab4e2 to dev", "`deploy search-api 98ab4e2 to dev`"),
            ("a`b", r"a\`b"),
            ("a|b", r"a\|b"),
            ("", ""),
        ] {
            assert_eq!(code(text), expected);
        }
    }
}
