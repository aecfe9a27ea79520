//! A template has more of something than Azure Resource Manager takes.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::data::limits;
use crate::workflow::arm::{Declared, Template, Templates};

use super::whole_number;

crate::rule! {
    /// ## What it does
    /// Reports a template with more than 256 parameters, 512 variables, 64 outputs or 800 resources (each as often as the count
    /// of its `copy` says), a resource of more than 1 MB, or a template of more than 4 MB. Blanks between values do not count. Of a
    /// template that is nested in another the numbers count by themselves.
    ///
    /// ## Why is this bad
    /// Azure Resource Manager refuses the deployment.
    ///
    /// ## Example
    /// A template with 65 outputs, or a logic app whose definition lists thousands of accounts.
    ///
    /// ## Use instead
    /// Put several values into one object, the resources into nested deployments, and data into a watchlist or a table that the
    /// run reads.
    ///
    /// ## References
    /// - Microsoft Learn: "ARM template best practices", template limits
    /// - Microsoft Learn: "Resolve errors for job size exceeded"
    RULE = "CF5024" "template-beyond-limits" Error prevents "JobSizeExceeded, DeploymentJobSizeExceeded";
}

/// The lint.
#[derive(Debug)]
pub struct TemplateBeyondLimits;

impl Lint for TemplateBeyondLimits {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for template in templates.iter() {
            counts(templates, template, out);
        }
        let Some(root) = templates.iter().find(|template| template.carrier.is_none()) else { return };
        let resources = templates.resources().filter(|resource| resource.parent.is_none());
        let resources =
            resources.filter(|resource| resource.template == root.id).map(|one| (one.node, false));
        for (node, is_template) in resources.chain([(root.node, true)]) {
            let (what, most, name) = match is_template {
                true => ("template", limits::TEMPLATE_BYTES, "4 MB"),
                false => ("resource", limits::RESOURCE_BYTES, "1 MB"),
            };
            // With its blanks it has at least as many bytes.
            if node.span().len() > most && compact(node) > most {
                let message = format!("this {what} has {} bytes; at most {name} are allowed", compact(node));
                let help =
                    "move data to where the run can read it, such as a watchlist or a table, or split it";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}

fn counts(templates: &Templates<'_>, template: &Template<'_>, out: &mut Findings) {
    let outputs = template.node.get("outputs");
    let counted = [
        ("parameters", template.declared(Declared::Parameter).count(), limits::TEMPLATE_PARAMETERS),
        ("variables", template.declared(Declared::Variable).count(), limits::TEMPLATE_VARIABLES),
        ("outputs", outputs.map_or(0, |outputs| outputs.members().count()), limits::TEMPLATE_OUTPUTS),
        ("resources", resources(templates, template), limits::TEMPLATE_RESOURCES),
    ];
    for (what, count, most) in counted.into_iter().filter(|(_, count, most)| count > most) {
        let node = template.node.get(what).unwrap_or(template.node);
        let message = format!("the template has {count} {what}; at most {most} are allowed");
        let help = match what {
            "resources" => "put some of them into nested deployments",
            _ => "put several values into one object",
        };
        out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
    }
}

fn resources(templates: &Templates<'_>, template: &Template<'_>) -> usize {
    let mine = templates.resources().filter(|resource| resource.template == template.id);
    let times = |node: Node<'_>| whole_number(node.path(&["copy", "count"])?);
    mine.map(|resource| times(resource.node).unwrap_or(1)).fold(0, usize::saturating_add)
}

/// The bytes of a value without the blanks between its parts.
fn compact(node: Node<'_>) -> usize {
    let mut bytes = 0;
    for node in node.descendants() {
        // A comma or bracket beside each value, a colon beside each key.
        bytes += 1 + node.key().map_or(0, |key| key.len() + 3);
        bytes += if node.is_object() || node.is_array() { 1 } else { node.span().len() };
    }
    bytes
}
