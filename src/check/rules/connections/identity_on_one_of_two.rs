//! Two connections to one connector that sign in differently.

use std::collections::BTreeMap;

use super::api_id;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::names::fold;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::connections::ApiId;

crate::rule! {
    /// ## What it does
    /// Warns about a template with two connection resources for one connector, of which only one is made for a managed identity.
    ///
    /// ## Why is this bad
    /// Somebody changed to a managed identity and left a connection behind. It asks to be authorized by hand after the
    /// deployment, and what goes through it runs with the rights of whoever did that.
    ///
    /// ## Example
    /// Two resources with `…/managedApis/azuresentinel`, one with `"parameterValueType": "Alternative"`
    ///
    /// ## Use instead
    /// One connection, made for a managed identity, which every workflow of the template uses.
    ///
    /// ## References
    /// - Microsoft Learn: "Authenticate access and connections to Azure resources with managed identities in Azure Logic Apps"
    RULE = "CF4022" "identity-on-one-of-two" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct IdentityOnOneOfTwo;

impl Lint for IdentityOnOneOfTwo {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        let mut by_connector: BTreeMap<String, (Vec<Node<'_>>, usize)> = BTreeMap::new();
        for resource in templates.of_type("Microsoft.Web/connections") {
            let Some(properties) = resource.properties() else { continue };
            let id = api_id(resource).and_then(|id| templates.outline(resource.template, id));
            let Some(name) = id.and_then(|id| ApiId::of(&id).name) else { continue };
            let kind = properties.get("parameterValueType").and_then(|kind| kind.as_str());
            let entry = by_connector.entry(fold(&name)).or_default();
            match kind {
                Some(kind) if kind.eq_ignore_ascii_case("Alternative") => entry.1 += 1,
                _ => entry.0.push(properties),
            }
        }
        for (name, (without, with)) in by_connector {
            if with == 0 {
                continue;
            }
            for properties in without {
                let message = format!(
                    "another connection to `{name}` is made for a managed identity, and this one is not"
                );
                let help =
                    "use the other one for every workflow, or add `\"parameterValueType\": \"Alternative\"`";
                out.push(Diagnostic::new(&RULE, properties.pointer(), message).on_key().help(help));
            }
        }
    }
}
