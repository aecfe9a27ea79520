//! Incident exports that exist: each is read, or refused with a finding that says why. None makes a reader panic.

// Helpers of tests may unwrap and say that they skip; the lints only know the test functions themselves.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use counterflow::base::diagnostic::Diagnostic;
use counterflow::base::json::Document;
use counterflow::ingest::{self, Ingested, incident::Form};
use proptest::prelude::*;

/// The exports of one form, by file name; empty, with a note, where the shared folder is absent.
fn exports(form: &str) -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/incidents").join(form);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: there is no folder of shared incidents of the form {form}");
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// `None` where the text is no JSON.
fn read(text: &str) -> Option<Result<Ingested, Vec<Diagnostic>>> {
    Document::parse(text).ok().map(|document| ingest::read(&document))
}

/// The code and message of the first error.
fn first_error(findings: &[Diagnostic]) -> (&'static str, String) {
    let error = findings.iter().find(|finding| finding.is_error()).expect("a refusal has an error");
    assert!(error.help.is_some(), "{error:?}");
    (error.rule.code, error.message.clone())
}

#[test]
fn every_export_of_a_form_with_a_reader_is_read_or_refused_for_a_reason() {
    for form in Form::ALL {
        let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut files, mut alerts, mut entities) = (0, 0, 0);
        for (name, text) in exports(form.name()) {
            files += 1;
            match read(&text).expect("the corpus is JSON") {
                Ok(Ingested { incidents, diagnostics }) => {
                    assert!(!diagnostics.iter().any(Diagnostic::is_error));
                    for incident in &incidents {
                        assert_eq!(incident.form, form, "{name}");
                        let techniques: BTreeSet<&String> =
                            incident.alerts.iter().flat_map(|alert| &alert.techniques).collect();
                        alerts += incident.alerts.len();
                        entities += incident.entities.len();
                        println!(
                            "{name:48} {:4} alerts {:4} entities {:2} techniques",
                            incident.alerts.len(),
                            incident.entities.len(),
                            techniques.len()
                        );
                    }
                }
                Err(findings) => {
                    let (code, message) = first_error(&findings);
                    println!("{name:48} {code} {message}");
                    *refused.entry(code).or_default() += 1;
                }
            }
        }
        if files == 0 {
            continue;
        }
        // Refused are incidents that were merged into others, and two files that are the schema of an incident.
        let expected = match form {
            Form::GraphIncident => (6, 1, 6, vec![("CF9003", 1)]),
            Form::M365dIncident => (27, 183, 75, vec![("CF9001", 2), ("CF9003", 2)]),
        };
        assert_eq!(
            (files, alerts, entities, refused.into_iter().collect::<Vec<_>>()),
            expected,
            "{}",
            form.name()
        );
    }
}

#[test]
fn every_other_form_is_named_in_its_refusal() {
    let forms = [
        ("graph_alert_v2", "a single Microsoft Graph alert"),
        ("mde_alert", "a Defender for Endpoint alert"),
        ("sentinel_alert", "a Microsoft Sentinel alert"),
        ("sentinel_entities_list", "the entities of a Microsoft Sentinel incident"),
        ("sentinel_entity", "a Microsoft Sentinel entity"),
        ("sentinel_incident", "a Microsoft Sentinel incident"),
        ("sentinel_incident_pysdk_snake", "a Microsoft Sentinel incident"),
        ("sentinel_securityalert_row", "a row of the table SecurityAlert"),
        ("sentinel_securityincident_row", "a row of the table SecurityIncident"),
        ("sentinel_trigger", "the input of a Microsoft Sentinel playbook trigger"),
        ("xdr_additionalfields_alert", "a row of the table SecurityAlert"),
        ("xdr_alertevidence_row", "a row of an advanced hunting table"),
    ];
    for (form, title) in forms {
        for (name, text) in exports(form) {
            let findings = read(&text).expect("the corpus is JSON").expect_err(&name);
            let (code, message) = first_error(&findings);
            assert_eq!(code, "CF9001", "{form}/{name}");
            assert!(message.contains(title), "{form}/{name}: {message}");
        }
    }
}

#[test]
fn envelopes_are_opened_or_named() {
    let expected = BTreeMap::from([
        ("graph-alertsv2-value-envelope.json", Err("a single Microsoft Graph alert")),
        ("graph-incidents.ndjson", Err("not one JSON document")),
        ("m365d-list-envelope.json", Ok(1)),
        ("m365d-single-no-envelope.json", Ok(1)),
        ("sentinel-json-in-string-wrapper.json", Err("an export inside the envelope of another tool")),
        ("sentinel-trigger-body-envelope.json", Err("the input of a Microsoft Sentinel playbook trigger")),
    ]);
    for (name, text) in exports("envelopes") {
        match (read(&text), expected.get(name.as_str())) {
            (Some(Ok(read)), Some(Ok(count))) => assert_eq!(read.incidents.len(), *count, "{name}"),
            (Some(Err(findings)), Some(Err(title))) => {
                let (_, message) = first_error(&findings);
                assert!(message.contains(title), "{name}: {message}");
            }
            (None, Some(Err("not one JSON document"))) => {}
            (got, expected) => panic!("{name}: expected {expected:?}, got {got:?}"),
        }
    }
}

