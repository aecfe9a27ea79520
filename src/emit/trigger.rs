//! How a run begins, and what it then knows of the incident.
//!
//! A way to begin is a variant of [`Trigger`] with its row in each method: the definition, the operation of the catalogue
//! behind it, and where the incident stands. Nothing else in `emit` knows how a run began.

use serde_json::{Map, Value as Json, json};

use super::calls::connection_reference;
use super::leaves::call;
use crate::data::connector::Host;
use crate::expr::{Expr, escape};
use crate::plan::ir::{Role, Term};
use crate::select::profile::{FlowTrigger, LogicAppTrigger};
use crate::select::{Mode, Profile};

/// A way to begin a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Microsoft Sentinel runs the playbook on an incident: by an automation rule, or when somebody asks for it there.
    SentinelIncident,
    /// Somebody posts the Defender id of an incident: to a flow, who is signed in to the tenant; to a Logic App, who has
    /// its signed address.
    Request,
    /// Another workflow of ours, which looks for incidents, passes the Defender id of one.
    Called,
    /// Somebody presses a button and gives the Defender id of an incident.
    Manual,
    /// Defender for Cloud Apps raises an alert.
    CloudAppAlert,
}

/// Whose incident a run works on: that decides where its facts and entities stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Microsoft Sentinel's, which the trigger brings.
    Sentinel,
    /// Defender XDR's, which Microsoft Graph is asked for.
    Graph,
}

/// Name of a trigger that is started by its address or by another workflow.
pub(super) const MANUAL: &str = "manual";
/// Name of the action that answers a workflow that called.
const ACCEPTED: &str = "Accepted";
/// Name of the action that reads the alert of [`Trigger::CloudAppAlert`].
pub(super) const ALERT: &str = "Get_alert";

impl Trigger {
    /// How a playbook begins on a host. What takes a response back is started by a person, whatever starts the response;
    /// and so is what is for one incident only: nothing needs to look for that.
    pub(super) fn of(host: Host, role: Role, profile: &Profile, mode: Mode) -> Self {
        let looks = role == Role::Main && mode == Mode::Reusable;
        match (host, role) {
            (Host::LogicApp, _) if profile.trigger.logicapp == LogicAppTrigger::Sentinel => {
                Self::SentinelIncident
            }
            (Host::LogicApp, _) if looks => Self::Called,
            (Host::LogicApp, _) => Self::Request,
            (Host::PowerAutomate, role) => match (profile.trigger.powerautomate, role) {
                (FlowTrigger::Request, _) => Self::Request,
                (FlowTrigger::Recurrence, _) if looks => Self::Called,
                (FlowTrigger::CloudAppAlert, Role::Main) => Self::CloudAppAlert,
                _ => Self::Manual,
            },
        }
    }

    /// Whose incident a run that begins so works on.
    pub(super) fn source(self) -> Source {
        match self {
            Self::SentinelIncident => Source::Sentinel,
            Self::Request | Self::Called | Self::Manual | Self::CloudAppAlert => Source::Graph,
        }
    }

