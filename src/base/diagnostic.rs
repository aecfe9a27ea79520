//! One diagnostic type for every stage.
//!
//! A diagnostic names a [`Rule`] (its stable code and explanation), a place as a JSON Pointer, and a message with help.
//! [`Diagnostic::locate`] turns the place into lines and columns once the document's text is at hand.

use std::fmt;
use std::ops::Range;

use super::distance::slips;
use super::fix::{Edit, Fix};
use super::json::Document;
use super::pointer::Pointer;
use super::source::{Lines, Position, Source};
use super::yaml::YamlIndex;

/// How much a finding weighs. Only errors change the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The service would refuse it, it must fail at run time, or nothing can be built.
    Error,
    /// Probably wrong, or arguable.
    Warning,
    /// Worth knowing.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// Who wants to see what a rule finds. Each sees what those before it see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody.
    #[default]
    Default,
    /// Who holds a definition to more than that it works.
    Strict,
    /// Who reads a definition line by line and wants every hint.
    Auditor,
}

/// A kind of finding. Made only by the [`rule!`](crate::rule) macro, whose doc comment becomes the explanation.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable code, such as `CF2001`.
    pub code: &'static str,
    /// Stable name in kebab case, named for the bad thing.
    pub name: &'static str,
    /// Severity unless the finding says otherwise.
    pub severity: Severity,
    /// The service error that a finding prevents, such as `InvalidTemplate`.
    pub prevents: Option<&'static str>,
    /// Who is shown its findings.
    pub audience: Audience,
    /// The text of `counterflow explain CODE`, in Markdown.
    pub explanation: &'static str,
}

/// Declares rules. The doc comment is the documentation: `explain`, the rule list and machine formats use it. A rule may
/// name the service error that it prevents, and the [`Audience`](crate::base::diagnostic::Audience) it is for where that
/// is not everybody: `RULE = "CF2001" "runafter-missing-action" Error prevents "InvalidTemplate" audience Strict;`
#[macro_export]
macro_rules! rule {
    ($($(#[doc = $doc:literal])+
       $NAME:ident = $code:literal $name:literal $severity:ident $(prevents $prevents:literal)? $(audience $audience:ident)?;)+) => {
        $($(#[doc = $doc])+
        pub static $NAME: $crate::base::diagnostic::Rule = $crate::base::diagnostic::Rule {
            code: $code,
            name: $name,
            severity: $crate::base::diagnostic::Severity::$severity,
            prevents: $crate::rule!(@optional $($prevents)?),
            audience: $crate::rule!(@audience $($audience)?),
            explanation: concat!($($doc, "\n"),+),
        };)+

        /// Every rule declared here, in order of code.
        pub static RULES: &[&$crate::base::diagnostic::Rule] = &[$(&$NAME),+];
    };
    (@optional) => { None };
    (@optional $text:literal) => { Some($text) };
    (@audience) => { $crate::base::diagnostic::Audience::Default };
    (@audience $audience:ident) => { $crate::base::diagnostic::Audience::$audience };
}

/// Which part of the value at a pointer is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Value,
    Key,
    /// A byte range of the decoded string.
    Inside(Range<usize>),
    /// A byte range of the document: used where there is no pointer yet (syntax errors).
    Bytes(Range<usize>),
}

/// A finding at a place in one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub rule: &'static Rule,
    /// Severity of this finding.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What is allowed and what to do.
    pub help: Option<String>,
    /// The place.
    pub pointer: Pointer,
    /// A change that mends it, where a safe one is known.
    pub fix: Option<Fix>,
    /// Whether the line it stands in must not be shown, because it holds a secret.
    pub unseen: bool,
    part: Part,
}

impl Diagnostic {
    /// A finding about the value at `pointer`.
    pub fn new(rule: &'static Rule, pointer: Pointer, message: impl Into<String>) -> Self {
        let severity = rule.severity;
        Self {
            rule,
            severity,
            message: clipped(message.into()),
            help: None,
            pointer,
            fix: None,
            unseen: false,
            part: Part::Value,
        }
    }

    /// A finding about a byte range of the document, where nothing has a pointer yet.
    pub fn at_bytes(rule: &'static Rule, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { part: Part::Bytes(span), ..Self::new(rule, Pointer::root(), message) }
    }

