//! A workflow that uses an identity it does not have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Connections, Host};

crate::rule! {
    /// ## What it does
    /// Reports a workflow resource without `identity` whose `$connections` or actions sign in with a managed identity.
    ///
    /// ## Why is this bad
    /// The service may refuse the workflow; if it takes it, the first call fails: there is no identity to sign in with.
    ///
    /// ## Example
    /// `"connectionProperties": { "authentication": { "type": "ManagedServiceIdentity" } }` in a resource without `identity`
    ///
    /// ## Use instead
    /// ```json
    /// "identity": { "type": "SystemAssigned" }
    /// ```
    ///
    /// ## References
    /// - The service: WorkflowManagedIdentityConfigurationInvalid, Azure-Sentinel#2781
    RULE = "CF4004" "workflow-without-identity" Warning prevents "WorkflowManagedIdentityConfigurationInvalid";
}

/// The lint.
#[derive(Debug)]
pub struct WorkflowWithoutIdentity;

impl Lint for WorkflowWithoutIdentity {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let envelope = cx.definition.envelope;
        let is_template = cx.definition.templated.is_some() && cx.definition.host == Host::LogicApp;
        if !is_template || envelope.get_ignore_case("identity").is_some() {
            return;
        }
        let Connections::Declared { entries, .. } = &cx.definition.connections else { return };
        let signs_in = |entry: &Node<'_>| {
            let kind = entry.path(&["connectionProperties", "authentication", "type"]);
            kind.and_then(|kind| kind.as_str())
                .is_some_and(|kind| kind.eq_ignore_ascii_case("ManagedServiceIdentity"))
        };
        if let Some((name, entry)) = entries.iter().find(|(_, entry)| signs_in(entry)) {
            let message =
                format!("the connection `{name}` signs in with an identity, and the workflow has none");
            let help = "add `\"identity\": { \"type\": \"SystemAssigned\" }` to the workflow resource";
            out.push(Diagnostic::new(&RULE, entry.pointer(), message).on_key().help(help));
        }
    }
}
