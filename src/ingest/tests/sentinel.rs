//! The quirks of Microsoft Sentinel and of tables, one small document each. Every value is made up.

use super::*;

/// A row of `SecurityAlert` that has these entities, as a JSON text.
fn row(entities: &str) -> String {
    let text = serde_json::to_string(entities).unwrap();
    format!(r#"{{"SystemAlertId": "a", "AlertName": "t", "Entities": {text}}}"#)
}

/// A row of `AlertEvidence` of this kind, with these columns.
fn evidence(kind: &str, columns: &str) -> String {
    format!(
        r#"{{"AlertId": "a", "Title": "t", "Timestamp": "2026-01-01", "EntityType": "{kind}", {columns}}}"#
    )
}

#[test]
fn one_incident_in_three_casings() {
    let rest = r#"{"id": "/x/Incidents/n", "name": "n", "type": "Microsoft.SecurityInsights/Incidents", "properties": {
        "title": "t", "severity": "High", "status": "Closed", "classification": "Undetermined", "incidentNumber": 7,
        "owner": {"assignedTo": null, "email": "o@example.com"}, "labels": [{"labelName": "a, b"}], "providerIncidentId": "9",
        "createdTimeUtc": "2026-01-01", "additionalData": {"tactics": ["Execution"], "techniques": ["T1059"]}}}"#;
    let sdk = r#"{"id": "/x/Incidents/n", "name": "n", "title": "t", "severity": "High", "status": "Closed",
        "classification": null, "incident_number": 7, "owner": {"email": "o@example.com"}, "provider_incident_id": "9",
        "labels": [{"label_name": "a, b"}], "created_time_utc": "2026-01-01",
        "additional_data": {"tactics": ["Execution"], "techniques": ["T1059"]}}"#;
    let table = r#"{"IncidentName": "n", "Title": "t", "Severity": "High", "Status": "Closed", "Classification": "",
        "IncidentNumber": "7", "Owner": "{\"email\":\"o@example.com\"}", "Labels": "[{\"labelName\": \"a, b\"}]",
        "ProviderIncidentId": "9", "CreatedTime": "2026-01-01", "FirstModifiedTime": "None",
        "AdditionalData": "{\"tactics\": \"Execution\", \"techniques\": [\"T1059\"]}"}"#;
    let forms = [Form::SentinelIncident, Form::SentinelIncidentPysdkSnake, Form::SentinelSecurityIncidentRow];
    for (text, form) in [rest, sdk, table].into_iter().zip(forms) {
        let incident = only(text);
        assert_eq!(incident.form, form);
        assert_eq!((incident.id.as_str(), incident.title.as_str()), ("n", "t"));
        assert_eq!((incident.number.as_deref(), incident.provider_id.as_deref()), (Some("7"), Some("9")));
        assert_eq!((incident.status, incident.severity), (Status::Resolved, Some(Weight::High)));
        assert_eq!(incident.assigned_to.as_deref(), Some("o@example.com"));
        assert_eq!(
            (incident.tags, incident.tactics),
            (vec!["a, b".to_owned()], vec!["Execution".to_owned()])
        );
        assert_eq!(incident.created.as_deref(), Some("2026-01-01"));
        let technique = &incident.techniques[0];
        assert_eq!((technique.id.as_str(), technique.alert), ("T1059", None));
    }
}

