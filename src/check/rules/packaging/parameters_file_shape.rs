//! A file of parameters that gives its values in another form.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::words::list;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports the file of parameters beside a template that has no `parameters`, or gives one neither a `value` nor a
    /// `reference`; and, as a warning, one without `$schema` or `contentVersion`.
    ///
    /// ## Why is this bad
    /// The deployment is refused, or at least some tools do not take the file.
    ///
    /// ## Example
    /// ```json
    /// "parameters": { "PlaybookName": "contain" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "PlaybookName": { "value": "contain" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Create Resource Manager parameter file"
    /// - Azure Resource Manager test toolkit: DeploymentParameters-Should-Have-ContentVersion, -Parameters, -Schema, -Value
    RULE = "CF6020" "parameters-file-shape" Error prevents "InvalidRequestContent";
}

/// The lint.
#[derive(Debug)]
pub struct ParametersFileShape;

impl Lint for ParametersFileShape {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        for file in bundle.deployment().into_iter().flat_map(|deployment| &deployment.parameters) {
            let root = file.node;
            let out = out.of(file.file);
            let missing = ["$schema", "contentVersion"].into_iter().filter(|key| root.get(key).is_none());
            let missing: Vec<&str> = missing.collect();
            if !missing.is_empty() {
                let message = format!("the file has no {}", list(missing));
                let finding = Diagnostic::new(&RULE, root.pointer(), message).severity(Severity::Warning);
                out.push(finding.help(HEAD));
            }
            match root.get("parameters") {
                Some(parameters) if parameters.is_object() => {}
                Some(parameters) => {
                    let message = format!("`parameters` is {}", parameters.kind_name());
                    out.push(Diagnostic::new(&RULE, parameters.pointer(), message).help(ENTRY));
                }
                None => {
                    let message = "the file gives no `parameters`";
                    out.push(Diagnostic::new(&RULE, root.pointer(), message).help(ENTRY));
                }
            }
            for (name, entry) in root.get("parameters").into_iter().flat_map(|list| list.members()) {
                if entry.get("value").is_none() && entry.get("reference").is_none() {
                    let message = format!("`{name}` has neither a `value` nor a `reference`");
                    out.push(Diagnostic::new(&RULE, entry.pointer(), message).on_key().help(ENTRY));
                }
            }
        }
    }
}

const HEAD: &str = "begin it with `https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#` \
    and `1.0.0.0`";
const ENTRY: &str = r#"give each parameter as `"name": { "value": … }`"#;
