//! An environment variable of a solution has neither a default nor a value.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::layout::Role;

crate::rule! {
    /// ## What it does
    /// Reports an environment variable of a solution without a default, and without a value that is exported with it.
    ///
    /// ## Why is this bad
    /// An import by hand asks for the value. One by a pipeline does not, and what reads the variable fails.
    ///
    /// ## Example
    /// `contoso_TenantId` without a `defaultvalue`
    ///
    /// ## Use instead
    /// A default, where one is right everywhere; else a value in the deployment settings of every environment.
    ///
    /// ## References
    /// - Microsoft Learn: "Pre-populate connection references and environment variables for automated deployments"
    RULE = "CF6046" "environment-variable-without-value" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct EnvironmentVariableWithoutValue;

impl Lint for EnvironmentVariableWithoutValue {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        for variable in bundle.solution().into_iter().flat_map(|solution| &solution.environment_variables) {
            let name = &variable.schema_name;
            let has_default = variable.default.as_ref().is_some_and(|default| !default.text.is_empty());
            let folder = format!("/{}/", name.text.to_ascii_lowercase());
            let has_value = bundle.files().any(|(_, file)| {
                file.role == Role::EnvironmentValue && file.name.to_ascii_lowercase().contains(&folder)
            });
            if !has_default && !has_value {
                let message = format!("`{}` has neither a default nor a value", name.text);
                let help = "give it a default, or a value in the deployment settings of each environment";
                out.push(name.file, Diagnostic::at_bytes(&RULE, name.span.clone(), message).help(help));
            }
        }
    }
}
