//! The quirks of real exports, one small document each. Every value is made up.

use super::incident::{Classification, EntityKind, Field, Remediation, Severity as Weight, Status, Verdict};
use super::*;
use crate::base::pointer::Pointer;

fn ingest(text: &str) -> Ingested {
    let document = Document::parse(text).unwrap();
    read(&document).unwrap_or_else(|findings| panic!("refused: {:?}", show(&findings)))
}

fn only(text: &str) -> Incident {
    let mut read = ingest(text);
    assert_eq!(read.incidents.len(), 1, "{text}");
    read.incidents.remove(0)
}

fn refused(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let findings = read(&document).expect_err(text);
    assert!(findings.iter().any(Diagnostic::is_error));
    assert!(findings.iter().all(|finding| finding.help.is_some()), "every finding says what to do");
    show(&findings)
}

fn show(findings: &[Diagnostic]) -> Vec<String> {
    findings.iter().map(|d| format!("{} {} {}: {}", d.severity, d.rule.code, d.pointer, d.message)).collect()
}

/// A Graph incident with one alert that has this evidence.
fn graph(evidence: &str) -> String {
    format!(
        r#"{{"id": "29", "displayName": "t", "alerts": [{{"id": "a", "title": "at", "evidence": [{evidence}]}}]}}"#
    )
}

/// An incident of the older API with one alert that has these entities.
fn legacy(entities: &str) -> String {
    format!(
        r#"{{"incidentId": 7, "incidentName": "t", "alerts": [{{"alertId": "a", "title": "at", "entities": [{entities}]}}]}}"#
    )
}

/// Each entity as `kind field=text…`.
fn entities(incident: &Incident) -> Vec<String> {
    let show = |entity: &incident::Entity| {
        let fields = entity.fields.iter().map(|(field, text)| format!(" {field}={text}"));
        entity.kind.to_string() + &fields.collect::<String>()
    };
    incident.entities.iter().map(show).collect()
}

#[test]
fn single_objects_stand_for_lists() {
    let incident = only(
        r##"{"id": "1", "displayName": "t", "alerts": {"id": "a", "title": "x", "mitreTechniques": "T1078",
            "evidence": {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "192.0.2.1"}}}"##,
    );
    assert_eq!(incident.alerts[0].techniques, ["T1078"]);
    assert_eq!(incident.alerts[0].entities, [0]);
    assert_eq!(incident.entities[0].pointers[0].as_str(), "/alerts/evidence");
    let incident = only(
        r#"{"incidentId": 1, "incidentName": "t", "alerts": {"alertId": "a", "title": "x",
            "devices": {"mdatpDeviceId": "d"}, "entities": {"entityType": "Ip", "ipAddress": "192.0.2.1"}}}"#,
    );
    assert_eq!(entities(&incident), ["device id=d", "ip address=192.0.2.1"]);
}

#[test]
fn evidence_spread_over_members_is_found() {
    let incident = only(
        r##"{"id": "1", "displayName": "t", "alerts": [{"id": "a", "title": "x",
            "deviceEvidence": {"@odata.type": "#microsoft.graph.security.deviceEvidence", "mdeDeviceId": "d"}}]}"##,
    );
    assert_eq!(incident.entities[0].pointers[0].as_str(), "/alerts/0/deviceEvidence");
}

#[test]
fn words_are_read_in_any_case_and_unknown_ones_are_reported_once() {
    let text = r#"{"incidentId": 5, "incidentName": "t", "status": "INPROGRESS", "severity": "UnSpecified",
        "classification": "InformationalExpectedActivity", "determination": "NotAvailable",
        "alerts": [{"alertId": "a", "title": "x", "severity": "hIGH", "classification": "FalsePositive",
            "determination": "Clean", "entities": [
            {"entityType": "IP", "ipAddress": "192.0.2.1", "verdict": "NoThreatsFound", "remediationStatus": "pendingApproval"},
            {"entityType": "Ip", "ipAddress": "192.0.2.2", "verdict": "Odd"},
            {"entityType": "ip", "ipAddress": "192.0.2.3", "verdict": "odd", "remediationStatus": "Blocked"}]}]}"#;
    let Ingested { incidents, diagnostics } = ingest(text);
    let incident = &incidents[0];
    assert_eq!((incident.status, incident.severity), (Status::InProgress, None));
    assert_eq!(incident.classification, Classification::BenignPositive);
    assert_eq!(
        (&incident.determination, &incident.alerts[0].determination),
        (&None, &Some("Clean".to_owned()))
    );
    assert_eq!(incident.alerts[0].severity, Some(Weight::High));
    let states: Vec<_> = incident.entities.iter().map(|e| (e.verdict, e.remediation)).collect();
    assert_eq!(states[0], (Verdict::Benign, Remediation::Pending));
    assert_eq!(states[1], (Verdict::Unknown, Remediation::Unknown));
    assert_eq!(states[2], (Verdict::Unknown, Remediation::Blocked));
    let expected = ["info CF9010 /alerts/0/entities/1/verdict: `verdict` is \"Odd\", a word unknown here"];
    assert_eq!(show(&diagnostics), expected);
}

