//! A flow is in a solution that does not describe it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

use super::solution::{describes, missing_files};

crate::rule! {
    /// ## What it does
    /// Reports the file of a flow that neither `customizations.xml` nor a `.data.xml` of the solution describes.
    ///
    /// ## Why is this bad
    /// The import reads what is described: it leaves this flow out, without a word.
    ///
    /// ## Example
    /// `Workflows/Notify-A1253273.json` in a solution whose `customizations.xml` names only `Workflows/Contain-98CD0EA7.json`
    ///
    /// ## Use instead
    /// Add a `Workflow` with this `JsonFileName`, or take the file out.
    ///
    /// ## References
    /// - Form of the solutions that are published: in each of them every file is described
    RULE = "CF6041" "flow-not-listed" Error;
}

/// The lint.
#[derive(Debug)]
pub struct FlowNotListed;

impl Lint for FlowNotListed {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution().filter(|solution| bundle.is_whole && describes(solution))
        else {
            return;
        };
        // A name that leads nowhere is most likely meant for this file: one mistake makes one message.
        if missing_files(bundle, solution).next().is_some() {
            return;
        }
        for member in members {
            let name = bundle[member.file].name;
            if solution.workflow(name).is_none() {
                let message = "the solution does not describe this flow";
                let help = "describe it by a `Workflow` whose `JsonFileName` names this file";
                out.push(member.file, Diagnostic::new(&RULE, Pointer::root(), message).help(help));
            }
        }
    }
}
