//! Microsoft Graph security incidents: `GET /security/incidents/{id}?$expand=alerts`.
//!
//! Evidence says what it is in `@odata.type`. The kinds are those of the v1.0 types of the API; the account behind a
//! mailbox, a session or a process stands in a nested object.

use super::entities::Fields;
use super::evidence::{self, Plain, State, Table};
use super::incident::{EntityKind, Field};
use super::layout::{AlertKeys, IncidentKeys, Layout};
use super::place::Place;
use super::reader::Reader;

/// How this form spells incidents and alerts.
pub(super) const LAYOUT: Layout = Layout {
    incident: IncidentKeys {
        id: &["id"],
        title: &["displayName"],
        description: &["description", "summary"],
        determination: &["determination"],
        tenant: &["tenantId"],
        url: &["incidentWebUrl"],
        created: &["createdDateTime"],
        updated: &["lastUpdateDateTime"],
        assigned_to: &["assignedTo"],
        tags: &["customTags", "systemTags", "tags"],
        ..IncidentKeys::NONE
    },
    alert: AlertKeys {
        id: &["id", "providerAlertId"],
        title: &["title"],
        determination: &["determination"],
        category: &["category", "categories"],
        techniques: &["mitreTechniques"],
        service_source: &["serviceSource"],
        detection_source: &["detectionSource"],
        first_activity: &["firstActivityDateTime"],
        last_activity: &["lastActivityDateTime"],
        created: &["createdDateTime"],
        resolved: &["resolvedDateTime"],
        incident: &["incidentId"],
        description: &["description"],
        tenant: &["tenantId"],
        url: &["incidentWebUrl", "alertWebUrl"],
        updated: &["lastUpdateDateTime"],
    },
    evidence,
    related: None,
    without_alerts: "ask Microsoft Graph for the alerts too: GET /v1.0/security/incidents/{id}?$expand=alerts",
    without_entities: "only patterns that need no entity can be chosen; entities can be added in the review",
};

/// Reads all evidence of an alert.
fn evidence(reader: &mut Reader, alert: &Place<'_>) {
    if let Some(list) = reader.objects(alert, "evidence") {
        list.iter().for_each(|at| one(reader, at));
        return;
    }
    if alert.member("evidence").is_some() {
        return;
    }
    // Some tools spread the list over members of the alert: `deviceEvidence`, `fileEvidence`…
    for (key, node) in
        alert.node.members().filter(|(key, node)| key.ends_with("Evidence") && node.is_object())
    {
        one(reader, &alert.child(key, node));
    }
}

fn one(reader: &mut Reader, at: &Place<'_>) {
    let state = State::read(reader, at);
    let Some(odata) = reader.text(at, "@odata.type") else {
        return evidence::unknown(reader, at, None, "@odata.type", &state);
    };
    let name = odata.rsplit('.').next().unwrap_or(&odata);
    let name = name.strip_suffix("Evidence").unwrap_or(name);
    let lower = name.to_ascii_lowercase();
    if let Some((_, kind, table)) = PLAIN.iter().find(|(own, ..)| *own == lower) {
        let fields = reader.fields(at, table);
        return evidence::add(reader, at, *kind, fields, &state);
    }
    match lower.as_str() {
        "user" => {
            let fields = account_fields(reader, at);
            evidence::account(reader, at, fields, &state);
        }
        "mailbox" => mailbox(reader, at, &state),
        "analyzedmessage" => message(reader, at, &state),
        "process" => process(reader, at, &state),
        "filehash" => file_hash(reader, at, &state),
        "registrykey" | "registryvalue" => {
            let fields = evidence::registry(reader, at, "mdeDeviceId");
            evidence::other(reader, at, name, fields, &state);
        }
        "cloudlogonsession" | "hostlogonsession" => {
            generic(reader, at, name, &state);
            if let Some(user) = reader.object(at, "account") {
                let own = State::read(reader, &user);
                let fields = account_fields(reader, &user);
                evidence::owner(reader, &user, fields, &own);
            }
        }
        "mailboxconfiguration" => {
            generic(reader, at, name, &state);
            // The setting may be malicious; that says nothing about the mailbox.
            let fields = reader.fields(at, &[(Field::Address, "mailboxPrimaryAddress"), (Field::Upn, "upn")]);
            if !fields.is_empty() {
                evidence::add(reader, at, EntityKind::Mailbox, fields, &State::default());
                let fields = reader.fields(at, &[(Field::Upn, "upn")]);
                evidence::owner(reader, at, fields, &State::default());
            }
        }
        "iotdevice" => {
            // Not a device that Defender for Endpoint could isolate.
            let own = [
                (Field::Id, "deviceId"),
                (Field::Name, "deviceName"),
                (Field::OsPlatform, "operatingSystem"),
            ];
            let fields = reader.fields(at, &own);
            evidence::other(reader, at, name, fields, &state);
        }
        known if REPORTED.contains(&known) => generic(reader, at, name, &state),
        _ => evidence::unknown(reader, at, Some(name), "@odata.type", &state),
    }
}

