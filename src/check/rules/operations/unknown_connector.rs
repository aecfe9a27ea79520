//! Connectors whose operations are not judged.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::list;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Says once for a definition which connectors it uses that we know no operation of: their calls are not judged.
    ///
    /// ## Why is this bad
    /// It is not bad. It says how far the checker's silence reaches: of these calls it is silent whatever stands in them.
    ///
    /// ## Example
    /// A connection to a connector of one's own
    ///
    /// ## Use instead
    /// Nothing. `counterflow connectors list` prints the operations that are known.
    ///
    /// ## References
    /// - `counterflow connectors list`
    RULE = "CF4024" "unknown-connector" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct UnknownConnector;

impl Lint for UnknownConnector {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let unknown = cx.calls().iter().filter(|call| call.connector.is_none());
        let names: BTreeSet<&str> = unknown.filter_map(|call| call.asked.connector.as_deref()).collect();
        if !names.is_empty() {
            let message = format!("no operation is known of {}, and no call of it is judged", list(names));
            let help = "`counterflow connectors list` prints the operations that are known";
            out.push(Diagnostic::new(&RULE, cx.definition.pointer.clone(), message).on_key().help(help));
        }
    }
}
