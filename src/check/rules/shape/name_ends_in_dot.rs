//! A name that ends in a full stop.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports an action whose name ends in a full stop.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "Send_message.": { "type": "Compose", "inputs": "x" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Send_message": { "type": "Compose", "inputs": "x" }
    /// ```
    ///
    /// ## References
    /// - Azure/azure-quickstart-templates#5781: the deployment is refused for the name `Send_message.`
    RULE = "CF1042" "name-ends-in-dot" Error;
}

/// The lint.
#[derive(Debug)]
pub struct NameEndsInDot;

impl Lint for NameEndsInDot {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if action.name.ends_with('.') {
            let message = format!("the name `{}` ends in a full stop", action.name);
            let help = "leave it out, here and wherever the name is used";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
