//! A function that templates do not have.

use crate::base::diagnostic::{Rule, did_you_mean};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::expr;
use crate::workflow::arm::functions;

use super::{in_expression, name_span};

crate::rule! {
    /// ## What it does
    /// Reports a call in a template expression of a function that does not exist there. Functions of one's own, with a
    /// namespace, and those that begin with `list`, which resource providers offer, are not judged.
    ///
    /// ## Why is this bad
    /// The deployment is refused. An easy slip: `[…]` is evaluated by Azure Resource Manager when the template is deployed and
    /// `@…` by the workflow when it runs, and each has functions that the other lacks.
    ///
    /// ## Example
    /// ```json
    /// "displayName": "[triggerBody()]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "displayName": "@{triggerBody()}"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "ARM template functions"
    /// - The service: "The template function '…' is not valid."
    RULE = "CF6006" "unknown-template-function" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UnknownTemplateFunction;

impl Lint for UnknownTemplateFunction {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for text in document.workflows.templates.expressions().iter() {
            text.each_call(|call, at| {
                let name = call.name.as_str();
                let is_known =
                    name.contains('.') || functions::is_list(name) || functions::find(name).is_some();
                if is_known || !out.has_room(RULE.code) {
                    return;
                }
                let message = format!("templates have no function `{name}`");
                let near = did_you_mean(name, functions::all().map(|function| function.name));
                let help = match (expr::functions::find(name), near) {
                    (Some(_), _) => "the workflow has it: there an expression begins with `@`".to_owned(),
                    (None, Some(near)) => format!("did you mean `{near}`?"),
                    (None, None) => "Microsoft Learn lists them under \"ARM template functions\"".to_owned(),
                };
                out.push(in_expression(&RULE, text, &name_span(call, at), message).help(help));
            });
        }
    }
}
