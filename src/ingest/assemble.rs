//! An incident's own object, read with the layout of its form: forms differ in spelling, not in shape.

use crate::base::diagnostic::{Diagnostic, Severity};

use super::alert::{self, SEVERITY, determination, first};
use super::codes;
use super::draft::{Draft, MAX_ALERTS};
use super::incident::{Form, Incident, Status};
use super::layout::{Layout, layout};
use super::place::{Place, Subject};
use super::reader::Reader;
use super::words;

/// What became of one incident of the document.
pub(super) enum Outcome {
    /// It was read.
    Read(Box<Draft>),
    /// It is what a merge has left behind: read where nothing else is in the document.
    Merged(Box<(Draft, Diagnostic)>),
    /// It could not be read; the findings say why.
    Failed,
}

/// Reads one incident: alone, in a bundle with its alerts and entities, or in a trigger.
pub(super) fn incident(form: Form, at: &Place<'_>, reader: &mut Reader) -> Outcome {
    let layout = layout(form);
    let errors_before = reader.findings.errors();
    let subject = Subject::of(at);
    let Parts { alerts, related } = parts(layout, at, &subject, reader);
    if reader.findings.errors() > errors_before {
        return Outcome::Failed;
    }
    let status = reader.first_word(subject.places(), &["status"], words::status);
    let redirect = reader.first(&subject, &["redirectIncidentId"]);
    let merged = merged(&subject.body, status, redirect.as_deref(), alerts.is_empty());
    if alerts.len() > MAX_ALERTS {
        reader.findings.push(
            Diagnostic::new(
                &codes::INCIDENT_TOO_LARGE,
                subject.body.join("alerts"),
                format!("this incident has {} alerts", alerts.len()),
            )
            .help(format!(
                "at most {MAX_ALERTS} are read: leave out alerts that do not matter and export again"
            )),
        );
        return Outcome::Failed;
    }
    let mut draft = Draft::new(form, &subject.whole);
    for place in &alerts {
        if draft.add_alert(layout, place, reader).is_none() {
            return Outcome::Failed;
        }
    }
    draft.add_related(&related, reader);
    facts(layout, &subject, &mut draft.incident, reader);
    draft.incident.status = status;
    draft.incident.redirect = redirect;
    draft.alert_ids = texts(&subject, layout.incident.alert_ids, reader);
    let id = id(layout, &subject, &alerts, &draft.incident, reader);
    let title = title(layout, &subject, &draft.incident, reader);
    match (id, title) {
        (Some(id), Some(title)) if reader.findings.errors() == errors_before => {
            draft.incident.id = id;
            draft.incident.title = title;
            match merged {
                Some(merged) if alerts.is_empty() => Outcome::Merged(Box::new((draft, merged))),
                merged => {
                    merged.into_iter().for_each(|merged| reader.findings.push(merged));
                    Outcome::Read(Box::new(draft))
                }
            }
        }
        _ => Outcome::Failed,
    }
}

/// The lists of an incident.
struct Parts<'d> {
    alerts: Vec<Place<'d>>,
    related: Vec<Place<'d>>,
}

/// Finds alerts and entities beside the incident, as a bundle has them, and in it.
fn parts<'d>(layout: &Layout, at: &Place<'d>, subject: &Subject<'d>, reader: &mut Reader) -> Parts<'d> {
    let mut holders: Vec<&Place<'d>> = vec![at];
    for inner in [&subject.whole, &subject.body] {
        if holders.iter().all(|holder| holder.node.span() != inner.node.span()) {
            holders.push(inner);
        }
    }
    let mut parts = Parts { alerts: Vec::new(), related: Vec::new() };
    for holder in holders {
        parts.alerts.extend(reader.objects(holder, "alerts").unwrap_or_default());
        for key in ["entities", "relatedEntities"].iter().filter(|_| layout.related.is_some()) {
            for entity in reader.objects(holder, key).unwrap_or_default() {
                // Microsoft Sentinel counts the alerts of an incident among its entities.
                let kind = entity.member("kind").and_then(|kind| kind.node.text());
                let is_alert = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("SecurityAlert"));
                if is_alert { parts.alerts.push(entity) } else { parts.related.push(entity) }
            }
        }
    }
    parts
}