    /// Says what is allowed and what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(clipped(help.into()));
        self
    }

    /// Keeps the line it stands in from being shown.
    #[must_use]
    pub fn unseen(mut self) -> Self {
        self.unseen = true;
        self
    }

    /// Offers a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says it in other words.
    #[must_use]
    pub fn reworded(mut self, message: impl Into<String>, help: impl Into<String>) -> Self {
        self.message = message.into();
        self.help(help)
    }

    /// Points at the key instead of the value.
    #[must_use]
    pub fn on_key(mut self) -> Self {
        self.part = Part::Key;
        self
    }

    /// Points at a byte range of the decoded string, such as an expression inside it.
    #[must_use]
    pub fn inside(mut self, range: Range<usize>) -> Self {
        self.part = Part::Inside(range);
        self
    }

    /// Points at a byte range of the document, where the pointer alone would lead to another place: of members with the
    /// same key it names the last.
    #[must_use]
    pub fn on_bytes(mut self, span: Range<usize>) -> Self {
        self.part = Part::Bytes(span);
        self
    }

    /// Weighs this finding differently from its rule.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Whether this finding fails a run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The finding with its place in `source`, found through `index`.
    pub fn locate(self, source: &Source, lines: &Lines<'_>, index: &Index<'_>) -> Located {
        let span = index.span(&self.pointer, &self.part);
        let (start, end) = lines.range(&span);
        let edit = match index {
            Index::Json(document) => self.fix.as_ref().and_then(|fix| fix.locate(document)),
            _ => None,
        };
        Located { path: source.name().to_owned(), diagnostic: self, span, start, end, edit }
    }
}

/// A diagnostic whose place is known in bytes, lines and columns.
#[derive(Debug, Clone)]
pub struct Located {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// The document's name.
    pub path: String,
    /// Bytes of the document.
    pub span: Range<usize>,
    /// First character.
    pub start: Position,
    /// Just after the last character.
    pub end: Position,
    /// The finding's fix in bytes of the document.
    pub edit: Option<Edit>,
}

impl Located {
    /// What tells this finding from others when lines have moved: a UUID of file, code, place and message.
    pub fn fingerprint(&self) -> String {
        let Diagnostic { rule, pointer, message, .. } = &self.diagnostic;
        let parts = [self.path.as_str(), rule.code, pointer.as_str(), message.as_str()].join("\0");
        uuid::Uuid::new_v5(&FINGERPRINTS, parts.as_bytes()).to_string()
    }
}

/// Namespace of the fingerprints of findings.
const FINGERPRINTS: uuid::Uuid = uuid::Uuid::from_u128(0x8c1f_6f5e_2d0b_4a55_9d2e_6b1f_0c7a_41e3);

/// How pointers become byte spans, per kind of document.
#[derive(Debug)]
pub enum Index<'a> {
    /// A JSON document.
    Json(&'a Document<'a>),
    /// A YAML document.
    Yaml(YamlIndex),
    /// Text that could not be parsed, or that has no pointers.
    Text,
}

impl Index<'_> {
    fn span(&self, pointer: &Pointer, part: &Part) -> Range<usize> {
        if let Part::Bytes(span) = part {
            return span.clone();
        }
        match self {
            Self::Json(document) => {
                let (node, found) = document.resolve(pointer);
                match part {
                    Part::Inside(range) if found => node.span_inside(range),
                    Part::Key if found => node.key_span(),
                    _ if found && !node.is_object() && !node.is_array() => node.span(),
                    // A container is drawn as its key, or as its opening bracket: nobody wants a page underlined.
                    _ if node.key().is_some() => node.key_span(),
                    _ => node.span().start..node.span().start + 1,
                }
            }
            Self::Yaml(index) => yaml_span(index, pointer, part),
            Self::Text => 0..0,
        }
    }
}

fn yaml_span(index: &YamlIndex, pointer: &Pointer, part: &Part) -> Range<usize> {
    let mut at = Some(pointer.clone());
    while let Some(place) = at {
        let exact = place == *pointer;
        let found = if exact && *part != Part::Key { index.value(&place) } else { index.key(&place) };
        if let Some(span) = found {
            return if place == Pointer::root() { span.start..span.start } else { span };
        }
        at = place.parent();
    }
    0..0
}

/// The longest message, in bytes. Names of a hostile document may be as long as the document.
const LONGEST: usize = 2000;

