//! A resource waits for one that is not in its template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::{Meant, Resource, Templates};

crate::rule! {
    /// ## What it does
    /// Reports an entry of `dependsOn` that names a resource which the template does not deploy. Names that only the
    /// deployment knows are not judged.
    ///
    /// ## Why is this bad
    /// The deployment is refused: what exists already cannot be waited for.
    ///
    /// ## Example
    /// ```json
    /// "dependsOn": [ "[resourceId('Microsoft.Web/connections', 'azuresentinel')]" ]
    /// ```
    /// with no such connection among the resources
    ///
    /// ## Use instead
    /// Deploy the resource in the same template, or leave the entry out.
    ///
    /// ## References
    /// - The service: "The resource '…' is not defined in the template."
    /// - Microsoft Learn: "Define the order for deploying resources in ARM templates"
    RULE = "CF6011" "dependency-missing" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct DependencyMissing;

impl Lint for DependencyMissing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for resource in templates.resources() {
            for entry in resource.depends_on() {
                if !out.has_room(RULE.code) {
                    return;
                }
                let Some(meant) = templates.depends_on(resource.template, entry) else { continue };
                if templates.has(resource.template, &meant) {
                    continue;
                }
                let message = match &meant {
                    Meant::Resource(wanted) => {
                        format!("the template deploys no {} `{}`", wanted.kind, wanted.name)
                    }
                    Meant::Name(name) => format!("the template deploys nothing called `{name}`"),
                };
                out.push(
                    Diagnostic::new(&RULE, entry.pointer(), message).help(help(templates, resource, &meant)),
                );
            }
        }
    }
}

fn help(templates: &Templates<'_>, resource: &Resource<'_>, meant: &Meant) -> String {
    let others =
        templates.resources().filter(|one| one.template == resource.template && one.id != resource.id);
    let known: Vec<_> = others.filter_map(|one| templates.identity(one)).collect();
    match meant {
        Meant::Resource(wanted) => {
            let names = known.iter().filter(|one| one.kind == wanted.kind).map(|one| one.name.as_str());
            choices(&wanted.name, "resources of that type in the template", names)
        }
        Meant::Name(name) => {
            choices(name, "resources of the template", known.iter().map(|one| one.name.as_str()))
        }
    }
}
