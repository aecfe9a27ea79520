//! A workflow that signs in with an identity through a connection that takes none.

use super::{Made, made_here};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports an entry of `$connections` that signs in with a managed identity (`connectionProperties.authentication`) and
    /// whose connection resource in the same template is not made for one: it has neither `parameterValueType` nor
    /// `parameterValueSet`.
    ///
    /// ## Why is this bad
    /// The service refuses the workflow: the connection would sign in as a person, or with a key.
    ///
    /// ## Example
    /// ```json
    /// "properties": { "displayName": "Sentinel", "api": { "id": "…/managedApis/azuresentinel" } }
    /// ```
    /// for a connection whose entry has `"authentication": { "type": "ManagedServiceIdentity" }`
    ///
    /// ## Use instead
    /// ```json
    /// "properties": { "displayName": "Sentinel", "api": { … }, "parameterValueType": "Alternative" }
    /// ```
    ///
    /// ## References
    /// - The service: "The API connection '…' is not configured to support managed identity."
    ///   (microsoft/Azure-Secure-Enclave-for-Research#23)
    RULE = "CF4026" "identity-not-taken" Error;
}

/// The members of a connection resource that say how it signs in, if not as the connector does by default.
const WAYS: [&str; 2] = ["parameterValueType", "parameterValueSet"];

/// The lint.
#[derive(Debug)]
pub struct IdentityNotTaken;

impl Lint for IdentityNotTaken {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for Made { name, entry, resource, .. } in made_here(document) {
            let kind = entry.path(&["connectionProperties", "authentication", "type"]);
            let with_identity = kind
                .and_then(|kind| kind.as_str())
                .is_some_and(|kind| kind.eq_ignore_ascii_case("ManagedServiceIdentity"));
            let Some(properties) = resource.properties().filter(|properties| properties.is_object()) else {
                continue;
            };
            if with_identity && WAYS.iter().all(|way| properties.get_ignore_case(way).is_none()) {
                let message =
                    format!("`{name}` signs in with a managed identity, and this connection takes none");
                let help = "add `\"parameterValueType\": \"Alternative\"`";
                out.push(Diagnostic::new(&RULE, properties.pointer(), message).on_key().help(help));
            }
        }
    }
}
