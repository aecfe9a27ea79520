//! References between entities, resolved in two passes: first every entity is listed that others may mean, then each
//! is read with what it refers to.
//!
//! Table rows number their entities (`$id`) and refer to them by number (`{"$ref": "4"}`), forwards and backwards, and
//! define some only inside another. The REST API refers by resource id (`hostEntityId`). Some references lead nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;

use crate::ingest::codes;
use crate::ingest::place::Place;
use crate::ingest::reader::Reader;

/// An object with more members than any entity has is not listed: looking into it for every reference would be slow.
const MAX_MEMBERS: usize = 150;

/// The most hashes, attachments or other parts read of one entity.
pub(in crate::ingest) const MAX_PARTS: usize = 100;

/// The entities of one list that others may refer to.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Refs<'d> {
    /// By number, or by resource id in lower case.
    known: BTreeMap<String, Place<'d>>,
    /// What some entity refers to.
    meant: BTreeSet<String>,
}

impl<'d> Refs<'d> {
    /// The first pass. It walks without recursion: the text is a stranger's.
    pub(in crate::ingest) fn of(entities: &[Place<'d>]) -> Self {
        let mut refs = Self::default();
        let mut open: Vec<Place<'d>> = entities.iter().rev().cloned().collect();
        while let Some(place) = open.pop() {
            if place.node.is_array() {
                let elements: Vec<Place<'d>> = place.elements().collect();
                open.extend(elements.into_iter().rev());
                continue;
            }
            if !place.node.is_object() {
                continue;
            }
            if let Some(target) = target_of(&place) {
                refs.meant.insert(target);
                continue;
            }
            if let Some(id) = own_id(&place)
                && place.node.items().take(MAX_MEMBERS + 1).count() <= MAX_MEMBERS
            {
                refs.known.entry(id).or_insert_with(|| place.clone());
            }
            let members: Vec<Place<'d>> =
                place.node.members().map(|(key, node)| place.child(key, node)).collect();
            open.extend(
                members.into_iter().rev().filter(|inner| inner.node.is_object() || inner.node.is_array()),
            );
        }
        refs
    }

    /// Whether some other entity refers to this one.
    pub(in crate::ingest) fn is_meant(&self, place: &Place<'_>) -> bool {
        own_id(place).is_some_and(|id| self.meant.contains(&id))
    }

    /// The entity itself where `place` is a reference; `None`, with a finding, where that leads nowhere.
    pub(in crate::ingest) fn resolve(&self, reader: &mut Reader, place: &Place<'d>) -> Option<Place<'d>> {
        match target_of(place) {
            Some(target) => self.find(reader, place, &target),
            None => Some(place.clone()),
        }
    }

    /// The entity that the first of the keys holds or refers to.
    pub(in crate::ingest) fn follow(
        &self,
        reader: &mut Reader,
        at: &Place<'d>,
        keys: &[&str],
    ) -> Option<Place<'d>> {
        keys.iter().find_map(|key| {
            let member = at.member(key)?;
            self.part(reader, &member)
        })
    }

    /// As [`Refs::follow`], for lists; at most [`MAX_PARTS`].
    pub(in crate::ingest) fn follow_all(
        &self,
        reader: &mut Reader,
        at: &Place<'d>,
        keys: &[&str],
    ) -> Vec<Place<'d>> {
        let lists = keys.iter().filter_map(|key| at.member(key));
        let parts = lists.flat_map(|list| match list.node.is_array() {
            true => list.elements().take(MAX_PARTS).collect(),
            false => vec![list],
        });
        let parts: Vec<Place<'d>> = parts.take(MAX_PARTS).collect();
        parts.iter().filter_map(|part| self.part(reader, part)).collect()
    }

    /// An entity that stands at a place, whole or as a reference; the part of it that holds its facts.
    fn part(&self, reader: &mut Reader, place: &Place<'d>) -> Option<Place<'d>> {
        let found = match place.node.text() {
            Some(id) => self.find(reader, place, id)?,
            None if place.node.is_object() => self.resolve(reader, place)?,
            None => return None,
        };
        Some(found.body())
    }

    fn find(&self, reader: &mut Reader, from: &Place<'_>, id: &str) -> Option<Place<'d>> {
        let found = self.known.get(id).or_else(|| self.known.get(&id.to_lowercase())).cloned();
        if found.is_none() && reader.findings.is_news("reference", id) {
            let shown: String = id.chars().take(120).collect();
            let message = format!("this refers to the entity {shown:?}, which is not there");
            let help = "it is read without what it refers to; export the incident with all of its entities";
            reader
                .findings
                .push(Diagnostic::new(&codes::DANGLING_REFERENCE, from.pointer.clone(), message).help(help));
        }
        found
    }
}

/// The number that an object refers to.
fn target_of(place: &Place<'_>) -> Option<String> {
    place.node.get("$ref")?.text_or_number().map(str::to_owned)
}

/// By what others refer to an object: its number, or its resource id.
fn own_id(place: &Place<'_>) -> Option<String> {
    if let Some(number) = place.node.get("$id").and_then(|id| id.text_or_number()) {
        return Some(number.to_owned());
    }
    let resource = place.node.get("id")?.text().filter(|id| id.contains('/'))?;
    Some(resource.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn references_are_followed_in_both_directions_and_into_others() {
        let text = r#"[{"$ref": "2"}, {"$id": "1", "ImageFile": {"$id": "2", "Name": "x"}}, {"$id": 3, "Host": {"$ref": 9}},
            {"id": "/Subscriptions/S", "properties": {"a": 1}}, {"hostEntityId": "/subscriptions/s"}]"#;
        let document = Document::parse(text).unwrap();
        let places: Vec<Place<'_>> = Place::root(document.root()).elements().collect();
        let refs = Refs::of(&places);
        let mut reader = Reader::default();
        let pointer = |place: Option<Place<'_>>| place.map(|place| place.pointer.to_string());
        assert_eq!(pointer(refs.resolve(&mut reader, &places[0])).as_deref(), Some("/1/ImageFile"));
        assert_eq!(pointer(refs.follow(&mut reader, &places[2], &["Host"])), None);
        let host = refs.follow(&mut reader, &places[4], &["hostEntityId"]);
        assert_eq!(pointer(host).as_deref(), Some("/3/properties"));
        assert!(!refs.is_meant(&places[1]));
        let findings = reader.findings.finish();
        assert_eq!((findings.len(), findings[0].pointer.as_str()), (1, "/2/Host"));
    }
}