#[test]
fn real_alerts_of_graph_are_read_inside_an_incident() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, alert) in exports("graph_alert_v2") {
        let text = format!(r#"{{"id": "1", "displayName": "t", "alerts": [{alert}]}}"#);
        let read = read(&text).expect("the corpus is JSON").expect(&name);
        let incident = &read.incidents[0];
        assert!(
            read.diagnostics.iter().all(|finding| finding.rule.code != "CF9012"),
            "{name}: an unknown kind"
        );
        assert!(!incident.entities.is_empty(), "{name}");
        incident.entities.iter().for_each(|entity| *kinds.entry(entity.kind.name()).or_default() += 1);
    }
    println!("{kinds:?}");
}

#[test]
fn reading_twice_gives_the_same() {
    for form in Form::ALL {
        for (name, text) in exports(form.name()) {
            assert_eq!(format!("{:?}", read(&text)), format!("{:?}", read(&text)), "{name}");
        }
    }
}

#[test]
fn truncated_exports_never_panic() {
    for form in Form::ALL {
        for text in exports(form.name()).into_values() {
            // A cut document is no JSON, so the brackets that are open at the cut are closed again.
            for end in (0..text.len()).step_by(97).filter(|end| text.is_char_boundary(*end)) {
                assert!(read(&text[..end]).is_none_or(|result| result.is_err()));
                if text.len() < 20_000 {
                    let _ = read(&closed(&text[..end]));
                }
            }
        }
    }
}

/// A prefix of a JSON document, ended: the open string is closed, a dangling key or comma removed, brackets closed.
fn closed(prefix: &str) -> String {
    let (mut open, mut in_string, mut escaped) = (Vec::new(), false, false);
    for c in prefix.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '{' if !in_string => open.push('}'),
            '[' if !in_string => open.push(']'),
            '}' | ']' if !in_string => drop(open.pop()),
            _ => {}
        }
    }
    let mut text = prefix.to_owned();
    if in_string {
        text.truncate(prefix.rfind('"').unwrap_or_default());
    }
    let kept = text.trim_end().trim_end_matches([',', ':']).len();
    text.truncate(kept);
    text.extend(open.iter().rev());
    text
}

/// A document that has every key that readers look at, to be broken below.
const RICH: &str = r##"{"value": [{"@odata.type": "#microsoft.graph.security.incident", "id": "1", "displayName": "t",
 "status": "active", "severity": "high", "customTags": ["x"], "redirectIncidentId": null, "alerts": [{"id": "a",
 "title": "t", "category": "Malware", "mitreTechniques": ["T1078"], "evidence": [
 {"@odata.type": "#microsoft.graph.security.processEvidence", "verdict": "malicious", "processId": 7, "mdeDeviceId": "d",
 "imageFile": {"sha1": "ab", "fileName": "x"}, "userAccount": {"userSid": "S-1-5-21", "accountName": "u"}},
 {"@odata.type": "#microsoft.graph.security.mailboxEvidence", "upn": "a@example.com", "userAccount": {"azureAdUserId": "u"}},
 {"@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "networkMessageId": "n", "p2Sender": {"emailAddress": "s"}}]}]},
 {"incidentId": 2, "incidentName": "u", "alerts": [{"alertId": "b", "devices": [{"mdatpDeviceId": "d"}], "entities": [
 {"entityType": "User", "userPrincipalName": "a@example.com", "aadUserId": "u"}, {"entityType": "Ip", "ipAddress": "192.0.2.1"}]}]}]}"##;

/// Values that stand in for others: the right text in the wrong type, and the wrong text in the right one.
const ODDITIES: &[&str] = &[
    "null",
    "true",
    "0",
    "-1e999",
    "\"\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "{\"value\": []}",
    "\"T1078\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn changed_bytes_never_panic(changes in prop::collection::vec((0..RICH.len(), any::<u8>()), 1..6)) {
        let mut bytes = RICH.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let _ = read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn swapped_values_never_panic(at in 0..200_usize, odd in 0..ODDITIES.len(), with in 0..200_usize) {
        let document = Document::parse(RICH).unwrap();
        let mut nodes = vec![document.root()];
        let mut next = 0;
        while next < nodes.len() {
            let children: Vec<_> = nodes[next].items().collect();
            nodes.extend(children);
            next += 1;
        }
        let target = nodes[at % nodes.len()].span();
        let other = nodes[with % nodes.len()].span();
        for value in [ODDITIES[odd], &RICH[other]] {
            let text = format!("{}{value}{}", &RICH[..target.start], &RICH[target.end..]);
            if let Some(Err(findings)) = read(&text) {
                prop_assert!(findings.iter().any(Diagnostic::is_error));
            }
        }
    }

    #[test]
    fn changed_bytes_of_real_exports_never_panic(
        file in 0..64_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let texts = real();
        if let Some(text) = texts.get(file % texts.len().max(1)) {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = read(&String::from_utf8_lossy(&bytes));
        }
    }
}

/// The real exports of moderate size, read from disk once.
fn real() -> &'static [String] {
    static TEXTS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    TEXTS.get_or_init(|| {
        let all = Form::ALL.iter().flat_map(|form| exports(form.name()).into_values());
        all.filter(|text| !text.is_empty() && text.len() < 50_000).collect()
    })
}
