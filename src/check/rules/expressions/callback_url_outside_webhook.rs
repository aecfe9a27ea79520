//! listCallbackUrl() outside a webhook.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::rules::shape::members::{is_known_action, trigger_types};
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
        let (kind, is_known) = match at.text.owner {
            Owner::Action(id) => {
                let action = &cx.definition[id];
                (action.kind, is_known_action(action))
            }
            Owner::Trigger(index) => {
                let trigger = cx.definition.triggers.get(index).and_then(|trigger| trigger.node.get("type"));
                let kind = trigger.and_then(|kind| kind.as_str()).unwrap_or_default();
                (kind, trigger_types().any(|known| known.eq_ignore_ascii_case(kind)))
            }
            Owner::Definition => return,
        };
        let kind_folded = kind.to_ascii_lowercase();
        // Of a type that is not known, or misspelt, that is said already.
        if is_known && !["webhook", "notification"].iter().any(|waits| kind_folded.ends_with(waits)) {
            let help = "move it into the subscription of a webhook, or call the address of another workflow";
            let message = format!("`listCallbackUrl()` stands in `{kind}`, which waits for no call");
            out.push(at.finding(&RULE, at.expr, message).help(help));
        }
    }
}
