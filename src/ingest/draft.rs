//! An incident while it is being put together: from its own object, from alerts that name it, or from both.
//!
//! A document may hold an incident and its alerts apart, as two calls of an API give them, or alerts alone. So nothing
//! is final until the whole document has been seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;

use super::alert::{self, Lead, Read};
use super::codes;
use super::entities::{Entities, MAX_MENTIONS};
use super::findings::Findings;
use super::incident::{Alert, Classification, Form, Incident, NamedTechnique, Status, technique_id};
use super::layout::{Layout, layout};
use super::place::{Place, Subject};
use super::reader::Reader;

/// The most alerts read of one incident. The largest real incident seen has 158.
pub(super) const MAX_ALERTS: usize = 10_000;

/// The most techniques read of one incident: many times what there are.
const MAX_TECHNIQUES: usize = 20_000;

/// An incident being put together.
pub(super) struct Draft {
    /// What is known so far; its entities and those of its alerts come last.
    pub(super) incident: Incident,
    pub(super) layout: &'static Layout,
    /// Ids of alerts that belong to the incident and may stand elsewhere in the document.
    pub(super) alert_ids: Vec<String>,
    /// Where only alerts are known: the incident that they name.
    pub(super) named: Option<String>,
    /// Whether only alerts are known.
    pub(super) alone: bool,
    entities: Entities,
    by_alert_id: BTreeMap<String, usize>,
    /// The techniques that each alert names, so that a second row of it adds only new ones.
    seen: BTreeSet<(usize, String)>,
    /// Whether it holds more than is read of one incident; the findings say so.
    is_full: bool,
}

impl Draft {
    /// A draft of an incident of which nothing is known but its place.
    pub(super) fn new(form: Form, at: &Place<'_>) -> Self {
        let incident = Incident {
            form,
            id: String::new(),
            number: None,
            resource: None,
            provider_id: None,
            title: String::new(),
            description: None,
            severity: None,
            status: Status::default(),
            classification: Classification::default(),
            determination: None,
            tenant: None,
            url: None,
            redirect: None,
            created: None,
            first_activity: None,
            resolved: None,
            updated: None,
            assigned_to: None,
            tags: Vec::new(),
            tactics: Vec::new(),
            techniques: Vec::new(),
            alerts: Vec::new(),
            entities: Vec::new(),
            pointer: at.pointer.clone(),
        };
        Self {
            incident,
            layout: layout(form),
            alert_ids: Vec::new(),
            named: None,
            alone: false,
            entities: Entities::default(),
            by_alert_id: BTreeMap::new(),
            seen: BTreeSet::new(),
            is_full: false,
        }
    }

    /// Reads the alert at `at` into this incident. An alert that is here already, told by its id, is read on: a table
    /// has a row for each of its entities or states. The answer is `None`, with an error, when that is too much.
    pub(super) fn add_alert(
        &mut self,
        layout: &Layout,
        at: &Place<'_>,
        reader: &mut Reader,
    ) -> Option<usize> {
        if self.is_full {
            return None;
        }
        let id = alert::id(&layout.alert, &Subject::of(at), reader);
        let index = id.as_ref().and_then(|id| self.by_alert_id.get(id)).copied();
        let index = index.unwrap_or(self.incident.alerts.len());
        std::mem::swap(&mut reader.entities, &mut self.entities);
        let Read { alert, techniques } = alert::read(layout, at, index, reader);
        std::mem::swap(&mut reader.entities, &mut self.entities);
        self.take_alert(index, alert, techniques);
        self.weigh(&at.pointer, &mut reader.findings);
        (!self.is_full).then_some(index)
    }

    /// As [`Draft::add_alert`] where only alerts are known: what the alert says of its incident counts too.
    pub(super) fn add_lone_alert(
        &mut self,
        layout: &Layout,
        at: &Place<'_>,
        lead: Lead,
        reader: &mut Reader,
    ) {
        let before = self.incident.alerts.len();
        let Some(index) = self.add_alert(layout, at, reader) else { return };
        let (incident, is_first, is_new) = (&mut self.incident, before == 0, index == before);
        let alert = &incident.alerts[index];
        incident.severity = incident.severity.max(alert.severity);
        if is_first {
            let names = [&alert.title, &alert.id, &incident.id];
            incident.title = names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
            incident.classification = alert.classification;
            incident.determination = alert.determination.clone();
            incident.status = lead.status;
            incident.created = alert.created.clone();
        } else if is_new {
            if incident.classification != alert.classification {
                incident.classification = Classification::Unknown;
            }
            if incident.determination != alert.determination {
                incident.determination = None;
            }
            incident.status = least_done(incident.status, lead.status);
        }
        incident.description = incident.description.take().or(lead.description);
        incident.tenant = incident.tenant.take().or(lead.tenant);
        incident.url = incident.url.take().or(lead.url);
        incident.assigned_to = incident.assigned_to.take().or(lead.assigned_to);
        incident.updated = incident.updated.take().max(lead.updated);
    }

