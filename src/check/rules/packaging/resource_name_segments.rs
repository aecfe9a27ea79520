//! The name of a resource has another number of parts than its type.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a resource whose name has more or fewer parts between slashes than its type asks for: one for each part of the
    /// type after the provider.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "playbooks/contain"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "contain"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Resolve errors for name and type mismatch"
    /// - The service: "The template resource '…' for type '…' … has incorrect segment lengths."
    RULE = "CF6013" "resource-name-segments" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ResourceNameSegments;

impl Lint for ResourceNameSegments {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for resource in templates.resources() {
            let Some(node) = resource.name().filter(|_| !resource.kind.is_empty()) else { continue };
            let name = templates.evaluate(resource.template, node);
            let Some(text) = name.text().filter(|_| !name.is_default) else { continue };
            // A child names its own part alone, and an extension that stands in a resource is none.
            let provider = match (resource.parent, resource.kind.contains('.')) {
                (None, _) | (Some(_), true) => 1,
                (Some(_), false) => 0,
            };
            let wanted = resource.kind.split('/').count().saturating_sub(provider);
            let given = text.split('/').count();
            if wanted != given && !resource.kind.starts_with('[') {
                let message = format!(
                    "the name of a {} has {} between slashes, and this one {given}",
                    resource.kind,
                    counted(wanted, "part")
                );
                let help = "give one part for each part of the type after the provider, divided by `/`";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
