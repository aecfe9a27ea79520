//! The review: what people decided about an incident after it was over.
//!
//! [`review`] is the only way to a [`Reviewed`] incident, and selection takes nothing else. Without a review file the
//! incident goes on as *unreviewed*: whatever contains or destroys is then behind approval, whatever the profile says.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, did_you_mean};
use crate::base::pointer::Pointer;
use crate::data::attack::{self, Resolution, Resolved};
use crate::ingest::{Classification, Entity, EntityKind, Field, Incident};

mod checks;
pub mod codes;
mod file;
mod scaffold;

pub use codes::RULES;
pub use file::*;
pub use scaffold::scaffold;

/// An incident with the verdicts of its review.
#[derive(Debug, Clone)]
pub struct Reviewed {
    incident: Incident,
    review: Option<Review>,
    standing: Vec<Standing>,
    techniques: Vec<Technique>,
}

/// What an entity counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The review says that it is compromised or malicious.
    Confirmed,
    /// Nobody has said anything; the export does not call it benign.
    Presumed,
    /// The review or the product says that it is harmless.
    Benign,
    /// The review says that it must not be touched.
    Protected,
}

/// A technique with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Technique {
    /// The id after normalisation, with the original.
    pub resolved: Resolved,
    /// Who says so.
    pub origin: Origin,
    /// Indices of the alerts that name it.
    pub alerts: Vec<usize>,
}

/// Who says that a technique was used.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The product's alerts.
    Alert,
    /// The product's alerts, and the review agrees.
    Confirmed,
    /// The review adds it, with evidence.
    Added(String),
    /// The review rejects it, with a reason; it no longer counts.
    Rejected(String),
}

impl Reviewed {
    /// The incident.
    pub fn incident(&self) -> &Incident {
        &self.incident
    }

    /// The review file, if there was one.
    pub fn review(&self) -> Option<&Review> {
        self.review.as_ref()
    }

    /// Whether people have reviewed the incident.
    pub fn is_reviewed(&self) -> bool {
        self.review.is_some()
    }

    /// What the entity at that index counts as.
    pub fn standing(&self, entity: usize) -> Standing {
        self.standing[entity]
    }

    /// Whether people, and not only the product, call the entity at that index harmless.
    pub fn is_cleared(&self, entity: usize) -> bool {
        let named = self.review.iter().flat_map(|review| &review.entities.benign);
        self.standing[entity] == Standing::Benign
            && named.into_iter().any(|name| is_named(&self.incident.entities[entity], name))
    }

    /// Entities of a kind with their index and standing.
    pub fn entities(&self, kind: EntityKind) -> impl Iterator<Item = (usize, &Entity, Standing)> {
        self.incident
            .entities
            .iter()
            .enumerate()
            .filter(move |(_, entity)| entity.kind == kind)
            .map(|(at, entity)| (at, entity, self.standing[at]))
    }

    /// Every technique, rejected ones too, in order of id.
    pub fn techniques(&self) -> &[Technique] {
        &self.techniques
    }

    /// Techniques that count.
    pub fn counted_techniques(&self) -> impl Iterator<Item = &Technique> {
        self.techniques.iter().filter(|technique| !matches!(technique.origin, Origin::Rejected(_)))
    }
}

/// Brings an incident and its review together.
///
/// Warnings travel beside the value. An error says why nothing can be built: the review is of another incident, names
/// things that the incident does not have, or everything turned out harmless.
pub fn review(
    incident: Incident,
    review: Option<Review>,
) -> Result<(Reviewed, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut found = Vec::new();
    if let Some(review) = &review {
        if let Some(other) = of_other_incident(&incident, review) {
            // Whatever else it says is about another incident too.
            return Err(vec![other]);
        }
        let classification = review.classification.unwrap_or(incident.classification);
        checks::check(review, classification, &mut found);
    }
    let techniques = techniques(&incident, review.as_ref(), &mut found);
    let standing = standing(&incident, review.as_ref(), &mut found);
    harmless(&incident, review.as_ref(), &standing, &mut found);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    Ok((Reviewed { incident, review, standing, techniques }, found))
}