/// Kinds whose fields stand in the evidence itself or at a fixed path below it.
const PLAIN: &[Plain] = &[
    (
        "device",
        EntityKind::Device,
        &[
            (Field::Id, "mdeDeviceId"),
            (Field::Name, "deviceDnsName"),
            (Field::Name, "hostName"),
            (Field::EntraDeviceId, "azureAdDeviceId"),
            (Field::OsPlatform, "osPlatform"),
            (Field::Onboarding, "onboardingStatus"),
        ],
    ),
    (
        "submissionmail",
        EntityKind::Message,
        &[
            (Field::NetworkMessageId, "networkMessageId"),
            (Field::Recipient, "recipient"),
            (Field::Sender, "sender"),
            (Field::SenderIp, "senderIp"),
            (Field::Subject, "subject"),
        ],
    ),
    (
        "mailcluster",
        EntityKind::MailCluster,
        &[
            (Field::Query, "query"),
            (Field::Type, "clusterBy"),
            (Field::Name, "clusterByValue"),
            (Field::Count, "emailCount"),
        ],
    ),
    (
        "file",
        EntityKind::File,
        &[
            (Field::Name, "fileDetails/fileName"),
            (Field::Path, "fileDetails/filePath"),
            (Field::Sha256, "fileDetails/sha256"),
            (Field::Sha1, "fileDetails/sha1"),
            (Field::Md5, "fileDetails/md5"),
            (Field::Publisher, "fileDetails/filePublisher"),
            (Field::Publisher, "fileDetails/signer"),
            (Field::DeviceId, "mdeDeviceId"),
        ],
    ),
    ("ip", EntityKind::Ip, &[(Field::Address, "ipAddress")]),
    ("url", EntityKind::Url, &[(Field::Url, "url")]),
    (
        // Its objectId is that of the application, not of the service principal that actions need: left out.
        "oauthapplication",
        EntityKind::Application,
        &[(Field::AppId, "appId"), (Field::Name, "displayName"), (Field::Publisher, "publisher")],
    ),
    (
        "serviceprincipal",
        EntityKind::Application,
        &[
            (Field::AppId, "appId"),
            (Field::Id, "servicePrincipalObjectId"),
            (Field::Name, "servicePrincipalName"),
        ],
    ),
    (
        "azureresource",
        EntityKind::CloudResource,
        &[(Field::Id, "resourceId"), (Field::Name, "resourceName"), (Field::Type, "resourceType")],
    ),
    (
        "amazonresource",
        EntityKind::CloudResource,
        &[(Field::Id, "amazonResourceId"), (Field::Name, "resourceName"), (Field::Type, "resourceType")],
    ),
    (
        "googlecloudresource",
        EntityKind::CloudResource,
        &[(Field::Id, "fullResourceName"), (Field::Name, "resourceName"), (Field::Type, "resourceType")],
    ),
];

/// The remaining kinds of the v1.0 types: known, and acted on by no pattern. A cloud application is one of a catalogue
/// of services, whose number is not an application id of Entra ID.
const REPORTED: &[&str] = &[
    "blob",
    "blobcontainer",
    "cloudapplication",
    "cloudlogonrequest",
    "container",
    "containerimage",
    "containerregistry",
    "dns",
    "githuborganization",
    "githubrepo",
    "githubuser",
    "kubernetescluster",
    "kubernetescontroller",
    "kubernetesnamespace",
    "kubernetespod",
    "kubernetessecret",
    "kubernetesservice",
    "kubernetesserviceaccount",
    "malware",
    "networkconnection",
    "nic",
    "sastoken",
    "securitygroup",
    "teamsmessage",
];

