//! Text that begins with `@` and is no expression.

use crate::base::diagnostic::{Diagnostic, Rule, did_you_mean};
use crate::base::json::Node;
use crate::check::lint::rewrite;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::{ErrorCode, functions, template};
use crate::workflow::arm;
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, is_whole, mistake, written};

crate::rule! {
    /// ## What it does
    /// Reports a value that begins with `@` and goes on with a name that is not called, such as a user name or a
    /// domain. Values that ARM takes from a variable of the template, or from the default of a parameter, are read as well.
    ///
    /// ## Why is this bad
    /// The service takes it for an expression and refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "owner": "@contoso" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "owner": "@@contoso" }
    /// ```
    ///
    /// ## References
    /// - The service: "Unable to parse template language expression '…': expected token 'LeftParenthesis' and actual
    ///   'Identifier'." (Azure/Azure-Sentinel#2780, #3488, #3963: with the default values)
    RULE = "CF3007" "text-taken-for-expression" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TextTakenForExpression;

impl Lint for TextTakenForExpression {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts().definitions()
    }

    /// Strings that ARM makes of a parameter or variable with such a text in it.
    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let templates = &cx.workflows.templates;
        let (Some(false), Some(resource)) = (cx.definition.templated, cx.definition.resource) else { return };
        let template = templates[resource].template;
        let scope = &templates[templates[template].scope];
        let defaults = scope.parameters().filter_map(|(_, node)| node.get("defaultValue"));
        let variables = scope.variables().map(|(_, node)| node);
        if !defaults.chain(variables).any(|node| node.as_str().is_some_and(is_whole)) {
            return;
        }
        let mut pending: Vec<Node<'_>> =
            cx.definition.actions().filter_map(|one| one.node.get("inputs")).collect();
        pending.extend(
            cx.definition.parameters.iter().flatten().filter_map(|(_, node)| node.get("defaultValue")),
        );
        while let Some(node) = pending.pop() {
            pending.extend(node.items());
            if !node.as_str().is_some_and(arm::is_expression) {
                continue;
            }
            let found = templates.evaluate(template, node);
            let Some(text) = found.text().filter(|text| is_text(text)) else { continue };
            let by = if found.is_default { " by default" } else { "" };
            let message = format!("ARM gives `{text}` here{by}, and the service reads it as an expression");
            let help =
                format!("give `@{text}` where the value stands: text that begins with @ is written with @@");
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
        }
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Text, error)) = mistake(text) {
            let text_meant = "if it is text, write @@ at its start; if an expression is meant, call a function as name(...)";
            let message =
                "the string begins with @, so the service reads it as an expression, and it is none";
            let found = finding(&RULE, text, error).reworded(message, text_meant);
            out.push(if is_plainly_text(text) { rewrite(found, text, &(0..0), "@") } else { found });
        }
    }
}

/// Whether nobody can have meant an expression: it begins with no function's name nor one like it, and has no brackets,
/// quotes or commas in it.
fn is_plainly_text(text: &Text<'_>) -> bool {
    let written = written(text).unwrap_or_default();
    let name: String = written.chars().skip(1).take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let functions = || functions::all().map(|function| function.name);
    let is_call_meant = functions().any(|known| known.eq_ignore_ascii_case(&name))
        || did_you_mean(&name, functions()).is_some();
    !is_call_meant && !written.contains(['(', ')', '[', ']', '{', '}', '\'', '"', ',', '?'])
}

/// Whether the engine takes a text for an expression that begins with a name and is none.
fn is_text(text: &str) -> bool {
    is_whole(text)
        && template::parse(text)
            .is_err_and(|error| error.code == ErrorCode::UnrecognizedExpression && error.span.start == 1)
}