    /// The operation of the catalogue that starts the run, where a connector does.
    pub(super) fn operation(self) -> Option<&'static str> {
        match self {
            Self::SentinelIncident => Some("azuresentinel.ASIIncidentTriggerSubscribe"),
            Self::CloudAppAlert => Some("cloudappsecurity.AlertGenerated"),
            Self::Request | Self::Called | Self::Manual => None,
        }
    }

    /// The `triggers` object of the definition.
    pub(super) fn definition(self, host: Host) -> Map<String, Json> {
        let (name, mut trigger) = match (self, host) {
            (Self::SentinelIncident, _) => ("Microsoft_Sentinel_incident", sentinel_incident()),
            (Self::Request, Host::PowerAutomate) => (MANUAL, tenant_request()),
            (Self::Request | Self::Called, _) if host == Host::LogicApp => (MANUAL, request()),
            (Self::CloudAppAlert, _) => ("When_an_alert_is_generated", cloud_app_alert()),
            _ => (MANUAL, button()),
        };
        if host == Host::LogicApp {
            trigger["correlation"] = json!({ "clientTrackingId": escape::whole(&self.tracked_by()) });
        }
        Map::from_iter([(name.to_owned(), trigger)])
    }

    /// What a run of a Logic App is found by: the number of its incident, where the trigger brings one.
    ///
    /// Source: Microsoft Learn, "Workflow Runs - List" of the REST API of Azure Logic Apps, `$filter` by `ClientTrackingId`, and
    /// `correlation` in its answer. A value that cannot be worked out fails the trigger, so there is always one.
    fn tracked_by(self) -> Expr {
        let body = call("triggerBody", Vec::new());
        let number = match self.source() {
            Source::Sentinel => body.get("object").get("properties").get("incidentNumber"),
            Source::Graph => body.get("incidentId"),
        };
        call("string", vec![call("coalesce", vec![number, call("guid", Vec::new())])])
    }

    /// The incident as the trigger brings it: the whole of it from Sentinel, its Defender id from elsewhere.
    pub(super) fn incident(self, host: Host) -> Term {
        let body = Term::Apply("triggerBody", Vec::new());
        match (self, host) {
            (Self::SentinelIncident, _) => body.get("object"),
            (Self::CloudAppAlert, _) => Term::Answer(ALERT.to_owned()).get("incidentId"),
            (Self::Request, _) | (Self::Called, Host::LogicApp) => body.get("incidentId"),
            (Self::Called | Self::Manual, _) => body.get(INCIDENT_INPUT),
        }
    }

    /// The Defender id of the alert that began the run. Microsoft's table of alert sources puts `ca` before the alerts
    /// of Defender for Cloud Apps.
    pub(super) fn alert(self) -> Option<Term> {
        let of_product = || Term::Apply("triggerBody", Vec::new()).get("ProviderAlertId");
        (self == Self::CloudAppAlert).then(|| Term::Apply("concat", vec![Term::text("ca"), of_product()]))
    }

    /// Puts an answer to the caller in front of everything, so that the caller waits for nothing that comes after it: a
    /// run may wait for a person for days.
    pub(super) fn answer_caller(self, host: Host, actions: Map<String, Json>) -> Map<String, Json> {
        if self != Self::Called {
            return actions;
        }
        let answer = match host {
            Host::LogicApp => json!({ "type": "Response", "kind": "Http", "inputs": { "statusCode": 200 } }),
            Host::PowerAutomate => json!({
                "type": "Response",
                "kind": "PowerApp",
                "inputs": { "statusCode": 200, "body": {}, "schema": { "type": "object", "properties": {} } },
            }),
        };
        let mut all = Map::from_iter([(ACCEPTED.to_owned(), answer)]);
        for (name, mut action) in actions {
            if action["runAfter"].as_object().is_none_or(Map::is_empty) {
                action["runAfter"] = json!({ ACCEPTED: ["Succeeded"] });
            }
            all.insert(name, action);
        }
        all[ACCEPTED]["runAfter"] = json!({});
        all
    }
}

fn sentinel_incident() -> Json {
    json!({
        "type": "ApiConnectionWebhook",
        "inputs": {
            "host": { "connection": { "name": connection_reference("azuresentinel") } },
            "path": "/incident-creation",
            "body": { "callback_url": "@{listCallbackUrl()}" },
        },
    })
}

/// The body that carries the id of an incident.
fn incident_schema() -> Json {
    json!({
        "type": "object",
        "properties": { "incidentId": { "type": "string" } },
        "required": ["incidentId"],
    })
}

fn request() -> Json {
    json!({ "type": "Request", "kind": "Http", "inputs": { "schema": incident_schema() } })
}

fn tenant_request() -> Json {
    let mut trigger = request();
    // Anyone with the URL could start it otherwise.
    trigger["inputs"]["triggerAuthenticationType"] = json!("Tenant");
    trigger
}

/// The name that the maker portal gives to the first text input of a button.
pub(super) const INCIDENT_INPUT: &str = "text";

fn button() -> Json {
    json!({
        "type": "Request",
        "kind": "Button",
        "inputs": {
            "schema": {
                "type": "object",
                "properties": {
                    INCIDENT_INPUT: {
                        "title": "Incident id",
                        "type": "string",
                        "x-ms-dynamically-added": true,
                        "description": "Number of the incident in the Defender portal",
                        "x-ms-content-hint": "TEXT",
                    },
                },
                "required": [INCIDENT_INPUT],
            },
        },
    })
}

fn cloud_app_alert() -> Json {
    json!({
        "type": "OpenApiConnectionWebhook",
        "inputs": {
            "host": {
                "connectionName": "shared_cloudappsecurity",
                "operationId": "MCAS_ON_ALERT_GENERATED",
                "apiId": "/providers/Microsoft.PowerApps/apis/shared_cloudappsecurity",
            },
            "parameters": {},
            "authentication": "@parameters('$authentication')",
        },
    })
}