#[test]
fn an_incident_without_a_name_has_the_end_of_its_resource_id() {
    let incident = only(r#"{"id": "/x/incidents/n", "properties": {"title": "t", "incidentNumber": 7}}"#);
    assert_eq!((incident.id.as_str(), incident.resource.as_deref()), ("n", Some("/x/incidents/n")));
}

#[test]
fn a_trigger_is_read_with_and_without_its_body() {
    let trigger = r#"{"objectSchemaType": "Incident", "object": {"name": "n", "properties": {"title": "t",
        "alerts": [{"kind": "SecurityAlert", "name": "a", "properties": {"alertDisplayName": "at", "tactics": ["Execution", "Impact"]}}],
        "relatedEntities": [{"kind": "Ip", "properties": {"address": "192.0.2.1"}}]}}}"#;
    for text in [
        trigger.to_owned(),
        format!(r#"{{"body": {trigger}}}"#),
        format!(r#"{{"outputs": {{"body": {trigger}}}}}"#),
    ] {
        let incident = only(&text);
        assert_eq!((incident.form, incident.alerts[0].id.as_str()), (Form::SentinelTrigger, "a"));
        assert_eq!(incident.alerts[0].category.as_deref(), Some("Execution, Impact"));
        assert_eq!(entities(&incident), ["ip address=192.0.2.1"]);
    }
    let alert = r#"{"body": {"SystemAlertId": "a", "AlertDisplayName": "t", "Entities": [{"Type": "ip", "Address": "192.0.2.1"}]}}"#;
    assert_eq!(only(alert).form, Form::SentinelSecurityAlertRow);
}

#[test]
fn entities_of_several_alerts_belong_to_the_incident() {
    let text = r#"{"incident": {"name": "n", "properties": {"title": "t", "incidentNumber": 1}},
        "alerts": {"value": [{"kind": "SecurityAlert", "name": "a", "properties": {"alertDisplayName": "x"}}]},
        "entities": {"entities": [{"kind": "SecurityAlert", "name": "b", "properties": {"alertDisplayName": "y"}},
            {"kind": "SecurityAlert", "name": "a", "properties": {"severity": "Low"}},
            {"kind": "Url", "properties": {"url": "https://example.net"}}, {"kind": "Bookmark", "properties": {}}]}}"#;
    let incident = only(text);
    let alerts: Vec<&str> = incident.alerts.iter().map(|alert| alert.id.as_str()).collect();
    assert_eq!((alerts, incident.alerts[0].severity), (vec!["a", "b"], Some(Weight::Low)));
    assert_eq!(entities(&incident), ["url url=https://example.net"]);
    assert!(incident.entities[0].alerts.is_empty());
    assert_eq!(incident.entities[0].pointers[0].as_str(), "/entities/entities/2/properties");
}

#[test]
fn accounts_are_put_together_from_their_parts() {
    let accounts = r#"[{"$id": "1", "Type": "account", "Name": "a", "UPNSuffix": "example.com", "AadUserId": "u"},
        {"Type": "account", "Name": "b@example.com"}, {"Type": "account", "Name": "HOST\\c"},
        {"Type": "account", "DisplayName": "d@example.com"}, {"Type": "account", "DisplayName": "E F"},
        {"Type": "account", "Name": "g", "NTDomain": "", "IsDomainJoined": false, "Host": {"$ref": "9"}},
        {"$id": "9", "Type": "host", "HostName": "h", "DnsDomain": "example.com"},
        {"Type": "account", "Name": "SYSTEM", "Sid": "S-1-5-18"}]"#;
    assert_eq!(
        entities(&only(&row(accounts))),
        [
            "account id=u name=a upn=a@example.com",
            "account name=b@example.com upn=b@example.com",
            "account name=c domain=HOST",
            "account displayName=d@example.com upn=d@example.com",
            "account displayName=E F",
            "account name=g domain=h",
            "device name=h.example.com",
            "other name=SYSTEM sid=S-1-5-18 type=builtInAccount",
        ]
    );
    let rest = r#"{"incident": {"name": "n", "properties": {"title": "t", "incidentNumber": 1}}, "entities": [{"name": "guid",
        "kind": "Account", "properties": {"accountName": "a", "additionalData": {"UserPrincipalName": "A@example.com"}}}]}"#;
    assert_eq!(entities(&only(rest)), ["account name=a upn=A@example.com"]);
}