/// Text that is cut where nobody reads on.
fn clipped(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The longest name that may be a slip of another, in bytes.
const LONGEST_SLIP: usize = 120;
/// The most slips that a word may have, however long it is.
const MOST_SLIPS: usize = 6;
/// A word of fewer letters is no part of another that could be meant.
const SHORTEST_CUT: usize = 3;
/// How many names are compared with a wrong one. The service allows 500 actions; who has more looks for the name without
/// our help.
pub const MOST_CANDIDATES: usize = 500;

/// Whether one word is another but for one letter that is added, left out, changed or has changed places; case does not count.
pub fn is_one_slip(wrong: &str, known: &str) -> bool {
    if wrong.len() > LONGEST_SLIP {
        return false;
    }
    // The lengths tell most words apart before any letter is compared, and of the others which letters they have.
    let length = |word: &str| word.chars().count();
    length(wrong).abs_diff(length(known)) <= 1
        && have_letters_alike(wrong, known)
        && slips(wrong, known, 1).is_some()
}

/// Whether at most two letters stand in one of two words alone, as is so after one slip. Cheap, and may be wrong in saying yes.
fn have_letters_alike(one: &str, other: &str) -> bool {
    let letters =
        |word: &str| word.bytes().fold(0_u32, |set, byte| set | 1 << (byte.to_ascii_lowercase() % 32));
    !(one.is_ascii() && other.is_ascii()) || (letters(one) ^ letters(other)).count_ones() <= 2
}

/// The closest of `candidates` to `wrong`, when it is close enough to be meant; case does not count.
pub fn did_you_mean<'c>(wrong: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if wrong.len() > LONGEST_SLIP {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let length = wrong.chars().count();
    let candidates: Vec<&str> = candidates.into_iter().take(MOST_CANDIDATES).collect();
    let slip = candidates.iter().filter_map(|candidate| {
        let count = candidate.chars().count();
        let most = (1 + count / 4).min(MOST_SLIPS);
        let slips = (count.abs_diff(length) <= most).then(|| slips(&wrong, candidate, most))?;
        Some((slips?, *candidate))
    });
    // `Daily` for `Day`, `ManagedIdentity` for `ManagedServiceIdentity`: one word has all letters of the other, in order.
    let cut = || {
        let mut alike = candidates.iter().filter(|candidate| {
            let candidate = candidate.to_lowercase();
            let (short, long) =
                (length.min(candidate.chars().count()), length.max(candidate.chars().count()));
            short >= SHORTEST_CUT
                && short * 2 >= long
                && (holds(&wrong, &candidate) || holds(&candidate, &wrong))
        });
        alike.next().filter(|_| alike.next().is_none()).copied()
    };
    slip.min().map(|(_, candidate)| candidate).or_else(cut)
}

/// Whether a word has the letters of another in their order, and begins with the same one.
fn holds(long: &str, short: &str) -> bool {
    let mut letters = long.chars();
    long.chars().next() == short.chars().next()
        && short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_and_stable() {
        assert_eq!(did_you_mean("runafter", ["type", "runAfter", "inputs"]), Some("runAfter"));
        assert_eq!(did_you_mean("Sucess", ["Succeeded", "Success", "Skipped"]), Some("Success"));
        assert_eq!(did_you_mean("Daily", ["Hour", "Day", "Week"]), Some("Day"));
        assert_eq!(
            did_you_mean("ManagedIdentity", ["Basic", "ManagedServiceIdentity"]),
            Some("ManagedServiceIdentity")
        );
        assert_eq!(did_you_mean("body", ["by", "b"]), None);
        assert_eq!(did_you_mean("zebra", ["type", "inputs"]), None);
        assert_eq!(did_you_mean(&"x".repeat(1_000_000), ["x"]), None);
    }

    #[test]
    fn a_missing_place_falls_back_to_its_parent() {
        let text = r#"{"a": {"b": "x@{y}"}}"#;
        let document = Document::parse(text).unwrap();
        let index = Index::Json(&document);
        let span = |pointer: &str, part: Part| &text[index.span(&Pointer::from_escaped(pointer), &part)];
        assert_eq!(span("/a/zzz", Part::Value), "\"a\"");
        assert_eq!(span("/a/b", Part::Inside(1..5)), "@{y}");
        assert_eq!(span("/a/b", Part::Key), "\"b\"");
        assert_eq!(span("", Part::Value), "{");
    }
}
