//! A component of a solution without the prefix of its publisher.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports a connection reference or environment variable whose name has no prefix before an underscore.
    ///
    /// ## Why is this bad
    /// Names are shared by all solutions of an environment: without a prefix they clash with those of others.
    ///
    /// ## Example
    /// ```xml
    /// <connectionreference connectionreferencelogicalname="teams">
    /// ```
    ///
    /// ## Use instead
    /// ```xml
    /// <connectionreference connectionreferencelogicalname="contoso_teams">
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Create a solution publisher prefix"
    RULE = "CF6048" "name-without-prefix" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct NameWithoutPrefix;

impl Lint for NameWithoutPrefix {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution() else { return };
        let references = solution.connection_references.iter().map(|one| &one.logical_name);
        let variables = solution.environment_variables.iter().map(|one| &one.schema_name);
        for name in references.chain(variables) {
            let prefix = name.text.split_once('_').map(|(prefix, _)| prefix);
            let is_prefix = |prefix: &str| {
                (2..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric())
            };
            if !prefix.is_some_and(is_prefix) {
                let message = format!("`{}` has no prefix of a publisher", name.text);
                let help = "begin it with two to eight letters or digits and an underscore";
                out.push(name.file, Diagnostic::at_bytes(&RULE, name.span.clone(), message).help(help));
            }
        }
    }
}
