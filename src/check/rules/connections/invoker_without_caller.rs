//! A connection of whoever starts the flow, where nobody does.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Connections, Host};

crate::rule! {
    /// ## What it does
    /// Reports a connection reference with `runtimeSource` (in a legacy package `source`) `invoker` in a flow that is started by a
    /// schedule or by an event, and not by a person.
    ///
    /// ## Why is this bad
    /// The connection is to be that of the person who runs the flow. Where nobody does, the import is refused, or every run
    /// fails for want of a connection.
    ///
    /// ## Example
    /// `"runtimeSource": "invoker"` in a flow with the trigger Recurrence
    ///
    /// ## Use instead
    /// `"runtimeSource": "embedded"`
    ///
    /// ## References
    /// - The service: InvokerConnectionOverrideFailed, "Failed to parse invoker connections from trigger … outputs" (KB4477072)
    RULE = "CF4020" "invoker-without-caller" Error prevents "InvokerConnectionOverrideFailed";
}

/// The lint.
#[derive(Debug)]
pub struct InvokerWithoutCaller;

impl Lint for InvokerWithoutCaller {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let Connections::Declared { entries, .. } = &definition.connections else { return };
        let [trigger] = &definition.triggers[..] else { return };
        let kind = trigger.node.get("type").and_then(|kind| definition.literal(kind)).unwrap_or("Request");
        // A Request may come from a person, an app or a bot; a trigger of the language's own comes from nobody.
        if definition.host != Host::PowerAutomate || kind.eq_ignore_ascii_case("Request") {
            return;
        }
        for (name, entry) in entries {
            let source = ["runtimeSource", "source"].iter().find_map(|key| entry.get(key));
            let Some(source) = source else { continue };
            if definition.literal(source).is_some_and(|source| source.eq_ignore_ascii_case("invoker")) {
                let message = format!(
                    "`{name}` is to be a connection of whoever runs the flow, and `{kind}` is started by nobody"
                );
                let help = "write `embedded`, and bind the connection reference to a connection";
                out.push(Diagnostic::new(&RULE, source.pointer(), message).help(help));
            }
        }
    }
}
