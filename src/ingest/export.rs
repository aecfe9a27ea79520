//! The text of an export: one JSON document, or one a line (JSON Lines), as log forwarders write them.
//!
//! In the second case a finding's pointer begins with the index of the document, as if the lines were the elements of
//! a list, and its place is a place in the whole text.

use std::ops::Range;

use crate::base::diagnostic::{Diagnostic, Index, Located};
use crate::base::json::{Document, SyntaxError};
use crate::base::pointer::Pointer;
use crate::base::source::{Lines, Source};

use super::Ingested;
use super::codes;
use super::collect::Collector;
use super::findings::MAX_LIST;
use super::place::Place;

/// A parsed export.
#[derive(Debug)]
pub struct Export<'t> {
    parts: Parts<'t>,
}

#[derive(Debug)]
enum Parts<'t> {
    One(Document<'t>),
    /// Documents with the byte at which their line begins.
    Lines(Vec<(usize, Document<'t>)>),
}

impl<'t> Export<'t> {
    /// Parses a text. It counts as JSON Lines when it is no JSON as a whole but its first line is.
    ///
    /// # Errors
    /// What is wrong with the text, or with the first line of JSON Lines that is no JSON; the span is one of `text`.
    pub fn parse(text: &'t str) -> Result<Self, SyntaxError> {
        let error = match Document::parse(text) {
            Ok(document) => return Ok(Self { parts: Parts::One(document) }),
            Err(error) => error,
        };
        let mut documents = Vec::new();
        for (start, line) in lines(text) {
            match Document::parse(line) {
                Ok(document) => documents.push((start, document)),
                // A document that is broken as a whole: what its first line lacks is not the point.
                Err(_) if documents.is_empty() => return Err(error),
                Err(own) => {
                    let span = own.span.start + start..own.span.end + start;
                    return Err(SyntaxError { span, ..own });
                }
            }
        }
        match documents.len() {
            0 | 1 => Err(error),
            _ => Ok(Self { parts: Parts::Lines(documents) }),
        }
    }

    /// Reads every incident of the export.
    ///
    /// # Errors
    /// As [`read`](super::read).
    pub fn read(&self) -> Result<Ingested, Vec<Diagnostic>> {
        let mut collector = Collector::default();
        match &self.parts {
            Parts::One(document) => collector.take(&Place::root(document.root())),
            Parts::Lines(documents) if documents.len() > MAX_LIST => {
                let message = format!("this export has {} lines", documents.len());
                let help = format!("at most {MAX_LIST} are read: split the export");
                return Err(vec![
                    Diagnostic::new(&codes::INCIDENT_TOO_LARGE, Pointer::root(), message).help(help),
                ]);
            }
            Parts::Lines(documents) => {
                for (at, (_, document)) in documents.iter().enumerate() {
                    collector.take(&Place::at(document.root(), Pointer::root().join(at)));
                }
            }
        }
        collector.finish()
    }

    /// The places in `source`, whose text was parsed, of findings about this export.
    pub fn locate(&self, source: &Source, findings: Vec<Diagnostic>) -> Vec<Located> {
        let lines = Lines::new(source.text());
        findings.into_iter().map(|finding| self.place(source, &lines, finding)).collect()
    }

    fn place(&self, source: &Source, lines: &Lines<'_>, mut finding: Diagnostic) -> Located {
        let documents = match &self.parts {
            Parts::One(document) => return finding.locate(source, lines, &Index::Json(document)),
            Parts::Lines(documents) => documents,
        };
        let Some((rest, (start, document))) = line_of(&finding.pointer, documents) else {
            return finding.locate(source, lines, &Index::Text);
        };
        let pointer = std::mem::replace(&mut finding.pointer, rest);
        let mut located = finding.locate(source, lines, &Index::Json(document));
        located.span = shifted(&located.span, *start);
        (located.start, located.end) = lines.range(&located.span);
        located.diagnostic.pointer = pointer;
        located
    }
}

/// The lines that hold anything, with the byte at which they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    let all = text.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        (start, line)
    });
    all.filter(|(_, line)| !line.trim().is_empty())
}

/// The document that a pointer begins with, and the pointer within it.
fn line_of<'p, T>(pointer: &Pointer, documents: &'p [T]) -> Option<(Pointer, &'p T)> {
    let text = pointer.as_str().strip_prefix('/')?;
    let (index, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
    let document = documents.get(index.parse::<usize>().ok()?)?;
    Some((Pointer::from_escaped(rest), document))
}

fn shifted(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = concat!(
        "{\"id\": \"1\", \"displayName\": \"é\", \"alerts\": []}\n\r\n",
        "  {\"id\": \"2\", \"displayName\": \"t\", \"alerts\": [], \"description\": {}}\n",
    );

    #[test]
    fn findings_about_a_line_have_their_place_in_the_whole_text() {
        let export = Export::parse(LINES).unwrap();
        let Ingested { incidents, diagnostics } = export.read().unwrap();
        let pointers: Vec<&str> = incidents.iter().map(|incident| incident.pointer.as_str()).collect();
        assert_eq!(pointers, ["/0", "/1"]);
        let source = Source::new("x", LINES);
        let located = export.locate(&source, diagnostics);
        let wrong = located.iter().find(|located| located.diagnostic.rule.code == "CF9006").unwrap();
        assert_eq!(wrong.diagnostic.pointer.as_str(), "/1/description");
        assert_eq!((wrong.start.line, wrong.start.column), (3, 49));
        assert_eq!(&LINES[wrong.span.clone()], "\"description\"");
    }

    #[test]
    fn a_broken_line_is_found_and_a_broken_document_is_not_taken_for_lines() {
        let error = Export::parse("{\"id\": 1}\n{\"id\": }\n").unwrap_err();
        assert_eq!(error.span.start, 17);
        let whole = "{\n  \"id\": 1,\n}\n";
        assert_eq!(Export::parse(whole).unwrap_err(), Document::parse(whole).unwrap_err());
        assert!(Export::parse("").is_err() && Export::parse("{} x").is_err());
    }
}
