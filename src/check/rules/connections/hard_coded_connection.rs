//! A connection in the subscription of whoever wrote the template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Connections;

crate::rule! {
    /// ## What it does
    /// Reports an entry of `$connections` in a template that names its connection by a resource id with a subscription written
    /// into it.
    ///
    /// ## Why is this bad
    /// Deployed by anybody else, the template asks for a connection in a subscription that they may not use, and is refused.
    ///
    /// ## Example
    /// ```json
    /// "connectionId": "/subscriptions/4b2f0a6e-6f0f-4d4c-9a0e-0d1a2b3c4d5e/resourceGroups/rg/providers/Microsoft.Web/connections/mail"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "connectionId": "[resourceId('Microsoft.Web/connections', variables('Mail'))]"
    /// ```
    ///
    /// ## References
    /// - The service: LinkedAuthorizationFailed
    RULE = "CF4008" "hard-coded-connection" Warning prevents "LinkedAuthorizationFailed";
}

/// The lint.
#[derive(Debug)]
pub struct HardCodedConnection;

impl Lint for HardCodedConnection {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Connections::Declared { entries, .. } = &cx.definition.connections else { return };
        if cx.definition.templated.is_none() {
            return;
        }
        for (name, entry) in entries {
            let Some(id) = entry.get("connectionId") else { continue };
            let text = id.as_str().unwrap_or_default();
            let rest = text.strip_prefix("/subscriptions/").and_then(|rest| rest.split('/').next());
            let written = rest
                .is_some_and(|id| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
            if written {
                let message =
                    format!("the connection `{name}` is one in the subscription of whoever wrote this");
                let help = "name it by `[resourceId('Microsoft.Web/connections', …)]`";
                out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
            }
        }
    }
}
