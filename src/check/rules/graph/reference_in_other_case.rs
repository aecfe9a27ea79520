//! A name is written in other capitals than where it is defined.

use crate::base::diagnostic::Rule;
use crate::check::context::{first_text, reference};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Tells of an expression that names an action, a parameter or a variable in other capitals than its definition
    /// does.
    ///
    /// ## Why is this bad
    /// The service finds it all the same. People who search the definition for the name do not.
    ///
    /// ## Example
    /// ```json
    /// "inputs": "@body('get_user')"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": "@body('Get_user')"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    RULE = "CF2027" "reference-in-other-case" Info audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ReferenceInOtherCase;

impl Lint for ReferenceInOtherCase {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_call()
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let Some((name, argument)) = first_text(call) else { return };
        let Some(defined) = defined(cx, call, name).filter(|defined| *defined != name) else { return };
        let message = format!("`{name}` is called `{defined}` where it is defined");
        out.push(at.finding(&RULE, argument, message).help(format!("write `{defined}`")));
    }
}

/// The name as it is defined, of what a call names.
fn defined<'d>(cx: &Context<'_, 'd>, call: &Call, name: &str) -> Option<&'d str> {
    let is_same = |known: &&str| fold(known) == fold(name);
    if reference(call).is_some() || call.name.eq_ignore_ascii_case("items") {
        let id = cx.definition.named(name).first()?;
        return Some(cx.definition[*id].name);
    }
    match call.name.to_ascii_lowercase().as_str() {
        "variables" => cx.variables.iter().flatten().map(|variable| variable.name).find(is_same),
        "parameters" => cx.definition.parameters.iter().flatten().map(|(name, _)| *name).find(is_same),
        _ => None,
    }
}
