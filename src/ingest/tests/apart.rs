//! What belongs together and stands apart: alerts without their incident, envelopes, lines.

use super::*;
use crate::ingest::Export;

#[test]
fn one_incident_an_array_and_an_envelope_read_alike() {
    let one = r#"{"id": "1", "displayName": "t", "alerts": []}"#;
    for (text, pointer) in [
        (one.to_owned(), ""),
        (format!("[{one}]"), "/0"),
        (format!(r#"{{"@odata.context": "c", "value": [{one}]}}"#), "/value/0"),
        (format!(r#"{{"value": {one}}}"#), "/value"),
    ] {
        let incident = only(&text);
        assert_eq!((incident.form, incident.id.as_str()), (Form::GraphIncident, "1"));
        assert_eq!(incident.pointer.as_str(), pointer);
    }
    assert_eq!(refused(r#"{"value": []}"#), ["error CF9014 /value: this list holds no incident"]);
    assert_eq!(refused("[null]"), ["error CF9014 : this list holds no incident"]);
    let next = ingest(&format!(r#"{{"@odata.nextLink": "n", "value": [{one}]}}"#));
    assert_eq!(next.diagnostics[0].rule.code, "CF9013");
}

#[test]
fn an_alert_alone_stands_for_its_incident() {
    let alert = r##"{"@odata.type": "#microsoft.graph.security.alert", "id": "a", "incidentId": "29", "title": "t", "severity": "low",
        "status": "resolved", "classification": "falsePositive", "tenantId": "x", "incidentWebUrl": "https://example.com/29", "mitreTechniques": ["T1085"]}"##;
    let Ingested { incidents, diagnostics } = ingest(alert);
    let incident = &incidents[0];
    assert_eq!(
        (incident.form, incident.id.as_str(), incident.title.as_str()),
        (Form::GraphAlertV2, "29", "t")
    );
    assert_eq!((incident.status, incident.severity), (Status::Resolved, Some(Weight::Low)));
    assert_eq!(
        (incident.classification, incident.tenant.as_deref()),
        (Classification::FalsePositive, Some("x"))
    );
    assert_eq!(
        (incident.techniques[0].original.as_str(), incident.techniques[0].id.as_str()),
        ("T1085", "T1218.011")
    );
    assert_eq!(show(&diagnostics)[0], "info CF9018 : this is one alert of incident 29, without the incident");
    assert_eq!(only(r#"{"id": "a", "title": "t", "evidence": []}"#).id, "a");
    let nameless = refused(r#"{"title": "t", "evidence": []}"#);
    assert_eq!(nameless, ["error CF9004 : this alert has no id and names no incident"]);
}

#[test]
fn alerts_of_one_incident_become_one() {
    let alert = |id: &str, incident: &str, rest: &str| {
        format!(r#"{{"id": "{id}", "incidentId": {incident}, "title": "{id}", "machineId": "d", {rest}}}"#)
    };
    let alerts = [
        alert("a", "1", r#""severity": "Low", "status": "Resolved", "classification": "TruePositive""#),
        alert("b", "2", r#""severity": "Low", "status": "New""#),
        alert("c", "1", r#""severity": "High", "status": "InProgress", "classification": "FalsePositive""#),
        alert("a", "1", r#""category": "Malware""#),
    ];
    let read = ingest(&format!(r#"{{"value": [{}]}}"#, alerts.join(",")));
    let ids: Vec<_> = read.incidents.iter().map(|one| (one.id.as_str(), one.alerts.len())).collect();
    assert_eq!(ids, [("1", 2), ("2", 1)]);
    let first = &read.incidents[0];
    assert_eq!(
        (first.title.as_str(), first.severity, first.status),
        ("a", Some(Weight::High), Status::InProgress)
    );
    assert_eq!(first.classification, Classification::Unknown, "the alerts disagree");
    assert_eq!(first.alerts[0].category.as_deref(), Some("Malware"), "the second copy of an alert says more");
    assert_eq!(
        (entities(first), &first.entities[0].alerts[..]),
        (vec!["device id=d".to_owned()], &[0, 1][..])
    );
}

#[test]
fn alerts_find_their_incident_in_the_same_document() {
    let text = r#"[{"id": "a", "incidentId": "29", "title": "x", "evidence": [{"@odata.type": "ipEvidence", "ipAddress": "192.0.2.1"}]},
        {"id": "29", "displayName": "t", "customTags": [], "alerts": [{"id": "b", "title": "y"}]},
        {"id": "b", "incidentId": "29", "title": "y", "mitreTechniques": ["T1078"]}]"#;
    let incident = only(text);
    let alerts: Vec<_> =
        incident.alerts.iter().map(|alert| (alert.id.as_str(), alert.techniques.len())).collect();
    assert_eq!((incident.title.as_str(), alerts), ("t", vec![("b", 1), ("a", 0)]));
    assert_eq!((incident.entities[0].alerts.as_slice(), incident.techniques[0].alert), (&[1][..], Some(0)));

    let rows = r#"[{"SystemAlertId": "a", "AlertName": "x", "Entities": "[{\"Type\": \"ip\", \"Address\": \"192.0.2.1\"}]"},
        {"IncidentName": "n", "IncidentNumber": 1, "Title": "old", "AlertIds": "[]", "LastModifiedTime": "2026-01-01"},
        {"IncidentName": "n", "IncidentNumber": 1, "Title": "new", "AlertIds": "[\"a\"]", "LastModifiedTime": "2026-01-03"},
        {"IncidentName": "n", "IncidentNumber": 1, "Title": "mid", "AlertIds": "[]", "LastModifiedTime": "2026-01-02"},
        {"IncidentName": "m", "IncidentNumber": 2, "Title": "fusion", "AlertIds": ["a"]},
        {"SystemAlertId": "z", "AlertName": "stray"}]"#;
    let read = ingest(rows);
    let found: Vec<_> =
        read.incidents.iter().map(|one| (one.title.as_str(), one.alerts.len(), one.entities.len())).collect();
    assert_eq!(found, [("new", 1, 1), ("fusion", 1, 1), ("stray", 1, 0)]);
    assert_eq!(read.diagnostics.iter().filter(|finding| finding.rule.code == "CF9017").count(), 2);
}

#[test]
fn many_alerts_find_many_incidents() {
    let ids: Vec<String> = (0..30).map(|n| format!("\"a{n}\"")).collect();
    let alerts =
        ids.iter().map(|id| format!(r#"{{"SystemAlertId": {id}, "AlertName": "x", "Entities": ""}}"#));
    let incidents = (0..20).map(|n| {
        let own = ids[n..n + 3].join(",");
        format!(r#"{{"IncidentName": "n{n}", "IncidentNumber": {n}, "Title": "t", "AlertIds": [{own}]}}"#)
    });
    let mut rows: Vec<String> = alerts.chain(incidents).collect();
    rows.rotate_left(7);
    let read = ingest(&format!("[{}]", rows.join(",")));
    let hosts: Vec<usize> = read.incidents.iter().map(|one| one.alerts.len()).collect();
    assert_eq!(hosts.iter().filter(|alerts| **alerts == 3).count(), 20);
    assert_eq!(hosts.iter().filter(|alerts| **alerts == 1).count(), 8, "a22 to a29 belong to none");
}

#[test]
fn alerts_that_too_many_incidents_share_are_refused() {
    let ips: Vec<String> = (0..1000).map(|n| format!(r#"{{"Type": "ip", "Address": "{n}"}}"#)).collect();
    let mut rows =
        vec![format!(r#"{{"SystemAlertId": "a", "AlertName": "x", "Entities": [{}]}}"#, ips.join(","))];
    rows.extend((0..1000).map(|n| {
        format!(r#"{{"IncidentName": "n{n}", "IncidentNumber": {n}, "Title": "t", "AlertIds": ["a"]}}"#)
    }));
    assert!(refused(&format!("[{}]", rows.join(",")))[0].starts_with("error CF9007 /0: up to this alert"));
}

#[test]
fn envelopes_of_tools_are_opened_wherever_they_stand() {
    let incident = r#"{"id": "1", "displayName": "t", "alerts": []}"#;
    let quoted = serde_json::to_string(incident).unwrap();
    let twice = serde_json::to_string(&format!(r#"{{"message": {quoted}}}"#)).unwrap();
    for (text, pointer) in [
        (format!(r#"[{{"status_code": 200, "json_body": {incident}}}]"#), "/0/json_body"),
        (
            format!(r#"[{{"status_code": 200, "json_body": {{"value": [{incident}]}}}}]"#),
            "/0/json_body/value/0",
        ),
        (format!(r#"{{"input": {{"message": {quoted}}}, "expected": {{}}}}"#), "/input/message"),
        (format!(r#"{{"event": {{"original": {quoted}}}}}"#), "/event/original"),
        (format!(r#"{{"input": {{"message": {twice}}}}}"#), "/input/message"),
        (format!(r#"{{"Schema": [], "Results": [{incident}]}}"#), "/Results/0"),
        (format!("[{{\"value\": []}}, {{\"value\": [{incident}]}}]"), "/1/value/0"),
        (quoted.clone(), ""),
    ] {
        let found = only(&text);
        assert_eq!((found.id.as_str(), found.pointer.as_str()), ("1", pointer), "{text}");
    }
    let nested = (0..20).fold(incident.to_owned(), |inner, _| format!(r#"{{"body": {inner}}}"#));
    assert!(refused(&nested)[0].starts_with("error CF9001"));
    assert!(refused(r#"{"entities": [], "metaData": []}"#)[0].contains("without the incident"));
}

#[test]
fn lines_are_read_like_a_list() {
    let text = "{\"id\": \"a\", \"incidentId\": \"1\", \"title\": \"x\", \"evidence\": []}\r\n\n{\"id\": \"1\", \"displayName\": \"t\", \"alerts\": []}\n";
    let read = Export::parse(text).unwrap().read().unwrap();
    assert_eq!((read.incidents.len(), read.incidents[0].alerts.len()), (1, 1));
    assert_eq!(read.incidents[0].pointer.as_str(), "/1");
    let alerts: Vec<String> =
        read.incidents[0].alerts.iter().map(|alert| alert.pointer.to_string()).collect();
    assert_eq!(alerts, ["/0"]);
}
