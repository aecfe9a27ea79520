//! A workflow that may be deployed before its connection.

use super::{Made, made_here};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a workflow resource that uses a connection of the same template and does not name it in `dependsOn`.
    ///
    /// ## Why is this bad
    /// Resources that do not depend on one another are deployed at the same time. The workflow comes first now and then, and
    /// is refused because its connection is not there.
    ///
    /// ## Example
    /// `"dependsOn": []` in a workflow whose `$connections` names `[resourceId('Microsoft.Web/connections', variables('Mail'))]`
    ///
    /// ## Use instead
    /// ```json
    /// "dependsOn": [ "[resourceId('Microsoft.Web/connections', variables('Mail'))]" ]
    /// ```
    ///
    /// ## References
    /// - The service: ApiConnectionNotFound
    /// - Azure Resource Manager test toolkit: DependsOn best practices
    RULE = "CF4006" "connection-not-awaited" Warning prevents "ApiConnectionNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionNotAwaited;

impl Lint for ConnectionNotAwaited {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for Made { cx, name, entry, resource } in made_here(document) {
            let Some(workflow) = cx.definition.resource.map(|id| &templates[id]) else { continue };
            if resource.template != workflow.template {
                continue;
            }
            let named = resource.name().and_then(|name| name.as_str()).unwrap_or_default();
            let inner = named.trim_start_matches('[').trim_end_matches(']');
            let symbolic = resource.symbolic_name();
            let mut awaited = workflow.depends_on().filter_map(|one| one.as_str());
            let waits = awaited.any(|one| one.contains(inner) || Some(one) == symbolic);
            if !waits && !inner.is_empty() {
                let message = format!("the workflow may be deployed before the connection `{name}`");
                let help = format!("add `[resourceId('Microsoft.Web/connections', {inner})]` to `dependsOn`");
                out.push(Diagnostic::new(&RULE, entry.pointer(), message).on_key().help(help));
            }
        }
    }
}
