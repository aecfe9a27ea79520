//! Alerts of Defender for Endpoint: `GET /api/alerts?$expand=evidence`.
//!
//! An alert is about one device, which stands in the alert itself; its evidence has the columns of the older Microsoft
//! 365 Defender API and does not repeat the device. Where a forwarder has split the list, `evidence` is one object.

use super::entities::Fields;
use super::evidence::{self, State};
use super::incident::{EntityKind, Field};
use super::layout::{AlertKeys, IncidentKeys, Layout};
use super::m365d;
use super::place::Place;
use super::reader::Reader;

/// How this form spells alerts.
pub(super) const LAYOUT: Layout = Layout {
    incident: IncidentKeys::NONE,
    alert: AlertKeys {
        id: &["id"],
        title: &["title"],
        determination: &["determination"],
        category: &["category"],
        techniques: &["mitreTechniques"],
        service_source: &["serviceSource"],
        detection_source: &["detectionSource"],
        first_activity: &["firstEventTime"],
        last_activity: &["lastEventTime"],
        created: &["alertCreationTime"],
        resolved: &["resolvedTime"],
        incident: &["incidentId"],
        description: &["description"],
        tenant: &["aadTenantId"],
        url: &[],
        updated: &["lastUpdateTime"],
    },
    evidence,
    related: None,
    without_alerts: "export the alerts of the incident",
    without_entities: "ask for the evidence too: GET /api/alerts?$expand=evidence",
};

/// Reads the device of an alert, its evidence, and the user it is about.
fn evidence(reader: &mut Reader, alert: &Place<'_>) {
    let device = reader.fields(alert, &[(Field::Id, "machineId"), (Field::Name, "computerDnsName")]);
    if let Some(id) = device.get(&Field::Id) {
        let seen_on = Fields::from([(Field::DeviceId, id.clone())]);
        reader.defaults = [EntityKind::File, EntityKind::Process].map(|kind| (kind, seen_on.clone())).into();
    }
    if !device.is_empty() {
        let state = State::of_device(reader, alert);
        evidence::add(reader, alert, EntityKind::Device, device, &state);
    }
    for entity in reader.objects(alert, "evidence").unwrap_or_default() {
        m365d::one(reader, &entity);
    }
    if let Some(user) = reader.object(alert, "relatedUser") {
        let fields = reader.fields(&user, &[(Field::Name, "userName"), (Field::Domain, "domainName")]);
        evidence::owner(reader, &user, fields, &State::default());
    }
    reader.defaults.clear();
}
