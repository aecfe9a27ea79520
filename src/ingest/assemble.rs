//! An incident and its alerts, put together for both forms: they differ in spelling, not in shape.

use crate::base::diagnostic::{Diagnostic, Severity};

use super::codes;
use super::entities::MAX_MENTIONS;
use super::incident::{Alert, Form, Incident, Status, is_disruption_title};
use super::reader::{Findings, Place, Reader};
use super::words;

/// The most alerts read of one incident. The largest real incident seen has 158.
pub(super) const MAX_ALERTS: usize = 10_000;

/// How one form spells what both have.
pub(super) struct Layout {
    pub(super) form: Form,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// The first that is present is the description.
    pub(super) description: &'static [&'static str],
    pub(super) url: &'static str,
    pub(super) created: &'static str,
    pub(super) updated: &'static str,
    pub(super) alert_id: &'static str,
    pub(super) first_activity: &'static str,
    pub(super) last_activity: &'static str,
    pub(super) alert_created: &'static str,
    pub(super) alert_resolved: &'static str,
    /// Reads what an alert names into [`Reader::entities`].
    pub(super) evidence: fn(&mut Reader, &Place<'_>),
    /// What to do about an incident without alerts.
    pub(super) without_alerts: &'static str,
}

/// What became of one incident of the document.
pub(super) enum Outcome {
    /// It was read.
    Read(Box<Incident>),
    /// It is what a merge has left behind; how much that weighs depends on what else is in the document.
    Merged(Diagnostic),
    /// It could not be read; the findings say why.
    Failed,
}

/// Reads one incident, adding to `findings`.
pub(super) fn incident(layout: &Layout, at: &Place<'_>, findings: &mut Findings) -> Outcome {
    let mut reader = Reader { findings: std::mem::take(findings), ..Reader::default() };
    let outcome = read(layout, at, &mut reader);
    *findings = reader.findings;
    outcome
}

fn read(layout: &Layout, at: &Place<'_>, reader: &mut Reader) -> Outcome {
    let errors_before = reader.findings.errors();
    let alerts = reader.objects(at, "alerts").unwrap_or_default();
    if reader.findings.errors() > errors_before {
        return Outcome::Failed;
    }
    let status = reader.word(at, "status", words::status);
    let redirect = reader.text(at, "redirectIncidentId");
    if let Some(merged) = merged(at, status, redirect.as_deref(), alerts.is_empty()) {
        if alerts.is_empty() {
            return Outcome::Merged(merged);
        }
        reader.findings.push(merged);
    }
    if alerts.len() > MAX_ALERTS {
        reader.findings.push(
            Diagnostic::new(
                &codes::INCIDENT_TOO_LARGE,
                at.pointer.join("alerts"),
                format!("this incident has {} alerts", alerts.len()),
            )
            .help(format!(
                "at most {MAX_ALERTS} are read: leave out alerts that do not matter and export again"
            )),
        );
        return Outcome::Failed;
    }
    let mut read_alerts = Vec::with_capacity(alerts.len());
    for (index, place) in alerts.iter().enumerate() {
        reader.alert = index;
        read_alerts.push(alert(layout, place, reader));
        if too_many_mentions(reader, place) {
            return Outcome::Failed;
        }
    }
    let id = incident_id(layout, at, &alerts, reader);
    let title = title(layout, at, &read_alerts, reader);
    note_what_is_missing(layout, at, &alerts, reader);

    let url = reader.text(at, layout.url);
    let mut incident = Incident {
        form: layout.form,
        description: layout.description.iter().find_map(|key| reader.text(at, key)),
        severity: reader.word(at, "severity", words::severity),
        status,
        classification: reader.word(at, "classification", words::classification),
        determination: determination(at, reader),
        tenant: reader.text(at, "tenantId").or_else(|| url.as_deref().and_then(tenant_of_url)),
        url,
        redirect,
        created: reader.text(at, layout.created),
        updated: reader.text(at, layout.updated),
        assigned_to: reader.text(at, "assignedTo"),
        tags: ["customTags", "systemTags", "tags"].iter().flat_map(|key| reader.texts(at, key)).collect(),
        alerts: read_alerts,
        entities: std::mem::take(&mut reader.entities).finish(),
        pointer: at.pointer.clone(),
        id: String::new(),
        title: String::new(),
    };
    for (index, entity) in incident.entities.iter().enumerate() {
        for alert in &entity.alerts {
            incident.alerts[*alert].entities.push(index);
        }
    }
    match (id, title) {
        (Some(id), Some(title)) if reader.findings.errors() == errors_before => {
            Outcome::Read(Box::new(Incident { id, title, ..incident }))
        }
        _ => Outcome::Failed,
    }
}