#[test]
fn what_entities_refer_to_is_brought_together() {
    let process = r#"[{"$id": "3", "Type": "process", "ProcessId": "0x1", "CommandLine": "x", "ImageFile": {"$ref": "2"},
        "Account": {"$ref": "4"}, "ParentProcess": {"$ref": "77"}, "CreationTimeUtc": "2026-01-01"},
        {"$id": "1", "Type": "filehash", "Algorithm": "SHA1", "Value": "AB"},
        {"$id": "2", "Type": "file", "Directory": "c:", "Name": "x.exe", "FileHashes": [{"$ref": "1"}, {"$ref": "5"}],
         "Host": {"$id": "6", "Type": "host", "HostName": "h", "MdatpDeviceId": "d"}},
        {"$id": "4", "Type": "account", "Name": "u", "Sid": "S-1-5-21-1"},
        {"$id": "8", "Type": "filehash", "Algorithm": "SHA256", "Value": "CD"}]"#;
    let Ingested { incidents, diagnostics } = ingest(&row(process));
    assert_eq!(
        entities(&incidents[0]),
        [
            "process name=x.exe sha1=ab path=c: deviceId=d processId=0x1 commandLine=x",
            "file name=x.exe sha1=ab path=c: deviceId=d",
            "account name=u sid=S-1-5-21-1",
            "file sha256=cd",
        ]
    );
    // The parent is not looked at; the second hash is, and is not there.
    let dangling: Vec<_> = diagnostics.iter().filter(|finding| finding.rule.code == "CF9019").collect();
    assert_eq!((dangling.len(), dangling[0].pointer.as_str()), (1, "/Entities"));

    let rest = r#"{"incident": {"name": "n", "properties": {"title": "t", "incidentNumber": 1}}, "entities": [
        {"id": "/x/Entities/f", "kind": "File", "properties": {"fileName": "x", "fileHashEntityIds": ["/X/entities/h"]}},
        {"id": "/x/Entities/h", "kind": "FileHash", "properties": {"algorithm": "SHA256", "hashValue": "AB"}},
        {"kind": "RegistryValue", "properties": {"valueName": "v", "keyEntityId": "/x/Entities/k"}},
        {"id": "/x/Entities/k", "kind": "RegistryKey", "properties": {"hive": "HKLM", "key": "k"}}]}"#;
    let expected = [
        "file name=x sha256=ab",
        r"other name=HKLM\k\v type=RegistryValue",
        r"other name=HKLM\k type=RegistryKey",
    ];
    assert_eq!(entities(&only(rest))[..2], expected[..2]);
}

#[test]
fn references_that_go_round_end() {
    let loops = r#"[{"$id": "1", "Type": "process", "ProcessId": "1", "ImageFile": {"$ref": "1"}, "Account": {"$ref": "1"},
        "Host": {"$ref": "1"}, "ParentProcess": {"$ref": "1"}}, {"$ref": "1"}, {"$id": "2", "$ref": "2"}]"#;
    assert!(!entities(&only(&row(loops))).is_empty());
}

#[test]
fn mail_in_tables() {
    let mail = r#"[{"Type": "mailMessage", "NetworkMessageId": "n", "Recipient": "r@example.com", "P2Sender": "s@example.net",
        "Sender": "other", "SenderIP": "192.0.2.1", "Urls": ["https://example.net"], "Files": [{"Type": "file", "Name": "a.pdf",
        "FileHashes": [{"Algorithm": "SHA256", "Value": "AB"}]}],
        "AdditionalActionsAndResults": ["OriginalDelivery: [N/A]", "Zap: [Success: Message moved to quarantine]"]},
        {"Type": "mailCluster", "Query": "q", "MailCount": 3, "ClusterBy": "Subject", "ClusterByValue": "x"},
        {"Type": "mailbox", "MailboxPrimaryAddress": "m@example.com", "Upn": "m@example.com", "AadId": "u"},
        {"Type": "oauth-application", "OAuthAppId": "app", "Name": "N"}, {"Type": "cloud-application", "AppId": 20893, "AppName": "Drive"}]"#;
    let incident = only(&row(mail));
    assert_eq!(
        entities(&incident),
        [
            "message networkMessageId=n recipient=r@example.com sender=s@example.net senderIp=192.0.2.1",
            "url url=https://example.net",
            "file name=a.pdf sha256=ab",
            "mail-cluster name=x query=q count=3 type=Subject",
            "mailbox id=u upn=m@example.com address=m@example.com",
            "account id=u upn=m@example.com",
            "application name=N appId=app",
            "other id=20893 name=Drive type=cloud-application",
        ]
    );
    assert_eq!(incident.entities[0].remediation, Remediation::Remediated);
}

