//! Rows of advanced hunting: `AlertEvidence`, one row for each entity of an alert, and `AlertInfo`, one for each alert.
//!
//! A row repeats the facts of its alert and spreads those of its entity over columns; the whole entity stands as a
//! JSON text in `AdditionalFields`, written like those of Microsoft Sentinel. The streaming API puts the row under
//! `properties`.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::json::Document;

use super::codes;
use super::evidence::Table;
use super::incident::{EntityKind, Field};
use super::layout::{AlertKeys, IncidentKeys, Layout};
use super::place::Place;
use super::reader::Reader;
use super::sentinel::{entity, refs::Refs};

/// How advanced hunting spells alerts.
pub(super) const LAYOUT: Layout = Layout {
    incident: IncidentKeys::NONE,
    alert: AlertKeys {
        id: &["alertId"],
        title: &["title"],
        determination: &[],
        category: &["categories"],
        techniques: &["attackTechniques"],
        service_source: &["serviceSource"],
        detection_source: &["detectionSource"],
        first_activity: &["timestamp"],
        last_activity: &["timestamp"],
        created: &["timestamp"],
        resolved: &[],
        incident: &["incidentId"],
        description: &[],
        tenant: &["tenantId"],
        url: &[],
        updated: &["timestamp"],
    },
    evidence,
    related: None,
    without_alerts: "export the rows of its alerts",
    without_entities: "AlertInfo names no entities: export the rows of AlertEvidence with the same AlertId",
};

const ACCOUNT: Table = &[
    (Field::Id, "AccountObjectId"),
    (Field::Upn, "AccountUpn"),
    (Field::Sid, "AccountSid"),
    (Field::Name, "AccountName"),
    (Field::Domain, "AccountDomain"),
];

const FILE: Table = &[
    (Field::Name, "FileName"),
    (Field::Path, "FolderPath"),
    (Field::Sha256, "SHA256"),
    (Field::Sha1, "SHA1"),
    (Field::DeviceId, "DeviceId"),
];

/// The columns that describe the entity of a row, by the kind that the row says: what they mean for entities of which
/// kind. Columns of other kinds are about the surroundings.
fn columns(kind: &str) -> &'static [(EntityKind, Table)] {
    match kind {
        "user" => &[(EntityKind::Account, ACCOUNT)],
        "mailbox" => &[
            (EntityKind::Account, ACCOUNT),
            (
                EntityKind::Mailbox,
                &[(Field::Address, "AccountUpn"), (Field::Upn, "AccountUpn"), (Field::Id, "AccountObjectId")],
            ),
        ],
        "machine" => &[(EntityKind::Device, &[(Field::Id, "DeviceId"), (Field::Name, "DeviceName")])],
        "file" => &[(EntityKind::File, FILE)],
        "process" => &[
            (EntityKind::File, FILE),
            (EntityKind::Process, FILE),
            (EntityKind::Process, &[(Field::CommandLine, "ProcessCommandLine")]),
        ],
        "mailmessage" => &[(
            EntityKind::Message,
            &[(Field::NetworkMessageId, "NetworkMessageId"), (Field::Subject, "EmailSubject")],
        )],
        "oauthapplication" => &[(
            EntityKind::Application,
            &[(Field::AppId, "OAuthApplicationId"), (Field::Name, "Application")],
        )],
        _ => &[],
    }
}

/// Reads the entity of a row.
fn evidence(reader: &mut Reader, row: &Place<'_>) {
    let row = row.body();
    let Some(kind) = reader.text(&row, "EntityType") else { return };
    let role = reader.text(&row, "EvidenceRole");
    for (of, table) in columns(&kind.to_ascii_lowercase()) {
        let fields = reader.fields(&row, table);
        reader.defaults.entry(*of).or_default().extend(fields);
    }
    let before = reader.entities.mentions();
    if let Some(column) = row.member("AdditionalFields") {
        match column.node.text().map(Document::parse) {
            None => whole(reader, &column, &kind, role.clone()),
            Some(Ok(document)) => {
                whole(reader, &Place::quoted(document.root(), column.pointer), &kind, role.clone());
            }
            Some(Err(error)) => reader.findings.push(
                Diagnostic::new(
                    &codes::BROKEN_JSON_TEXT,
                    column.pointer,
                    format!("the text in `AdditionalFields` is not whole JSON: {error}"),
                )
                .help("the other columns of the row are read; export again to have all facts of the entity")
                .severity(Severity::Warning),
            ),
        }
    }
    if reader.entities.mentions() == before {
        entity::read(reader, &Refs::default(), &row, Some(&kind), role);
    }
    reader.defaults.clear();
}

/// Reads the entity that stands whole in one column.
fn whole(reader: &mut Reader, at: &Place<'_>, kind: &str, role: Option<String>) {
    if at.node.is_object() && at.node.items().next().is_some() {
        let refs = Refs::of(std::slice::from_ref(at));
        entity::read(reader, &refs, at, Some(kind), role);
    }
}
