//! A parameter or variable that the template does not declare.

use crate::base::diagnostic::Rule;
use crate::base::words::choices;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::Declared;

use super::in_expression;

crate::rule! {
    /// ## What it does
    /// Reports `[parameters('p')]` and `[variables('v')]` where the template that evaluates the expression declares no such
    /// parameter or variable. In a nested deployment that is the template around it, unless the deployment asks for
    /// `inner` scope.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "name": "[variables('SentinelConection')]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "name": "[variables('SentinelConnection')]"
    /// ```
    ///
    /// ## References
    /// - The service: "The template variable '…' is not found", "The template parameter '…' is not found"
    /// - Microsoft Learn: "Using linked and nested templates when deploying Azure resources", scope
    RULE = "CF6008" "undeclared-template-name" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UndeclaredTemplateName;

impl Lint for UndeclaredTemplateName {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for text in templates.expressions().iter() {
            let Some(reader) = text.reader.map(|id| &templates[id]) else { continue };
            text.each_call(|call, _| {
                let what = [Declared::Parameter, Declared::Variable];
                let Some(what) = what.into_iter().find(|what| call.is(what.function())) else { return };
                let Some((name, argument)) = call.first_text().zip(call.args.first()) else { return };
                if reader.declares(what, name) || !out.has_room(RULE.code) {
                    return;
                }
                let word = what.word();
                let message = format!("the template declares no {word} `{name}`");
                let names = reader.declared(what).map(|(name, _)| name);
                let help = choices(name, &format!("declared {word}s"), names);
                out.push(in_expression(&RULE, text, &argument.span, message).help(help));
            });
        }
    }
}
