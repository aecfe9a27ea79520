//! What ARM does before the workflow engine sees a definition.
//!
//! A template's strings are evaluated by ARM first: `[…]` is an expression of ARM's own language, `[[…]` is the escape
//! for text in brackets. Both need the closing bracket too; `[x` is plain text. Source: Microsoft Learn,
//! "ARM template syntax", and the behaviour of deployed playbooks.
//!
//! | module | what it knows |
//! |---|---|
//! | [`lexer`], [`parser`] | the expressions in brackets, as trees with their places |
//! | [`template`] | parameters, variables and resources of a template and of those in it |
//! | [`expressions`] | the expressions of a document, and which template each belongs to |
//! | [`functions`] | the functions there are |
//! | [`identity`] | which resources there are, and which an expression means |
//! | [`eval`] | what an expression is worth before deployment, and where that value stands |

pub mod eval;
pub mod expressions;
pub mod functions;
pub mod identity;
pub mod lexer;
pub mod parser;
pub mod template;

pub use eval::{Evaluated, HOLE, Value};
pub use expressions::{ArmText, Declared, Expressions};
pub use identity::{Identity, Meant};
pub use parser::{ArmCall, ArmError, ArmExpr, ArmKind};
pub use template::{Resource, ResourceId, Template, TemplateId, Templates};

/// The resource type of a Consumption Logic App.
pub const WORKFLOW_TYPE: &str = "Microsoft.Logic/workflows";

/// Whether ARM evaluates this text, so that what the engine gets cannot be read here.
pub fn is_expression(text: &str) -> bool {
    matches!(text.as_bytes(), [b'[', rest @ .., b']'] if rest.first() != Some(&b'['))
}

/// Whether a text begins as an expression and is not closed. ARM passes it on as it stands; what was meant cannot be told.
pub fn is_unclosed(text: &str) -> bool {
    let name = text.strip_prefix('[').and_then(|rest| rest.split_once('('));
    !text.ends_with(']')
        && name.is_some_and(|(name, _)| functions::find(name).is_some() || functions::is_list(name))
}

/// What ARM leaves of a text for the engine, with the number of bytes it took off the front.
///
/// `None` when ARM evaluates the text. In a nested template an escaped text may be an expression of the next
/// evaluation, so it cannot be read either.
pub fn passed_on(text: &str, nested: bool) -> Option<(&str, usize)> {
    match text.as_bytes() {
        [b'[', b'[', .., b']'] => (!nested).then(|| (&text[1..], 1)),
        [b'[', .., b']'] => None,
        _ => Some((text, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_need_both_ends() {
        assert_eq!(passed_on("[concat('a')]", false), None);
        assert_eq!(passed_on("[[@{x()}]", false), Some(("[@{x()}]", 1)));
        assert_eq!(passed_on("[[variables('x')]", true), None);
        assert_eq!(passed_on("[@{x()}", false), Some(("[@{x()}", 0)));
        assert_eq!(passed_on("", true), Some(("", 0)));
        assert!(is_unclosed("[parameters('x')") && is_unclosed("[listKeys('x')] "));
        assert!(!["[parameters('x')]", "[x(", "[", "parameters('x')", ""].into_iter().any(is_unclosed));
    }
}
