//! Two resources of a template with the same type and name.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::{Resource, Templates};

crate::rule! {
    /// ## What it does
    /// Reports a resource whose type and name are those of an earlier one in the same template. Resources that are deployed on
    /// a condition, in a loop, or elsewhere than the template are not judged.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// Two resources `Microsoft.Web/connections` with the name `[variables('SentinelConnection')]`
    ///
    /// ## Use instead
    /// One of them, or two names.
    ///
    /// ## References
    /// - The service: "The resource '…' … is defined multiple times in a template."
    RULE = "CF6010" "duplicate-resource" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct DuplicateResource;

impl Lint for DuplicateResource {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        let mut seen = BTreeMap::new();
        for resource in templates.resources().filter(|one| is_plain(templates, one)) {
            // Two parameters may happen to have the same default.
            let is_fixed = |node| !templates.evaluate(resource.template, node).is_default;
            let Some(name) = resource.name() else { continue };
            let key = match templates.identity(resource).filter(|_| is_fixed(name)) {
                Some(identity) => (identity.kind.clone(), identity.name.clone()),
                None => (resource.kind.to_lowercase(), name.as_str().unwrap_or_default().to_owned()),
            };
            if key.1.is_empty() || key.1.to_ascii_lowercase().contains("guid(") {
                continue;
            }
            let at = (resource.template, resource.parent, key);
            if let Some(first) = seen.insert(at, name) {
                let message = format!("the template has this {} already", resource.kind);
                let help = format!("the other one stands at `{}`; rename or remove one", first.pointer());
                out.push(Diagnostic::new(&RULE, name.pointer(), message).help(help));
            }
        }
    }
}

/// Whether a resource is deployed once, always, and where its template is.
fn is_plain(templates: &Templates<'_>, resource: &Resource<'_>) -> bool {
    const ELSEWHERE: [&str; 6] =
        ["condition", "copy", "scope", "resourceGroup", "subscriptionId", "existing"];
    ELSEWHERE.iter().all(|key| resource.node.get_ignore_case(key).is_none())
        && resource.parent.is_none_or(|parent| is_plain(templates, &templates[parent]))
}
