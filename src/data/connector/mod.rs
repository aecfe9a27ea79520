//! The operation catalogue: what a playbook can call, and what each call means.
//!
//! Every entry is one YAML item under `catalogue/`, with the public source of each fact and what could not be verified.
//! The build script packs the entries as one JSON text per operation, sorted by id; a text is parsed when it is asked
//! for, never at start.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod signature;

pub use signature::{
    Argument, Connector, Place, Signature, connector, connectors, service_at, signature, signatures,
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// Where a playbook runs. Decides transport, trigger and the shape of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// Azure Logic Apps.
    LogicApp,
    /// Power Automate.
    PowerAutomate,
}

impl Host {
    /// The product in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::LogicApp => "Azure Logic Apps",
            Self::PowerAutomate => "Power Automate",
        }
    }
}

/// One operation of a connector or HTTP API.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Operation {
    /// Stable id, such as `http.graph.disableUser`.
    pub id: String,
    /// What it does, as an imperative.
    pub title: String,
    /// `http` for the built-in HTTP action, else the managed connector's API name.
    pub connector: String,
    /// For HTTP operations: whose base URL and token audience count.
    pub service: Option<Service>,
    /// What it means for a response.
    pub class: Class,
    /// The evidence that is gone afterwards; none where the call leaves its traces to be read.
    #[serde(default)]
    pub destroys: Option<String>,
    /// HTTP verb; none where published definitions write none (webhooks).
    pub method: Option<String>,
    /// Path below the base URL or the connector's root, with `{name}` for path parameters.
    pub path: Option<String>,
    /// The `operationId` that Power Automate writes.
    pub operation_id: Option<String>,
    /// Arguments and values that the operation fixes.
    pub parameters: Vec<Parameter>,
    /// Whether a 202 answer's `Location` must not be polled.
    #[serde(rename = "async")]
    pub asynchronous: bool,
    /// Whether it waits for a callback.
    pub webhook: bool,
    /// Body field that takes the callback URL in Logic Apps.
    pub callback: Option<Callback>,
    /// Whether a second call with the same arguments changes nothing further, so that a failed one may be repeated.
    pub idempotent: bool,
    /// Where a secret or token passes, so that a run history must not show it.
    #[serde(default)]
    pub secure: Vec<Secure>,
    /// Documented success codes; empty where none is documented.
    pub success: Vec<u16>,
    /// Refusals whose meaning is known.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
    /// The documented answer.
    pub response: Response,
    /// What the caller must hold.
    pub permission: Option<Permission>,
    /// Entra role needed besides when the target is privileged.
    pub directory_role: Option<String>,
    /// Licence the tenant needs.
    pub licence: Option<String>,
    /// Clouds where it is documented to exist.
    pub clouds: Vec<Cloud>,
    /// Hosts on which it may be emitted.
    pub hosts: Vec<Host>,
    /// What it does to the tenant.
    pub effect: Effect,
    /// The operation that undoes it.
    pub reversible_by: Option<String>,
    /// Published call limits.
    pub throttling: Option<String>,
    /// Public sources of the facts above.
    pub evidence: Vec<Value>,
    /// What no public source confirms; shown to whoever builds with it.
    pub unverified: Vec<String>,
}

impl Operation {
    /// The parameters that a caller passes: those without a value of the operation's or of the profile's.
    pub fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.constant.is_none() && parameter.profile.is_none())
    }

    /// A parameter by name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// A web API that HTTP operations call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Microsoft Graph.
    Graph,
    /// The Defender for Endpoint API.
    Defender,
    /// Azure Resource Manager.
    Arm,
    /// The tables of a storage account.
    Storage,
}

impl Service {
    /// The API in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Graph => "Microsoft Graph",
            Self::Defender => "Microsoft Defender for Endpoint",
            Self::Arm => "Azure Resource Manager",
            Self::Storage => "Azure Table Storage",
        }
    }
}

/// A side of a call that a run history must not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Secure {
    /// What is sent.
    Inputs,
    /// What comes back.
    Outputs,
}

