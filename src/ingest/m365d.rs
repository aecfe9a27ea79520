//! Incidents of the older Microsoft 365 Defender API: `GET /api/incidents`.
//!
//! Everything about an entity stands flat beside its `entityType`. Exports of 2020 carry every column of every kind,
//! mostly `null`; later ones leave those out. Devices have a list of their own.

use super::entities::Fields;
use super::evidence::{self, Plain, State, Table};
use super::incident::{EntityKind, Field};
use super::layout::{AlertKeys, IncidentKeys, Layout};
use super::place::Place;
use super::reader::Reader;

/// How this form spells incidents and alerts.
pub(super) const LAYOUT: Layout = Layout {
    incident: IncidentKeys {
        id: &["incidentId"],
        title: &["incidentName"],
        determination: &["determination"],
        tenant: &["tenantId"],
        url: &["incidentUri"],
        created: &["createdTime"],
        updated: &["lastUpdateTime"],
        assigned_to: &["assignedTo"],
        tags: &["customTags", "systemTags", "tags"],
        ..IncidentKeys::NONE
    },
    alert: AlertKeys {
        id: &["alertId", "providerAlertId"],
        title: &["title"],
        determination: &["determination"],
        category: &["category"],
        techniques: &["mitreTechniques"],
        service_source: &["serviceSource"],
        detection_source: &["detectionSource"],
        first_activity: &["firstActivity"],
        last_activity: &["lastActivity"],
        created: &["creationTime"],
        resolved: &["resolvedTime"],
        incident: &["incidentId"],
        description: &["description"],
        tenant: &["tenantId"],
        url: &["incidentUri"],
        updated: &["lastUpdatedTime"],
    },
    evidence,
    related: None,
    without_alerts: "this API lists the alerts of every incident; an incident without them was merged or is hand-made",
    without_entities: "only patterns that need no entity can be chosen; entities can be added in the review",
};

/// Reads the devices and the entities of an alert.
fn evidence(reader: &mut Reader, alert: &Place<'_>) {
    for device in reader.objects(alert, "devices").unwrap_or_default() {
        let fields = reader.fields(&device, DEVICE);
        let state = State::of_device(reader, &device);
        evidence::add(reader, &device, EntityKind::Device, fields, &state);
    }
    for entity in reader.objects(alert, "entities").unwrap_or_default() {
        one(reader, &entity);
    }
}

/// Reads one entity. The evidence of Defender for Endpoint alerts has the same columns.
pub(super) fn one(reader: &mut Reader, at: &Place<'_>) {
    let state = State::read(reader, at);
    let Some(name) = reader.text(at, "entityType") else {
        return evidence::unknown(reader, at, None, "entityType", &state);
    };
    let lower = name.trim().to_ascii_lowercase();
    if let Some((_, kind, table)) = PLAIN.iter().find(|(own, ..)| *own == lower) {
        let fields = reader.fields(at, table);
        return evidence::add(reader, at, *kind, fields, &state);
    }
    match lower.as_str() {
        "user" => {
            let fields = reader.fields(at, ACCOUNT);
            evidence::account(reader, at, fields, &state);
        }
        "mailbox" => {
            let fields = reader.fields(at, MAILBOX);
            evidence::add(reader, at, EntityKind::Mailbox, fields, &state);
            owner(reader, at, &state.verdict_only());
        }
        "process" => process(reader, at, &state),
        "registry" | "registrykey" | "registryvalue" => {
            let fields = evidence::registry(reader, at, "deviceId");
            evidence::other(reader, at, &name, fields, &state);
        }
        "cloudlogonsession" => {
            generic(reader, at, &name, &state);
            owner(reader, at, &State::default());
        }
        "cloudapplication" | "securitygroup" => generic(reader, at, &name, &state),
        _ => evidence::unknown(reader, at, Some(&name), "entityType", &state),
    }
}

const DEVICE: Table = &[
    (Field::Id, "mdatpDeviceId"),
    (Field::Id, "deviceId"),
    (Field::Name, "deviceDnsName"),
    (Field::EntraDeviceId, "aadDeviceId"),
    (Field::OsPlatform, "osPlatform"),
    (Field::Onboarding, "onboardingStatus"),
];

const ACCOUNT: Table = &[
    (Field::Id, "aadUserId"),
    (Field::Upn, "userPrincipalName"),
    (Field::Sid, "userSid"),
    (Field::Name, "accountName"),
    (Field::Domain, "domainName"),
];

const MAILBOX: Table = &[
    (Field::Address, "mailboxAddress"),
    (Field::Upn, "userPrincipalName"),
    (Field::DisplayName, "mailboxDisplayName"),
    (Field::Id, "aadUserId"),
];

const FILE: Table = &[
    (Field::Name, "fileName"),
    (Field::Path, "filePath"),
    (Field::Sha256, "sha256"),
    (Field::Sha1, "sha1"),
    (Field::DeviceId, "deviceId"),
];

/// Kinds whose fields are all there is to them.
const PLAIN: &[Plain] = &[
    ("file", EntityKind::File, FILE),
    ("ip", EntityKind::Ip, &[(Field::Address, "ipAddress")]),
    ("url", EntityKind::Url, &[(Field::Url, "url")]),
    (
        "mailmessage",
        EntityKind::Message,
        &[
            // Real exports have no networkMessageId; it is read in case one has.
            (Field::NetworkMessageId, "networkMessageId"),
            (Field::InternetMessageId, "internetMessageId"),
            (Field::Recipient, "recipient"),
            (Field::Sender, "sender"),
            (Field::SenderIp, "senderIp"),
            (Field::Subject, "subject"),
            (Field::DeliveryAction, "deliveryAction"),
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
        "oauthapplication",
        EntityKind::Application,
        &[(Field::AppId, "applicationId"), (Field::Name, "applicationName")],
    ),
];

/// The account named by the columns of something else.
fn owner(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let fields = reader.fields(at, ACCOUNT);
    evidence::owner(reader, at, fields, state);
}

fn process(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let image = reader.fields(at, FILE);
    let mut fields: Fields =
        reader.fields(at, &[(Field::ProcessId, "processId"), (Field::CommandLine, "processCommandLine")]);
    fields.extend(image.clone());
    let moment = reader.text(at, "processCreationTime");
    evidence::add_process(reader, at, EntityKind::Process, fields, state, moment);
    if image.keys().any(|field| *field != Field::DeviceId) {
        evidence::add(reader, at, EntityKind::File, image, &state.verdict_only());
    }
    owner(reader, at, &State::default());
}

fn generic(reader: &mut Reader, at: &Place<'_>, kind: &str, state: &State) {
    let fields = reader.fields(at, evidence::GENERIC);
    evidence::other(reader, at, kind, fields, state);
}
