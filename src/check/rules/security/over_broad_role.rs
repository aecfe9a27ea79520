//! A role that may far more than a workflow needs.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a role assignment in a template that gives Owner, Contributor, User Access Administrator or Role Based Access
    /// Control Administrator.
    ///
    /// ## Why is this bad
    /// Whoever can change the workflow, or feed it what it does not expect, can then do nearly everything in the resource
    /// group or subscription.
    ///
    /// ## Example
    /// ```json
    /// "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')]"
    /// ```
    ///
    /// ## Use instead
    /// The narrowest role for what is called: *Microsoft Sentinel Responder* for comments and status, *Key Vault Secrets User*
    /// for reading a secret.
    ///
    /// ## References
    /// - Microsoft Learn: "Azure built-in roles", with their ids
    /// - CWE-250: Execution with Unnecessary Privileges
    RULE = "CF7007" "over-broad-role" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct OverBroadRole;

impl Lint for OverBroadRole {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for resource in templates.resources() {
            if !resource.assigns_a_role() {
                continue;
            }
            let Some(role) = resource.properties().and_then(|properties| properties.get("roleDefinitionId"))
            else {
                continue;
            };
            let value = templates.evaluate(resource.template, role);
            let texts =
                [role.as_str(), value.text()].map(|text| text.unwrap_or_default().to_ascii_lowercase());
            let broad = ROLES.iter().find(|(id, _)| texts.iter().any(|text| text.contains(id)));
            if let Some((_, name)) = broad {
                let message = format!("this gives the role {name}");
                let help =
                    "give the narrowest role for what the workflow calls, on the resource that it calls";
                out.push(Diagnostic::new(&RULE, role.pointer(), message).help(help));
            }
        }
    }
}

/// Ids and names of the roles, the same in every tenant.
const ROLES: &[(&str, &str)] = &[
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"),
];