/// What an operation means for a response. Gating is judged by this, never by names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Starts the playbook.
    Trigger,
    /// Reads.
    Read,
    /// Writes on the incident only.
    Annotate,
    /// Tells a person.
    Notify,
    /// Asks a person and waits.
    Approve,
    /// Collects evidence.
    Collect,
    /// Gives back what a response took.
    Restore,
    /// Stops an attacker and, for a while, a user.
    Contain,
    /// Removes something.
    Evict,
}

impl Class {
    /// Whether it changes more than the incident's own record, so that a person must agree first.
    pub fn needs_consent(self) -> bool {
        matches!(self, Self::Contain | Self::Evict | Self::Restore)
    }
}

/// One parameter of an operation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Parameter {
    /// The argument's name.
    pub name: String,
    /// Where it travels.
    #[serde(rename = "in")]
    pub location: Location,
    /// Key in the body, `/` for nesting; the name where absent.
    pub field: Option<String>,
    /// Flattened Power Automate parameter where it differs from the field.
    pub pa_field: Option<String>,
    /// JSON type.
    #[serde(rename = "type")]
    pub kind: String,
    /// How the value is read, where anything in it is interpreted.
    pub format: Option<Format>,
    /// Whether it must be given.
    pub required: bool,
    /// Member of the profile whose value is sent, as a path.
    pub profile: Option<String>,
    /// The value that the operation fixes.
    #[serde(rename = "const")]
    pub constant: Option<Value>,
    /// What to pass.
    pub doc: String,
}

impl Parameter {
    /// Key in the request body.
    pub fn field(&self) -> &str {
        self.field.as_deref().unwrap_or(&self.name)
    }
}

/// How a text parameter is read by whoever gets it: decides the encoding of what is put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
    /// A query of the Kusto query language; what is put into it stands inside string literals.
    Kql,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// In the path, URL-encoded.
    Path,
    /// In the query string.
    Query,
    /// As a header.
    Header,
    /// In the JSON body.
    Body,
}

/// Where Logic Apps puts the callback URL of a webhook.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Callback {
    /// Body field.
    pub field: String,
}

/// A documented answer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Response {
    /// Field path (`/` between levels, `*` for each element) to type.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// How an approval's answer is read.
    pub decision: Option<Decision>,
    /// A body of the documented shape with invented values.
    pub sample: Option<Value>,
}

/// A way in which a service refuses a call, and what it means for the target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// Status code.
    pub status: u16,
    /// Text that the body holds; none: whatever it holds.
    pub says: Option<String>,
    /// What a report says of the target.
    pub means: String,
    /// Whether what was asked for is so already, so that nothing has failed.
    #[serde(default)]
    pub already: bool,
}

/// How an approval's answer is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Decision {
    /// Field of the answer's body.
    pub field: String,
    /// The value that means yes, exactly: it is never translated.
    pub approve: String,
    /// The value that means no.
    pub reject: String,
    /// Field of the answer's body that says by which address somebody answered.
    pub responder: Option<String>,
    /// Field of the answer's body with the name of who answered, where no address stands there.
    pub name: Option<String>,
}

/// What the caller must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Permission {
    /// The API whose application roles are named.
    pub resource: Option<Service>,
    /// Application roles of which all are needed.
    #[serde(default)]
    pub all_of: Vec<String>,
    /// Application roles of which one is needed.
    #[serde(default)]
    pub any_of: Vec<String>,
    /// Azure role of the identity.
    pub azure_role: Option<String>,
    /// Delegated permission of a connection's user.
    pub delegated: Option<String>,
    /// Remarks.
    pub note: Option<String>,
}

/// What an operation does to a tenant, in the few verbs that the mock tenant knows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Effect {
    /// One of none, read, set, add, remove, create, delete, append, send, ask.
    pub verb: String,
    /// What kind of thing it touches.
    pub object: Option<String>,
    /// The argument that names the thing.
    pub key: Option<String>,
    /// The property it changes.
    pub field: Option<String>,
    /// The value it sets: fixed, or the name of an argument.
    pub value: Option<Value>,
}

/// One capability with a different operation on each host; the arguments have the same names everywhere.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Alias {
    /// Stable id, such as `incident.comment`.
    pub id: String,
    /// The operation in Azure Logic Apps.
    pub logicapp: String,
    /// The operation in Power Automate.
    pub powerautomate: String,
    /// Every argument that a pattern gives; a host whose operation has no such parameter leaves it out.
    pub arguments: Vec<String>,
    /// What it is for.
    pub doc: String,
}

