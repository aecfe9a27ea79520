//! The default of a template's parameter is none that the parameter takes.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

use super::values;

crate::rule! {
    /// ## What it does
    /// Reports the `defaultValue` of a template's parameter that is of another type than declared, is none of
    /// `allowedValues`, or lies outside the bounds that the parameter sets. An empty text is not judged: it stands for what a
    /// deployment must give.
    ///
    /// ## Why is this bad
    /// The deployment is refused, unless it happens to give another value.
    ///
    /// ## Example
    /// ```json
    /// "MaxTargets": { "type": "int", "defaultValue": "10" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "MaxTargets": { "type": "int", "defaultValue": 10 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Parameters in ARM templates", allowed values, length constraints, integer constraints
    /// - Microsoft Learn: "Resolve errors for invalid template", parameter isn't valid
    RULE = "CF6009" "template-default-not-allowed" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TemplateDefaultNotAllowed;

impl Lint for TemplateDefaultNotAllowed {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for template in document.workflows.templates.iter() {
            for (name, parameter) in template.parameters() {
                let Some(default) = parameter.get("defaultValue").filter(|node| node.as_str() != Some(""))
                else {
                    continue;
                };
                if let Some((problem, help)) = values::problem(parameter, default) {
                    let message = format!("the default of `{name}` {problem}");
                    out.push(Diagnostic::new(&RULE, default.pointer(), message).help(help));
                }
            }
        }
    }
}
