//! A flow of a solution reads an environment variable that the solution does not define.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a flow that stands for an environment variable, where the solution does not define the variable and
    /// lists no dependency on it.
    ///
    /// ## Why is this bad
    /// Where the variable is not there already, the import is refused or the flow reads its default for ever.
    ///
    /// ## Example
    /// ```json
    /// "TenantId (contoso_TenantId)": { "type": "String", "metadata": { "schemaName": "contoso_TenantId" } }
    /// ```
    /// with no `environmentvariabledefinitions/contoso_TenantId`
    ///
    /// ## Use instead
    /// Add the variable to the solution.
    ///
    /// ## References
    /// - Microsoft Learn: "Use environment variables in Power Platform solutions"
    RULE = "CF6045" "environment-variable-undeclared" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct EnvironmentVariableUndeclared;

impl Lint for EnvironmentVariableUndeclared {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution().filter(|_| bundle.is_whole) else { return };
        for member in members {
            let parameters = member.contexts.iter().flat_map(|cx| cx.definition.parameters.iter().flatten());
            for node in parameters.filter_map(|(_, node)| node.path(&["metadata", "schemaName"])) {
                let Some(name) = node.as_str() else { continue };
                if solution.environment_variable(name).is_some() || solution.depends_on(name) {
                    continue;
                }
                let message = format!("the solution defines no environment variable `{name}`");
                let names = solution.environment_variables.iter().map(|one| one.schema_name.text);
                let help = choices(name, "environment variables of the solution", names);
                out.push(member.file, Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
