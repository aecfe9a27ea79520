//! Where an incident holds the entities of each kind, and how they become one clean list.
//!
//! Sentinel: `relatedEntities` of the trigger, by `kind`. Graph: the evidence of the alerts, by `@odata.type`. The
//! property names are those of the two APIs' documents and of real exports.

use serde_json::{Map, Value as Json, json};

use super::calls::Calls;
use super::leaves::{Leaves, answer, call};
use super::trigger::{ALERT, Source};
use crate::expr::{Expr, escape};
use crate::ingest::special::SENT_FROM_WITHIN;
use crate::ingest::{EntityKind, Field};
use crate::plan::ir::{Term, Value, Which};

/// Paths to a field, best first.
type Paths = &'static [&'static [&'static str]];

/// Where one kind of entity stands.
struct Mapping {
    /// Values of `kind` or endings of `@odata.type`, in lower case.
    types: &'static [&'static str],
    /// Paths below the item, by field.
    fields: &'static [(Field, Paths)],
    /// A further condition: the text at the path, in lower case, must be one of these.
    only: Option<(&'static [&'static str], &'static [&'static str])>,
}

/// The kinds of entities that somebody's incidents name at all, and the facts that they may give of each.
pub(super) fn named(source: Source) -> Vec<(EntityKind, Vec<Field>)> {
    let fields = |mapping: &Mapping| mapping.fields.iter().map(|(field, _)| *field).collect();
    table(source).iter().map(|(kind, mapping)| (*kind, fields(mapping))).collect()
}

fn table(source: Source) -> &'static [(EntityKind, Mapping)] {
    match source {
        Source::Sentinel => SENTINEL,
        Source::Graph => GRAPH,
    }
}

/// Whether somebody's incidents name entities of a kind at all.
pub(super) fn is_named(source: Source, kind: EntityKind) -> bool {
    mapping(source, kind).is_some()
}

/// What the text of a list of types holds where something of the kind is in it.
pub(super) fn marks(source: Source, kind: EntityKind) -> impl Iterator<Item = String> {
    let types = mapping(source, kind).map_or(&[][..], |mapping| mapping.types);
    types.iter().map(move |kind| match source {
        Source::Sentinel => format!("\"{kind}\""),
        Source::Graph => format!("{kind}\""),
    })
}

fn mapping(source: Source, kind: EntityKind) -> Option<&'static Mapping> {
    table(source).iter().find(|(known, _)| *known == kind).map(|(_, mapping)| mapping)
}

/// Stands for `accountName@upnSuffix`, where both are there.
const UPN: &[&str] = &["accountName", "@", "upnSuffix"];
/// Stands for `hostName.dnsDomain`, where both are there.
const DNS_NAME: &[&str] = &["hostName", ".", "dnsDomain"];

/// The value at a path below the item. A path of two names around a separator joins two properties.
fn at(path: &[&str]) -> Expr {
    let property = |name: &str| this().get("properties").get(name);
    match path {
        [left, separator @ ("@" | "."), right] => {
            let missing = [left, right].map(|name| call("empty", vec![property(name)])).to_vec();
            let joined = call("concat", vec![property(left), Expr::str(*separator), property(right)]);
            call("if", vec![call("or", missing), Expr::null(), joined])
        }
        path => path.iter().fold(this(), |expr, key| expr.get(*key)),
    }
}

