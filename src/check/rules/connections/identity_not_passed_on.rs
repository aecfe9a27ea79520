//! A connection for a managed identity that the workflow does not use one for.

use super::{Made, made_here};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports an entry of `$connections` whose connection resource in the same template is made for a managed identity
    /// (`parameterValueType` is `Alternative`) and that lacks `connectionProperties.authentication`.
    ///
    /// ## Why is this bad
    /// The service refuses the workflow: the connection supports managed identity, and the parameter does not say which.
    ///
    /// ## Example
    /// ```json
    /// "azuresentinel": { "connectionId": "[resourceId('Microsoft.Web/connections', variables('Sentinel'))]" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "connectionProperties": { "authentication": { "type": "ManagedServiceIdentity" } }
    /// ```
    ///
    /// ## References
    /// - The service: WorkflowManagedIdentityConfigurationInvalid, Azure-Sentinel#2781
    RULE = "CF4003" "identity-not-passed-on" Error prevents "WorkflowManagedIdentityConfigurationInvalid";
}

/// The lint.
#[derive(Debug)]
pub struct IdentityNotPassedOn;

impl Lint for IdentityNotPassedOn {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for Made { name, entry, resource, .. } in made_here(document) {
            let kind = resource.properties().and_then(|properties| properties.get("parameterValueType"));
            let for_identity = kind
                .and_then(|kind| kind.as_str())
                .is_some_and(|kind| kind.eq_ignore_ascii_case("Alternative"));
            if for_identity && entry.path(&["connectionProperties", "authentication"]).is_none() {
                let message = format!(
                    "the connection `{name}` is made for a managed identity, and the workflow passes none on"
                );
                let help = "add `\"connectionProperties\": { \"authentication\": { \"type\": \"ManagedServiceIdentity\" } }`";
                out.push(Diagnostic::new(&RULE, entry.pointer(), message).on_key().help(help));
            }
        }
    }
}
