//! A declared connection that nothing uses.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Connections;
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Warns about a connection that is declared and that no trigger or action uses. Silent where a key is computed or
    /// not declared: then the connection that seems unused may be meant.
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
        if !cx.are_connections_told() {
            return;
        }
        let keys: BTreeSet<String> = cx.connections().iter().filter_map(|used| used.key.map(fold)).collect();
        for (name, node) in entries.iter().filter(|(name, _)| !keys.contains(&fold(name))) {
            let message = format!("nothing uses the connection `{name}`");
            let help = "remove the entry, or use it";
            let fix = Fix::remove(format!("remove `{name}`"), node.pointer());
            out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help).fix(fix));
        }
    }
}
