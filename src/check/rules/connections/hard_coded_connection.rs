//! A connection in the subscription of whoever wrote the template.

use super::{api_ids, at_part};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::Form;
use crate::workflow::connections::ApiId;

crate::rule! {
    /// ## What it does
    /// Warns about a template that names a connection, or the connector of one, by a resource id with a subscription written
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
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let help = "name it by `[resourceId('Microsoft.Web/connections', …)]`";
        let templated = document.contexts.iter().filter(|cx| cx.definition.templated.is_some());
        for (name, entry) in templated.flat_map(|cx| cx.definition.connections.entries()) {
            let Some(id) = entry.get("connectionId") else { continue };
            if is_written(ApiId::of(id.as_str().unwrap_or_default()).subscription.as_deref()) {
                let message =
                    format!("the connection `{name}` is one in the subscription of whoever wrote this");
                out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
            }
        }
        if document.workflows.form != Form::Arm {
            return;
        }
        let help = "name it by `[subscriptionResourceId('Microsoft.Web/locations/managedApis', resourceGroup().location, …)]`";
        for (node, id) in api_ids(document) {
            if let Some(subscription) = id.subscription.as_deref().filter(|one| is_written(Some(one))) {
                let message = "the connector is named in the subscription of whoever wrote this";
                out.push(at_part(&RULE, node, subscription, message.to_owned()).help(help));
            }
        }
    }
}

/// Whether a subscription is a GUID that stands there.
pub(in crate::check::rules) fn is_written(subscription: Option<&str>) -> bool {
    subscription.is_some_and(|id| id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'))
}
