//! An expression of a template that is none.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

use super::in_expression;

crate::rule! {
    /// ## What it does
    /// Reports a string in brackets that Azure Resource Manager cannot read as an expression.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "name": "[concat('azuresentinel-', parameters('PlaybookName')]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "name": "[concat('azuresentinel-', parameters('PlaybookName'))]"
    /// ```
    /// or, for text in brackets that is no expression, `[[` at its front
    ///
    /// ## References
    /// - Microsoft Learn: "Resolve errors for invalid template", syntax error
    /// - Microsoft Learn: "Template expressions syntax in ARM templates", escape characters
    RULE = "CF6005" "template-expression-syntax" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TemplateExpressionSyntax;

impl Lint for TemplateExpressionSyntax {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for text in document.workflows.templates.expressions().iter() {
            let Err(error) = &text.parsed else { continue };
            let message = format!("this is no template expression: {error}");
            let help = "mend the expression, or begin with `[[` where the text itself is meant";
            let finding: Diagnostic = in_expression(&RULE, text, &error.span, message);
            out.push(finding.help(help));
        }
    }
}
