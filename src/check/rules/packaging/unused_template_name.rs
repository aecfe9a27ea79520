//! A parameter or variable of a template that nothing reads.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::Declared;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a template that no expression of it names.
    ///
    /// ## Why is this bad
    /// Whoever deploys is asked for something that has no effect, and looks for it in vain.
    ///
    /// ## Example
    /// A parameter `Unused` that is declared and never read
    ///
    /// ## Use instead
    /// Remove it, or use it.
    ///
    /// ## References
    /// - Azure Resource Manager test toolkit: Parameters-Must-Be-Referenced
    PARAMETER_RULE = "CF6003" "unused-template-parameter" Warning audience Strict;
    /// ## What it does
    /// Reports a variable of a template that no expression of it names.
    ///
    /// ## Why is this bad
    /// Whoever reads the template takes it for something that matters, and looks for its effect in vain.
    ///
    /// ## Example
    /// A variable `Unused` that is declared and never read
    ///
    /// ## Use instead
    /// Remove it, or use it.
    ///
    /// ## References
    /// - Azure Resource Manager test toolkit: Variables-Must-Be-Referenced
    VARIABLE_RULE = "CF6004" "unused-template-variable" Warning audience Strict;
}

/// The lint, for one kind of name.
#[derive(Debug)]
pub struct UnusedTemplateName(Declared, &'static Rule);

/// For parameters.
pub static PARAMETER: UnusedTemplateName = UnusedTemplateName(Declared::Parameter, &PARAMETER_RULE);
/// For variables.
pub static VARIABLE: UnusedTemplateName = UnusedTemplateName(Declared::Variable, &VARIABLE_RULE);

impl Lint for UnusedTemplateName {
    fn rule(&self) -> &'static Rule {
        self.1
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let Self(what, rule) = self;
        let templates = &document.workflows.templates;
        for template in templates.iter() {
            for (name, node) in template.declared(*what) {
                if !templates.expressions().reads(template.id, *what, name) {
                    let message = format!("nothing reads the {} `{name}`", what.word());
                    let finding = Diagnostic::new(rule, node.pointer(), message).on_key();
                    out.push(finding.help("remove it, or use it"));
                }
            }
        }
    }
}
