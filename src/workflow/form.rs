//! Which packaging a document is, told from its content and never from its file name.

use std::fmt;

use crate::base::json::{Document, Node};

/// The packagings a definition is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// An ARM deployment template: `resources`, of which any number are workflows.
    Arm,
    /// The client data of a Power Automate flow: `properties.definition` beside `properties.connectionReferences`.
    ClientData,
    /// One Logic Apps resource on its own, as the portal exports it, or a gallery template.
    Resource,
    /// `definition` with or without `kind`: the `workflow.json` of a Standard project, or the designer's code view.
    Workflow,
    /// The definition itself: `triggers` and `actions` at the top.
    Bare,
}

impl Form {
    /// The forms in words, for messages.
    pub const ACCEPTED: &str = "accepted are an ARM template (`resources`), the client data of a flow \
        (`properties.definition`), a Standard workflow.json (`definition`), a bare definition (`triggers` and \
        `actions`), and a zip with a solution, a legacy package or a Standard project";
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arm => "ARM template",
            Self::ClientData => "Power Automate client data",
            Self::Resource => "Logic Apps resource",
            Self::Workflow => "workflow.json",
            Self::Bare => "bare definition",
        })
    }
}

/// A document that holds no definition in any form we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no workflow: it looks like {looks_like}")]
pub struct UnknownForm {
    /// What it looks like, with its article.
    pub looks_like: &'static str,
    /// Whether it is a file that goes with a workflow, and is judged with it.
    pub is_companion: bool,
}

/// Tells the form of a document.
///
/// # Errors
/// [`UnknownForm`] with a guess at what the document is instead.
pub fn detect(document: &Document<'_>) -> Result<Form, UnknownForm> {
    let root = document.root();
    let wrapped = root.path(&["properties", "definition"]);
    if root.get("resources").is_some_and(|resources| resources.is_array() || resources.is_object()) {
        Ok(Form::Arm)
    } else if wrapped.is_some() {
        Ok(match () {
            () if is_logic_resource(root) => Form::Resource,
            () if is_standard(root) => Form::Workflow,
            () => Form::ClientData,
        })
    } else if root.get("definition").is_some_and(looks_like_definition) {
        Ok(Form::Workflow)
    } else if looks_like_definition(root) {
        Ok(Form::Bare)
    } else {
        Err(guess(root))
    }
}

fn is_logic_resource(root: Node<'_>) -> bool {
    root.get("type").and_then(|kind| kind.as_str()).is_some_and(|kind| starts_with(kind, "Microsoft.Logic/"))
}

/// Whether the kind is one of Standard, whatever its definition is wrapped in.
fn is_standard(root: Node<'_>) -> bool {
    let kind = root.get("kind").and_then(|kind| kind.as_str());
    kind.is_some_and(|kind| ["Stateful", "Stateless"].iter().any(|one| one.eq_ignore_ascii_case(kind)))
}

/// Anything with triggers or actions counts: a definition that lacks one of them should hear so, not be turned away.
fn looks_like_definition(node: Node<'_>) -> bool {
    let is_language = |schema: &str| schema.contains("workflowdefinition.json");
    node.get("actions").is_some_and(|actions| actions.is_object())
        || node.get("triggers").is_some_and(|triggers| triggers.is_object())
        || node.get("$schema").and_then(|schema| schema.as_str()).is_some_and(is_language)
}

/// What a document is that is no workflow. Only for the message, so a guess is good enough.
fn guess(root: Node<'_>) -> UnknownForm {
    let has = |key: &str| root.get(key).is_some();
    let schema = root.get("$schema").and_then(|schema| schema.as_str()).unwrap_or_default();
    let companion = match () {
        () if schema.contains("deploymentParameters.json") => Some("the parameters file of an ARM template"),
        () if has("managedApiConnections") || has("serviceProviderConnections") => {
            Some("the connections.json of a Standard project")
        }
        () if has("extensionBundle") || is_host(root) => Some("the host.json of a Standard project"),
        () if has("flowAssets") || (has("schema") && has("details")) => {
            Some("the manifest of a legacy flow package")
        }
        () => None,
    };
    let looks_like = companion.unwrap_or_else(|| match () {
        () if !root.is_object() => match root.kind_name() {
            "an array" => "a list",
            other => other,
        },
        () if schema.contains("deploymentTemplate.json") => "an ARM template without resources",
        () if has("incidentId") || has("alerts") || has("evidence") => "an incident export",
        () if schema.contains("adaptivecards.io") => "an adaptive card",
        () if root.members().next().is_none() => "an empty object",
        () => "some other JSON document",
    });
    UnknownForm { looks_like, is_companion: companion.is_some() }
}

/// Whether a document is the `host.json` of a function app, of which only the version must be there.
fn is_host(root: Node<'_>) -> bool {
    let of_host =
        ["version", "extensions", "logging", "functionTimeout", "healthMonitor", "managedDependency"];
    root.get("version").and_then(|version| version.as_str()) == Some("2.0")
        && root.members().all(|(key, _)| of_host.contains(&key))
}

/// Whether `text` starts with `prefix` in any ASCII case.
pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Result<Form, &'static str> {
        detect(&Document::parse(text).unwrap()).map_err(|unknown| unknown.looks_like)
    }

    #[test]
    fn content_decides() {
        assert_eq!(form(r#"{"resources": []}"#), Ok(Form::Arm));
        assert_eq!(form(r#"{"resources": {"flow": {}}}"#), Ok(Form::Arm));
        assert_eq!(form(r#"{"properties": {"definition": {}}}"#), Ok(Form::ClientData));
        assert_eq!(
            form(r#"{"type": "microsoft.logic/workflows", "properties": {"definition": {}}}"#),
            Ok(Form::Resource)
        );
        assert_eq!(form(r#"{"definition": {"actions": {}}, "kind": "Stateful"}"#), Ok(Form::Workflow));
        assert_eq!(form(r#"{"kind": "Stateful", "properties": {"definition": {}}}"#), Ok(Form::Workflow));
        assert_eq!(form(r#"{"triggers": {}}"#), Ok(Form::Bare));
    }

    #[test]
    fn anything_else_is_named() {
        assert_eq!(form("[]"), Err("a list"));
        assert_eq!(form("12"), Err("a number"));
        assert_eq!(form("{}"), Err("an empty object"));
        assert_eq!(form(r#"{"incidentId": 1, "alerts": []}"#), Err("an incident export"));
        assert_eq!(
            form(r#"{"managedApiConnections": {}}"#),
            Err("the connections.json of a Standard project")
        );
    }
}