fn alert(layout: &Layout, at: &Place<'_>, reader: &mut Reader) -> Alert {
    (layout.evidence)(reader, at);
    let id = reader.text(at, layout.alert_id).or_else(|| reader.text(at, "providerAlertId"));
    if id.is_none() {
        reader.findings.push(
            Diagnostic::new(&codes::MISSING_ALERT_ID, at.pointer.clone(), "this alert has no id").help(
                format!(
                    "its `{}` should say it; reports will not be able to link to the alert",
                    layout.alert_id
                ),
            ),
        );
    }
    let category = reader.text(at, "category");
    let title = reader.text(at, "title");
    if title.is_none() {
        reader.findings.push(
            Diagnostic::new(&codes::MISSING_TITLE, at.pointer.clone(), "this alert has no title")
                .help("its `title` should say it; its category stands in"),
        );
    }
    Alert {
        id: id.unwrap_or_default(),
        attack_disruption: title.as_deref().is_some_and(is_disruption_title),
        title: title.or_else(|| category.clone()).unwrap_or_default(),
        category,
        severity: reader.word(at, "severity", words::severity),
        classification: reader.word(at, "classification", words::classification),
        determination: determination(at, reader),
        service_source: reader.text(at, "serviceSource"),
        detection_source: reader.text(at, "detectionSource"),
        techniques: reader.texts(at, "mitreTechniques"),
        first_activity: reader.text(at, layout.first_activity),
        last_activity: reader.text(at, layout.last_activity),
        created: reader.text(at, layout.alert_created),
        resolved: reader.text(at, layout.alert_resolved),
        entities: Vec::new(),
        pointer: at.pointer.clone(),
    }
}

/// The finding about an incident that was merged into another: an error, or a warning where it still has alerts.
fn merged(at: &Place<'_>, status: Status, redirect: Option<&str>, empty: bool) -> Option<Diagnostic> {
    if status != Status::Redirected && redirect.is_none() {
        return None;
    }
    let place = at.pointer.join(if redirect.is_some() { "redirectIncidentId" } else { "status" });
    let (message, export) = match redirect {
        Some(id) => (format!("this incident was merged into incident {id}"), format!("incident {id}")),
        None => (
            "this incident was merged into another one".to_owned(),
            "that one; the portal names it".to_owned(),
        ),
    };
    let finding = Diagnostic::new(&codes::MERGED_INCIDENT, place, message);
    Some(if empty {
        finding.help(format!("nothing is left in it: export {export}"))
    } else {
        finding
            .help(format!("its remaining alerts are read; the whole story is in the other: export {export}"))
            .severity(Severity::Warning)
    })
}

/// The incident's id, else the one that all alerts agree on.
fn incident_id(layout: &Layout, at: &Place<'_>, alerts: &[Place<'_>], reader: &mut Reader) -> Option<String> {
    if let Some(id) = reader.text(at, layout.id) {
        return Some(id);
    }
    let mut stated: Vec<String> =
        alerts.iter().filter_map(|alert| reader.text(alert, "incidentId")).collect();
    stated.dedup();
    let finding = Diagnostic::new(&codes::MISSING_INCIDENT_ID, at.pointer.clone(), "this incident has no id");
    match <[String; 1]>::try_from(stated) {
        Ok([id]) => {
            let help = format!("its `{}` should say it; all alerts say {id}, so that is used", layout.id);
            reader.findings.push(finding.help(help).severity(Severity::Warning));
            Some(id)
        }
        Err(_) => {
            let help = format!("add `{}`: a text or a number, as the product's portal shows it", layout.id);
            reader.findings.push(finding.help(help));
            None
        }
    }
}

/// The incident's title, else that of the first alert that has one.
fn title(layout: &Layout, at: &Place<'_>, alerts: &[Alert], reader: &mut Reader) -> Option<String> {
    if let Some(title) = reader.text(at, layout.title) {
        return Some(title);
    }
    let fallback = alerts.iter().map(|alert| &alert.title).find(|title| !title.is_empty()).cloned();
    let finding = Diagnostic::new(&codes::MISSING_TITLE, at.pointer.clone(), "this incident has no title");
    reader.findings.push(match fallback {
        Some(_) => {
            finding.help(format!("its `{}` should say it; the first alert's title stands in", layout.title))
        }
        None => finding
            .help(format!("add `{}`: any text; no alert has a title that could stand in", layout.title))
            .severity(Severity::Error),
    });
    fallback
}

fn note_what_is_missing(layout: &Layout, at: &Place<'_>, alerts: &[Place<'_>], reader: &mut Reader) {
    if alerts.is_empty() {
        reader.findings.push(
            Diagnostic::new(&codes::NO_ALERTS, at.pointer.clone(), "this incident has no alerts")
                .help(layout.without_alerts),
        );
    } else if reader.entities.mentions() == 0 {
        reader.findings.push(
            Diagnostic::new(
                &codes::NO_ENTITIES,
                at.pointer.clone(),
                "no alert of this incident names an entity",
            )
            .help("only patterns that need no entity can be chosen; entities can be added in the review"),
        );
    }
}

fn too_many_mentions(reader: &mut Reader, alert: &Place<'_>) -> bool {
    let too_many = reader.entities.is_full();
    if too_many {
        reader.findings.push(
            Diagnostic::new(
                &codes::INCIDENT_TOO_LARGE,
                alert.pointer.clone(),
                format!("up to this alert the incident names entities more than {MAX_MENTIONS} times"),
            )
            .help(format!("at most {MAX_MENTIONS} mentions are read: leave out alerts that do not matter")),
        );
    }
    too_many
}

fn determination(at: &Place<'_>, reader: &mut Reader) -> Option<String> {
    reader.text(at, "determination").filter(|text| !words::is_no_determination(text))
}

/// The tenant in the query of a portal address: the older API says it nowhere else.
fn tenant_of_url(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let tenant = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("tid="))?;
    (!tenant.is_empty()).then(|| tenant.to_owned())
}
