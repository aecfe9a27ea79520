//! A solution names a flow whose file is not in it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::layout::Role;

use super::solution::{last, missing_files};

crate::rule! {
    /// ## What it does
    /// Reports a flow that `customizations.xml`, or a `.data.xml`, describes and whose file is not in the solution.
    ///
    /// ## Why is this bad
    /// The import is refused.
    ///
    /// ## Example
    /// ```xml
    /// <JsonFileName>/Workflows/Contain-98CD0EA7.json</JsonFileName>
    /// ```
    /// with no such file
    ///
    /// ## Use instead
    /// Put the file there, or take the entry out.
    ///
    /// ## References
    /// - Form of the solutions that are published: in each of them every named file is there
    /// - Microsoft Learn: "Package and extract solution components", SolutionPackager
    RULE = "CF6040" "flow-file-missing" Error;
}

/// The lint.
#[derive(Debug)]
pub struct FlowFileMissing;

impl Lint for FlowFileMissing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution().filter(|_| bundle.is_whole) else { return };
        for name in missing_files(bundle, solution) {
            let message = format!("the solution has no file `{}`", name.text);
            let names = bundle.files().filter(|(_, file)| file.role == Role::Workflow);
            let names = names.filter_map(|(_, file)| file.name.rsplit('/').next());
            let help = choices(last(name.text), "flows of the solution", names);
            out.push(name.file, Diagnostic::at_bytes(&RULE, name.span.clone(), message).help(help));
        }
    }
}
