//! What every form of a plan has to work out: what entities are called, which pattern answers what, what is missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::attack;
use crate::ingest::identifiers::Need;
use crate::ingest::{Entity, EntityKind, Field, Incident, Verdict};
use crate::plan::Plan;
use crate::review::{Review, Reviewed};
use crate::select::{Finding, LeftOut, Mode, Refusal, Refused, Selection};

/// A plan to be shown.
#[derive(Debug)]
pub struct View<'p> {
    pub(super) reviewed: &'p Reviewed,
    pub(super) selection: &'p Selection,
    pub(super) mode: Mode,
    labels: Vec<String>,
}

/// An identifier that entities lack.
#[derive(Debug)]
pub(super) struct Lack {
    pub(super) kind: EntityKind,
    pub(super) need: &'static Need,
    /// Whether the playbook finds it out by what is known.
    pub(super) looked_up: bool,
    pub(super) entities: Vec<usize>,
}

impl<'p> View<'p> {
    /// What there is to show.
    pub fn new(reviewed: &'p Reviewed, selection: &'p Selection, mode: Mode) -> Self {
        Self { reviewed, selection, mode, labels: labels(reviewed.incident()) }
    }

    /// The plan as a JSON object. With the playbooks, by the name of their target, it also traces techniques to actions.
    pub fn json(&self, playbooks: &[(&str, &Plan)]) -> serde_json::Value {
        super::json::render(self, playbooks)
    }

    /// The plan as text for a terminal.
    pub fn text(&self) -> String {
        super::text::render(self)
    }

    /// The plan as a Markdown document, in the dialect of GitHub.
    pub fn markdown(&self) -> String {
        super::markdown::render(self)
    }

    pub(super) fn incident(&self) -> &'p Incident {
        self.reviewed.incident()
    }

    pub(super) fn review(&self) -> Option<&'p Review> {
        self.reviewed.review()
    }

    /// What was read, in one line: the form of the export, whether people reviewed it, how bad and how large it is.
    /// `unreviewed` is how that word is written here.
    pub(super) fn facts(&self, unreviewed: &str) -> String {
        let incident = self.incident();
        format!(
            "{}, {}, {}, {}, {}",
            incident.form.title(),
            if self.reviewed.is_reviewed() { "reviewed" } else { unreviewed },
            incident.severity.map_or("severity unknown", |severity| severity.name()),
            counted(incident.alerts.len(), "alert", "alerts"),
            counted(incident.entities.len(), "entity", "entities"),
        )
    }

    /// What a person recognises an entity by; of those that share a name, what tells them apart is added.
    pub(super) fn label(&self, entity: usize) -> &str {
        &self.labels[entity]
    }

    /// The chosen patterns that answer a technique, with the reason.
    pub(super) fn answers(&self, technique: &str) -> impl Iterator<Item = (&'p str, &'p str)> {
        let asks = Finding::Technique(technique.to_owned());
        self.selection.chosen.iter().filter_map(move |chosen| {
            let reason = chosen.reasons.iter().find(|reason| reason.finding == asks)?;
            Some((chosen.pattern.id.as_str(), reason.because.as_str()))
        })
    }

    /// The refused patterns that would answer a technique.
    pub(super) fn would_answer(&self, technique: &str) -> impl Iterator<Item = &'p Refused> {
        let asks = Finding::Technique(technique.to_owned());
        self.selection
            .refused
            .iter()
            .filter(move |refused| refused.asked.iter().any(|reason| reason.finding == asks))
    }

    /// The refused patterns: those that something asks for, and those that nothing does. What belongs to a rollback only
    /// is in neither.
    pub(super) fn refused(&self) -> (Vec<&'p Refused>, Vec<&'p Refused>) {
        let refused = self.selection.refused.iter().filter(|refused| !is_rollback(refused));
        refused.partition(|refused| !refused.asked.is_empty())
    }

    /// Ids of the patterns that only a rollback uses, and for which there is nothing to take back.
    pub(super) fn only_rollback(&self) -> Vec<&'p str> {
        let refused = self.selection.refused.iter().filter(|refused| is_rollback(refused));
        refused.map(|refused| refused.pattern.as_str()).collect()
    }

    /// What ATT&CK recommends against a technique, as id and name.
    pub(super) fn mitigations(&self, technique: &str) -> Vec<(&'static str, &'static str)> {
        attack::mitigations(technique).map(|mitigation| (mitigation.id, mitigation.name)).collect()
    }

    /// The identifiers that entities lack, by kind and need; those that the playbook finds out stand apart.
    pub(super) fn lacks(&self) -> Vec<Lack> {
        let mut lacks: BTreeMap<(EntityKind, usize, bool), Lack> = BTreeMap::new();
        for (at, entity) in self.incident().entities.iter().enumerate() {
            for (position, need) in entity.kind.needs().iter().enumerate() {
                if !entity.lacks(need) {
                    continue;
                }
                let looked_up = self.is_looked_up(at, entity, need);
                let key = (entity.kind, position, looked_up);
                let lack = || Lack { kind: entity.kind, need, looked_up, entities: Vec::new() };
                lacks.entry(key).or_insert_with(lack).entities.push(at);
            }
        }
        lacks.into_values().collect()
    }

    /// Whether a chosen pattern acts on the entity all the same, and takes the identifier by which the missing one is
    /// found: its calls then read that first.
    fn is_looked_up(&self, at: usize, entity: &Entity, need: &Need) -> bool {
        let known = || need.found_by.iter().filter(|field| entity.get(**field).is_some());
        self.selection.chosen.iter().filter(|chosen| chosen.targets.contains(&at)).any(|chosen| {
            let takes = |field: &Field| {
                chosen.pattern.needs.contains(field) || chosen.pattern.needs_any.contains(field)
            };
            let finds = |field: &Field| need.any_of.contains(field) && entity.known_by(*field).is_some();
            let mut needs = chosen.pattern.needs.iter().chain(&chosen.pattern.needs_any);
            !chosen.pattern.read.is_empty() && (known().any(takes) || needs.any(finds))
        })
    }

    /// Minutes that the review says were spent by hand, where it says so of any action.
    pub(super) fn minutes(&self) -> Option<u32> {
        let said: Vec<u32> = self.review()?.actions.iter().filter_map(|action| action.minutes).collect();
        (!said.is_empty()).then(|| said.into_iter().fold(0, u32::saturating_add))
    }

    /// Entities that are left alone, by the reason, in order of first appearance.
    pub(super) fn left_out(&self, left_out: &[LeftOut]) -> Vec<(String, Vec<usize>)> {
        let mut by_reason: indexmap::IndexMap<String, Vec<usize>> = indexmap::IndexMap::new();
        for left in left_out {
            by_reason.entry(left.why.to_string()).or_default().push(left.entity);
        }
        by_reason.into_iter().collect()
    }
}