fn of_other_incident(incident: &Incident, review: &Review) -> Option<Diagnostic> {
    let place = Pointer::root().join("incident");
    let message = format!("this review is of incident {}, the export is of {}", review.incident, incident.id);
    (review.incident != incident.id).then(|| {
        Diagnostic::new(&codes::OTHER_INCIDENT, place, message)
            .help("give the review that belongs to this incident, or correct its `incident`")
    })
}

/// Nothing is built against what people or the product call harmless.
fn harmless(
    incident: &Incident,
    review: Option<&Review>,
    standing: &[Standing],
    found: &mut Vec<Diagnostic>,
) {
    let classification = review.and_then(|review| review.classification).unwrap_or(incident.classification);
    let confirmed = standing.contains(&Standing::Confirmed);
    if classification.is_harmless() && !confirmed {
        let who =
            if review.is_some_and(|r| r.classification.is_some()) { "the review" } else { "the product" };
        let pointer = match review.and_then(|review| review.classification) {
            Some(_) => Pointer::root().join("classification"),
            None => incident.pointer.join("classification"),
        };
        found.push(
            Diagnostic::new(
                &codes::HARMLESS,
                pointer,
                format!("{who} classifies the incident as {classification}: there is nothing to remediate"),
            )
            .help("if that is wrong, set `classification: true-positive` in the review, or name the entities that are compromised"),
        );
    } else if !standing.is_empty() && standing.iter().all(|standing| *standing == Standing::Benign) {
        found.push(
            Diagnostic::new(
                &codes::HARMLESS,
                incident.pointer.clone(),
                "every entity of the incident counts as benign: there is nothing to remediate",
            )
            .help("name the entities that are compromised under `entities.compromised` in a review"),
        );
    }
}

fn standing(incident: &Incident, review: Option<&Review>, found: &mut Vec<Diagnostic>) -> Vec<Standing> {
    // Alerts are classified with their incident: whoever corrects that corrects them.
    let corrected = incident.classification.is_harmless()
        && review.and_then(|review| review.classification).is_some_and(|own| !own.is_harmless());
    let cleared = |entity: &Entity| !corrected && incident.is_named_by_harmless_alerts_only(entity);
    let mut standing: Vec<Standing> = incident
        .entities
        .iter()
        .map(|entity| match entity.verdict {
            crate::ingest::Verdict::Benign => Standing::Benign,
            _ if cleared(entity) => Standing::Benign,
            _ => Standing::Presumed,
        })
        .collect();
    let Some(review) = review else { return standing };
    let lists = [
        ("compromised", &review.entities.compromised, Standing::Confirmed),
        ("benign", &review.entities.benign, Standing::Benign),
        ("protected", &review.entities.protected, Standing::Protected),
    ];
    for (list, names, verdict) in lists {
        for (at, name) in names.iter().enumerate() {
            let mut matched = false;
            for (entity, standing) in incident.entities.iter().zip(&mut standing) {
                if is_named(entity, name) {
                    *standing = verdict;
                    matched = true;
                }
            }
            if !matched {
                let pointer = Pointer::root().join("entities").join(list).join(at);
                found.push(unknown_entity(incident, pointer, name));
            }
        }
    }
    standing
}

/// The fields by which a review may name an entity.
const IDENTIFYING: &[Field] = &[
    Field::Id,
    Field::Name,
    Field::Upn,
    Field::Sid,
    Field::Address,
    Field::NetworkMessageId,
    Field::InternetMessageId,
    Field::Sha256,
    Field::Sha1,
    Field::Md5,
    Field::AppId,
    Field::Url,
    Field::Subject,
    Field::CommandLine,
];

/// Every text by which a review may name the entity.
fn identified(entity: &Entity) -> impl Iterator<Item = &str> {
    IDENTIFYING.iter().filter_map(|field| entity.get(*field))
}

/// Whether a reviewer's text means this entity: any of its identifying facts, without case.
fn is_named(entity: &Entity, name: &str) -> bool {
    let name = name.to_lowercase();
    identified(entity).any(|value| value.to_lowercase() == name)
}

