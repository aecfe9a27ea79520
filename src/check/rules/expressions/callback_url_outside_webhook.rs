//! listCallbackUrl() outside a webhook.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::strings::Owner;

crate::rule! {
    /// ## What it does
    /// Reports `listCallbackUrl()` in an action or trigger that is no webhook and waits for no notification.
    ///
    /// ## Why is this bad
    /// The function gives the address at which a webhook waits; nothing else has one.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@listCallbackUrl()" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Wait": { "type": "HttpWebhook", "inputs": { "subscribe": {
    ///     "method": "POST", "uri": "https://contoso.com/subscribe", "body": "@listCallbackUrl()" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", `listCallbackUrl`: only with HTTP
    ///   webhook and API connection webhook triggers and actions
    RULE = "CF3046" "callback-url-outside-webhook" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct CallbackUrlOutsideWebhook;

impl Lint for CallbackUrlOutsideWebhook {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["listCallbackUrl"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, _call: &Call, out: &mut Findings) {
        let kind = match at.text.owner {
            Owner::Action(id) => cx.definition[id].kind,
            Owner::Trigger(index) => {
                let trigger = cx.definition.triggers.get(index).and_then(|trigger| trigger.node.get("type"));
                trigger.and_then(|kind| kind.as_str()).unwrap_or_default()
            }
            Owner::Definition => return,
        };
        let kind_folded = kind.to_ascii_lowercase();
        if !["webhook", "notification"].iter().any(|waits| kind_folded.ends_with(waits)) {
            let help = "move it into the subscription of a webhook, or call the address of another workflow";
            let message = format!("`listCallbackUrl()` stands in `{kind}`, which waits for no call");
            out.push(at.finding(&RULE, at.expr, message).help(help));
        }
    }
}
