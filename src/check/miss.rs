//! Why no operation of a connector fits what a call asks for.

use crate::base::diagnostic::{did_you_mean, is_one_slip};
use crate::data::connector::{Connector, Signature};
use crate::expr::Word;
use crate::workflow::asked::{By, METHODS, Path};

use super::call::ConnectorCall;

/// How long a name without its version must be for one letter to be taken for a slip.
const SHORTEST_STEM: usize = 6;

/// Why no operation fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// The path is that of this operation, and the method is another.
    Method(&'static Signature),
    /// One word of the path, or the id, is nearly that of this operation.
    Spelling(&'static Signature),
    /// Nothing is near.
    Nothing,
}

/// Why no operation of its connector fits a call; `None` where one does, where one might at run time, and where what is
/// asked for is an older or newer version of an operation.
pub(super) fn miss(call: &ConnectorCall<'_>) -> Option<Miss> {
    let connector = call.connector.filter(|_| call.asked.signatures.is_empty())?;
    match &call.asked.by {
        By::Path { method, path, .. } => in_paths(connector, *method, path),
        By::Id { id, .. } => in_ids(connector, id),
        // A web API has far more than we know: only a word that is one letter off says something.
        By::Address { service: Some(service), method, path } => {
            in_paths(connector, *method, path).filter(|miss| match miss {
                Miss::Spelling(one) => one.service == Some(*service),
                Miss::Method(_) | Miss::Nothing => false,
            })
        }
        By::Address { .. } | By::Unknown => None,
    }
}

/// Whether a call asks for an operation of its own connector in another version than the one that is known.
pub(super) fn is_of_other_version(call: &ConnectorCall<'_>) -> bool {
    match (call.connector, &call.asked.by) {
        (Some(own), By::Path { path, .. }) => {
            own.signatures.iter().any(|one| is_other_version(one, &path.parts))
        }
        _ => false,
    }
}

fn in_paths(connector: &'static Connector, method: Option<&str>, path: &Path) -> Option<Miss> {
    let of = connector.signatures;
    if let Some(same) = of.iter().find(|one| differing(one.parts, &path.parts) == Some(Differing::Nowhere)) {
        // A webhook writes no method, one that is computed is not known, and a word that is none is reported by itself.
        return method.filter(|method| is_method(method)).map(|_| Miss::Method(same));
    }
    if !path.is_closed || of.iter().any(|one| is_other_version(one, &path.parts)) {
        return None;
    }
    let near = of.iter().find(|one| match differing(one.parts, &path.parts) {
        Some(Differing::At(at)) => is_near(connector, &path.parts[at], one.parts[at]),
        _ => false,
    });
    Some(near.map_or(Miss::Nothing, Miss::Spelling))
}

fn is_method(word: &str) -> bool {
    METHODS.iter().any(|method| method.eq_ignore_ascii_case(word))
}

fn in_ids(connector: &'static Connector, id: &str) -> Option<Miss> {
    let stem = |id: &str| id.to_ascii_lowercase().replace('_', "").trim_end_matches(is_of_version).to_owned();
    let wanted = stem(id);
    let ids = connector.signatures.iter().filter_map(|one| Some((one.operation_id?, one)));
    // `GetItem` and `GetItems`, or two versions, may both be there.
    if ids.clone().any(|(known, _)| known != id && stem(known) == wanted && !known.eq_ignore_ascii_case(id)) {
        return None;
    }
    let near = did_you_mean(id, ids.clone().map(|(known, _)| known));
    let mut near = ids.clone().filter(|(known, _)| near == Some(*known) && is_near(connector, id, known));
    // `SendEmial` for `SendEmailV2`. Verbs that begin otherwise, as of `GetUser` and `SetUser`, are others.
    let mut but_for_version = ids.clone().filter(|(known, _)| {
        let known = stem(known);
        wanted.len() >= SHORTEST_STEM
            && known.chars().next() == wanted.chars().next()
            && is_one_slip(&wanted, &known)
    });
    let near = near.next().or_else(|| but_for_version.next());
    Some(near.map_or(Miss::Nothing, |(_, one)| Miss::Spelling(one)))
}

/// Whether one word may be a slip of another. Of a connector that is not known as a whole both may be right, so there only
/// one letter may differ.
fn is_near(connector: &Connector, wrong: &str, known: &'static str) -> bool {
    match connector.is_whole {
        true => did_you_mean(wrong, [known]).is_some(),
        false => is_one_slip(wrong, known),
    }
}

fn is_of_version(c: char) -> bool {
    c.is_ascii_digit() || c == 'v' || c == 's'
}

/// In how many places a path differs from one that is known, where it may differ at all.
#[derive(Debug, PartialEq, Eq)]
enum Differing {
    Nowhere,
    At(usize),
}

/// Where a path differs from one that is known: nowhere, or in one word; `None` where it differs more. A hole may be any
/// word.
fn differing(own: &[&str], path: &[Word]) -> Option<Differing> {
    if own.len() != path.len() || own.is_empty() {
        return None;
    }
    let differ = |(at, (own, part)): (usize, (&&str, &Word))| (!fits(own, part)).then_some(at);
    let mut at = own.iter().zip(path).enumerate().filter_map(differ);
    match (at.next(), at.next()) {
        (None, _) => Some(Differing::Nowhere),
        (Some(at), None) => Some(Differing::At(at)),
        _ => None,
    }
}

/// Whether a part of a path may be that of one that is known.
fn fits(own: &str, part: &str) -> bool {
    // Most differ in the first letter, so that no brace need be looked for.
    let begins_alike = own.as_bytes().first() == part.as_bytes().first();
    let may_be = || own.split_once('{').is_some_and(|(before, _)| part.starts_with(before));
    own == part || own.starts_with('{') || (begins_alike && may_be()) || part.contains(Path::HOLE)
}

/// Whether a path is that of an operation but for what names a version: a part such as `v1.0`, or the end of one.
fn is_other_version(one: &Signature, path: &[Word]) -> bool {
    let mut own = one.parts.iter().filter_map(|part| without_version(part)).peekable();
    let mut path = path.iter().filter_map(|part| without_version(part));
    // A call is compared with every operation of its connector; most differ in the first part.
    own.peek().is_some()
        && own.all(|own| path.next().is_some_and(|part| fits(own, part)))
        && path.next().is_none()
}

/// A part of a path without the version at its end; nothing where that is all of it.
fn without_version(part: &str) -> Option<&str> {
    let stem = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let bare = stem.strip_suffix('v').filter(|_| stem.len() < part.len()).unwrap_or(part);
    (!bare.is_empty() && bare != "beta").then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str) -> Vec<Word> {
        path.split('/').map(Word::from).collect()
    }

    #[test]
    fn a_path_differs_nowhere_in_one_word_or_more() {
        let own = ["api", "machines", "{id}", "isolate"];
        assert_eq!(differing(&own, &parts("api/machines/x/isolate")), Some(Differing::Nowhere));
        assert_eq!(differing(&own, &parts("api/machines/x/\u{0}")), Some(Differing::Nowhere));
        assert_eq!(differing(&own, &parts("api/machines/x/isolated")), Some(Differing::At(3)));
        assert_eq!(differing(&own, &parts("api/machine/x/isolated")), None);
        assert_eq!(differing(&own, &parts("api/machines/x")), None);
    }

    #[test]
    fn versions_are_no_miss() {
        let connector = crate::data::connector::connector("azuread").unwrap();
        let path = |text: &str| Path { parts: parts(text), written: parts(text), is_closed: true };
        assert_eq!(in_paths(connector, Some("post"), &path("v1.0/users/x/checkmembergroups")), None);
        let Some(Miss::Spelling(near)) = in_paths(connector, Some("get"), &path("v1.0/user/x")) else {
            panic!()
        };
        assert_eq!(near.path, Some("/v1.0/users/{id}"));
        assert!(matches!(in_paths(connector, Some("put"), &path("v1.0/users/x")), Some(Miss::Method(_))));
        assert_eq!(in_paths(connector, Some("get"), &path("contacts")), Some(Miss::Nothing));
        assert_eq!(in_ids(connector, "GetUsers"), None);
        assert!(matches!(in_ids(connector, "UpdatUser"), Some(Miss::Spelling(_))));
    }

    #[test]
    fn a_slip_is_seen_beside_a_version_too() {
        let office = crate::data::connector::connector("office365").unwrap();
        for wrong in ["SendEmial", "SendEmialV2", "SendEmal_V3"] {
            let Some(Miss::Spelling(near)) = in_ids(office, wrong) else { panic!("{wrong}") };
            assert_eq!(near.operation_id, Some("SendEmailV2"), "{wrong}");
        }
        for other in ["SendEmail", "SendEmailV3", "BendEmail", "Mover", "Flags", "", "v2", "é"] {
            assert!(!matches!(in_ids(office, other), Some(Miss::Spelling(_))), "{other}");
        }
    }
}
