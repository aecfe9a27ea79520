//! `listCallbackUrl` stands where there is no callback.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::strings::Owner;

crate::rule! {
    /// ## What it does
    /// Warns about `listCallbackUrl` in an action or trigger that waits for no call.
    ///
    /// ## Why is this bad
    /// The function gives the address at which a waiting webhook is called back. Elsewhere there is none, and the
    /// expression cannot be evaluated.
    ///
    /// ## Example
    /// ```json
    /// "Note": { "type": "Compose", "inputs": "@listCallbackUrl()" }
    /// ```
    ///
    /// ## Use instead
    /// The function in the inputs of an HttpWebhook or ApiConnectionWebhook.
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", listCallbackUrl
    RULE = "CF2028" "callback-outside-webhook" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct CallbackOutsideWebhook;

impl Lint for CallbackOutsideWebhook {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["listCallbackUrl"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if !call.name.eq_ignore_ascii_case("listCallbackUrl") {
            return;
        }
        let (name, kind) = match at.text.owner {
            Owner::Definition => return,
            Owner::Action(id) => (cx.definition[id].name, cx.definition[id].kind),
            Owner::Trigger(index) => {
                let trigger = &cx.definition.triggers[index];
                (trigger.name, trigger.node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default())
            }
        };
        let kind = kind.to_ascii_lowercase();
        if !["webhook", "notification"].iter().any(|part| kind.contains(part)) {
            let message = format!("`{name}` waits for no call, so there is no callback address");
            out.push(at.finding(&RULE, at.expr, message).help("use it in a webhook action or trigger"));
        }
    }
}