/// Everything but id and title, which have fallbacks, and what has been read before.
fn facts(layout: &Layout, subject: &Subject<'_>, incident: &mut Incident, reader: &mut Reader) {
    let keys = &layout.incident;
    incident.number = reader.first(subject, keys.number);
    incident.resource = reader.first(subject, keys.resource);
    incident.provider_id = reader.first(subject, keys.provider_id);
    incident.description = reader.first(subject, keys.description);
    incident.severity = reader.first_word(subject.places(), SEVERITY, words::severity);
    incident.classification = reader.first_word(subject.places(), &["classification"], words::classification);
    incident.determination = determination(subject, keys.determination, reader);
    incident.url = reader.first(subject, keys.url);
    let tenant = reader.first(subject, keys.tenant);
    incident.tenant = tenant.or_else(|| incident.url.as_deref().and_then(tenant_of_url));
    incident.created = reader.time(subject, keys.created);
    incident.first_activity = reader.time(subject, keys.first_activity);
    incident.resolved = reader.time(subject, keys.resolved);
    incident.updated = reader.time(subject, keys.updated);
    incident.assigned_to = reader.first(subject, keys.assigned_to);
    incident.tags = texts(subject, keys.tags, reader);
    incident.tactics = reader.listed(subject, keys.tactics).into_iter().map(|(_, text)| text).collect();
    let named = reader.listed(subject, keys.techniques);
    incident.techniques.extend(named.into_iter().map(|named| alert::technique(named, None)));
}

/// The texts at all of the keys, whole: a tag may hold a comma.
fn texts(subject: &Subject<'_>, keys: super::layout::Keys, reader: &mut Reader) -> Vec<String> {
    keys.iter()
        .flat_map(|key| subject.places().flat_map(|at| reader.texts(at, key)).collect::<Vec<_>>())
        .collect()
}

/// The warning about an incident that was merged into another.
fn merged(at: &Place<'_>, status: Status, redirect: Option<&str>, empty: bool) -> Option<Diagnostic> {
    if status != Status::Redirected && redirect.is_none() {
        return None;
    }
    let place = at.join(if redirect.is_some() { "redirectIncidentId" } else { "status" });
    let (message, export) = match redirect {
        Some(id) => (format!("this incident was merged into incident {id}"), format!("incident {id}")),
        None => (
            "this incident was merged into another one".to_owned(),
            "that one; the portal names it".to_owned(),
        ),
    };
    let help = match empty {
        true => format!("nothing is left in it: export {export}, and review and build from that"),
        false => format!("its remaining alerts are read; the whole story is in the other: export {export}"),
    };
    Some(Diagnostic::new(&codes::MERGED_INCIDENT, place, message).help(help))
}

/// The incident's id, else the end of its resource id, else the one that all alerts agree on.
fn id(
    layout: &Layout,
    subject: &Subject<'_>,
    alerts: &[Place<'_>],
    incident: &Incident,
    reader: &mut Reader,
) -> Option<String> {
    if let Some(id) = reader.first(subject, layout.incident.id) {
        return Some(id);
    }
    let key = first(layout.incident.id);
    let last = incident.resource.as_deref().and_then(|resource| resource.rsplit('/').next());
    if let Some(id) = last.filter(|id| !id.is_empty()) {
        return Some(id.to_owned());
    }
    let mut stated: Vec<String> = Vec::new();
    for alert in alerts {
        stated.extend(reader.first(&Subject::of(alert), layout.alert.incident));
    }
    stated.dedup();
    let place = subject.whole.pointer.clone();
    let finding = Diagnostic::new(&codes::MISSING_INCIDENT_ID, place, "this incident has no id");
    match <[String; 1]>::try_from(stated) {
        Ok([id]) => {
            let help = format!("its `{key}` should say it; all alerts say {id}, so that is used");
            reader.findings.push(finding.help(help).severity(Severity::Warning));
            Some(id)
        }
        Err(_) => {
            let help = format!("add `{key}`: a text or a number, as the product's portal shows it");
            reader.findings.push(finding.help(help));
            None
        }
    }
}

/// The incident's title, else that of the first alert that has one.
fn title(layout: &Layout, subject: &Subject<'_>, incident: &Incident, reader: &mut Reader) -> Option<String> {
    if let Some(title) = reader.first(subject, layout.incident.title) {
        return Some(title);
    }
    let key = first(layout.incident.title);
    let fallback = incident.alerts.iter().map(|alert| &alert.title).find(|title| !title.is_empty()).cloned();
    let place = subject.whole.pointer.clone();
    let finding = Diagnostic::new(&codes::MISSING_TITLE, place, "this incident has no title");
    reader.findings.push(match fallback {
        Some(_) => finding.help(format!("its `{key}` should say it; the first alert's title stands in")),
        None => finding
            .help(format!("add `{key}`: any text; no alert has a title that could stand in"))
            .severity(Severity::Error),
    });
    fallback
}

/// The tenant in the query of a portal address: the older API says it nowhere else.
fn tenant_of_url(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let tenant = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("tid="))?;
    (!tenant.is_empty()).then(|| tenant.to_owned())
}