    /// Reads the entities that the incident itself lists. They are those of its alert, where it has but one.
    pub(super) fn add_related(&mut self, related: &[Place<'_>], reader: &mut Reader) {
        let Some(read) = self.layout.related else { return };
        std::mem::swap(&mut reader.entities, &mut self.entities);
        reader.alert = (self.incident.alerts.len() == 1).then_some(0);
        read(reader, related);
        reader.alert = None;
        std::mem::swap(&mut reader.entities, &mut self.entities);
        let place = related.last().map_or_else(|| self.incident.pointer.clone(), |last| last.pointer.clone());
        self.weigh(&place, &mut reader.findings);
    }

    /// How much it holds: alerts and mentions of entities.
    pub(super) fn size(&self) -> usize {
        self.incident.alerts.len() + self.entities.mentions()
    }

    /// Reports, once, that this is more than is read of one incident.
    fn weigh(&mut self, place: &Pointer, findings: &mut Findings) {
        let (what, limit) = if self.incident.alerts.len() > MAX_ALERTS {
            ("alerts", MAX_ALERTS)
        } else if self.entities.is_full() {
            ("mentions of entities", MAX_MENTIONS)
        } else if self.incident.techniques.len() > MAX_TECHNIQUES {
            ("techniques", MAX_TECHNIQUES)
        } else {
            return;
        };
        if !std::mem::replace(&mut self.is_full, true) {
            let message = format!("up to this place the incident has more than {limit} {what}");
            let help = format!("at most {limit} {what} are read: leave out what does not matter");
            findings.push(Diagnostic::new(&codes::INCIDENT_TOO_LARGE, place.clone(), message).help(help));
        }
    }

    /// Takes over the alerts of another draft, with their entities and techniques.
    pub(super) fn take_in(&mut self, other: &Self, findings: &mut Findings) {
        let mut places = Vec::with_capacity(other.incident.alerts.len());
        for (at, alert) in other.incident.alerts.iter().enumerate() {
            let known = self.by_alert_id.get(&alert.id).copied();
            let index = known.unwrap_or(self.incident.alerts.len());
            let techniques = other.incident.techniques.iter().filter(|technique| technique.alert == Some(at));
            let techniques =
                techniques.map(|found| NamedTechnique { alert: Some(index), ..found.clone() }).collect();
            self.take_alert(index, alert.clone(), techniques);
            places.push(index);
        }
        self.entities.absorb(&other.entities, &places);
        self.weigh(&other.incident.pointer, findings);
    }

    fn take_alert(&mut self, index: usize, mut alert: Alert, mut techniques: Vec<NamedTechnique>) {
        let is_known = index < self.incident.alerts.len();
        techniques.retain(|found| self.seen.insert((index, found.original.clone())) || !is_known);
        self.incident.techniques.extend(techniques.iter().cloned());
        if is_known {
            alert.techniques =
                techniques.iter().map(|found| technique_id(&found.original).to_owned()).collect();
            merge(&mut self.incident.alerts[index], alert);
        } else {
            if !alert.id.is_empty() {
                self.by_alert_id.insert(alert.id.clone(), index);
            }
            self.incident.alerts.push(alert);
        }
    }

    /// The incident, with findings about what it lacks.
    pub(super) fn finish(self, findings: &mut Findings) -> Incident {
        let Self { mut incident, layout, entities, .. } = self;
        let place = incident.pointer.clone();
        if self.alone {
            findings.push(alone(&incident, self.named.as_deref()));
        }
        if incident.alerts.is_empty() {
            findings.push(
                Diagnostic::new(&codes::NO_ALERTS, place, "this incident has no alerts")
                    .help(layout.without_alerts),
            );
        } else if entities.mentions() == 0 {
            let message = "no alert of this incident names an entity";
            findings.push(Diagnostic::new(&codes::NO_ENTITIES, place, message).help(layout.without_entities));
        }
        incident.entities = entities.finish();
        for (index, entity) in incident.entities.iter().enumerate() {
            for alert in &entity.alerts {
                incident.alerts[*alert].entities.push(index);
            }
        }
        incident
    }
}

/// The finding about alerts that were exported without their incident.
fn alone(incident: &Incident, named: Option<&str>) -> Diagnostic {
    let message = match (incident.alerts.len(), named) {
        (1, Some(id)) => format!("this is one alert of incident {id}, without the incident"),
        (1, None) => "this is one alert, without its incident".to_owned(),
        (count, Some(id)) => format!("these are {count} alerts of incident {id}, without the incident"),
        (count, None) => format!("these are {count} alerts, without their incident"),
    };
    let help =
        "what stands here is read; export the incident with all its alerts to plan for the whole of it";
    Diagnostic::new(&codes::ALERTS_ALONE, incident.pointer.clone(), message).help(help)
}

/// Of two alerts' states the one that has more to be done: an incident is resolved when all of its alerts are.
fn least_done(one: Status, other: Status) -> Status {
    let todo = |status: Status| match status {
        Status::InProgress => 4,
        Status::Active => 3,
        Status::Unknown => 2,
        Status::Resolved => 1,
        Status::Redirected => 0,
    };
    if todo(other) > todo(one) { other } else { one }
}

/// Fills in what a later row or copy of an alert knows more.
fn merge(known: &mut Alert, other: Alert) {
    let fill = |known: &mut Option<String>, other: Option<String>| *known = known.take().or(other);
    if known.title.is_empty() {
        known.title = other.title;
    }
    fill(&mut known.category, other.category);
    fill(&mut known.determination, other.determination);
    fill(&mut known.service_source, other.service_source);
    fill(&mut known.detection_source, other.detection_source);
    fill(&mut known.first_activity, other.first_activity);
    fill(&mut known.created, other.created);
    fill(&mut known.resolved, other.resolved);
    known.last_activity = known.last_activity.take().max(other.last_activity);
    known.severity = known.severity.max(other.severity);
    if known.classification == Classification::Unknown {
        known.classification = other.classification;
    }
    known.attack_disruption |= other.attack_disruption;
    known.techniques.extend(other.techniques);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_is_resolved_when_all_of_its_alerts_are() {
        use Status::{Active, InProgress, Resolved, Unknown};
        assert_eq!(least_done(Resolved, Active), Active);
        assert_eq!(least_done(InProgress, Active), InProgress);
        assert_eq!(least_done(Resolved, Unknown), Unknown);
        assert_eq!(least_done(Resolved, Resolved), Resolved);
    }
}