/// The reasons that are worth reading: where the incident has nothing to act on, nobody asks what would have asked.
pub(super) fn telling(refused: &Refused) -> impl Iterator<Item = &Refusal> {
    let only = refused.reasons.len() == 1;
    refused.reasons.iter().filter(move |reason| only || **reason != Refusal::NoFinding)
}

/// Whether a pattern is refused for nothing but its place in a rollback.
fn is_rollback(refused: &Refused) -> bool {
    refused.reasons == [Refusal::OnlyRollback]
}

/// A finding in the words of a sentence; what the export wrote is passed through `shown`.
pub(super) fn finding_text(finding: &Finding, shown: impl Fn(&str) -> String) -> String {
    match finding {
        Finding::Required => "the review".to_owned(),
        Finding::Technique(id) => shown(id),
        Finding::Tactic(tactic) => format!("tactic {tactic}"),
        Finding::Category(category) => format!("category {}", shown(category)),
        // Asked for whatever the product thinks of the entity.
        Finding::Verdict(Verdict::Unknown) => "every alert that names one".to_owned(),
        Finding::Verdict(verdict) => format!("verdict {verdict}"),
        Finding::Always => "every incident".to_owned(),
        Finding::TakesBack(id) => format!("what {id} does"),
    }
}

/// `1 alert`, `2 alerts`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The first few, and how many more.
pub(super) fn abridged(labels: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut text = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if labels.len() > SHOWN {
        text.push_str(&format!(" and {} more", labels.len() - SHOWN));
    }
    text
}

/// What each entity is called. All copies of a message have one subject: the recipient tells them apart. Files of one name
/// have hashes, and so on.
fn labels(incident: &Incident) -> Vec<String> {
    let plain = |entity: &Entity| match entity.get(Field::Recipient) {
        Some(recipient) if entity.kind == EntityKind::Message => format!("{} to {recipient}", entity.label()),
        _ => entity.label().to_owned(),
    };
    let mut seen: BTreeMap<(EntityKind, String), usize> = BTreeMap::new();
    for entity in &incident.entities {
        *seen.entry((entity.kind, plain(entity))).or_default() += 1;
    }
    let label = |entity: &Entity| {
        let label = plain(entity);
        if seen.get(&(entity.kind, label.clone())).is_none_or(|count| *count < 2) {
            return label;
        }
        match distinguishing(entity.kind)
            .iter()
            .find_map(|field| entity.get(*field).filter(|text| *text != label))
        {
            Some(more) => format!("{label} ({})", short(more)),
            None => label,
        }
    };
    incident.entities.iter().map(label).collect()
}

/// The fields that tell entities of one name apart, best first.
fn distinguishing(kind: EntityKind) -> &'static [Field] {
    match kind {
        EntityKind::Account => &[Field::Domain, Field::Sid, Field::Id],
        EntityKind::File => &[Field::Sha256, Field::Sha1, Field::Md5, Field::Path],
        EntityKind::Process => &[Field::ProcessId, Field::DeviceId],
        EntityKind::Message => &[Field::NetworkMessageId, Field::InternetMessageId],
        EntityKind::Application => &[Field::AppId, Field::Id],
        EntityKind::MailCluster => &[Field::Query, Field::Name],
        _ => &[Field::Id],
    }
}

/// The beginning of a hash or an id, which tells it from others well enough.
fn short(text: &str) -> String {
    const ENOUGH: usize = 12;
    let mut short: String = text.chars().take(ENOUGH).collect();
    if text.chars().nth(ENOUGH).is_some() {
        short.push('…');
    }
    short
}

/// Equal labels once each, in order.
pub(super) fn distinct(labels: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    labels.into_iter().filter(|label| seen.insert(label.clone())).collect()
}
