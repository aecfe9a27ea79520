//! The literal null put into text.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::{ExprKind, Template};
use crate::workflow::strings::Text;

crate::rule! {
    /// ## What it does
    /// Reports `@{null}`, except in the value of a variable.
    ///
    /// ## Why is this bad
    /// Inside text null becomes an empty text. A parameter that wants a date, a number or a lookup gets that empty
    /// text instead of null, and refuses it.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "dueDate": "@{null}" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "dueDate": "@null" }
    /// ```
    ///
    /// ## References
    /// - The service: OpenApiOperationParameterTypeConversionFailed
    RULE = "CF3043" "null-in-text" Warning prevents "OpenApiOperationParameterTypeConversionFailed";
}

/// The lint.
#[derive(Debug)]
pub struct NullInText;

impl Lint for NullInText {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        let Ok(template @ Template::Interpolation(_)) = text.parsed.as_deref() else { return };
        // A string variable that begins empty is often written so, and takes the empty text.
        let is_variable =
            cx.owner(text).is_some_and(|owner| owner.kind.to_ascii_lowercase().ends_with("variable"));
        if is_variable {
            return;
        }
        for expr in template.expressions().filter(|expr| expr.kind == ExprKind::Null) {
            let help = "write @null for null itself, or remove it";
            out.push(in_text(&RULE, text, &expr.span, "null inside text is an empty text").help(help));
        }
    }
}
