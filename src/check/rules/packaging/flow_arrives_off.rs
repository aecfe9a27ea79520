//! A flow of a solution is switched off.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports a flow whose state in the solution is that of a draft.
    ///
    /// ## Why is this bad
    /// Imported over one that runs, it may switch that off. New flows that contain or remove should arrive so; this is for those
    /// that already run.
    ///
    /// ## Example
    /// ```xml
    /// <StateCode>0</StateCode>
    /// ```
    ///
    /// ## Use instead
    /// `1`, where the flow runs already in the environment that the solution is for
    ///
    /// ## References
    /// - The service, for whoever calls it then: WorkflowTriggerIsNotEnabled
    RULE = "CF6047" "flow-arrives-off" Info prevents "WorkflowTriggerIsNotEnabled" audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct FlowArrivesOff;

impl Lint for FlowArrivesOff {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        for flow in bundle.solution().into_iter().flat_map(|solution| &solution.workflows) {
            let Some(state) = flow.state.as_ref().filter(|state| state.text == "0") else { continue };
            let name = flow.name.as_ref().map_or("the flow", |name| name.text);
            let message = format!("`{name}` arrives switched off");
            let help = "where it runs already, an import over it may switch it off: look after it";
            out.push(state.file, Diagnostic::at_bytes(&RULE, state.span.clone(), message).help(help));
        }
    }
}