/// The operation of that id. An entry is parsed when it is first asked for and kept.
pub fn known(id: &str) -> Option<&'static Operation> {
    static PARSED: [OnceLock<Operation>; OPERATIONS.len()] = [const { OnceLock::new() }; OPERATIONS.len()];
    entry(OPERATIONS, &PARSED, id)
}

/// The operation that an id or alias means on a host.
pub fn resolve(id: &str, host: Host) -> Option<&'static Operation> {
    match alias(id) {
        Some(alias) => known(match host {
            Host::LogicApp => &alias.logicapp,
            Host::PowerAutomate => &alias.powerautomate,
        }),
        None => known(id),
    }
}

/// The alias of that id.
pub fn alias(id: &str) -> Option<&'static Alias> {
    static PARSED: [OnceLock<Alias>; ALIASES.len()] = [const { OnceLock::new() }; ALIASES.len()];
    entry(ALIASES, &PARSED, id)
}

/// The entry of an operation or alias as JSON text.
pub fn text(id: &str) -> Option<&'static str> {
    find(OPERATIONS, id).or_else(|| find(ALIASES, id))
}

/// Ids of all operations, sorted.
pub fn operation_ids() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(id, _)| *id)
}

/// Ids of all aliases, sorted.
pub fn alias_ids() -> impl Iterator<Item = &'static str> {
    ALIASES.iter().map(|(id, _)| *id)
}

fn find(table: &[(&str, &'static str)], id: &str) -> Option<&'static str> {
    place(table, id).map(|at| table[at].1)
}

fn place(table: &[(&str, &str)], id: &str) -> Option<usize> {
    table.binary_search_by(|(found, _)| (*found).cmp(id)).ok()
}

/// An entry of a table, read when it is first asked for.
fn entry<T: DeserializeOwned>(
    table: &[(&str, &str)],
    read: &'static [OnceLock<T>],
    id: &str,
) -> Option<&'static T> {
    let at = place(table, id)?;
    Some(read[at].get_or_init(|| {
        serde_json::from_str(table[at].1)
            .expect("internal error: an entry of the catalogue does not fit its type")
    }))
}

/// A Microsoft cloud.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// The global cloud.
    #[default]
    Public,
    /// US government, GCC.
    Gcc,
    /// US government, GCC High.
    GccHigh,
    /// US Department of Defense.
    Dod,
}

/// One row of the cloud table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CloudEndpoints {
    /// Which cloud.
    pub id: Cloud,
    /// Its name for people.
    pub title: String,
    /// The authority that issues access tokens, with a slash at the end.
    pub authority: String,
    /// Microsoft Graph.
    pub graph: Endpoint,
    /// Defender for Endpoint.
    pub defender: Endpoint,
    /// Azure Resource Manager.
    pub arm: Endpoint,
    /// The tables of a storage account, whose name stands for `{account}`.
    pub storage: Endpoint,
    /// What no public source confirms.
    #[serde(default)]
    pub unverified: Vec<String>,
}

/// Base URL and token audience of one API in one cloud.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Endpoint {
    /// Base URL without a slash at the end.
    pub base: String,
    /// Audience of the access token.
    pub audience: String,
}

impl CloudEndpoints {
    /// Where an API lives.
    pub fn endpoint(&self, service: Service) -> &Endpoint {
        match service {
            Service::Graph => &self.graph,
            Service::Defender => &self.defender,
            Service::Arm => &self.arm,
            Service::Storage => &self.storage,
        }
    }
}

impl Cloud {
    /// Where the APIs of this cloud live.
    pub fn endpoints(self) -> CloudEndpoints {
        #[derive(Deserialize)]
        struct Table {
            clouds: Vec<CloudEndpoints>,
        }
        let table: Table =
            serde_json::from_str(CLOUDS).expect("internal error: the cloud table does not fit its type");
        let row = table.clouds.into_iter().find(|row| row.id == self);
        row.expect("internal error: a cloud is missing from the cloud table")
    }
}
