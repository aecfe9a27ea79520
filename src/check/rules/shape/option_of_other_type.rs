//! An operation has an option that is for others.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about an `operationOptions` word that is documented for other types of trigger or action.
    ///
    /// ## Why is this bad
    /// The option does nothing here, and what it was written for does not happen.
    ///
    /// ## Example
    /// ```json
    /// "For_each_account": { "type": "Foreach", "operationOptions": "SingleInstance", … }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "For_each_account": { "type": "Foreach", "operationOptions": "Sequential", … }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", operation options
    RULE = "CF1021" "option-of-other-type" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct OptionOfOtherType;

impl Lint for OptionOfOtherType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        cx.definition.triggers.iter().for_each(|trigger| judge(trigger.node, true, out));
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        judge(action.node, false, out);
    }
}

/// The actions that may be answered later, and poll for the answer.
const POLLING: &[&str] = &[
    "ApiConnection",
    "ApiConnectionNotification",
    "ApiConnectionWebhook",
    "ApiManagement",
    "Function",
    "Http",
    "HttpWebhook",
    "OpenApiConnection",
    "OpenApiConnectionNotification",
    "OpenApiConnectionWebhook",
    "Response",
    "ServiceProvider",
    "Workflow",
];

/// Options that belong to few types: the word, whether it is one of triggers, the types; none for all of them.
const OPTIONS: [(&str, bool, &[&str]); 8] = [
    ("Sequential", false, &["Foreach"]),
    ("SingleInstance", true, &[]),
    ("Asynchronous", false, &["Response"]),
    ("DisableAsyncPattern", false, POLLING),
    ("FailWhenLimitsReached", false, &["Until"]),
    ("FailWhenIterationFailed", false, &["Until"]),
    ("EnableSchemaValidation", true, &["Request", "Manual"]),
    ("SuppressWorkflowHeadersOnResponse", true, &["Request", "HttpWebhook", "Manual"]),
];

fn judge(operation: Node<'_>, is_trigger: bool, out: &mut Findings) {
    let Some(node) = operation.get("operationOptions") else { return };
    let kind = operation.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let separators = |c: char| c == ',' || c == ';' || c.is_whitespace();
    for word in node.as_str().unwrap_or_default().split(separators) {
        let known = OPTIONS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(word));
        let Some((name, of_triggers, types)) = known else { continue };
        let fits = *of_triggers == is_trigger
            && (types.is_empty() || types.iter().any(|name| name.eq_ignore_ascii_case(kind)));
        if !fits {
            let whose = match (of_triggers, types) {
                (_, [only]) => format!("{only} only"),
                (true, _) => "triggers only".to_owned(),
                (false, _) => "calls only".to_owned(),
            };
            let message = format!("`{name}` is an option of {whose} and does nothing here");
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help("remove it"));
        }
    }
}
