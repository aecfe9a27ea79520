//! A document of a known form without a definition that can be read.

use crate::base::diagnostic::{Diagnostic, Severity, is_one_slip};
use crate::base::json::Node;
use crate::base::pointer::Pointer;
use crate::workflow::Workflows;
use crate::workflow::arm::{Resource, WORKFLOW_TYPE, is_expression};

crate::rule! {
    /// ## What it does
    /// Warns about a template that deploys no workflow, and about each definition for which an ARM expression stands that
    /// cannot be worked out: an info where others can be read. It is an error where the type of a resource is that of a workflow
    /// but for one letter, since there is no such type.
    ///
    /// ## Why is this bad
    /// The document is valid, but no definition in it was checked. Staying silent would look like a clean result.
    ///
    /// ## Example
    /// ```json
    /// { "type": "Microsoft.Logic/workflows", "properties": { "definition": "[parameters('definition')]" } }
    /// ```
    ///
    /// ## Use instead
    /// Check the file that holds the definition itself.
    ///
    /// ## References
    /// - Microsoft Learn: "Microsoft.Logic workflows" (ARM template reference)
    RULE = "CF1006" "no-definition" Warning;
}

/// The findings about definitions that cannot be read: each that is computed, or else why there is none. Where a workflow
/// lacks its `definition`, the tables of members report that.
pub fn findings(workflows: &Workflows<'_>) -> Vec<Diagnostic> {
    let templates = &workflows.templates;
    let deployed = || templates.resources().filter(|resource| resource.is_workflow());
    // Beside others, whose findings show that the document was looked at, it is worth knowing and no more.
    let weight = if workflows.definitions.is_empty() { Severity::Warning } else { Severity::Info };
    let computed = deployed().filter_map(|workflow| {
        let node = definition(workflow).filter(|node| node.as_str().is_some_and(is_expression))?;
        let message = "an ARM expression stands for this definition, so it was not checked";
        let finding = || Diagnostic::new(&RULE, node.pointer(), message).help(ELSEWHERE).severity(weight);
        templates.resolve(workflow.template, node).is_none().then(finding)
    });
    let computed: Vec<Diagnostic> = computed.collect();
    let lacks = |workflow: &Resource<'_>| {
        workflow.properties().is_none_or(|it| it.is_object()) && definition(workflow).is_none()
    };
    if !computed.is_empty() || !workflows.definitions.is_empty() || deployed().any(lacks) {
        return computed;
    }
    let slip = templates.resources().find(|one| !one.is_workflow() && is_one_slip(one.kind, WORKFLOW_TYPE));
    if let Some(kind) = slip.and_then(|resource| resource.node.get_ignore_case("type")) {
        let message = format!("there is no resource type `{}`", kind.as_str().unwrap_or_default());
        let help = format!("did you mean `{WORKFLOW_TYPE}`?");
        return vec![Diagnostic::new(&RULE, kind.pointer(), message).help(help).severity(Severity::Error)];
    }
    let form = workflows.form;
    let message = format!("no workflow definition can be read in this {form}, so none was checked");
    vec![Diagnostic::new(&RULE, Pointer::root(), message).help(ELSEWHERE)]
}

fn definition<'d>(workflow: &Resource<'d>) -> Option<Node<'d>> {
    workflow.properties().and_then(|properties| properties.get("definition"))
}

const ELSEWHERE: &str =
    "check the file that holds the definition itself; an ARM expression in its place is not evaluated";
