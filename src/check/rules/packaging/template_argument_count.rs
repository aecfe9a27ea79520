//! A function of a template with too few or too many arguments.

use crate::base::diagnostic::Rule;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::ArmCall;
use crate::workflow::arm::functions::{self, Function};

use super::{in_expression, name_span};

crate::rule! {
    /// ## What it does
    /// Reports a call in a template expression with fewer or more arguments than its function takes.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "name": "[parameters('PlaybookName', 'contain')]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "name": "[parameters('PlaybookName')]"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "ARM template functions"
    /// - The service: "the template language function '…' must have … parameter(s)"
    RULE = "CF6007" "template-argument-count" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TemplateArgumentCount;

impl Lint for TemplateArgumentCount {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for text in document.workflows.templates.expressions().iter() {
            text.each_call(|call, expr| {
                let Some(function) = functions::find(&call.name).copied().or_else(|| listing(call)) else {
                    return;
                };
                let (least, given) = (function.least, call.args.len());
                if given >= least && function.most.is_none_or(|most| given <= most) {
                    return;
                }
                let takes = match function.most {
                    Some(1) if least == 1 => "1 argument".to_owned(),
                    Some(most) if most == least => format!("{least} arguments"),
                    Some(most) => format!("{least} to {most} arguments"),
                    None => format!("at least {least} arguments"),
                };
                let message = format!("`{}` takes {takes} and gets {given}", call.name);
                let help = if given < least { "add what is missing" } else { "take out what is too much" };
                out.push(in_expression(&RULE, text, &name_span(call, expr), message).help(help));
            });
        }
    }
}

/// What providers offer takes the resource and the API version at least.
fn listing(call: &ArmCall) -> Option<Function> {
    functions::is_list(&call.name).then_some(Function { name: "list", least: 2, most: None })
}