#[test]
fn a_merged_incident_is_read_unless_something_else_can_be() {
    let merged = r#"{"incidentId": 2, "incidentName": "t", "status": "Redirected", "redirectIncidentId": 9, "alerts": []}"#;
    let status = r#"{"id": "2", "displayName": "t", "status": "redirected", "customTags": []}"#;
    for (text, place) in [
        (merged, "/redirectIncidentId: this incident was merged into incident 9"),
        (status, "/status: this incident was merged into another one"),
    ] {
        let Ingested { incidents, diagnostics } = ingest(text);
        assert_eq!(incidents.len(), 1);
        assert!(incidents[0].is_left_behind());
        assert!(show(&diagnostics).contains(&format!("warning CF9003 {place}")), "{:?}", show(&diagnostics));
    }

    let both = format!(r#"[{merged}, {{"incidentId": 3, "incidentName": "u", "alerts": []}}]"#);
    let Ingested { incidents, diagnostics } = ingest(&both);
    assert_eq!(incidents[0].id, "3");
    assert!(show(&diagnostics)[1].starts_with("warning CF9003 /0/redirectIncidentId"));

    let kept = r#"{"id": "2", "displayName": "t", "redirectIncidentId": "9", "alerts": [{"id": "a", "title": "x"}]}"#;
    let Ingested { incidents, diagnostics } = ingest(kept);
    assert_eq!(incidents[0].redirect.as_deref(), Some("9"));
    assert!(!incidents[0].is_left_behind());
    assert!(show(&diagnostics)[0].starts_with("warning CF9003"));
}

#[test]
fn missing_ids_and_titles_fall_back_or_refuse() {
    let text = r#"{"alerts": [{"incidentId": "29", "category": "Malware"}, {"id": "b", "title": "second", "incidentId": 29}]}"#;
    let Ingested { incidents, diagnostics } = ingest(text);
    assert_eq!((incidents[0].id.as_str(), incidents[0].title.as_str()), ("29", "Malware"));
    assert_eq!(incidents[0].alerts[0].title, "Malware");
    let codes: Vec<&str> = diagnostics.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(codes, ["CF9015", "CF9005", "CF9004", "CF9005", "CF9009"]);

    let disagree =
        refused(r#"{"alerts": [{"title": "x", "incidentId": 1}, {"title": "y", "incidentId": 2}]}"#);
    assert!(disagree.contains(&"error CF9004 : this incident has no id".to_owned()));
    assert_eq!(refused(r#"{"id": "1", "alerts": []}"#)[0], "error CF9005 : this incident has no title");
}

#[test]
fn wrong_types_name_their_place() {
    let expect = |text: &str, finding: &str| assert_eq!(refused(text), [finding], "{text}");
    expect(
        r#"{"id": "1", "displayName": "t", "alerts": "none"}"#,
        "error CF9006 /alerts: `alerts` is a string",
    );
    expect(r#"{"id": "1", "displayName": "t", "alerts": [7]}"#, "error CF9006 /alerts/0: `0` is a number");
    expect(
        r#"[{"incidentId": 1, "incidentName": "t", "alerts": [{"alertId": "a", "title": "x", "devices": true, "entities": [{"entityType": "Ip", "ipAddress": "192.0.2.1"}]}]}]"#,
        "error CF9006 /0/alerts/0/devices: `devices` is a boolean",
    );
    let read =
        ingest(r#"{"id": "1", "displayName": "t", "description": {}, "assignedTo": [], "alerts": []}"#);
    assert_eq!(read.incidents[0].description, None);
    assert_eq!(
        show(&read.diagnostics)[..2],
        [
            "warning CF9006 /description: `description` is an object",
            "warning CF9006 /assignedTo: `assignedTo` is an array"
        ]
    );
}

#[test]
fn empty_and_null_are_absent_and_texts_stay_raw() {
    let title = "Mail removed\u{200B}";
    let text = format!(
        r#"{{"id": "1", "displayName": "{title}", "description": "", "assignedTo": null, "customTags": ["a", ""],
            "systemTags": null, "incidentWebUrl": "https://example.com/incidents/1?x=y&tid=tenant-1", "alerts": []}}"#
    );
    let incident = only(&text);
    assert_eq!((incident.title.as_str(), incident.description, incident.assigned_to), (title, None, None));
    assert_eq!((incident.tags, incident.tenant.as_deref()), (vec!["a".to_owned()], Some("tenant-1")));
}

#[test]
fn attack_disruption_is_read_from_titles() {
    let text = r#"{"id": "1", "displayName": "t", "alerts": [
        {"id": "a", "title": "Ransomware (Attack Disruption)\u200b"}, {"id": "b", "title": "(attack disruption) test"}]}"#;
    let incident = only(text);
    assert_eq!(
        incident.alerts.iter().map(|alert| alert.attack_disruption).collect::<Vec<_>>(),
        [true, false]
    );
    assert!(incident.attack_disruption());
}

#[test]
fn a_process_yields_its_image_and_its_account_but_not_its_parent() {
    let process = |sid: &str| {
        graph(&format!(
            r##"{{"@odata.type": "#microsoft.graph.security.processEvidence", "verdict": "malicious",
                "remediationStatus": "remediated", "processId": 7, "processCommandLine": "x.exe -a", "mdeDeviceId": "d",
                "processCreationDateTime": "2026-01-01T00:00:00Z",
                "imageFile": {{"sha1": "AB", "sha256": null, "fileName": "x.exe", "filePath": "C:\\"}},
                "parentProcessImageFile": {{"sha1": "cd", "fileName": "explorer.exe"}},
                "userAccount": {{"accountName": "u", "domainName": "HOST", "userSid": "{sid}", "azureAdUserId": null}}}}"##
        ))
    };
    let incident = only(&process("S-1-5-21-1"));
    assert_eq!(
        entities(&incident),
        [
            r"process name=x.exe sha1=ab path=C:\ deviceId=d processId=7 commandLine=x.exe -a",
            r"file name=x.exe sha1=ab path=C:\ deviceId=d",
            "account name=u sid=S-1-5-21-1 domain=HOST",
        ]
    );
    let states: Vec<_> = incident.entities.iter().map(|e| (e.verdict, e.remediation)).collect();
    assert_eq!(states[0], (Verdict::Malicious, Remediation::Remediated));
    assert_eq!(states[1], (Verdict::Malicious, Remediation::Unknown));
    assert_eq!(states[2], (Verdict::Unknown, Remediation::Unknown));
    assert_eq!(incident.entities[1].pointers[0].as_str(), "/alerts/0/evidence/0/imageFile");
    for sid in ["S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-80-956008885"] {
        assert_eq!(entities(&only(&process(sid))).len(), 2, "{sid}");
    }
}

