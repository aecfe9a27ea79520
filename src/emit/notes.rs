//! Where a playbook keeps its notes: which operations read and write them, and how what comes back is read.
//!
//! A store is a variant of [`Notes`] with its row in each method.

use serde_json::Value as Json;

use super::entities;
use super::leaves::{answer, call};
use super::trigger::Source;
use crate::data::connector::Host;
use crate::expr::Expr;
use crate::plan::ir::{Term, Value};
use crate::select::Profile;
use crate::select::pattern::IncidentFact;
use crate::select::profile::Store;

/// The parameter of a rollback playbook that holds the identity whose comments count: its id, or its name where comments
/// have no more.
pub(super) const AUTHOR: &str = "RecordAuthor";

/// A store of notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notes {
    /// Comments on an incident of Microsoft Sentinel.
    SentinelComments,
    /// Comments on an incident of Defender XDR, by way of Microsoft Graph.
    DefenderComments {
        /// Whether all playbooks write as one: flows call with one application, Logic Apps each with an identity.
        as_one: bool,
    },
    /// Rows of a table in an Azure storage account.
    StorageTable {
        /// Its name.
        table: String,
        /// Whether the incident may have been reached through one that was merged into it.
        merges: bool,
    },
    /// Rows of a table of Dataverse.
    DataverseTable {
        /// Its logical name.
        table: String,
        /// Whether the incident may have been reached through one that was merged into it.
        merges: bool,
    },
}