fn unknown_entity(incident: &Incident, pointer: Pointer, name: &str) -> Diagnostic {
    let mut labels: Vec<&str> = incident.entities.iter().map(Entity::label).collect();
    labels.sort_unstable();
    labels.dedup();
    let help = match did_you_mean(name, labels.iter().copied()) {
        Some(label) => format!("did you mean `{label}`?"),
        None if labels.is_empty() => "the export names no entity at all".to_owned(),
        None => format!("the incident has {}", listed(&labels)),
    };
    Diagnostic::new(&codes::UNKNOWN_ENTITY, pointer, format!("the incident has no entity `{name}`"))
        .help(help)
}

/// The first few of a list, for a message.
fn listed(labels: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = labels.iter().take(SHOWN).map(|label| format!("`{label}`")).collect();
    match labels.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

fn techniques(incident: &Incident, review: Option<&Review>, found: &mut Vec<Diagnostic>) -> Vec<Technique> {
    let mut by_id: BTreeMap<String, Technique> = BTreeMap::new();
    for named in &incident.techniques {
        let resolved = named.resolve();
        let entry = by_id.entry(resolved.id.clone()).or_insert_with(|| {
            note(&resolved, named.pointer.clone(), found);
            Technique { resolved, origin: Origin::Alert, alerts: Vec::new() }
        });
        if let Some(at) = named.alert.filter(|at| !entry.alerts.contains(at)) {
            entry.alerts.push(at);
        }
    }
    if let Some(review) = review {
        reviewed_techniques(&review.techniques, &mut by_id, found);
    }
    by_id.into_values().collect()
}

fn reviewed_techniques(
    review: &ReviewedTechniques,
    by_id: &mut BTreeMap<String, Technique>,
    found: &mut Vec<Diagnostic>,
) {
    let place = |list: &str, at: usize| Pointer::root().join("techniques").join(list).join(at);
    let missing = |id: &str, pointer: Pointer, by_id: &BTreeMap<String, Technique>| {
        let known: Vec<&str> = by_id.keys().map(String::as_str).collect();
        let help = if known.is_empty() {
            "no alert of the incident names a technique; list it under `techniques.added`, with evidence"
                .to_owned()
        } else {
            format!(
                "its alerts name {}; a technique they lack goes under `added`, with evidence",
                listed(&known)
            )
        };
        Diagnostic::new(&codes::UNKNOWN_TECHNIQUE, pointer, format!("no alert of the incident names {id}"))
            .help(help)
    };
    for (at, id) in review.confirmed.iter().enumerate() {
        match by_id.get_mut(&attack::resolve(id).id) {
            Some(technique) => technique.origin = Origin::Confirmed,
            None => found.push(missing(id, place("confirmed", at), by_id)),
        }
    }
    for (at, rejected) in review.rejected.iter().enumerate() {
        match by_id.get_mut(&attack::resolve(&rejected.id).id) {
            Some(technique) => technique.origin = Origin::Rejected(rejected.reason.clone()),
            None => found.push(missing(&rejected.id, place("rejected", at), by_id)),
        }
    }
    for (at, added) in review.added.iter().enumerate() {
        let resolved = attack::resolve(&added.id);
        note(&resolved, place("added", at).join("id"), found);
        by_id
            .entry(resolved.id.clone())
            .and_modify(|technique| technique.origin = Origin::Added(added.evidence.clone()))
            .or_insert(Technique {
                resolved,
                origin: Origin::Added(added.evidence.clone()),
                alerts: Vec::new(),
            });
    }
}

fn note(resolved: &Resolved, pointer: Pointer, found: &mut Vec<Diagnostic>) {
    let rule = match resolved.status {
        Resolution::Current => return,
        Resolution::Successor { .. } => &codes::REVOKED_TECHNIQUE,
        Resolution::Deprecated => &codes::DEPRECATED_TECHNIQUE,
        Resolution::Unknown => &codes::NOT_A_TECHNIQUE,
    };
    found.extend(resolved.note().map(|text| Diagnostic::new(rule, pointer, text)));
}
