//! The text form: each finding drawn at its place, and a line that sums up.
//!
//! Only the line of a finding is handed to the drawing library, and of a long line only a window around the place: a
//! solution's flows are files of one line and up to a megabyte.

use std::collections::BTreeSet;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstream::adapter::strip_str;

use crate::base::diagnostic::{Located, Severity};
pub use crate::base::words::{visible, visible_line};

use super::{Counts, File, Report, path};

/// The longest line drawn whole, in characters.
const LINE: usize = 160;
/// How much is shown before and behind a place in a longer line, in characters.
const AROUND: usize = 50;
/// The longest place drawn, in characters; the rest of it is not shown.
const PLACE: usize = 60;

/// Draws every finding, then the summary. The caller decides about colours with [`Renderer::plain`] or
/// [`Renderer::styled`]. Ends with a line feed.
pub fn render(report: &Report, renderer: &Renderer) -> String {
    let mut out: String = report.all_files().map(|file| render_file(file, renderer)).collect();
    out.push_str(&summary(report));
    out.push('\n');
    out
}

/// Draws the findings of one file, each with a blank line behind it.
pub fn render_file(file: &File, renderer: &Renderer) -> String {
    let mut out = String::new();
    for located in &file.findings {
        out.push_str(&draw(located, file.source.text(), renderer));
        out.push_str("\n\n");
    }
    out
}

/// One line: `2 errors, 1 warning in 1 of 3 files`. An archive is one file, whatever it holds.
pub fn summary(report: &Report) -> String {
    let Counts { errors, warnings, infos } = report.counts();
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (infos, "info")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
    let found = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    let names = |files: &mut dyn Iterator<Item = &File>| -> BTreeSet<String> {
        files.map(|file| path::place(file.source.name()).file.to_owned()).collect()
    };
    let all = names(&mut report.all_files()).len();
    let with = names(&mut report.all_files().filter(|file| !file.findings.is_empty())).len();
    match with {
        1.. if with < all => format!("{found} in {with} of {}", counted(all, "file")),
        _ => format!("{found} in {}", counted(all, "file")),
    }
}

/// A number with its noun: `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("{count} {what}") } else { format!("{count} {what}s") }
}

fn draw(located: &Located, text: &str, renderer: &Renderer) -> String {
    let diagnostic = &located.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = visible_line(&diagnostic.message);
    let name = visible_line(&located.path);
    let help = diagnostic.help.as_deref().map(visible_line);
    let title = level.primary_title(message.as_str()).id(diagnostic.rule.code);
    let group = if text.is_empty() {
        Group::with_title(title).element(Origin::path(name.as_str()))
    } else if diagnostic.unseen {
        let at = Origin::path(name.as_str()).line(located.start.line).char_column(located.start.column);
        Group::with_title(title).element(at)
    } else {
        let excerpt = excerpt(text, &located.span).visible();
        let snippet = Snippet::source(excerpt.text)
            .line_start(located.start.line)
            .annotation(AnnotationKind::Primary.span(excerpt.span));
        let path = name.as_str();
        if excerpt.is_whole {
            Group::with_title(title).element(snippet.path(path))
        } else {
            // The library would count the column in the window, so it is told.
            let origin = Origin::path(path).line(located.start.line).char_column(located.start.column);
            Group::with_title(title).element(origin).element(snippet)
        }
    };
    let group = match &help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    };
    without_second_mark(&renderer.render(&[group]))
}

/// The library takes a window for a part of another file, one without a name, and announces it: `:::`.
fn without_second_mark(drawn: &str) -> String {
    let is_mark = |line: &&str| line.contains(":::") && strip_str(line).to_string().trim() == ":::";
    drawn.split_inclusive('\n').filter(|line| !is_mark(line)).collect()
}

/// A line, or the part of it around a place.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    /// The place, in bytes of the excerpt.
    span: Range<usize>,
    /// Whether this is all of the line.
    is_whole: bool,
}

impl Excerpt {
    /// The same with nothing in it that hides or turns text.
    fn visible(self) -> Self {
        let Range { start, end } = self.span;
        let before = visible(&self.text[..start]);
        let place = visible(&self.text[start..end]);
        let span = before.len()..before.len() + place.len();
        Self { text: before + &place + &visible(&self.text[end..]), span, ..self }
    }
}

/// The line in which a place starts. A place of several lines is drawn in its first.
fn excerpt(text: &str, span: &Range<usize>) -> Excerpt {
    // A line may be as long as the file, and have a thousand findings: its ends are looked for only as far as it would
    // be drawn.
    let near = 4 * (LINE + PLACE + AROUND);
    let start = floor(text, span.start);
    let first = floor(text, start.saturating_sub(near));
    let last = floor(text, start.saturating_add(near));
    let line_start = text[first..start].rfind('\n').map_or(first, |at| first + at + 1);
    let line_end = text[start..last].find(['\r', '\n']).map_or(last, |at| start + at);
    let end = floor(text, span.end).clamp(start, line_end);
    let line = &text[line_start..line_end];
    if line.chars().nth(LINE).is_none() {
        let span = start - line_start..end - line_start;
        return Excerpt { text: line.to_owned(), span, is_whole: true };
    }
    let place_end = forward(text, start, PLACE).min(end);
    let from = back(text, start, AROUND).max(line_start);
    let to = forward(text, place_end, AROUND).min(line_end);
    let before = if from > line_start { "…" } else { "" };
    let behind = if to < line_end { "…" } else { "" };
    let shift = before.len();
    Excerpt {
        text: format!("{before}{}{behind}", &text[from..to]),
        span: start - from + shift..place_end - from + shift,
        is_whole: false,
    }
}

/// The boundary `count` characters behind `at`.
fn forward(text: &str, at: usize, count: usize) -> usize {
    text[at..].char_indices().nth(count).map_or(text.len(), |(offset, _)| at + offset)
}

/// The boundary `count` characters before `at`.
fn back(text: &str, at: usize, count: usize) -> usize {
    text[..at].char_indices().rev().take(count).last().map_or(at, |(offset, _)| offset)
}

fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("first\n{}\"é_key\"{}\nlast", "x".repeat(100_000), "y".repeat(100_000));
        let start = 6 + 100_000;
        let found = excerpt(&text, &(start..start + 8));
        assert_eq!(found.text, format!("…{}\"é_key\"{}…", "x".repeat(AROUND), "y".repeat(AROUND)));
        assert_eq!(&found.text[found.span], "\"é_key\"");
    }

    #[test]
    fn a_long_place_and_a_place_of_several_lines_are_cut() {
        let text = "z".repeat(1000);
        let found = excerpt(&text, &(500..900));
        assert_eq!(found.span.len(), PLACE);
        let text = "a: |\r\n  b\n  c";
        let found = excerpt(text, &(3..13));
        assert_eq!((found.text.as_str(), found.span), ("a: |", 3..4));
    }

    #[test]
    fn the_end_of_a_document_can_be_drawn() {
        assert_eq!(excerpt("{", &(1..1)), Excerpt { text: "{".to_owned(), span: 1..1, is_whole: true });
        let empty = Excerpt { text: String::new(), span: 0..0, is_whole: true };
        assert_eq!(excerpt("{\n", &(9..12)), empty);
    }
}
