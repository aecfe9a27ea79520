//! Two actions, or an action and a trigger, with one name.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::names::ByName;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a name that two actions or triggers share, wherever they stand and whatever the case of their letters.
    ///
    /// ## Why is this bad
    /// Names are the addresses of outputs, so they are unique across all scopes, branches and loops of a definition,
    /// and they distinguish no case. The import is refused.
    ///
    /// ## Example
    /// ```json
    /// "First": { "type": "Scope", "actions": { "Notify": { "type": "Compose", "inputs": 1 } } },
    /// "Second": { "type": "Scope", "actions": { "notify": { "type": "Compose", "inputs": 2 } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "First": { "type": "Scope", "actions": { "Notify": { "type": "Compose", "inputs": 1 } } },
    /// "Second": { "type": "Scope", "actions": { "Notify_again": { "type": "Compose", "inputs": 2 } } }
    /// ```
    ///
    /// ## References
    /// - The service: "The template action names must be unique: actions '…' are declared multiple times"
    /// - Microsoft Learn: "Power Automate error reference", DuplicateActionName
    RULE = "CF2004" "duplicate-action-name" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct DuplicateActionName;

impl Lint for DuplicateActionName {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let triggers = &definition.triggers;
        let by_name = ByName::new(triggers.iter().map(|trigger| (trigger.name, trigger.node)));
        let first_trigger = |name: &str| by_name.get(name).first().map(|first| ("trigger", *first));
        let actions = definition.actions().filter(|action| !action.is_hand_off());
        let first_action = |name: &str| {
            let mut named = definition.named(name).iter().map(|id| &definition[*id]);
            named.find(|action| !action.is_hand_off()).map(|first| ("action", first.node))
        };
        let named = triggers.iter().map(|trigger| (trigger.name, trigger.node));
        for (name, node) in named.chain(actions.map(|action| (action.name, action.node))) {
            let first = first_trigger(name).or_else(|| first_action(name));
            let Some((first_what, first)) = first.filter(|(_, first)| first.id() != node.id()) else {
                continue;
            };
            let message = format!("there is another {first_what} called `{}`", first.key().unwrap_or(name));
            // A flow of a solution is one line.
            let place = if first.line() == node.line() {
                format!("at {}", first.pointer())
            } else {
                format!("in line {}", first.line())
            };
            let help = format!(
                "the other one stands {place}; names are unique in a whole definition, in any case: rename one, and \
                 the expressions that mean it"
            );
            out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
        }
    }
}
