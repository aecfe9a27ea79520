//! A function of a template where nothing is deployed yet.

use super::{in_expression, name_span};
use crate::base::diagnostic::Rule;
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::functions;

crate::rule! {
    /// ## What it does
    /// Reports `reference` and the `list…` functions in the variables and parameters of a template, and in the name and the
    /// location of a resource.
    ///
    /// ## Why is this bad
    /// These are worked out before anything is deployed, and the functions ask what is deployed. The template is refused.
    ///
    /// ## Example
    /// ```json
    /// "variables": { "principal": "[reference(resourceId('Microsoft.Logic/workflows', 'contain'), '2019-05-01', 'full').identity.principalId]" }
    /// ```
    ///
    /// ## Use instead
    /// The expression itself, in the properties of the resource that needs it.
    ///
    /// ## References
    /// - The service: "The template function 'reference' is not expected at this location."
    /// - Microsoft Learn: "Resource functions for ARM templates", reference: only in the properties of a resource and in outputs
    RULE = "CF6019" "function-out-of-place" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct FunctionOutOfPlace;

impl Lint for FunctionOutOfPlace {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for text in templates.expressions().iter() {
            let runs_later = |name: &str| name.eq_ignore_ascii_case("reference") || functions::is_list(name);
            // What is put off until a template within this one is deployed has its own place there.
            if text.reader != Some(text.template) {
                continue;
            }
            text.each_call(|call, at| {
                if runs_later(&call.name) && is_early(templates[text.template].node, text.node) {
                    let message = format!("`{}` cannot be used here: nothing is deployed yet", call.name);
                    let help = "move the expression into the properties of the resource that needs it";
                    out.push(in_expression(&RULE, text, &name_span(call, at), message).help(help));
                }
            });
        }
    }
}

/// Whether a string stands among the variables or parameters of a template, or is the name or location of a resource in it.
fn is_early(template: Node<'_>, node: Node<'_>) -> bool {
    // The keys on the way up to the template, the innermost first.
    let mut way = Vec::new();
    let mut at = node;
    while at.id() != template.id() {
        way.push(at.key());
        let Some(around) = at.parent() else { return false };
        at = around;
    }
    matches!(
        &way[..],
        [.., Some("variables" | "parameters")] | [Some("name" | "location"), _, Some("resources")]
    )
}
