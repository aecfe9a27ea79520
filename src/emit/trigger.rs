//! How a run begins, and what it then knows of the incident.
//!
//! A way to begin is a variant of [`Trigger`] with its row in each method: the definition, the operation of the catalogue
//! behind it, and where the incident stands. Nothing else in `emit` knows how a run began.

use serde_json::{Map, Value as Json, json};

use super::calls::connection_reference;
use super::leaves::call;
use crate::data::connector::Host;
use crate::expr::Expr;

/// A way to begin a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    /// Microsoft Sentinel runs the playbook on an incident: by an automation rule, or when somebody asks for it there.
    SentinelIncident,
    /// Somebody who is signed in to the tenant posts the Defender id of an incident.
    Request,
}

impl Trigger {
    /// How a playbook begins on a host.
    pub(super) fn of(host: Host) -> Self {
        match host {
            Host::LogicApp => Self::SentinelIncident,
            Host::PowerAutomate => Self::Request,
        }
    }

    /// The operation of the catalogue that starts the run, where a connector does.
    pub(super) fn operation(self) -> Option<&'static str> {
        match self {
            Self::SentinelIncident => Some("azuresentinel.ASIIncidentTriggerSubscribe"),
            Self::Request => None,
        }
    }

    /// The `triggers` object of the definition.
    pub(super) fn definition(self) -> Map<String, Json> {
        let (name, trigger) = match self {
            Self::SentinelIncident => ("Microsoft_Sentinel_incident", sentinel_incident()),
            Self::Request => ("manual", request()),
        };
        Map::from_iter([(name.to_owned(), trigger)])
    }

    /// The incident as the trigger brings it: the whole of it from Sentinel, its Defender id from elsewhere.
    pub(super) fn incident(self) -> Expr {
        let body = call("triggerBody", Vec::new());
        match self {
            Self::SentinelIncident => body.get("object"),
            Self::Request => body.get("incidentId"),
        }
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

fn request() -> Json {
    json!({
        "type": "Request",
        "kind": "Http",
        "inputs": {
            // Anyone with the URL could start it otherwise.
            "triggerAuthenticationType": "Tenant",
            "schema": {
                "type": "object",
                "properties": { "incidentId": { "type": "string" } },
                "required": ["incidentId"],
            },
        },
    })
}