#[test]
fn a_built_in_account_is_never_a_target() {
    let user = r##"{"@odata.type": "#microsoft.graph.security.userEvidence",
        "userAccount": {"accountName": "SYSTEM", "domainName": "NT AUTHORITY", "userSid": "S-1-5-18"}}"##;
    assert_eq!(only(&graph(user)).entities[0].kind, EntityKind::Other);
    let user = r#"{"entityType": "User", "accountName": "system", "domainName": "nt authority"}"#;
    assert_eq!(only(&legacy(user)).entities[0].kind, EntityKind::Other);
}

#[test]
fn a_mailbox_yields_its_account_once() {
    let mailbox = r##"{"@odata.type": "#microsoft.graph.security.mailboxEvidence", "verdict": "noThreatsFound",
        "displayName": "A", "primaryAddress": "a@example.com", "upn": "a@example.com",
        "userAccount": {"azureAdUserId": "u-1", "userPrincipalName": "a@example.com", "domainName": ""}},
        {"@odata.type": "#microsoft.graph.security.userEvidence", "verdict": "suspicious", "roles": ["compromised"],
        "userAccount": {"userPrincipalName": "A@Example.com", "userSid": "S-1"}}"##;
    let incident = only(&graph(mailbox));
    assert_eq!(
        entities(&incident),
        [
            "mailbox id=u-1 displayName=A upn=a@example.com address=a@example.com",
            "account id=u-1 upn=a@example.com sid=S-1"
        ]
    );
    assert_eq!(
        (incident.entities[0].verdict, incident.entities[1].verdict),
        (Verdict::Benign, Verdict::Suspicious)
    );
    assert_eq!(incident.entities[1].roles, ["compromised"]);
    let mailbox = r#"{"entityType": "MailBox", "mailboxAddress": "a@example.com", "userPrincipalName": "a@example.com", "aadUserId": null}"#;
    let expected = ["mailbox upn=a@example.com address=a@example.com", "account upn=a@example.com"];
    assert_eq!(entities(&only(&legacy(mailbox))), expected);
}