/// An operation and its arguments.
type Called = (&'static str, Vec<(String, Value)>);

impl Notes {
    /// The store that a profile names, for a host. Comments stand on the incident, so they are where the incident is.
    pub(super) fn of(host: Host, source: Source, profile: &Profile) -> Self {
        let table = || profile.state.table.clone().unwrap_or_default();
        match (profile.state.store, source) {
            (Store::IncidentComment, Source::Sentinel) => Self::SentinelComments,
            (Store::IncidentComment, Source::Graph) => {
                Self::DefenderComments { as_one: host == Host::PowerAutomate }
            }
            (Store::StorageTable, _) => {
                Self::StorageTable { table: table(), merges: source == Source::Graph }
            }
            (Store::DataverseTable, _) => {
                Self::DataverseTable { table: table(), merges: source == Source::Graph }
            }
        }
    }

    /// The call that reads every note about the incident.
    pub(super) fn read(&self) -> Called {
        let incident = || Term::Incident(IncidentFact::Id);
        match self {
            Self::SentinelComments => ("http.arm.listIncidentComments", parts_of_incident()),
            Self::DefenderComments { .. } => {
                ("http.graph.getIncident", vec![("incident".to_owned(), Value::Term(incident()))])
            }
            Self::StorageTable { table, merges } => {
                let filter = Value::Term(about_incident("PartitionKey", *merges));
                ("http.storage.queryEntities", vec![named("table", table), ("filter".to_owned(), filter)])
            }
            Self::DataverseTable { table, merges } => {
                let filter = Value::Term(about_incident(&column(table, "incident"), *merges));
                let arguments = vec![named("table", &rows(table)), ("filter".to_owned(), filter)];
                ("commondataserviceforapps.listNotes", arguments)
            }
        }
    }

    /// The call that writes a note about the incident.
    pub(super) fn write(&self, text: &Value) -> Called {
        let incident = Value::Term(Term::Incident(IncidentFact::Id));
        let note = |name: &str| (name.to_owned(), text.clone());
        match self {
            Self::SentinelComments | Self::DefenderComments { .. } => {
                ("incident.comment", vec![("incident".to_owned(), incident), note("comment")])
            }
            Self::StorageTable { table, .. } => {
                let row = Value::Term(Term::Apply("guid", Vec::new()));
                let partition =
                    ("partition".to_owned(), Value::Term(partition(Term::Incident(IncidentFact::Id))));
                let arguments = vec![named("table", table), partition, ("row".to_owned(), row), note("note")];
                ("http.storage.insertEntity", arguments)
            }
            Self::DataverseTable { table, .. } => {
                let partition =
                    ("partition".to_owned(), Value::Term(partition(Term::Incident(IncidentFact::Id))));
                (
                    "commondataserviceforapps.addNote",
                    vec![named("table", &rows(table)), partition, note("note")],
                )
            }
        }
    }

    /// Gives the columns of a table the names that they have there.
    pub(super) fn name_columns(&self, action: &mut Json) {
        let Self::DataverseTable { table, .. } = self else { return };
        let Some(parameters) = action.pointer_mut("/inputs/parameters").and_then(Json::as_object_mut) else {
            return;
        };
        for name in ["incident", "note"] {
            if let Some(value) = parameters.remove(&format!("item/{name}")) {
                parameters.insert(format!("item/{}", column(table, name)), value);
            }
        }
    }

    /// What somebody must set up before the notes can be kept, in a sentence; nothing for comments.
    pub(super) fn needs(&self) -> Option<String> {
        match self {
            Self::SentinelComments | Self::DefenderComments { .. } => None,
            Self::StorageTable { table, .. } => {
                Some(format!("Keeps its notes in the storage table {table}."))
            }
            Self::DataverseTable { table, .. } => Some(format!(
                "Keeps its notes in the Dataverse table {table}, which must have the text columns {} and {}.",
                column(table, "incident"),
                column(table, "note"),
            )),
        }
    }

    /// The notes that a step read; it may also have written one, where the service answers that with all of them. Where the
    /// incident was reached through one that was merged into it, those of the other count too.
    pub(super) fn list(&self, step: &str) -> Expr {
        let none = || call("json", vec![Expr::str("[]")]);
        match self {
            Self::DefenderComments { .. } => {
                let own =
                    call("coalesce", vec![answer(step).get("comments"), answer(step).get("value"), none()]);
                let other = call("coalesce", vec![entities::asked_for().get("comments"), none()]);
                call("union", vec![own, call("if", vec![entities::merged(), other, none()])])
            }
            _ => call("coalesce", vec![answer(step).get("value"), none()]),
        }
    }

    /// Whether a step read all of them.
    pub(super) fn is_complete(&self, step: &str) -> Expr {
        let more = match self {
            Self::SentinelComments => answer(step).get("nextLink"),
            Self::DefenderComments { .. } => return Expr::bool(true),
            Self::StorageTable { .. } => call("outputs", vec![Expr::str(step)])
                .get("headers")
                .get("x-ms-continuation-NextPartitionKey"),
            Self::DataverseTable { .. } => answer(step).get("@odata.nextLink"),
        };
        call("empty", vec![more])
    }

    /// The text of a note, never nothing.
    pub(super) fn text(&self, note: Expr) -> Expr {
        text(match self {
            Self::SentinelComments => note.get("properties").get("message"),
            Self::DefenderComments { .. } => note.get("comment"),
            Self::StorageTable { .. } => note.get("note"),
            Self::DataverseTable { table, .. } => note.get(column(table, "note")),
        })
    }

    /// Who wrote a note. Of a table the access control decides who writes, so every row counts.
    pub(super) fn author(&self, note: Expr) -> Expr {
        match self {
            Self::SentinelComments => text(note.get("properties").get("author").get("objectId")),
            Self::DefenderComments { .. } => text(note.get("createdByDisplayName")),
            Self::StorageTable { .. } | Self::DataverseTable { .. } => Expr::str(""),
        }
    }

    /// Who writes the notes of the main playbook. In Azure the template of the rollback says who that is; in Power Automate
    /// both flows call with one application.
    pub(super) fn main_author(&self, own: &str) -> Expr {
        match self {
            Self::SentinelComments => text(call("parameters", vec![Expr::str(AUTHOR)])),
            Self::DefenderComments { as_one: false } => {
                let name = call("parameters", vec![Expr::str(AUTHOR)]);
                // A comment without an author is nobody's.
                let nobody = call("empty", vec![name.clone()]);
                text(call("if", vec![nobody, Expr::str("(nobody)"), name]))
            }
            Self::DefenderComments { as_one: true } => {
                let first = call("first", vec![call("body", vec![Expr::str(own)])]);
                let name = call("coalesce", vec![first.get("createdByDisplayName"), Expr::str("(nobody)")]);
                text(name)
            }
            Self::StorageTable { .. } | Self::DataverseTable { .. } => Expr::str(""),
        }
    }
}

/// The parts of the incident's id in Azure as arguments, so that each is encoded by itself:
/// `/subscriptions/S/resourceGroups/G/providers/P/workspaces/W/providers/P/Incidents/I`.
pub(super) fn parts_of_incident() -> Vec<(String, Value)> {
    let parts = Term::Apply("split", vec![Term::Incident(IncidentFact::Id), Term::text("/")]);
    let names = [("subscription", "2"), ("group", "4"), ("workspace", "8"), ("incident", "12")];
    names.map(|(name, at)| (name.to_owned(), Value::Term(parts.clone().get(at)))).to_vec()
}

/// A value as text.
fn text(value: Expr) -> Expr {
    call("string", vec![call("coalesce", vec![value, Expr::str("")])])
}

/// A name of ours as an argument: a hole like any other, so that a call looks the same whatever the name.
fn named(name: &str, value: &str) -> (String, Value) {
    (name.to_owned(), Value::Term(Term::text(value)))
}

/// The filter that keeps the notes about the incident, and where it may have been reached through one that was merged into it, about
/// that one. A partition has neither quotes nor blanks.
fn about_incident(column: &str, merges: bool) -> Term {
    let is = |id: Term| vec![Term::text(format!("{column} eq '")), partition(id), Term::text("'")];
    let own = || Term::Incident(IncidentFact::Id);
    let mut parts = is(own());
    if merges {
        let asked = Term::Apply("coalesce", vec![entities::asked_for_id(), own()]);
        parts.push(Term::text(" or "));
        parts.extend(is(asked));
    }
    Term::Apply("concat", parts)
}

/// An incident's id without the characters that a key of a table may not have.
fn partition(id: Term) -> Term {
    let id = Term::Apply("base64", vec![id]);
    [("+", "-"), ("/", "_"), ("=", ".")]
        .into_iter()
        .fold(id, |id, (from, to)| Term::Apply("replace", vec![id, Term::text(from), Term::text(to)]))
}

/// A column of a Dataverse table, with the prefix that its name has.
fn column(table: &str, name: &str) -> String {
    match table.split_once('_') {
        Some((prefix, _)) => format!("{prefix}_{name}"),
        None => name.to_owned(),
    }
}

/// The name of a Dataverse table's rows.
fn rows(table: &str) -> String {
    format!("{table}s")
}