#[test]
fn a_cut_off_column_is_an_error_where_entities_would_be_lost() {
    let findings =
        refused(r#"{"SystemAlertId": "a", "AlertName": "t", "Entities": "[{\"Type\": \"ip\", \"Addr"}"#);
    assert!(
        findings[0].starts_with("error CF9016 /Entities: the text in `entities` is not whole JSON"),
        "{findings:?}"
    );
    let text = evidence("Ip", r#""RemoteIP": "192.0.2.1", "AdditionalFields": "{\"Type\": \"ip""#);
    let Ingested { incidents, diagnostics } = ingest(&text);
    assert_eq!(entities(&incidents[0]), ["ip address=192.0.2.1"]);
    assert!(show(&diagnostics)[0].starts_with("warning CF9016 /AdditionalFields"));
}

#[test]
fn columns_fill_in_what_the_entity_of_a_row_does_not_say() {
    let text = evidence(
        "Process",
        r#""DeviceId": "d", "SHA1": "AB", "SHA256": "CD", "FileName": "x.exe", "EvidenceRole": "Impacted", "ProcessCommandLine": "x -a",
           "AdditionalFields": "{\"Type\": \"process\", \"ProcessId\": \"7\", \"ImageFile\": {\"Name\": \"y.exe\"}, \"LastVerdict\": \"Malicious\"}""#,
    );
    let incident = only(&text);
    assert_eq!(
        entities(&incident),
        [
            "process name=y.exe sha256=cd sha1=ab deviceId=d processId=7 commandLine=x -a",
            "file name=y.exe sha256=cd sha1=ab deviceId=d",
        ]
    );
    assert_eq!(
        (incident.entities[0].verdict, &incident.entities[0].roles[..]),
        (Verdict::Malicious, &["Impacted".to_owned()][..])
    );
    let text =
        evidence("User", r#""AccountUpn": "a@example.com", "AccountObjectId": "u", "Type": "AlertEvidence""#);
    assert_eq!(entities(&only(&text)), ["account id=u upn=a@example.com"]);
    let text = evidence(
        "Machine",
        r#""DeviceId": "d", "DeviceName": "h", "AttackTechniques": "[\"Phishing (T1566)\"]""#,
    );
    let incident = only(&text);
    assert_eq!(
        (entities(&incident), &incident.alerts[0].techniques[..]),
        (vec!["device id=d name=h".to_owned()], &["T1566".to_owned()][..])
    );
    assert_eq!(incident.techniques[0].original, "Phishing (T1566)");
}

#[test]
fn rows_of_one_alert_are_one_alert() {
    let rows = [
        evidence("Ip", r#""RemoteIP": "192.0.2.1", "AttackTechniques": "[\"T1566\"]""#),
        evidence(
            "Url",
            r#""RemoteUrl": "https://example.net", "AttackTechniques": "[\"T1566\", \"T1078\"]""#,
        ),
        evidence("Ip", r#""RemoteIP": "192.0.2.9""#).replace(r#""AlertId": "a""#, r#""AlertId": "b""#),
    ];
    let wrapped: Vec<String> =
        rows.iter().map(|row| format!(r#"{{"tenantId": "x", "properties": {row}}}"#)).collect();
    for text in [format!("[{}]", rows.join(",")), format!(r#"{{"records": [{}]}}"#, wrapped.join(","))] {
        let read = ingest(&text);
        let counts: Vec<_> =
            read.incidents.iter().map(|one| (one.alerts.len(), one.entities.len())).collect();
        assert_eq!(counts, [(1, 2), (1, 1)]);
        let first = &read.incidents[0];
        assert_eq!((first.alerts[0].techniques.len(), first.techniques.len()), (2, 2));
    }
}