#[test]
fn mail_evidence_of_both_forms() {
    let message = r##"{"@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "networkMessageId": "n",
        "internetMessageId": "<i>", "recipientEmailAddress": "r@example.com", "senderIp": "192.0.2.1", "subject": "\ufeff",
        "p1Sender": {"emailAddress": "p1@example.net"}, "p2Sender": {"emailAddress": ""}, "deliveryLocation": "quarantine",
        "deliveryAction": "delivered", "antiSpamDirection": "intraorg", "verdict": "malicious", "urls": ["https://example.net"]},
        {"@odata.type": "#microsoft.graph.security.mailClusterEvidence", "query": "Subject:\"x\"", "emailCount": 0,
        "networkMessageIds": []}"##;
    let incident = only(&graph(message));
    assert_eq!(
        entities(&incident),
        [
            "message networkMessageId=n internetMessageId=<i> recipient=r@example.com sender=p1@example.net \
             senderIp=192.0.2.1 subject=\u{feff} deliveryLocation=quarantine deliveryAction=delivered direction=intraorg",
            "url url=https://example.net",
            r#"mail-cluster query=Subject:"x" count=0"#,
        ]
    );
    assert_eq!(incident.entities[1].verdict, Verdict::Unknown, "the message is judged, not its links");
    let message = r#"{"entityType": "MailMessage", "internetMessageId": "<i>", "recipient": "r@example.com",
        "sender": "s@example.net", "subject": "x", "deliveryAction": "Blocked", "userPrincipalName": "r@example.com"},
        {"entityType": "MailCluster", "clusterBy": "Subject;SenderIp", "clusterByValue": "x;192.0.2.1", "emailCount": 346}"#;
    let incident = only(&legacy(message));
    assert_eq!(
        entities(&incident),
        [
            "message internetMessageId=<i> recipient=r@example.com sender=s@example.net subject=x deliveryAction=Blocked",
            "mail-cluster name=x;192.0.2.1 count=346 type=Subject;SenderIp",
        ]
    );
    assert_eq!(incident.entities[1].label(), "x;192.0.2.1");
}

#[test]
fn applications_and_resources() {
    let evidence = r##"{"@odata.type": "#microsoft.graph.security.oauthApplicationEvidence", "appId": "app", "displayName": "N", "objectId": "not used"},
        {"@odata.type": "#microsoft.graph.security.servicePrincipalEvidence", "appId": "APP", "servicePrincipalObjectId": "sp"},
        {"@odata.type": "#microsoft.graph.security.cloudApplicationEvidence", "appId": 20893, "displayName": "Drive"},
        {"@odata.type": "#microsoft.graph.security.azureResourceEvidence", "resourceId": "/subscriptions/s", "resourceType": "vm"},
        {"@odata.type": "#microsoft.graph.security.registryValueEvidence", "registryHive": "HKLM", "registryKey": "K", "registryValueName": "V"},
        {"@odata.type": "#microsoft.graph.security.fileHashEvidence", "algorithm": "SHA256", "value": "AB"}"##;
    assert_eq!(
        entities(&only(&graph(evidence))),
        [
            "application id=sp name=N appId=app",
            "other id=20893 name=Drive type=cloudApplication",
            "cloud-resource id=/subscriptions/s type=vm",
            r"other name=HKLM\K\V type=registryValue",
            "file sha256=ab",
        ]
    );
    let evidence = r#"{"entityType": "OAuthApplication", "applicationId": "app", "applicationName": "N"},
        {"entityType": "CloudApplication", "applicationId": "20893"}, {"entityType": "RegistryKey", "registryKey": "K"}"#;
    let expected = [
        "application name=N appId=app",
        "other id=20893 type=CloudApplication",
        "other name=K type=RegistryKey",
    ];
    assert_eq!(entities(&only(&legacy(evidence))), expected);
}

