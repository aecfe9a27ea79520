//! A role for an identity that the same deployment makes, which Microsoft Entra ID may not know yet.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a role assignment in a template whose `principalId` is read from a resource with `reference(…)`, as that of a
    /// workflow's identity is, and that does not say `principalType`.
    ///
    /// ## Why is this bad
    /// The identity has just been made, and the region that is asked for it may not have it yet. Without its type the
    /// assignment is refused then, so that the deployment fails now and then and works the second time.
    ///
    /// ## Example
    /// ```json
    /// "principalId": "[reference(resourceId('Microsoft.Logic/workflows', variables('Name')), '2019-05-01', 'Full').identity.principalId]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "principalId": "[reference(…).identity.principalId]", "principalType": "ServicePrincipal"
    /// ```
    ///
    /// ## References
    /// - The service: PrincipalNotFound, "Principal … does not exist in the directory"
    /// - Microsoft Learn: "Troubleshoot Azure RBAC", a role for a new service principal
    RULE = "CF6025" "role-assignment-without-principal-type" Warning prevents "PrincipalNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct RoleAssignmentWithoutPrincipalType;

impl Lint for RoleAssignmentWithoutPrincipalType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for resource in document.workflows.templates.resources() {
            let Some(properties) = resource.properties().filter(|_| resource.assigns_a_role()) else {
                continue;
            };
            let Some(principal) = properties.get_ignore_case("principalId") else { continue };
            let is_made_here =
                principal.as_str().is_some_and(|text| text.to_ascii_lowercase().contains("reference("));
            if is_made_here && properties.get_ignore_case("principalType").is_none() {
                let message =
                    "the identity that gets the role may not be known yet, and its type is not said";
                let help = "add `\"principalType\": \"ServicePrincipal\"`";
                out.push(Diagnostic::new(&RULE, principal.pointer(), message).on_key().help(help));
            }
        }
    }
}
