//! Microsoft Sentinel: incidents and alerts of the REST API and its SDKs, trigger payloads, and the rows of the tables
//! `SecurityIncident` and `SecurityAlert`.
//!
//! All of them spell the same facts with the same words, in three casings. The REST API lists the entities of an
//! incident, and only which alerts there are; a table row holds the entities of one alert as a JSON text. The alert
//! that advanced hunting keeps in its column `AdditionalFields` is such a row too.

use super::entities::Fields;
use super::evidence::{self, State};
use super::incident::{EntityKind, Field};
use super::layout::{AlertKeys, IncidentKeys, Layout};
use super::place::Place;
use super::reader::Reader;

pub(super) mod entity;
mod fields;
pub(super) mod refs;

use refs::Refs;

/// How Microsoft Sentinel spells incidents and alerts.
pub(super) const LAYOUT: Layout = Layout {
    incident: IncidentKeys {
        id: &["name", "incidentName"],
        number: &["incidentNumber"],
        resource: &["id"],
        provider_id: &["providerIncidentId"],
        title: &["title"],
        description: &["description"],
        determination: &["classificationReason"],
        url: &["incidentUrl"],
        created: &["createdTimeUtc", "createdTime"],
        first_activity: &["firstActivityTimeUtc", "firstActivityTime"],
        resolved: &["closedTime"],
        updated: &["lastModifiedTimeUtc", "lastModifiedTime"],
        assigned_to: &["owner/assignedTo", "owner/userPrincipalName", "owner/email"],
        tags: &["labels/labelName"],
        tactics: &["additionalData/tactics"],
        techniques: &["additionalData/techniques"],
        alert_ids: &["alertIds"],
        ..IncidentKeys::NONE
    },
    alert: AlertKeys {
        id: &["systemAlertId", "providerAlertId", "vendorOriginalId", "name"],
        title: &["alertDisplayName", "displayName", "alertName"],
        determination: &["classificationReason"],
        category: &["tactics", "intent", "category"],
        techniques: &["techniques", "subTechniques"],
        service_source: &["productName", "providerName"],
        detection_source: &["productComponentName", "detectionTechnology"],
        first_activity: &["startTimeUtc", "startTime"],
        last_activity: &["endTimeUtc", "endTime"],
        created: &["timeGenerated", "timeGeneratedUtc"],
        resolved: &[],
        incident: &[],
        description: &["description"],
        tenant: &["resourceIdentifiers/aadTenantId"],
        url: &["alertLink"],
        updated: &["processingEndTime"],
    },
    evidence,
    related: Some(related),
    without_alerts: "put the answers of three calls together, {\"incident\": …, \"alerts\": …, \"entities\": …}, or the \
                     row of SecurityIncident into one list with the rows of SecurityAlert that its AlertIds name",
    without_entities: "put the answer of the call `entities` of the incident beside it: \
                       {\"incident\": …, \"alerts\": …, \"entities\": …}",
};

/// Reads what the row of an alert holds: its entities, and the Azure resource that it is about. Alerts of the REST API
/// hold neither.
fn evidence(reader: &mut Reader, alert: &Place<'_>) {
    let body = alert.body();
    reader.with_objects(&body, "entities", related);
    resource(reader, &body, "resourceId");
}

/// Reads a list of entities that refer to each other.
fn related(reader: &mut Reader, entities: &[Place<'_>]) {
    let refs = Refs::of(entities);
    for entity in entities {
        if reader.entities.is_full() {
            return;
        }
        entity::read(reader, &refs, entity, None, None);
    }
}

/// Records the Azure resource of which the id stands at a key, and nothing else is known.
fn resource(reader: &mut Reader, at: &Place<'_>, key: &str) {
    let (Some(id), Some(place)) = (reader.text(at, key), at.member(key)) else { return };
    // A subscription or a resource group is a place, not a thing.
    if id.to_ascii_lowercase().contains("/providers/") {
        let fields = Fields::from([(Field::Id, id)]);
        evidence::add(reader, &place, EntityKind::CloudResource, fields, &State::default());
    }
}
