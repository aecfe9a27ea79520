//! A managed solution is judged as a source.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports a solution that is managed.
    ///
    /// ## Why is this bad
    /// A managed solution is what was built, not what it was built from: what is found in it is to be mended in the unmanaged one.
    ///
    /// ## Example
    /// ```xml
    /// <Managed>1</Managed>
    /// ```
    ///
    /// ## Use instead
    /// Check the unmanaged solution, or its unpacked sources.
    ///
    /// ## References
    /// - Microsoft Learn: "Solution concepts", managed and unmanaged solutions
    RULE = "CF6049" "managed-solution" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct ManagedSolution;

impl Lint for ManagedSolution {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let managed = bundle.solution().and_then(|solution| solution.managed.as_ref());
        if let Some(managed) = managed.filter(|managed| managed.text == "1") {
            let message = "the solution is managed: it was built, and is not the source";
            let help = "mend what is found in the unmanaged solution, and build this one anew";
            out.push(managed.file, Diagnostic::at_bytes(&RULE, managed.span.clone(), message).help(help));
        }
    }
}
