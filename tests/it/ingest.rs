//! Incident exports that exist: each is read, or refused with a finding that says why. None makes a reader panic.

// Helpers of tests may unwrap and say that they skip; the lints only know the test functions themselves.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use counterflow::base::diagnostic::Diagnostic;
use counterflow::base::json::Document;
use counterflow::ingest::incident::Form;
use counterflow::ingest::{Export, Ingested};
use proptest::prelude::*;

/// The folders of shared exports, one a form, with what they hold.
const FOLDERS: [&str; 15] = [
    "envelopes",
    "graph_alert_v2",
    "graph_incident",
    "m365d_incident",
    "mde_alert",
    "sentinel_alert",
    "sentinel_entities_list",
    "sentinel_entity",
    "sentinel_incident",
    "sentinel_incident_pysdk_snake",
    "sentinel_securityalert_row",
    "sentinel_securityincident_row",
    "sentinel_trigger",
    "xdr_additionalfields_alert",
    "xdr_alertevidence_row",
];

/// The exports in one folder, by file name; empty, with a note, where the shared folder is absent.
fn exports(folder: &str) -> BTreeMap<String, String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/incidents").join(folder);
    let Ok(entries) = fs::read_dir(&path) else {
        println!("skipped: there is no folder of shared incidents of the form {folder}");
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

/// `None` where the text is neither JSON nor JSON Lines.
fn read(text: &str) -> Option<Result<Ingested, Vec<Diagnostic>>> {
    Export::parse(text).ok().map(|export| export.read())
}

/// The code and message of the first error.
fn first_error(findings: &[Diagnostic]) -> (&'static str, String) {
    let error = findings.iter().find(|finding| finding.is_error()).expect("a refusal has an error");
    assert!(error.help.is_some(), "{error:?}");
    (error.rule.code, error.message.clone())
}

/// A folder, the five figures of its [`Row`], and the codes of what was refused.
type Expected = (&'static str, [usize; 5], &'static [(&'static str, usize)]);

/// What became of the files of one folder.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    files: usize,
    read: usize,
    alerts: usize,
    entities: usize,
    techniques: usize,
    refused: BTreeMap<&'static str, usize>,
}

#[test]
fn every_export_is_read_or_refused_for_a_reason() {
    let mut table: BTreeMap<&str, Row> = BTreeMap::new();
    for folder in FOLDERS {
        let row = table.entry(folder).or_default();
        for (name, text) in exports(folder) {
            row.files += 1;
            match read(&text).expect("the corpus is JSON") {
                Ok(Ingested { incidents, diagnostics }) => {
                    row.read += 1;
                    assert!(!diagnostics.iter().any(Diagnostic::is_error));
                    for incident in &incidents {
                        assert!(
                            folder == "envelopes" || incident.form.name() == folder,
                            "{name}: {:?}",
                            incident.form
                        );
                        assert!(!incident.id.is_empty() && !incident.title.is_empty(), "{name}");
                        row.alerts += incident.alerts.len();
                        row.entities += incident.entities.len();
                        row.techniques += incident.techniques.len();
                        let missing: usize =
                            incident.entities.iter().map(|entity| entity.missing().count()).sum();
                        println!(
                            "{folder:30} {name:48} {:4} alerts {:4} entities {:2} techniques {missing:3} identifiers missing",
                            incident.alerts.len(),
                            incident.entities.len(),
                            incident.techniques.len(),
                        );
                    }
                }
                Err(findings) => {
                    let (code, message) = first_error(&findings);
                    println!("{folder:30} {name:48} {code} {message}");
                    *row.refused.entry(code).or_default() += 1;
                }
            }
        }
    }
    println!("{:30} files  read alerts entities techniques refused", "form");
    for (folder, row) in &table {
        let Row { files, read, alerts, entities, techniques, refused } = row;
        println!("{folder:30} {files:5} {read:5} {alerts:6} {entities:8} {techniques:10} {refused:?}");
    }
    if table.values().all(|row| row.files == 0) {
        return;
    }
    // Refused are two files that are the schema of an incident, and entities without their incident: of the files that are
    // incidents or alerts, none.
    let expected: [Expected; 15] = [
        ("envelopes", [6, 6, 4, 11, 1], &[]),
        ("graph_alert_v2", [6, 6, 6, 34, 7], &[]),
        ("graph_incident", [6, 6, 1, 6, 1], &[]),
        ("m365d_incident", [27, 25, 183, 75, 20], &[("CF9001", 2)]),
        ("mde_alert", [25, 25, 25, 62, 4], &[]),
        ("sentinel_alert", [2, 2, 2, 0, 0], &[]),
        ("sentinel_entities_list", [1, 0, 0, 0, 0], &[("CF9001", 1)]),
        ("sentinel_entity", [5, 0, 0, 0, 0], &[("CF9001", 5)]),
        ("sentinel_incident", [7, 7, 0, 0, 0], &[]),
        ("sentinel_incident_pysdk_snake", [3, 3, 0, 0, 0], &[]),
        ("sentinel_securityalert_row", [9, 9, 9, 51, 0], &[]),
        ("sentinel_securityincident_row", [2, 2, 0, 0, 0], &[]),
        ("sentinel_trigger", [1, 1, 1, 3, 0], &[]),
        ("xdr_additionalfields_alert", [3, 3, 3, 35, 0], &[]),
        ("xdr_alertevidence_row", [3, 3, 3, 7, 9], &[]),
    ];
    for (folder, [files, read, alerts, entities, techniques], refused) in expected {
        let refused = refused.iter().copied().collect();
        assert_eq!(table[folder], Row { files, read, alerts, entities, techniques, refused }, "{folder}");
    }
}

#[test]
fn entities_without_their_incident_are_named_in_the_refusal() {
    let folders = [
        ("sentinel_entities_list", "the entities of a Microsoft Sentinel incident, without the incident"),
        ("sentinel_entity", "a Microsoft Sentinel entity"),
    ];
    for (folder, title) in folders {
        for (name, text) in exports(folder) {
            let findings = read(&text).expect("the corpus is JSON").expect_err(&name);
            let (code, message) = first_error(&findings);
            assert_eq!(code, "CF9001", "{folder}/{name}");
            assert!(message.contains(title), "{folder}/{name}: {message}");
        }
    }
}

#[test]
fn envelopes_are_opened() {
    let forms = BTreeMap::from([
        ("graph-alertsv2-value-envelope.json", Form::GraphAlertV2),
        ("graph-incidents.ndjson", Form::GraphIncident),
        ("m365d-list-envelope.json", Form::M365dIncident),
        ("m365d-single-no-envelope.json", Form::M365dIncident),
        ("sentinel-json-in-string-wrapper.json", Form::SentinelIncidentPysdkSnake),
        ("sentinel-trigger-body-envelope.json", Form::SentinelTrigger),
    ]);
    for (name, text) in exports("envelopes") {
        let read = read(&text).expect("the corpus is JSON").expect(&name);
        assert_eq!(read.incidents.len(), 1, "{name}");
        assert_eq!(Some(&read.incidents[0].form), forms.get(name.as_str()), "{name}");
    }
}

#[test]
fn every_place_can_be_found_in_the_text() {
    for folder in FOLDERS {
        for (name, text) in exports(folder).into_iter().filter(|(name, _)| !name.ends_with(".ndjson")) {
            let document = Document::parse(&text).unwrap();
            let Some(Ok(Ingested { incidents, diagnostics })) = read(&text) else { continue };
            let entities =
                incidents.iter().flat_map(|incident| &incident.entities).flat_map(|entity| &entity.pointers);
            let techniques =
                incidents.iter().flat_map(|incident| &incident.techniques).map(|found| &found.pointer);
            let found = diagnostics.iter().map(|finding| &finding.pointer);
            for pointer in entities.chain(techniques).chain(found) {
                assert!(document.at(pointer).is_some(), "{folder}/{name}: {pointer}");
            }
        }
    }
}

#[test]
fn a_bundle_of_real_answers_is_one_incident() {
    let one = |folder: &str| exports(folder).into_values().next_back();
    let parts = (one("sentinel_incident"), one("sentinel_alert"), one("sentinel_entities_list"));
    let (Some(incident), Some(alert), Some(entities)) = parts else { return };
    let lists = [
        (format!("[{alert}]"), entities.clone()),
        (format!(r#"{{"value": [{alert}]}}"#), format!(r#"{{"value": {entities}}}"#)),
    ];
    for (alerts, entities) in lists {
        let text = format!(r#"{{"incident": {incident}, "alerts": {alerts}, "entities": {entities}}}"#);
        let read = read(&text).unwrap().unwrap();
        let read = &read.incidents[0];
        assert_eq!((read.form, read.alerts.len(), read.entities.len()), (Form::SentinelIncident, 1, 1));
        assert_eq!(
            read.alerts[0].entities,
            [0],
            "the entities of an incident with one alert are that alert's"
        );
    }
}

#[test]
fn reading_twice_gives_the_same() {
    for folder in FOLDERS {
        for (name, text) in exports(folder) {
            assert_eq!(format!("{:?}", read(&text)), format!("{:?}", read(&text)), "{name}");
        }
    }
}

#[test]
fn truncated_exports_never_panic() {
    for folder in FOLDERS {
        for text in exports(folder).into_values() {
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

/// Documents that have the keys that readers look at, to be broken below.
const RICH: [&str; 3] = [DEFENDER, SENTINEL, ROWS];

const SENTINEL: &str = r##"{"body": {"incident": {"id": "/x/incidents/n", "name": "n", "type": "Microsoft.SecurityInsights/Incidents",
 "properties": {"title": "t", "severity": "High", "status": "New", "incidentNumber": 7, "labels": [{"labelName": "l"}],
 "owner": {"email": "o@example.com"}, "additionalData": {"tactics": ["Execution"], "techniques": ["T1059"]}}},
 "alerts": {"value": [{"kind": "SecurityAlert", "name": "a", "properties": {"alertDisplayName": "x", "tactics": ["Impact"]}}]},
 "entities": {"metaData": [], "entities": [{"id": "/x/Entities/f", "kind": "File", "properties": {"fileName": "x",
 "fileHashEntityIds": ["/x/Entities/h"], "hostEntityId": "/x/Entities/d"}}, {"id": "/x/Entities/h", "kind": "FileHash",
 "properties": {"algorithm": "SHA256", "hashValue": "AB"}}, {"id": "/x/Entities/d", "kind": "Host", "properties": {"hostName": "h",
 "azureID": "/subscriptions/s/providers/p/v"}}, {"kind": "Account", "properties": {"accountName": "u", "upnSuffix": "example.com"}}]}}}"##;

const ROWS: &str = r##"[{"IncidentName": "n", "IncidentNumber": 1, "Title": "t", "AlertIds": "[\"a\"]", "LastModifiedTime": "2026-01-01",
 "AdditionalData": "{\"tactics\": \"Impact, Execution\"}"}, {"SystemAlertId": "a", "AlertName": "x", "Entities":
 "[{\"$id\": \"1\", \"Type\": \"process\", \"ProcessId\": \"7\", \"ImageFile\": {\"$ref\": \"2\"}}, {\"$id\": \"2\", \"Type\": \"file\", \"Name\": \"x\"}]"},
 {"SystemAlertId": "b", "AlertName": "y", "Entities": [{"$id": "1", "Type": "mailMessage", "NetworkMessageId": "n", "Urls": ["u"],
 "Files": [{"$ref": "2"}]}, {"$id": "2", "Type": "file", "Name": "f", "FileHashes": [{"Algorithm": "SHA1", "Value": "A"}]}]},
 {"tenantId": "t", "properties": {"AlertId": "c", "Timestamp": "2026-01-01", "Title": "z", "EntityType": "Mailbox", "AccountUpn": "a@example.com",
 "AttackTechniques": "[\"Phishing (T1566)\"]", "AdditionalFields": "{\"Type\": \"mailbox\", \"Upn\": \"a@example.com\"}"}},
 {"id": "d", "incidentId": 3, "machineId": "m", "title": "t", "evidence": {"entityType": "File", "sha1": "ab", "detectionStatus": "Blocked"}}]"##;

const DEFENDER: &str = r##"{"value": [{"@odata.type": "#microsoft.graph.security.incident", "id": "1", "displayName": "t",
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
    "{\"$ref\": \"1\"}",
    "\"[{\\\"Type\\\": \\\"ip\\\"}]\"",
];

#[test]
fn the_documents_to_be_broken_are_whole() {
    let count =
        |text: &str| read(text).unwrap().unwrap_or_else(|findings| panic!("{findings:?}")).incidents.len();
    assert_eq!(RICH.map(count), [2, 1, 4]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn changed_bytes_never_panic(
        text in prop::sample::select(RICH.as_slice()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn swapped_values_never_panic(
        rich in prop::sample::select(RICH.as_slice()),
        at in 0..200_usize,
        odd in 0..ODDITIES.len(),
        with in 0..200_usize,
    ) {
        let document = Document::parse(rich).unwrap();
        let mut nodes = vec![document.root()];
        let mut next = 0;
        while next < nodes.len() {
            let children: Vec<_> = nodes[next].items().collect();
            nodes.extend(children);
            next += 1;
        }
        let target = nodes[at % nodes.len()].span();
        let other = nodes[with % nodes.len()].span();
        for value in [ODDITIES[odd], &rich[other]] {
            let text = format!("{}{value}{}", &rich[..target.start], &rich[target.end..]);
            if let Some(Err(findings)) = read(&text) {
                prop_assert!(findings.iter().any(Diagnostic::is_error));
            }
        }
    }

    #[test]
    fn changed_bytes_of_real_exports_never_panic(
        file in 0..128_usize,
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
        let all = FOLDERS.iter().flat_map(|folder| exports(folder).into_values());
        all.filter(|text| !text.is_empty() && text.len() < 50_000).collect()
    })
}