const MESSAGE: Table = &[
    (Field::NetworkMessageId, "networkMessageId"),
    (Field::InternetMessageId, "internetMessageId"),
    (Field::Recipient, "recipientEmailAddress"),
    (Field::Sender, "p2Sender/emailAddress"),
    (Field::Sender, "p1Sender/emailAddress"),
    (Field::SenderIp, "senderIp"),
    (Field::Subject, "subject"),
    (Field::DeliveryLocation, "deliveryLocation"),
    (Field::DeliveryAction, "deliveryAction"),
    (Field::Direction, "antiSpamDirection"),
];

const ACCOUNT: Table = &[
    (Field::Id, "azureAdUserId"),
    (Field::Upn, "userPrincipalName"),
    (Field::Sid, "userSid"),
    (Field::Name, "accountName"),
    (Field::Domain, "domainName"),
    (Field::DisplayName, "displayName"),
    (Field::AdObjectId, "activeDirectoryObjectGuid"),
];

const IMAGE: Table = &[
    (Field::Name, "fileName"),
    (Field::Path, "filePath"),
    (Field::Sha256, "sha256"),
    (Field::Sha1, "sha1"),
    (Field::Md5, "md5"),
    (Field::Publisher, "filePublisher"),
    (Field::Publisher, "signer"),
];

fn account_fields(reader: &mut Reader, at: &Place<'_>) -> Fields {
    match reader.object(at, "userAccount") {
        Some(account) => reader.fields(&account, ACCOUNT),
        None => Fields::new(),
    }
}

fn mailbox(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let account = account_fields(reader, at);
    let own = [(Field::Address, "primaryAddress"), (Field::Upn, "upn"), (Field::DisplayName, "displayName")];
    let mut fields = reader.fields(at, &own);
    for field in [Field::Upn, Field::Id] {
        if let Some(text) = account.get(&field) {
            fields.entry(field).or_insert_with(|| text.clone());
        }
    }
    let mut account = account;
    if let Some(upn) = fields.get(&Field::Upn) {
        account.entry(Field::Upn).or_insert_with(|| upn.clone());
    }
    evidence::add(reader, at, EntityKind::Mailbox, fields, state);
    let place = at.member("userAccount").unwrap_or_else(|| at.clone());
    evidence::owner(reader, &place, account, &state.verdict_only());
}

fn message(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let fields = reader.fields(at, MESSAGE);
    evidence::add(reader, at, EntityKind::Message, fields, state);
    evidence::urls(reader, at, "urls");
}

fn process(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let device = reader.fields(at, &[(Field::DeviceId, "mdeDeviceId")]);
    let image = reader.object(at, "imageFile");
    let image_fields = image.as_ref().map(|image| reader.fields(image, IMAGE)).unwrap_or_default();

    let mut fields =
        reader.fields(at, &[(Field::ProcessId, "processId"), (Field::CommandLine, "processCommandLine")]);
    fields.extend(device.clone());
    fields.extend(image_fields.clone());
    let moment = reader.text(at, "processCreationDateTime");
    evidence::add_process(reader, at, EntityKind::Process, fields, state, moment);

    if let Some(image) = image.filter(|_| !image_fields.is_empty()) {
        let mut file = image_fields;
        file.extend(device);
        evidence::add(reader, &image, EntityKind::File, file, &state.verdict_only());
    }
    if let Some(user) = at.member("userAccount") {
        let fields = account_fields(reader, at);
        evidence::owner(reader, &user, fields, &State::default());
    }
}

fn file_hash(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let algorithm = reader.text(at, "algorithm").unwrap_or_default().to_ascii_lowercase();
    let field = match algorithm.as_str() {
        "sha256" => Field::Sha256,
        "sha1" => Field::Sha1,
        "md5" => Field::Md5,
        // An Authenticode hash is not the hash of the file.
        _ => return generic(reader, at, "fileHash", state),
    };
    let fields = reader.fields(at, &[(field, "value")]);
    evidence::add(reader, at, EntityKind::File, fields, state);
}

fn generic(reader: &mut Reader, at: &Place<'_>, kind: &str, state: &State) {
    let fields = reader.fields(at, evidence::GENERIC);
    evidence::other(reader, at, kind, fields, state);
}