const SENTINEL: &[(EntityKind, Mapping)] = &[
    (
        EntityKind::Account,
        Mapping {
            types: &["account", "mailbox"],
            fields: &[
                (Field::Id, &[&["properties", "aadUserId"], &["properties", "externalDirectoryObjectId"]]),
                (
                    Field::Upn,
                    &[&["properties", "additionalData", "UserPrincipalName"], UPN, &["properties", "upn"]],
                ),
                (Field::Name, &[&["properties", "accountName"]]),
                (Field::DisplayName, &[&["properties", "displayName"]]),
                (Field::Sid, &[&["properties", "sid"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Device,
        Mapping {
            types: &["host"],
            fields: &[
                // Seen under both names over the same operation in published playbooks.
                (
                    Field::Id,
                    &[&["properties", "additionalData", "MdatpDeviceId"], &["properties", "MdatpDeviceId"]],
                ),
                (Field::Name, &[DNS_NAME, &["properties", "hostName"], &["properties", "netBiosName"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Message,
        Mapping {
            types: &["mailmessage"],
            fields: &[
                (Field::NetworkMessageId, &[&["properties", "networkMessageId"]]),
                (Field::Recipient, &[&["properties", "recipient"]]),
                (Field::Subject, &[&["properties", "subject"]]),
                (Field::Sender, &[&["properties", "p2Sender"], &["properties", "p1Sender"]]),
                (Field::InternetMessageId, &[&["properties", "internetMessageId"]]),
                (Field::DeliveryLocation, &[&["properties", "deliveryLocation"]]),
                (Field::Direction, &[&["properties", "antispamDirection"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Ip,
        Mapping { types: &["ip"], fields: &[(Field::Address, &[&["properties", "address"]])], only: None },
    ),
    (
        EntityKind::Url,
        Mapping { types: &["url"], fields: &[(Field::Url, &[&["properties", "url"]])], only: None },
    ),
    (
        EntityKind::File,
        Mapping {
            types: &["filehash"],
            fields: &[(Field::Sha256, &[&["properties", "hashValue"]])],
            only: Some((&["properties", "algorithm"], &["sha256"])),
        },
    ),
];

const GRAPH: &[(EntityKind, Mapping)] = &[
    (
        EntityKind::Account,
        Mapping {
            types: &[".userevidence", ".mailboxevidence"],
            fields: &[
                (Field::Id, &[&["userAccount", "azureAdUserId"]]),
                (Field::Upn, &[&["userAccount", "userPrincipalName"]]),
                (Field::Name, &[&["userAccount", "accountName"]]),
                (Field::DisplayName, &[&["userAccount", "displayName"]]),
                (Field::Sid, &[&["userAccount", "userSid"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Device,
        Mapping {
            types: &[".deviceevidence"],
            fields: &[
                (Field::Id, &[&["mdeDeviceId"]]),
                (Field::Name, &[&["deviceDnsName"], &["hostName"]]),
                (Field::Onboarding, &[&["onboardingStatus"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Message,
        Mapping {
            types: &[".analyzedmessageevidence"],
            fields: &[
                (Field::NetworkMessageId, &[&["networkMessageId"]]),
                (Field::Recipient, &[&["recipientEmailAddress"]]),
                (Field::Subject, &[&["subject"]]),
                (Field::Sender, &[&["p2Sender", "emailAddress"], &["p1Sender", "emailAddress"]]),
                (Field::InternetMessageId, &[&["internetMessageId"]]),
                (Field::DeliveryLocation, &[&["deliveryLocation"]]),
                (Field::Direction, &[&["antiSpamDirection"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Ip,
        Mapping { types: &[".ipevidence"], fields: &[(Field::Address, &[&["ipAddress"]])], only: None },
    ),
    (EntityKind::Url, Mapping { types: &[".urlevidence"], fields: &[(Field::Url, &[&["url"]])], only: None }),
    (
        EntityKind::File,
        Mapping {
            types: &[".fileevidence"],
            fields: &[
                (Field::Sha256, &[&["fileDetails", "sha256"]]),
                (Field::Sha1, &[&["fileDetails", "sha1"]]),
                (Field::Md5, &[&["fileDetails", "md5"]]),
                (Field::Name, &[&["fileDetails", "fileName"]]),
                (Field::Path, &[&["fileDetails", "filePath"]]),
                (Field::Publisher, &[&["fileDetails", "filePublisher"]]),
                (Field::DeviceId, &[&["mdeDeviceId"]]),
            ],
            only: None,
        },
    ),
    (
        EntityKind::Application,
        Mapping {
            types: &[".oauthapplicationevidence"],
            fields: &[
                (Field::AppId, &[&["appId"]]),
                (Field::Id, &[&["objectId"]]),
                (Field::Name, &[&["displayName"]]),
            ],
            only: None,
        },
    ),
];

/// The actions that make the list of one kind; the last is called `name` and its body is the list.
///
/// Pick by type, shape to the canonical fields, drop doubles. A kind that the source does not name gives an empty list,
/// so that the rest of the playbook stays the same.
pub(super) fn collect(
    source: Source,
    name: &str,
    kind: EntityKind,
    fields: &[Field],
    which: Which,
) -> Vec<(String, Json)> {
    let whole = |expr: &Expr| Json::String(escape::whole(expr));
    let Some(mapping) = mapping(source, kind) else {
        let none =
            json!({ "type": "Query", "inputs": { "from": whole(&empty_list()), "where": "@equals(1, 1)" } });
        return vec![(name.to_owned(), none)];
    };
    let from = call("variables", vec![Expr::str(EVIDENCE)]);
    if which == Which::Names {
        return vec![(
            name.to_owned(),
            json!({ "type": "Select", "inputs": { "from": whole(&from), "select": name_of(mapping, fields) } }),
        )];
    }
    let picked = format!("{name}_picked");
    let shaped = format!("{name}_shaped");
    let select: Map<String, Json> =
        fields.iter().map(|field| (field.name().to_owned(), field_of(mapping, *field))).collect();
    let rows = || call("body", vec![Expr::str(shaped.clone())]);
    // The union of a list with itself has every item once.
    let once = call("union", vec![rows(), rows()]);
    let known = fields.iter().filter(|field| mapping.fields.iter().any(|(known, _)| known == *field));
    let there = known.map(|field| call("not", vec![call("empty", vec![this().get(field.name())])]));
    let something = any(there.collect());
    vec![
        (
            picked.clone(),
            json!({ "type": "Query", "inputs": { "from": whole(&from), "where": whole(&picks(source, kind, mapping, which)) } }),
        ),
        (
            shaped.clone(),
            json!({
                "type": "Select",
                "inputs": { "from": whole(&call("body", vec![Expr::str(picked)])), "select": select },
            }),
        ),
        (
            name.to_owned(),
            json!({ "type": "Query", "inputs": { "from": whole(&once), "where": whole(&something) } }),
        ),
    ]
}

fn this() -> Expr {
    call("item", Vec::new())
}

pub(super) fn empty_list() -> Expr {
    call("json", vec![Expr::str("[]")])
}

fn field_of(mapping: &Mapping, field: Field) -> Json {
    let paths = mapping.fields.iter().find(|(known, _)| *known == field).map_or(&[][..], |(_, paths)| paths);
    let mut values: Vec<Expr> = paths.iter().map(|path| at(path)).collect();
    if matches!(field, Field::Id | Field::Sha256 | Field::Sha1) && !values.is_empty() {
        // One spelling, so that the same thing is not acted on twice.
        let value = if values.len() == 1 { values.remove(0) } else { call("coalesce", values) };
        return Json::String(escape::whole(&lower(value)));
    }
    match values.len() {
        0 => Json::Null,
        1 => Json::String(escape::whole(&values.remove(0))),
        _ => Json::String(escape::whole(&call("coalesce", values))),
    }
}

/// The first of some fields in small letters, whatever kind the item is of: a process names its user where an account does,
/// and no other item has anything there. A sender is named only where the product says that the message came from within:
/// whoever writes from outside may write any name.
fn name_of(mapping: &Mapping, fields: &[Field]) -> Json {
    let first = |fields: &[Field]| {
        let known = mapping.fields.iter().filter(|(known, _)| fields.contains(known));
        let mut values: Vec<Expr> = known.flat_map(|(_, paths)| paths.iter().map(|path| at(path))).collect();
        lower(if values.len() == 1 { values.remove(0) } else { call("coalesce", values) })
    };
    let mut name = first(fields);
    if fields.contains(&Field::Sender) {
        let own = SENT_FROM_WITHIN.iter().map(|direction| Expr::str(*direction)).collect();
        let is_own = call("contains", vec![call("createArray", own), first(&[Field::Direction])]);
        name = call("if", vec![is_own, name, Expr::str("")]);
    }
    Json::String(escape::whole(&name))
}

fn lower(expr: Expr) -> Expr {
    call("toLower", vec![call("string", vec![call("coalesce", vec![expr, Expr::str("")])])])
}

fn any(mut tests: Vec<Expr>) -> Expr {
    if tests.len() == 1 { tests.remove(0) } else { call("or", tests) }
}

/// What the product must say of an entity. What it calls harmless, or has dealt with, is not acted on.
fn judged(kind: EntityKind, which: Which) -> Vec<Expr> {
    let is_one_of = |field: &str, words: &[&str]| {
        let words = words.iter().map(|word| Expr::str(*word)).collect();
        call("contains", vec![call("createArray", words), lower(this().get(field))])
    };
    let not = |test| call("not", vec![test]);
    let roles = call("string", vec![call("coalesce", vec![this().get("roles"), Expr::str("")])]);
    let context = call("contains", vec![call("toLower", vec![roles]), Expr::str("\"contextual\"")]);
    let bad = is_one_of("verdict", &["malicious", "suspicious"]);
    let dealt_with = is_one_of("remediationStatus", &["remediated", "prevented", "blocked"]);
    let stood_by = call("and", vec![context.clone(), not(bad.clone())]);
    match which {
        Which::Names => Vec::new(),
        Which::Open => {
            let harmless = is_one_of("verdict", &["nothreatsfound", "clean", "benign"]);
            let mut tests = vec![not(harmless), not(dealt_with)];
            tests.extend((kind == EntityKind::Device).then(|| not(stood_by)));
            tests
        }
        Which::Suspicious => vec![bad, not(context), not(dealt_with)],
        Which::Context => vec![stood_by],
    }
}

fn picks(source: Source, kind: EntityKind, mapping: &Mapping, which: Which) -> Expr {
    let by_type = match source {
        Source::Sentinel => mapping
            .types
            .iter()
            .map(|kind| call("equals", vec![lower(this().get("kind")), Expr::str(*kind)]))
            .collect(),
        Source::Graph => mapping
            .types
            .iter()
            .map(|kind| call("endsWith", vec![lower(this().get("@odata.type")), Expr::str(*kind)]))
            .collect(),
    };
    let mut tests = vec![any(by_type)];
    if let Some((path, values)) = mapping.only {
        let text = lower(path.iter().fold(this(), |expr, key| expr.get(*key)));
        tests.push(any(values.iter().map(|v| call("equals", vec![text.clone(), Expr::str(*v)])).collect()));
    }
    if source == Source::Graph {
        tests.extend(judged(kind, which));
    }
    if tests.len() == 1 { tests.remove(0) } else { call("and", tests) }
}

/// The variable that holds the entities of the incident: Sentinel's, or the evidence of all alerts.
pub(super) const EVIDENCE: &str = "evidence";

/// Name of the action that asks Graph for the incident.
const INCIDENT: &str = "Get_incident";
/// Name of the action that asks for the incident into which it was merged.
const MERGED_INTO: &str = "Get_merged_incident";

/// Name of the action that lists the techniques of each alert.
pub(super) const TECHNIQUES: &str = "Alert_techniques";
/// Name of the action that lists the category of each alert.
pub(super) const CATEGORIES: &str = "Alert_categories";

/// Whether the incident asked for was merged into another; not, where it could not be read.
pub(super) fn merged() -> Expr {
    call("not", vec![call("empty", vec![answer(INCIDENT).get("redirectIncidentId")])])
}

/// The incident that the run was started for, whatever it was merged into.
pub(super) fn asked_for() -> Expr {
    answer(INCIDENT)
}

/// Its id.
pub(super) fn asked_for_id() -> Term {
    Term::Answer(INCIDENT.to_owned()).get("id")
}

/// The incident to work on: the one asked for, or the one into which it was merged.
fn incident() -> Expr {
    let asked = call("body", vec![Expr::str(INCIDENT)]);
    let other = call("body", vec![Expr::str(MERGED_INTO)]);
    call("if", vec![merged(), other, asked])
}

/// The actions that ask Graph for the incident and gather its evidence; the last is called `name` and its outputs are
/// the incident. One that was merged into another is followed, once: its own alerts have moved there.
pub(super) fn gather(
    leaves: &Leaves<'_>,
    calls: &mut Calls<'_>,
    name: &str,
) -> Result<Vec<(String, Json)>, String> {
    let whole = |expr: &Expr| Json::String(escape::whole(expr));
    let mut read = |operation: &str, argument: &str, value: Term| {
        calls.action(leaves, operation, &[(argument.to_owned(), Value::Term(value))], None)
    };
    let redirect = Term::Answer(INCIDENT.to_owned()).get("redirectIncidentId");
    let alert = leaves.trigger.alert().map(|id| read("http.graph.getAlert", "alert", id)).transpose()?;
    let get = read("http.graph.getIncident", "incident", leaves.trigger.incident(leaves.host))?;
    let mut get_merged = read("http.graph.getIncident", "incident", redirect)?;
    get_merged["runAfter"] = json!({});
    let alerts = call("coalesce", vec![incident().get("alerts"), empty_list()]);
    let evidence =
        call("coalesce", vec![call("items", vec![Expr::str("Each_alert")]).get("evidence"), empty_list()]);
    let known = call("variables", vec![Expr::str(EVIDENCE)]);
    let mut actions = vec![declare(json!([]))];
    actions.extend(calls.before_http(leaves)?);
    actions.extend(alert.map(|alert| (ALERT.to_owned(), alert)));
    actions.extend([
        (INCIDENT.to_owned(), get),
        (
            "Was_merged".to_owned(),
            json!({
                "type": "If",
                "expression": { "equals": [escape::whole(&merged()), true] },
                "actions": { MERGED_INTO: get_merged },
                "else": { "actions": {} },
            }),
        ),
        (TECHNIQUES.to_owned(), of_alerts(&alerts, "mitreTechniques")),
        (CATEGORIES.to_owned(), of_alerts(&alerts, "category")),
        (
            "Each_alert".to_owned(),
            json!({
                "type": "Foreach",
                "foreach": whole(&alerts),
                "actions": {
                    // A variable may not be set from itself, so the union stands in an action of its own.
                    "All_evidence": { "type": "Compose", "inputs": whole(&call("union", vec![known, evidence])), "runAfter": {} },
                    "Keep_evidence": {
                        "type": "SetVariable",
                        "inputs": { "name": EVIDENCE, "value": "@outputs('All_evidence')" },
                        "runAfter": { "All_evidence": ["Succeeded"] },
                    },
                },
                "runtimeConfiguration": { "concurrency": { "repetitions": 1 } },
            }),
        ),
        (name.to_owned(), json!({ "type": "Compose", "inputs": whole(&incident()) })),
    ]);
    Ok(actions)
}

/// The actions that take the incident from Sentinel's trigger, and its entities where they are wanted; the last is called
/// `name` and its outputs are the incident.
pub(super) fn brought(leaves: &Leaves<'_>, name: &str, wants_entities: bool) -> Vec<(String, Json)> {
    let incident = leaves.expr(&leaves.trigger.incident(leaves.host));
    let entities = incident.clone().get("properties").get("relatedEntities");
    let entities = call("coalesce", vec![entities, empty_list()]);
    let declared = wants_entities.then(|| declare(json!(escape::whole(&entities))));
    let incident = json!({ "type": "Compose", "inputs": escape::whole(&incident) });
    declared.into_iter().chain([(name.to_owned(), incident)]).collect()
}

/// The action that declares the list of entities with what it begins with.
fn declare(entities: Json) -> (String, Json) {
    let variable = json!({ "name": EVIDENCE, "type": "array", "value": entities });
    let declared = json!({ "type": "InitializeVariable", "inputs": { "variables": [variable] } });
    ("Declare_evidence".to_owned(), declared)
}

/// The action that takes one property of each alert.
fn of_alerts(alerts: &Expr, property: &str) -> Json {
    let select = escape::whole(&this().get(property));
    json!({ "type": "Select", "inputs": { "from": escape::whole(alerts), "select": select } })
}
