//! From a document's values to incidents: through envelopes, to the reader of each form, and together again.
//!
//! What belongs together may stand apart: alerts that name one incident, an incident beside its alerts, a row for each
//! entity of an alert. So incidents stay drafts until everything has been read.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;

use super::Ingested;
use super::alert::{self, Lead};
use super::assemble::{self, Outcome};
use super::codes;
use super::detect::{self, Shape};
use super::draft::Draft;
use super::incident::{Form, Incident};
use super::layout::layout;
use super::place::{Place, Subject};
use super::reader::{Reader, quoted};

/// How many envelopes may stand in each other. Real ones are two deep.
const MAX_ENVELOPES: usize = 8;

/// How much may be copied where alerts belong to several incidents: entities and alerts, each time one is taken over.
const MAX_COPIED: usize = 100_000;

/// Everything that one document is read into.
#[derive(Default)]
pub(super) struct Collector {
    reader: Reader,
    drafts: Vec<Draft>,
    /// Drafts made of alerts alone, by what these have in common.
    alone: BTreeMap<Common, usize>,
    /// Rows of `SecurityIncident` by the incident's name.
    rows: BTreeMap<String, usize>,
    /// What merges have left behind.
    merged: Vec<(Draft, Diagnostic)>,
    refused: BTreeMap<Shape, (Pointer, usize)>,
    empty: Option<Diagnostic>,
}

/// What alerts without their incident have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    /// The incident that they name, in its tenant.
    Incident(Option<String>, String),
    /// Their own id: rows about one alert.
    Alert(String),
}

impl Collector {
    /// Takes a value: an incident, an alert, or a list or an envelope of them.
    pub(super) fn take(&mut self, place: &Place<'_>) {
        self.open(place, 0);
    }

    fn open(&mut self, place: &Place<'_>, depth: usize) {
        if place.node.is_array() {
            self.list(place, depth);
        } else if let Some((key, node)) = detect::envelope(&place.node) {
            self.note_next_page(place);
            let inner = place.child(key, node);
            if node.is_array() { self.list(&inner, depth) } else { self.one(&inner, depth) }
        } else {
            self.one(place, depth);
        }
    }

    fn list(&mut self, list: &Place<'_>, depth: usize) {
        if !self.reader.findings.is_readable(list) {
            return;
        }
        let mut is_empty = true;
        for element in list.elements().filter(|element| !element.node.is_null()) {
            is_empty = false;
            let is_page = detect::envelope(&element.node).is_some() && depth < MAX_ENVELOPES;
            if is_page { self.open(&element, depth + 1) } else { self.one(&element, depth) }
        }
        if is_empty {
            let finding =
                Diagnostic::new(&codes::EMPTY_LIST, list.pointer.clone(), "this list holds no incident");
            self.empty.get_or_insert(
                finding.help("check the filter with which it was fetched; at least one incident is needed"),
            );
        }
    }

    fn one(&mut self, place: &Place<'_>, depth: usize) {
        match detect::shape(&place.node) {
            Shape::Incident(form) => self.incident(form, place),
            Shape::Alert(form) => self.alert(form, place),
            Shape::Wrapped if depth < MAX_ENVELOPES => self.unwrap(place, depth + 1),
            other => self.refused.entry(other).or_insert_with(|| (place.pointer.clone(), 0)).1 += 1,
        }
    }

    /// Opens the envelope of a tool: an object around the export, or the export as a JSON text.
    fn unwrap(&mut self, place: &Place<'_>, depth: usize) {
        let inner = match detect::wrapped(&place.node) {
            Some((path, node)) => path.iter().fold(place.clone(), |at, key| at.child(key, node)),
            None => place.clone(),
        };
        match quoted(&inner.node) {
            Some(document) => self.open(&Place::quoted(document.root(), inner.pointer), depth),
            None => self.open(&inner, depth),
        }
    }

    fn incident(&mut self, form: Form, place: &Place<'_>) {
        let draft = match assemble::incident(form, place, &mut self.reader) {
            Outcome::Read(draft) => *draft,
            Outcome::Merged(left) => return self.merged.push(*left),
            Outcome::Failed => return,
        };
        if form != Form::SentinelSecurityIncidentRow {
            return self.drafts.push(draft);
        }
        match self.rows.get(&draft.incident.id) {
            None => {
                self.rows.insert(draft.incident.id.clone(), self.drafts.len());
                self.drafts.push(draft);
            }
            Some(at) => {
                let known = &mut self.drafts[*at];
                let message = format!("there is more than one row for incident {}", draft.incident.id);
                self.reader
                    .findings
                    .push(Diagnostic::new(&codes::SUPERSEDED_ROW, place.pointer.clone(), message).help(
                        "the table has a row for every change; the one that was modified last is read",
                    ));
                if draft.incident.updated >= known.incident.updated {
                    *known = draft;
                }
            }
        }
    }