#[test]
fn unknown_and_unnamed_evidence_is_reported() {
    let evidence = r##"{"@odata.type": "#microsoft.graph.security.toasterEvidence", "displayName": "T"}, {"displayName": "U"},
        {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": null}"##;
    let Ingested { incidents, diagnostics } = ingest(&graph(evidence));
    assert_eq!(entities(&incidents[0]), ["other name=T type=toaster", "other name=U type=unknown"]);
    let codes: Vec<&str> = diagnostics.iter().map(|finding| finding.rule.code).collect();
    assert_eq!(codes, ["CF9012", "CF9012", "CF9011"]);
}

#[test]
fn a_session_yields_its_account_and_a_device_not_its_users() {
    let evidence = r##"{"@odata.type": "#microsoft.graph.security.cloudLogonSessionEvidence", "sessionId": "s",
        "account": {"userAccount": {"azureAdUserId": "u"}}},
        {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": "", "hostName": "h", "onboardingStatus": "onboarded",
        "loggedOnUsers": [{"accountName": "x", "domainName": "H"}]}"##;
    let expected =
        ["other id=s type=cloudLogonSession", "account id=u", "device name=h onboarding=onboarded"];
    assert_eq!(entities(&only(&graph(evidence))), expected);
}

#[test]
fn entities_are_merged_across_alerts() {
    let text = r#"{"incidentId": 1, "incidentName": "t", "alerts": [
        {"alertId": "a", "title": "x", "devices": [{"mdatpDeviceId": "D1", "deviceDnsName": null}],
         "entities": [{"entityType": "User", "userPrincipalName": "A@example.com", "verdict": "Suspicious"}]},
        {"alertId": "b", "title": "y", "devices": [{"mdatpDeviceId": "d1", "deviceDnsName": "host"}],
         "entities": [{"entityType": "User", "userPrincipalName": "a@EXAMPLE.com", "aadUserId": "u", "verdict": "Malicious", "remediationStatus": "Active"}]}]}"#;
    let incident = only(text);
    assert_eq!(entities(&incident), ["device id=D1 name=host", "account id=u upn=A@example.com"]);
    let account = &incident.entities[1];
    assert_eq!((account.verdict, account.remediation), (Verdict::Malicious, Remediation::Active));
    assert_eq!(account.alerts, [0, 1]);
    let pointers: Vec<&str> = account.pointers.iter().map(Pointer::as_str).collect();
    assert_eq!(pointers, ["/alerts/0/entities/0", "/alerts/1/entities/0"]);
    assert!(incident.alerts.iter().all(|alert| alert.entities == [0, 1]));
}

#[test]
fn too_large_an_incident_is_refused() {
    let alerts = vec!["{}"; draft::MAX_ALERTS + 1].join(",");
    let text = format!(r#"{{"id": "1", "displayName": "t", "alerts": [{alerts}]}}"#);
    assert_eq!(refused(&text), ["error CF9007 /alerts: this incident has 10001 alerts"]);
    let ips: Vec<String> = (0..=super::entities::MAX_MENTIONS)
        .map(|n| format!(r#"{{"entityType": "Ip", "ipAddress": "{n}"}}"#))
        .collect();
    assert!(refused(&legacy(&ips.join(",")))[0].starts_with("error CF9007 /alerts/0"));
    let message =
        r##"{"@odata.type": "#microsoft.graph.security.analyzedMessageEvidence", "urls": ["##.to_owned();
    let urls: Vec<String> = (0..=super::entities::MAX_MENTIONS).map(|n| format!("\"u{n}\"")).collect();
    assert!(refused(&graph(&(message + &urls.join(",") + "]}")))[1].starts_with("error CF9007 /alerts/0"));
    let incidents = vec!["{}"; super::findings::MAX_LIST + 1].join(",");
    assert_eq!(refused(&format!("[{incidents}]")), ["error CF9007 : this list has 50001 elements"]);
    assert!(refused(&legacy(&incidents))[0].starts_with("error CF9007 /alerts/0/entities"));
}

#[test]
fn the_codes_are_in_order_and_within_their_range() {
    let codes: Vec<&str> = codes::RULES.iter().map(|rule| rule.code).collect();
    assert!(
        codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| ("CF9001"..="CF9049").contains(code))
    );
}

#[test]
fn refusals_name_the_form_and_count_their_kind() {
    let entity = r#"{"kind": "Account", "properties": {}}"#;
    let expected = "error CF9001 /value/0: this is not an incident export: it looks like a Microsoft Sentinel entity (and 1 more in this list)";
    assert_eq!(refused(&format!(r#"{{"value": [{entity}, {entity}]}}"#)), [expected]);
    assert_eq!(refused("7"), ["error CF9002 : this is not a known form of incident export"]);
    let device = refused(&graph(r#"{"entityType": "x"}, "y""#));
    assert_eq!(device[0], "error CF9006 /alerts/0/evidence/1: `1` is a string");
    assert_eq!(Field::parse("deliveryaction"), Some(Field::DeliveryAction));
}

mod apart;
mod sentinel;
