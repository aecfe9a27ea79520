//! A request trigger that takes calls from every address.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Host, Trigger};

crate::rule! {
    /// ## What it does
    /// Reports a request trigger of a logic app in a template without `accessControl.triggers`.
    ///
    /// ## Why is this bad
    /// The address with its signature is all that a caller needs. When it leaks, calls come from anywhere.
    ///
    /// ## Example
    /// A workflow resource with a `Request` trigger and no `accessControl`
    ///
    /// ## Use instead
    /// ```json
    /// "accessControl": { "triggers": { "allowedCallerIpAddresses": [{ "addressRange": "203.0.113.0/24" }] } }
    /// ```
    /// or an OpenID authentication policy
    ///
    /// ## References
    /// - PSRule for Azure: Azure.LogicApp.LimitHTTPTrigger
    /// - CWE-284: Improper Access Control
    RULE = "CF7006" "request-from-anywhere" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct RequestFromAnywhere;

impl Lint for RequestFromAnywhere {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.triggers()
    }

    fn trigger(&self, cx: &Context<'_, '_>, trigger: &Trigger<'_>, out: &mut Findings) {
        let is = |key: &str, value: &str| {
            trigger
                .node
                .get(key)
                .and_then(|node| node.as_str())
                .is_some_and(|own| own.eq_ignore_ascii_case(value))
        };
        let called = is("type", "Request") && !is("kind", "Button") && !is("kind", "ApiConnection");
        let properties = cx.definition.envelope.get("properties");
        let limited = properties.is_none_or(|properties| {
            properties.path(&["accessControl", "triggers"]).is_some() || !properties.is_object()
        });
        if called && cx.definition.host == Host::LogicApp && !limited {
            let message = format!("`{}` takes calls from every address", trigger.name);
            let help = "name the callers under `properties.accessControl.triggers` of the workflow resource";
            out.push(Diagnostic::new(&RULE, trigger.node.pointer(), message).on_key().help(help));
        }
    }
}
