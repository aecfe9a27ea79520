//! An array or object in an address.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::{Expr, Kinds};
use crate::workflow::strings::Text;

crate::rule! {
    /// ## What it does
    /// Reports an expression in the URL or path of a call whose value is known to be an array or object, with or
    /// without encoding around it.
    ///
    /// ## Why is this bad
    /// The value is written as JSON, so the address asks for a thing called `["ann@contoso.com"]`. The call fails or,
    /// worse, does nothing.
    ///
    /// ## Example
    /// ```json
    /// "Names": { "type": "Select", "inputs": { "from": "@triggerBody()?['users']", "select": "@item()?['upn']" } },
    /// "Read": { "type": "Http", "runAfter": { "Names": ["Succeeded"] },
    ///     "inputs": { "method": "GET", "uri": "https://graph.microsoft.com/v1.0/users/@{body('Names')}" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@triggerBody()?['users']", "actions": {
    ///     "Read": { "type": "Http", "inputs": { "method": "GET",
    ///         "uri": "https://graph.microsoft.com/v1.0/users/@{items('Each')?['upn']}" } } } }
    /// ```
    ///
    /// ## References
    /// - Azure/Azure-Sentinel#5098: `Resource '["user@tenant"]' does not exist`
    RULE = "CF3042" "list-in-address" Warning prevents "Request_ResourceNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ListInAddress;

impl Lint for ListInAddress {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        let (Ok(template), Some(_)) = (&text.parsed, cx.owner(text)) else { return };
        let key = text.node.key().unwrap_or_default();
        let under_inputs = text.node.parent().and_then(|parent| parent.key()) == Some("inputs");
        if text.is_key || !under_inputs || !matches!(key, "uri" | "path") {
            return;
        }
        for expr in template.expressions() {
            let inner = written(expr);
            let found = cx.typing.infer(text, inner);
            let lists = Kinds::ARRAY.or(Kinds::OBJECT);
            if found.kinds.meets(lists) && lists.or(Kinds::NULL).covers(found.kinds) {
                let message = format!("{} stands in an address, and is written there as JSON", found.kinds);
                let help =
                    "loop over the elements and make one call for each, or take one of them with first(…)";
                out.push(in_text(&RULE, text, &inner.span, message).help(help));
            }
        }
    }
}

/// What is written in the end: the argument of encodings around it.
fn written(expr: &Expr) -> &Expr {
    let mut expr = expr;
    while let Some(call) = expr.as_call().filter(|call| call.access.is_empty() && call.args.len() == 1) {
        let encodes =
            ["encodeUriComponent", "uriComponent", "string", "toLower", "toUpper", "trim", "concat"];
        if !encodes.iter().any(|name| call.name.eq_ignore_ascii_case(name)) {
            break;
        }
        expr = &call.args[0];
    }
    expr
}
