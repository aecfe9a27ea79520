//! One alert, read with the layout of its form, and what it says of the incident it belongs to.

use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;
use crate::data::attack;

use super::codes;
use super::incident::{Alert, NamedTechnique, Status, is_disruption_title, technique_id};
use super::layout::{AlertKeys, Keys, Layout};
use super::place::{Place, Subject};
use super::reader::Reader;
use super::words;

/// An alert with the techniques that it names.
pub(super) struct Read {
    pub(super) alert: Alert,
    pub(super) techniques: Vec<NamedTechnique>,
}

/// Reads the alert at `at`; `index` is what it will be among the alerts of its incident.
pub(super) fn read(layout: &Layout, at: &Place<'_>, index: usize, reader: &mut Reader) -> Read {
    let keys = &layout.alert;
    let subject = Subject::of(at);
    reader.alert = Some(index);
    (layout.evidence)(reader, at);
    reader.alert = None;
    let id = id(keys, &subject, reader);
    if id.is_none() {
        reader.findings.push(
            Diagnostic::new(&codes::MISSING_ALERT_ID, at.pointer.clone(), "this alert has no id").help(
                format!(
                    "its `{}` should say it; reports will not be able to link to the alert",
                    first(keys.id)
                ),
            ),
        );
    }
    let category = category(keys, &subject, reader);
    let title = reader.first(&subject, keys.title);
    if title.is_none() {
        reader.findings.push(
            Diagnostic::new(&codes::MISSING_TITLE, at.pointer.clone(), "this alert has no title")
                .help(format!("its `{}` should say it; its category stands in", first(keys.title))),
        );
    }
    let named = reader.listed(&subject, keys.techniques);
    let alert = Alert {
        id: id.unwrap_or_default(),
        attack_disruption: title.as_deref().is_some_and(is_disruption_title),
        title: title.or_else(|| category.clone()).unwrap_or_default(),
        category,
        severity: reader.first_word(subject.places(), SEVERITY, words::severity),
        classification: reader.first_word(subject.places(), &["classification"], words::classification),
        determination: determination(&subject, keys.determination, reader),
        service_source: reader.first(&subject, keys.service_source),
        detection_source: reader.first(&subject, keys.detection_source),
        techniques: named.iter().map(|(_, text)| technique_id(text).to_owned()).collect(),
        first_activity: reader.time(&subject, keys.first_activity),
        last_activity: reader.time(&subject, keys.last_activity),
        created: reader.time(&subject, keys.created),
        resolved: reader.time(&subject, keys.resolved),
        entities: Vec::new(),
        pointer: at.pointer.clone(),
    };
    Read { alert, techniques: named.into_iter().map(|named| technique(named, Some(index))).collect() }
}

/// Forms differ in whether they call it the alert's.
pub(super) const SEVERITY: Keys = &["severity", "alertSeverity"];

/// The id by which the product knows the alert.
pub(super) fn id(keys: &AlertKeys, subject: &Subject<'_>, reader: &mut Reader) -> Option<String> {
    reader.first(subject, keys.id)
}

fn category(keys: &AlertKeys, subject: &Subject<'_>, reader: &mut Reader) -> Option<String> {
    keys.category.iter().find_map(|key| {
        let named = reader.listed(subject, std::slice::from_ref(key));
        let texts: Vec<String> = named.into_iter().map(|(_, text)| text).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    })
}

/// A determination that says something.
pub(super) fn determination(subject: &Subject<'_>, keys: Keys, reader: &mut Reader) -> Option<String> {
    reader.first(subject, keys).filter(|text| !words::is_no_determination(text))
}

/// A technique as it stands in the export, with its normalised id.
pub(super) fn technique((pointer, original): (Pointer, String), alert: Option<usize>) -> NamedTechnique {
    let id = attack::resolve(technique_id(&original)).id;
    NamedTechnique { original, id, alert, pointer }
}

/// The key to name in a message.
pub(super) fn first(keys: Keys) -> &'static str {
    keys.first().copied().unwrap_or("id")
}

/// What an alert says of its incident: all there is when it was exported alone.
pub(super) struct Lead {
    pub(super) incident: Option<String>,
    pub(super) description: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) url: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) assigned_to: Option<String>,
    pub(super) status: Status,
}

impl Lead {
    /// Reads what the alert at `at` says of its incident.
    pub(super) fn read(layout: &Layout, at: &Place<'_>, reader: &mut Reader) -> Self {
        let keys = &layout.alert;
        let subject = Subject::of(at);
        Self {
            incident: reader.first(&subject, keys.incident),
            description: reader.first(&subject, keys.description),
            tenant: reader.first(&subject, keys.tenant),
            url: reader.first(&subject, keys.url),
            updated: reader.time(&subject, keys.updated),
            assigned_to: reader.first(&subject, &["assignedTo"]),
            status: reader.first_word(subject.places(), &["status"], words::status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_behind_its_name_is_found() {
        let cases = [
            ("Phishing (T1566)", "T1566"),
            ("Phishing(T1566.001)", "T1566.001"),
            ("T1078", "T1078"),
            ("Phishing (mail)", "Phishing (mail)"),
            ("(", "("),
        ];
        for (text, expected) in cases {
            assert_eq!(technique_id(text), expected, "{text}");
        }
        let named = technique((Pointer::root(), "Rundll32 (t1085)".to_owned()), None);
        assert_eq!((named.original.as_str(), named.id.as_str()), ("Rundll32 (t1085)", "T1218.011"));
        let resolved = named.resolve();
        assert_eq!((resolved.original, resolved.id), (named.original, named.id));
    }
}
