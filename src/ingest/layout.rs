//! How a form spells what all forms have: a table of keys and two functions for its entities.
//!
//! [`layout`] is the line by which a form is added. Casing and underscores do not count (see [`super::place`]), so the
//! REST API, its SDKs and the tables of one product can share a layout.

use super::incident::Form;
use super::place::Place;
use super::reader::Reader;
use super::{graph, hunting, m365d, mde, sentinel};

/// Keys, or paths of keys joined with slashes, under which a fact may stand, best first.
pub(super) type Keys = &'static [&'static str];

/// How one form, or several alike, spell incidents and alerts.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) incident: IncidentKeys,
    pub(super) alert: AlertKeys,
    /// Reads what an alert names into [`Reader::entities`].
    pub(super) evidence: fn(&mut Reader, &Place<'_>),
    /// Reads what the incident itself names, where the form has such a list.
    pub(super) related: Option<fn(&mut Reader, &[Place<'_>])>,
    /// What to do about an incident without alerts.
    pub(super) without_alerts: &'static str,
    /// What to do about an incident without entities.
    pub(super) without_entities: &'static str,
}

/// The facts of an incident. Severity, status and classification are spelled alike everywhere.
#[derive(Debug)]
pub(super) struct IncidentKeys {
    pub(super) id: Keys,
    pub(super) number: Keys,
    pub(super) resource: Keys,
    pub(super) provider_id: Keys,
    pub(super) title: Keys,
    pub(super) description: Keys,
    pub(super) determination: Keys,
    pub(super) tenant: Keys,
    pub(super) url: Keys,
    pub(super) created: Keys,
    pub(super) first_activity: Keys,
    pub(super) resolved: Keys,
    pub(super) updated: Keys,
    pub(super) assigned_to: Keys,
    pub(super) tags: Keys,
    pub(super) tactics: Keys,
    pub(super) techniques: Keys,
    /// Ids of alerts that belong to the incident and stand elsewhere.
    pub(super) alert_ids: Keys,
}

impl IncidentKeys {
    /// A form that has no incidents of its own.
    pub(super) const NONE: Self = Self {
        id: &[],
        number: &[],
        resource: &[],
        provider_id: &[],
        title: &[],
        description: &[],
        determination: &[],
        tenant: &[],
        url: &[],
        created: &[],
        first_activity: &[],
        resolved: &[],
        updated: &[],
        assigned_to: &[],
        tags: &[],
        tactics: &[],
        techniques: &[],
        alert_ids: &[],
    };
}

/// The facts of an alert; the last five are those by which one that stands alone describes its incident.
#[derive(Debug)]
pub(super) struct AlertKeys {
    pub(super) id: Keys,
    pub(super) title: Keys,
    pub(super) determination: Keys,
    /// The first key that holds anything counts.
    pub(super) category: Keys,
    /// All keys count.
    pub(super) techniques: Keys,
    pub(super) service_source: Keys,
    pub(super) detection_source: Keys,
    pub(super) first_activity: Keys,
    pub(super) last_activity: Keys,
    pub(super) created: Keys,
    pub(super) resolved: Keys,
    pub(super) incident: Keys,
    pub(super) description: Keys,
    pub(super) tenant: Keys,
    pub(super) url: Keys,
    pub(super) updated: Keys,
}

/// The layout of a form.
pub(super) fn layout(form: Form) -> &'static Layout {
    match form {
        Form::GraphIncident | Form::GraphAlertV2 => &graph::LAYOUT,
        Form::M365dIncident | Form::M365dAlert => &m365d::LAYOUT,
        Form::MdeAlert => &mde::LAYOUT,
        Form::SentinelIncident
        | Form::SentinelIncidentPysdkSnake
        | Form::SentinelTrigger
        | Form::SentinelAlert
        | Form::SentinelSecurityIncidentRow
        | Form::SentinelSecurityAlertRow
        | Form::XdrAdditionalFieldsAlert => &sentinel::LAYOUT,
        Form::XdrAlertEvidenceRow => &hunting::LAYOUT,
    }
}
