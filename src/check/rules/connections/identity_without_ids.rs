//! A user-assigned identity that is not named.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a workflow resource whose identity is of type `UserAssigned` and that names none under
    /// `userAssignedIdentities`.
    ///
    /// ## Why is this bad
    /// The deployment is refused: which identity is meant is not said.
    ///
    /// ## Example
    /// ```json
    /// "identity": { "type": "UserAssigned" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "identity": { "type": "UserAssigned", "userAssignedIdentities": { "[parameters('IdentityId')]": {} } }
    /// ```
    ///
    /// ## References
    /// - The service: MissingIdentityIds, "The identity ids must not be null or empty for 'UserAssigned' identity type", Azure-Sentinel#8985
    RULE = "CF4005" "identity-without-ids" Error prevents "MissingIdentityIds";
}

/// The lint.
#[derive(Debug)]
pub struct IdentityWithoutIds;

impl Lint for IdentityWithoutIds {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for resource in document.workflows.templates.resources().filter(|resource| resource.is_workflow()) {
            let Some(identity) = resource.identity() else { continue };
            let kind = identity.get_ignore_case("type");
            let assigned = kind.and_then(|kind| kind.as_str()).is_some_and(|kind| {
                kind.split(',').any(|one| one.trim().eq_ignore_ascii_case("UserAssigned"))
            });
            let ids = identity.get_ignore_case("userAssignedIdentities");
            let named = ids.is_some_and(|ids| !ids.is_object() || ids.items().next().is_some());
            if let Some(kind) = kind.filter(|_| assigned && !named) {
                let message = "the identity is user-assigned, and none is named";
                let help = "name it under `userAssignedIdentities`, by its resource id";
                out.push(Diagnostic::new(&RULE, kind.pointer(), message).help(help));
            }
        }
    }
}
