//! The `workflow.json` of a Standard project in the form of something else.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::bundle::Content;
use crate::workflow::{Bundle, Form};

crate::rule! {
    /// ## What it does
    /// Reports a `workflow.json` of a Standard project that is not `definition` and `kind` at its top: a bare definition, or
    /// one under `properties` as Consumption and Power Automate have it. A `kind` of Standard beside `properties` tells it
    /// without a project.
    ///
    /// ## Why is this bad
    /// The host cannot read it: the workflow is there and cannot run.
    ///
    /// ## Example
    /// ```json
    /// { "properties": { "definition": { "actions": {} } }, "kind": "Stateful" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "definition": { "actions": {} }, "kind": "Stateful" }
    /// ```
    ///
    /// ## References
    /// - Azure/logicapps#712: "Error converting value … to type 'Microsoft.Azure.Workflows.Data.Definitions.EdgeFlowDefinition'"
    /// - Microsoft Learn: "Create and deploy single-tenant workflows", project structure
    RULE = "CF6035" "workflow-json-in-other-form" Error prevents "InvalidRequestContent";
}

/// The lint.
#[derive(Debug)]
pub struct WorkflowJsonInOtherForm;

impl Lint for WorkflowJsonInOtherForm {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        for member in members {
            let Content::Json(document) = bundle[member.file].content else { continue };
            let root = document.root();
            let is_in_project = bundle.project().is_some();
            let (at, what) = match member.workflows.form {
                Form::Workflow if root.get("definition").is_some() => continue,
                Form::Workflow => {
                    (root.get("properties").unwrap_or(root), "the definition stands under `properties`")
                }
                _ if !is_in_project => continue,
                form => (
                    root,
                    if form == Form::Bare { "the definition stands alone" } else { "this is another form" },
                ),
            };
            let message = format!("{what}, where a Standard project has `definition` and `kind`");
            let help = r#"write `{ "definition": { … }, "kind": "Stateful" }`"#;
            let finding = Diagnostic::new(&RULE, at.pointer(), message);
            out.push(member.file, with_key(finding, at).help(help));
        }
    }
}

fn with_key(finding: Diagnostic, at: Node<'_>) -> Diagnostic {
    if at.key().is_some() { finding.on_key() } else { finding }
}
