//! A flow that anybody on the internet can start.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Trigger;

crate::rule! {
    /// ## What it does
    /// Reports a request trigger of a flow that takes calls from everybody (`triggerAuthenticationType` is `All`).
    ///
    /// ## Why is this bad
    /// Whoever learns or guesses the address can start the flow with a body of their own, as often as they like.
    ///
    /// ## Example
    /// ```json
    /// "manual": { "type": "Request", "kind": "Http", "inputs": { "triggerAuthenticationType": "All" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "triggerAuthenticationType": "Tenant"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Add OAuth authentication for HTTP request triggers"
    /// - CWE-306: Missing Authentication for Critical Function
    RULE = "CF7005" "anyone-can-start" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct AnyoneCanStart;

impl Lint for AnyoneCanStart {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.triggers()
    }

    fn trigger(&self, _cx: &Context<'_, '_>, trigger: &Trigger<'_>, out: &mut Findings) {
        let Some(kind) = trigger.node.path(&["inputs", "triggerAuthenticationType"]) else { return };
        if kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("All")) {
            let message = format!("`{}` starts the flow for anybody who has its address", trigger.name);
            let help = "allow `Tenant`, or `User` with the users or applications that may";
            out.push(Diagnostic::new(&RULE, kind.pointer(), message).help(help));
        }
    }
}
