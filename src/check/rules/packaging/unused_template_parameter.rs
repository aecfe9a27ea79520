//! A parameter of a template that nothing reads.

use super::names_read;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a template that no expression of it names.
    ///
    /// ## Why is this bad
    /// Whoever deploys is asked for, or reads about, something that has no effect, and looks for it in vain.
    ///
    /// ## Example
    /// A parameter `Unused` that is declared and never read
    ///
    /// ## Use instead
    /// Remove it, or use it.
    ///
    /// ## References
    /// - Azure Resource Manager test toolkit: Parameters-Must-Be-Referenced
    RULE = "CF6003" "unused-template-parameter" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UnusedTemplateParameter;

impl Lint for UnusedTemplateParameter {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for template in templates.iter() {
            let read = names_read(template.node, "parameters");
            // Nested templates without a scope of their own read those of the one around them, and stand inside it.
            for (name, node) in template.parameters() {
                if !read.contains(&fold(name)) {
                    let message = format!("nothing reads the parameter `{name}`");
                    out.push(
                        Diagnostic::new(&RULE, node.pointer(), message).on_key().help("remove it, or use it"),
                    );
                }
            }
        }
    }
}
