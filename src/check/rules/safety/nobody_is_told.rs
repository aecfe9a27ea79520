//! A message without anybody to get it.

use super::weighed;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::{Class, Operation};
use crate::expr::template::{self, Template};
use crate::workflow::{ActionId, calls};

crate::rule! {
    /// ## What it does
    /// Reports a notification or an approval whose recipient is an empty text, or a parameter whose default is one.
    ///
    /// ## Why is this bad
    /// A mail to nobody succeeds or fails without anybody noticing, and an approval that nobody gets always times out.
    ///
    /// ## Example
    /// ```json
    /// "To": "@parameters('NotifyTo')"
    /// ```
    /// where `NotifyTo` has the default `""`
    ///
    /// ## Use instead
    /// Give the parameter no default, so that whoever deploys must set it, or end the run as failed where it is empty.
    ///
    /// ## References
    /// - CWE-778: Insufficient Logging
    RULE = "CF8010" "nobody-is-told" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct NobodyIsTold;

impl Lint for NobodyIsTold {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let response = cx.response();
        for class in [Class::Notify, Class::Approve] {
            for id in response.of_class(class) {
                let Some(to) = recipient(cx, response.operations(id), id) else { continue };
                let Some(why) = empty(cx, to) else { continue };
                let message = format!("`{}` may reach nobody: {why}", cx.definition[id].name);
                let help = "name somebody, or give the parameter no default so that a deployment must";
                let finding = Diagnostic::new(&RULE, to.pointer(), message).help(help);
                out.push(weighed(cx, finding));
            }
        }
    }
}

/// What an action gives as its recipient.
fn recipient<'d>(cx: &Context<'_, 'd>, operations: &[&Operation], id: ActionId) -> Option<Node<'d>> {
    let parameter = operations.iter().find_map(|operation| operation.parameter("to"))?;
    let inputs = cx.definition[id].node.get("inputs")?;
    calls::argument(inputs.get("body").or_else(|| inputs.get("parameters"))?, parameter)
}

/// Why a recipient is empty, if it is known to be.
fn empty(cx: &Context<'_, '_>, to: Node<'_>) -> Option<String> {
    let (text, _) = cx.definition.passed_on(to.as_str()?)?;
    if text.trim().is_empty() {
        return Some("the recipient is empty".to_owned());
    }
    let Ok(Template::Expression(expr)) = template::parse(text) else { return None };
    let call = expr.as_call().filter(|call| call.name.eq_ignore_ascii_case("parameters"))?;
    let name = call.args.first()?.as_str()?;
    let declared = cx.definition.parameters.as_ref()?;
    let (_, parameter) = declared.iter().find(|(declared, _)| declared.eq_ignore_ascii_case(name))?;
    // An environment variable of a solution: its value is kept elsewhere, and the import asks for it.
    if parameter.path(&["metadata", "schemaName"]).is_some() {
        return None;
    }
    let default = parameter.get("defaultValue")?.as_str()?;
    default.trim().is_empty().then(|| format!("the parameter `{name}` is empty unless a deployment sets it"))
}
