//! A step that a retry does twice.

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a call that contains, removes or gives back, whose operation may not be repeated, without a retry policy that
    /// says so.
    ///
    /// ## Why is this bad
    /// By default the engine repeats a call up to four times when the answer is lost or an error of the server. The first may
    /// have worked; the second then fails or does it again, and the report says the wrong thing.
    ///
    /// ## Example
    /// ```json
    /// "Isolate": { "type": "Http", "inputs": { "method": "POST", "uri": "…/isolate" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Isolate": { "type": "Http", "inputs": { "method": "POST", "uri": "…/isolate", "retryPolicy": { "type": "none" } } }
    /// ```
    ///
    /// and look at the state afterwards.
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", retry policies
    RULE = "CF8011" "response-repeated-by-retry" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseRepeatedByRetry;

impl Lint for ResponseRepeatedByRetry {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for act in &cx.response().acts {
            let action = &cx.definition[act.action];
            let policy = action.node.path(&["inputs", "retryPolicy"]);
            let none = policy.is_some_and(|policy| {
                policy.get("type").is_none_or(|kind| {
                    kind.as_str()
                        .is_none_or(|kind| kind.eq_ignore_ascii_case("none") || kind.starts_with('@'))
                })
            });
            if none || act.operations.iter().all(|operation| operation.idempotent) {
                continue;
            }
            let does = does(act);
            let message = format!("`{}` {does}, and a retry does it twice", action.name);
            let help = "set `retryPolicy` to `{ \"type\": \"none\" }` and look at the state afterwards";
            out.push(at(cx, &RULE, act.action, message).help(help));
        }
    }
}
