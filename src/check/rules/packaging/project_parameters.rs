//! `parameters.json` of a Standard project against its workflows, and in itself.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::rules::shape::default_of_other_type::fits;
use crate::check::rules::shape::members::is_computed;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Bundle, Host};

crate::rule! {
    /// ## What it does
    /// Reports a parameter that a workflow of a Standard project declares without a default and that gets no value in
    /// `parameters.json`.
    ///
    /// ## Why is this bad
    /// The workflow cannot be loaded: it is shown as one that is not found.
    ///
    /// ## Example
    /// ```json
    /// "parameters": { "threshold": { "type": "Int" } }
    /// ```
    /// in `workflow.json`, and no `threshold` in `parameters.json`
    ///
    /// ## Use instead
    /// ```json
    /// { "threshold": { "type": "Int", "value": 1200 } }
    /// ```
    /// in `parameters.json`
    ///
    /// ## References
    /// - Microsoft Learn: "Create cross-environment parameters for workflow inputs in Azure Logic Apps"
    /// - Azure/logicapps#388: "Workflow not found", after a mistake in `parameters.json`
    VALUE_RULE = "CF6030" "project-parameter-without-value" Error prevents "WorkflowNotFound";
    /// ## What it does
    /// Reports an entry of `parameters.json` without `type` or `value`, with a type that does not exist, or whose value is of
    /// another type. Values that are read from app settings are not judged.
    ///
    /// ## Why is this bad
    /// No workflow of the project can be loaded: each is shown as one that is not found, and nothing says why.
    ///
    /// ## Example
    /// ```json
    /// { "waitSeconds": { "type": "Int", "value": "1200" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "waitSeconds": { "type": "Int", "value": 1200 } }
    /// ```
    ///
    /// ## References
    /// - Azure/logicapps#388: "Workflow not found", after a mistake in `parameters.json`
    SHAPE_RULE = "CF6031" "project-parameter-of-other-type" Error prevents "WorkflowNotFound";
}

/// The lint for parameters without a value.
#[derive(Debug)]
pub struct ProjectParameterWithoutValue;

/// The lint for the entries.
#[derive(Debug)]
pub struct ProjectParameterOfOtherType;

impl Lint for ProjectParameterWithoutValue {
    fn rule(&self) -> &'static Rule {
        &VALUE_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(project) = cx.bundle.project().filter(|project| project.parameters.is_some()) else {
            return;
        };
        if cx.definition.host != Host::Standard {
            return;
        }
        for (name, node) in cx.definition.parameters.iter().flatten() {
            if node.get("defaultValue").is_none()
                && project.parameter(name).is_none()
                && *name != "$connections"
            {
                let message = format!("`parameters.json` gives no value for `{name}`");
                let help = "add it there with `type` and `value`, or give it a `defaultValue` here";
                out.push(Diagnostic::new(&VALUE_RULE, node.pointer(), message).on_key().help(help));
            }
        }
    }
}

impl Lint for ProjectParameterOfOtherType {
    fn rule(&self) -> &'static Rule {
        &SHAPE_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(file) = bundle.project().and_then(|project| project.parameters) else { return };
        let out = out.of(file.file);
        if !file.node.is_object() {
            let message = format!("the file holds {}", file.node.kind_name());
            out.push(Diagnostic::new(&SHAPE_RULE, file.node.pointer(), message).help(ENTRY));
        }
        for (name, entry) in file.node.members() {
            if let Some((at, message, help)) = problem(name, entry) {
                out.push(Diagnostic::new(&SHAPE_RULE, at.pointer(), message).help(help));
            }
        }
    }
}

const ENTRY: &str = r#"give each parameter as `"name": { "type": "String", "value": … }`"#;

/// The types of the language.
const TYPES: [&str; 8] =
    ["Array", "Bool", "Float", "Int", "Object", "SecureObject", "SecureString", "String"];

fn problem<'d>(name: &str, entry: Node<'d>) -> Option<(Node<'d>, String, String)> {
    let (Some(kind), Some(value)) = (entry.get("type"), entry.get("value")) else {
        let missing = if entry.get("type").is_none() { "type" } else { "value" };
        return Some((entry, format!("`{name}` has no `{missing}`"), ENTRY.to_owned()));
    };
    let Some(word) = kind.as_str().filter(|word| TYPES.iter().any(|one| one.eq_ignore_ascii_case(word)))
    else {
        let written = kind.as_str().unwrap_or(kind.kind_name());
        let help = choices(written, "types", TYPES);
        return Some((kind, format!("`{written}` is no type"), help));
    };
    if value.as_str().is_some_and(is_computed) || fits(value, word) {
        return None;
    }
    let message = format!("the value of `{name}` is {}, but its type is {word}", value.kind_name());
    Some((value, message, "write a value of that type, or declare the type of the value".to_owned()))
}
