//! The definition names another language.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Form;

crate::rule! {
    /// ## What it does
    /// Reports a `$schema` that is not the address of the workflow definition language in a version that the service knows.
    ///
    /// ## Why is this bad
    /// The service refuses the definition. The version of the resource, such as 2019-05-01, is not that of the language.
    ///
    /// ## Example
    /// ```json
    /// "$schema": "https://json-schema.org/draft-07/schema#"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps"
    /// - The service: "Template schema '…' is not supported. Supported versions are '2014-12-01-preview,2015-08-01-preview,
    ///   2016-04-01-preview,2016-06-01'" (Azure/logicapps#694)
    RULE = "CF1016" "unsupported-schema" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UnsupportedSchema;

impl Lint for UnsupportedSchema {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(node) = cx.definition.node.get("$schema") else { return };
        let Some(address) = cx.definition.literal(node).filter(|address| !address.is_empty()) else { return };
        let address = address.to_ascii_lowercase();
        let is = |name: &str| address.trim_end_matches('#').ends_with(name);
        // A whole document that calls itself a template is told as such.
        let is_template = is("deploymenttemplate.json") && cx.definition.pointer.as_str().is_empty();
        let is_known = VERSIONS.iter().any(|version| is(&format!("/{version}/workflowdefinition.json")));
        if !is_known && !is_template {
            let message = match is("/workflowdefinition.json") {
                true => "the service knows no such version of the workflow definition language",
                false => "this is not the address of the workflow definition language",
            };
            let finding = Diagnostic::new(&RULE, node.pointer(), message).help(format!("write `{ADDRESS}`"));
            // What comes from a gallery is deployed by the designer, and two published ones have another address.
            let is_exported = cx.workflows.form == Form::Resource;
            out.push(if is_exported { finding.severity(Severity::Warning) } else { finding });
        }
    }
}

/// The versions that the service names when it refuses another.
const VERSIONS: [&str; 4] = ["2016-06-01", "2016-04-01-preview", "2015-08-01-preview", "2014-12-01-preview"];
const ADDRESS: &str = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
