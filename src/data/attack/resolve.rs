//! From what stands in an incident to a technique of the embedded release.
//!
//! Nothing is dropped: an id that is revoked gives way to its successor, and one that is deprecated or unknown stays
//! and is reported. The text as it was written stays beside the result.

use super::crosswalk::{crosswalk, predecessors};
use super::objects::{Status, Technique, technique};
use super::{NEXT_VERSION, VERSION};

/// How many revocations in a row are followed. The longest chain in 18.1 has two; the bound only keeps a bad table
/// from looping.
const LONGEST_CHAIN: usize = 8;

/// How many characters of a text that is not an id are quoted in a note.
const LONGEST_QUOTE: usize = 40;

/// A technique id as it was written, and what it means now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The text as it was given, unchanged.
    pub original: String,
    /// The id to go on with: in canonical form, after revocations. A text that does not have the form of an id is
    /// kept as it was given.
    pub id: String,
    /// What was found.
    pub status: Resolution,
}

/// What [`resolve`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The id names an active technique.
    Current,
    /// The id was revoked; [`Resolved::id`] is the active technique at the end of the chain.
    Successor {
        /// The technique that the original id names.
        revoked: Technique,
    },
    /// The id names a technique that was withdrawn and has no successor.
    Deprecated,
    /// The embedded release does not know the id, or the text is no technique id at all.
    Unknown,
}

/// Reads a technique id as incidents write it: blanks around it are cut, letters are upper-cased, and revocations are
/// followed.
///
/// ```
/// use counterflow::data::attack::{Resolution, resolve};
///
/// let found = resolve(" t1085 ");
/// assert_eq!(found.id, "T1218.011");
/// assert!(matches!(found.status, Resolution::Successor { revoked } if revoked.name == "Rundll32"));
/// assert_eq!(resolve("T1064").status, Resolution::Deprecated);
/// ```
pub fn resolve(raw: &str) -> Resolved {
    let original = raw.to_owned();
    let Some(id) = canonical(raw) else {
        return Resolved { id: original.clone(), original, status: Resolution::Unknown };
    };
    let (id, status) = match technique(&id) {
        None => (id, Resolution::Unknown),
        Some(Technique { status: Status::Active, .. }) => (id, Resolution::Current),
        Some(Technique { status: Status::Deprecated, .. }) => (id, Resolution::Deprecated),
        Some(revoked @ Technique { status: Status::Revoked { by }, .. }) => {
            (last_successor(by).to_owned(), Resolution::Successor { revoked })
        }
    };
    Resolved { original, id, status }
}

impl Resolved {
    /// The technique that [`Resolved::id`] names; `None` exactly when the id is unknown.
    pub fn technique(&self) -> Option<Technique> {
        technique(&self.id)
    }

    /// What a reader should know about the id, as whole sentences; `None` for a current technique.
    pub fn note(&self) -> Option<String> {
        let id = &self.id;
        match self.status {
            Resolution::Current => None,
            Resolution::Successor { revoked } => {
                let (old, name) = (revoked.id, revoked.name);
                let successor =
                    self.technique().map_or_else(String::new, |t| format!(" ({})", t.full_name()));
                Some(format!("{old} ({name}) was revoked; its successor {id}{successor} is used."))
            }
            Resolution::Deprecated => {
                let name = self.technique().map_or_else(String::new, |t| format!(" ({})", t.full_name()));
                Some(format!(
                    "{id}{name} is deprecated in ATT&CK {VERSION} and has no successor; it is kept as written. \
                     Add the technique that fits today in the review."
                ))
            }
            Resolution::Unknown if canonical(id).is_some() => Some(unknown_note(id)),
            Resolution::Unknown => Some(format!(
                "{} is not a technique id; it is kept as written, but matches nothing. An id is T and four digits \
                 (T1566), with a point and three digits for a sub-technique (T1566.001).",
                quoted(&self.original)
            )),
        }
    }
}

/// The note for an id that has the right form but no row in the table.
fn unknown_note(id: &str) -> String {
    if let Some(change) = crosswalk(id) {
        let name = change.name;
        let before: Vec<_> = predecessors(id).map(|change| change.id).collect();
        let known_as = match before.as_slice() {
            [] => String::new(),
            ids => format!(" {VERSION} covers it with {}.", ids.join(", ")),
        };
        return format!(
            "{id} ({name}) is new in ATT&CK {NEXT_VERSION}, and {VERSION} does not know it; it is kept as written.\
             {known_as}"
        );
    }
    let parent = id.split_once('.').and_then(|(parent, _)| technique(parent));
    match parent {
        Some(parent) => format!(
            "{id} is not a sub-technique in ATT&CK {VERSION}; it is kept as written. Its parent is known: {} ({}).",
            parent.id, parent.name
        ),
        None => format!(
            "{id} is not a technique of enterprise ATT&CK {VERSION}; it is kept as written. Check the id, or add the \
             right one in the review."
        ),
    }
}

/// The id in canonical form, where the text has the form of a technique id: `T`, four digits, and for a sub-technique
/// a point and three digits.
fn canonical(raw: &str) -> Option<String> {
    let text = raw.trim();
    let (main, sub) = match text.split_once('.') {
        Some((main, sub)) => (main, Some(sub)),
        None => (text, None),
    };
    let digits = main.strip_prefix(['T', 't'])?;
    let all_digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    (all_digits(digits, 4) && sub.is_none_or(|sub| all_digits(sub, 3))).then(|| text.to_ascii_uppercase())
}

/// The end of the chain of revocations that goes on with `id`.
fn last_successor(mut id: &'static str) -> &'static str {
    for _ in 0..LONGEST_CHAIN {
        match technique(id).map(|t| t.status) {
            Some(Status::Revoked { by }) => id = by,
            _ => break,
        }
    }
    id
}

/// A foreign text in quotation marks, short and without control characters.
fn quoted(text: &str) -> String {
    let mut start: String = text.chars().take(LONGEST_QUOTE).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("\"{}\"", start.escape_debug())
}
