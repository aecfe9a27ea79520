//! The incident in which hostile texts are planted.

use serde_json::{Value as Json, json};

/// An incident in the shape of Microsoft Graph with every kind of evidence that has a reader of its own, and with
/// techniques that together ask for every pattern.
pub(super) fn incident() -> Json {
    let of = |kind: &str, mut fields: Json| {
        fields["@odata.type"] = json!(format!("#microsoft.graph.security.{kind}Evidence"));
        fields["verdict"] = json!("malicious");
        fields["remediationStatus"] = json!("active");
        fields
    };
    let user = json!({
        "accountName": "mara", "domainName": "CONTOSO", "userSid": "S-1-5-21-1-2-3-4117", "displayName": "Mara",
        "azureAdUserId": "8aec67e7-3bb8-58b2-a0ee-8514d2775539", "userPrincipalName": "mara@contoso.example",
    });
    let hash = "743730f8a314ca5aee9e06dfe5f5108e3a3139bb18041f40850c21f06e6114ab";
    let device = "0f5f0ff707020b97bd547c17b0cbbb67bd2c1b60";
    let sender =
        json!({ "displayName": "Billing", "domainName": "evil.example", "emailAddress": "a@evil.example" });
    let evidence = json!([
        of("user", json!({ "userAccount": user })),
        of(
            "mailbox",
            json!({ "primaryAddress": "mara@contoso.example", "displayName": "Mara", "userAccount": user })
        ),
        of(
            "device",
            json!({ "mdeDeviceId": device, "deviceDnsName": "ws-1", "hostName": "ws-1", "onboardingStatus": "onboarded" })
        ),
        of(
            "analyzedMessage",
            json!({
                "networkMessageId": "bb3500b2-d693-514a-b53d-b05d41145ea2", "internetMessageId": "<a@evil.example>",
                "subject": "Invoice", "recipientEmailAddress": "mara@contoso.example", "senderIp": "203.0.113.9",
                "deliveryLocation": "inbox", "deliveryAction": "delivered", "p1Sender": sender, "p2Sender": sender,
                "urls": ["https://evil.example/a"],
            })
        ),
        of(
            "mailCluster",
            json!({ "query": "Subject:Invoice", "clusterBy": "Subject", "clusterByValue": "Invoice", "emailCount": 3 })
        ),
        of(
            "file",
            json!({ "mdeDeviceId": device, "fileDetails": {
            "fileName": "invoice.js", "filePath": "C:\\Temp", "sha256": hash, "sha1": &hash[..40], "filePublisher": "Evil", "signer": "Evil",
        } })
        ),
        of(
            "process",
            json!({ "processId": 7, "processCommandLine": "invoice.js", "mdeDeviceId": device,
            "imageFile": { "fileName": "b.exe", "filePath": "C:\\Temp", "sha256": hash.replace('7', "8") } })
        ),
        of("ip", json!({ "ipAddress": "203.0.113.47" })),
        of("url", json!({ "url": "https://evil.example/b" })),
        of(
            "oauthApplication",
            json!({ "appId": "30e7cf15-0d8a-4b62-9a94-5f4f5a8fd2d1", "displayName": "Reader", "publisher": "Evil" })
        ),
        of(
            "servicePrincipal",
            json!({ "appId": "30e7cf15-0d8a-4b62-9a94-5f4f5a8fd2d1",
            "servicePrincipalObjectId": "2b7d1f60-3c4e-4a58-9f21-7e6d5c4b3a29", "servicePrincipalName": "Reader" })
        ),
        of(
            "azureResource",
            json!({ "resourceId": "/subscriptions/1", "resourceName": "vm", "resourceType": "VM" })
        ),
        of("fileHash", json!({ "algorithm": "sha256", "value": hash.replace('7', "9") })),
        of("registryKey", json!({ "registryHive": "HKLM", "registryKey": "Run", "mdeDeviceId": device })),
        of("cloudLogonSession", json!({ "sessionId": "s", "account": { "userAccount": user } })),
        of("dns", json!({ "domainName": "evil.example" })),
    ]);
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#security/incidents(alerts())/$entity",
        "id": "4711", "tenantId": "8dd07f4a-78f0-543d-a5b5-dc89e998aa00", "displayName": "A title", "severity": "high",
        "status": "active", "classification": "truePositive", "determination": "phishing", "description": "About it",
        "incidentWebUrl": "https://security.microsoft.com/incident2/4711", "assignedTo": "soc@contoso.example",
        "customTags": ["Finance"], "createdDateTime": "2026-03-04T09:01:31Z",
        "alerts": [{
            "id": "a1", "title": "An alert", "category": "InitialAccess", "severity": "high", "status": "new",
            "description": "Of it", "serviceSource": "microsoftDefenderForOffice365", "createdDateTime": "2026-03-04T09:01:31Z",
            "detectionSource": "microsoftDefenderForOffice365", "evidence": evidence,
            "mitreTechniques": [
                "T1566.002", "T1078.004", "T1204.002", "T1486", "T1528", "T1071.001", "T1098.001", "T1098.003", "T1556.006",
                "T1564.008",
            ],
        }],
    })
}