    fn alert(&mut self, form: Form, place: &Place<'_>) {
        let layout = layout(form);
        let lead = Lead::read(layout, place, &mut self.reader);
        let own = alert::id(&layout.alert, &Subject::of(place), &mut self.reader);
        let common = match (&lead.incident, own) {
            (Some(id), _) => Common::Incident(lead.tenant.clone(), id.clone()),
            (None, Some(id)) => Common::Alert(id),
            (None, None) => {
                let finding = Diagnostic::new(
                    &codes::MISSING_INCIDENT_ID,
                    place.pointer.clone(),
                    "this alert has no id and names no incident",
                );
                let key = alert::first(layout.alert.id);
                return self
                    .reader
                    .findings
                    .push(finding.help(format!("add `{key}`, as the product wrote it")));
            }
        };
        let at = *self.alone.entry(common.clone()).or_insert_with(|| {
            let mut draft = Draft::new(form, place);
            draft.alone = true;
            draft.incident.id = match &common {
                Common::Incident(_, id) | Common::Alert(id) => id.clone(),
            };
            draft.named = lead.incident.clone();
            self.drafts.push(draft);
            self.drafts.len() - 1
        });
        self.drafts[at].add_lone_alert(layout, place, lead, &mut self.reader);
    }

    /// Brings together what belongs together and weighs what was found.
    ///
    /// # Errors
    /// All findings, where one of them is an error.
    pub(super) fn finish(mut self) -> Result<Ingested, Vec<Diagnostic>> {
        self.join();
        let mut findings = self.reader.findings;
        let mut incidents: Vec<Incident> = Vec::with_capacity(self.drafts.len());
        if findings.errors() == 0 {
            incidents.extend(self.drafts.into_iter().map(|draft| draft.finish(&mut findings)));
        }
        for (shape, (pointer, count)) in self.refused {
            findings.push(refusal(shape, pointer, count));
        }
        // Beside others what a merge has left behind is a matter of course, and of no interest.
        let read = incidents.is_empty() && findings.errors() == 0;
        for (draft, finding) in self.merged {
            findings.push(finding);
            if read {
                incidents.push(draft.finish(&mut findings));
            }
        }
        if incidents.is_empty() && findings.errors() == 0 {
            findings.extend(self.empty);
        }
        if findings.errors() > 0 {
            return Err(findings.finish());
        }
        Ok(Ingested { incidents, diagnostics: findings.finish() })
    }

    /// Gives alerts that stand apart to the incidents that they name or that name them.
    fn join(&mut self) {
        let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_alert: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, draft) in self.drafts.iter().enumerate().filter(|(_, draft)| !draft.alone) {
            hosts.entry(&draft.incident.id).or_default().push(at);
            for id in &draft.alert_ids {
                by_alert.entry(id).or_default().push(at);
            }
        }
        let mut joins: Vec<(usize, Vec<usize>)> = Vec::new();
        for (at, draft) in self.drafts.iter().enumerate().filter(|(_, draft)| draft.alone) {
            let named = draft.named.as_deref().and_then(|id| hosts.get(id));
            let naming = draft.incident.alerts.iter().filter_map(|alert| by_alert.get(alert.id.as_str()));
            let mut targets: Vec<usize> = named.into_iter().chain(naming).flatten().copied().collect();
            targets.sort_unstable();
            targets.dedup();
            if !targets.is_empty() {
                joins.push((at, targets));
            }
        }
        let mut slots: Vec<Option<Draft>> = std::mem::take(&mut self.drafts).into_iter().map(Some).collect();
        let mut copied = 0;
        for (at, targets) in joins {
            let Some(draft) = slots[at].take() else { continue };
            copied += targets.len() * draft.size();
            if copied > MAX_COPIED {
                let message = format!(
                    "up to this alert, alerts that several incidents share name more than {MAX_COPIED} things"
                );
                let finding =
                    Diagnostic::new(&codes::INCIDENT_TOO_LARGE, draft.incident.pointer.clone(), message);
                self.reader.findings.push(finding.help("export fewer incidents at a time"));
                break;
            }
            for target in targets {
                if let Some(host) = &mut slots[target] {
                    host.take_in(&draft, &mut self.reader.findings);
                }
            }
        }
        self.drafts = slots.into_iter().flatten().collect();
    }

    fn note_next_page(&mut self, root: &Place<'_>) {
        for key in ["@odata.nextLink", "nextLink"] {
            if root.member(key).is_some_and(|link| link.node.text().is_some()) {
                self.reader.findings.push(
                    Diagnostic::new(
                        &codes::PARTIAL_LIST,
                        root.join(key),
                        "the list of incidents goes on elsewhere",
                    )
                    .help(
                        "only this page is read; fetch the others too, or filter for the incident that you want",
                    ),
                );
            }
        }
    }
}

fn refusal(shape: Shape, pointer: Pointer, count: usize) -> Diagnostic {
    let (rule, what) = match shape {
        Shape::Unknown => (&codes::UNKNOWN_FORM, "this is not a known form of incident export".to_owned()),
        other => (
            &codes::NOT_AN_INCIDENT,
            format!("this is not an incident export: it looks like {}", other.title()),
        ),
    };
    let more = if count > 1 { format!(" (and {} more in this list)", count - 1) } else { String::new() };
    Diagnostic::new(rule, pointer, what + &more).help(format!("{ACCEPTED}; {}", shape.advice()))
}

const ACCEPTED: &str = "what can be read: incidents and alerts of Microsoft Graph, Microsoft 365 Defender and Microsoft \
                        Sentinel, alerts of Defender for Endpoint, and rows of SecurityIncident, SecurityAlert and \
                        AlertEvidence, alone, in a list, in `value` or one a line";
