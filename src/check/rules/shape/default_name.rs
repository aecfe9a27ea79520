//! An action has the name that the designer gave it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of actions called Compose_2, Condition 3, Apply_to_each and the like.
    ///
    /// ## Why is this bad
    /// The run history and every expression show the name. `outputs('Compose_2')` does not say what it gives.
    ///
    /// ## Example
    /// ```json
    /// "Compose_2": { "type": "Compose", … }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Name_of_the_account": { "type": "Compose", … }
    /// ```
    ///
    /// ## References
    /// - pp-lint, rule NM031
    /// - PowerPlatformChecker
    RULE = "CF1039" "default-name" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct DefaultName;

impl Lint for DefaultName {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let base = action.name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['_', ' ']);
        let words: String =
            base.chars().map(|c| if c == '_' { ' ' } else { c.to_ascii_lowercase() }).collect();
        if NAMES.binary_search(&words.as_str()).is_ok() {
            let message = format!("`{}` is what the designer calls an action of this type", action.name);
            out.push(
                Diagnostic::new(&RULE, action.node.pointer(), message)
                    .on_key()
                    .help("name it for what it does"),
            );
        }
    }
}

/// The names in lower case, sorted.
const NAMES: [&str; 20] = [
    "append to array variable",
    "append to string variable",
    "apply to each",
    "compose",
    "condition",
    "create csv table",
    "create html table",
    "delay",
    "do until",
    "filter array",
    "for each",
    "http",
    "initialize variable",
    "join",
    "parse json",
    "scope",
    "select",
    "set variable",
    "switch",
    "until",
];
