//! A declared connection that nothing uses.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Connections;
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Warns about a connection that is declared and that no trigger or action uses. Silent where a key is computed.
    ///
    /// ## Why is this bad
    /// Whoever deploys the workflow has to make and authorize the connection for nothing, and it keeps rights that
    /// nobody needs.
    ///
    /// ## Example
    /// ```json
    /// "connectionReferences": { "shared_teams": { "api": { "name": "shared_teams" } } }
    /// ```
    /// in a flow whose actions are all of type Compose
    ///
    /// ## Use instead
    /// Remove the entry, and the connection resource with it if no other workflow uses it.
    ///
    /// ## References
    /// - CWE-1164: Irrelevant Code
    RULE = "CF4002" "unused-connection" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UnusedConnection;

impl Lint for UnusedConnection {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Connections::Declared { entries, .. } = &cx.definition.connections else { return };
        let used = cx.connections();
        // A key that cannot be read may be any of them.
        let Some(keys) = used.iter().map(|used| used.key.map(fold)).collect::<Option<BTreeSet<_>>>() else {
            return;
        };
        for (name, node) in entries.iter().filter(|(name, _)| !keys.contains(&fold(name))) {
            let message = format!("nothing uses the connection `{name}`");
            let help = "remove the entry, or use it";
            let fix = Fix::remove(format!("remove `{name}`"), node.pointer());
            out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help).fix(fix));
        }
    }
}
