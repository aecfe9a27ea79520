//! Expressions: their syntax, their functions and their types.

use crate::base::json::Node;
use crate::expr::template::{self, Template};

pub mod callback_url_outside_webhook;
pub mod condition_not_boolean;
pub mod content_not_json;
pub mod current_action_elsewhere;
pub mod data_operation_over_non_array;
pub mod double_quoted_string;
pub mod expression_syntax;
pub mod expression_too_long;
pub mod expression_without_at;
pub mod failing_constant;
pub mod foreach_over_non_array;
pub mod function_casing;
pub mod function_of_other_host;
pub mod invisible_character;
pub mod item_outside_loop;
pub mod list_in_address;
pub mod loop_index_outside_loop;
pub mod mismatched_arguments;
pub mod missing_property;
pub mod nested_interpolation;
pub mod null_argument;
pub mod null_in_text;
pub mod property_not_in_schema;
pub mod property_not_in_trigger_schema;
pub mod property_of_non_object;
pub mod result_of_single_action;
pub mod self_referencing_variable;
mod syntax;
pub mod text_after_expression;
pub mod text_taken_for_expression;
pub mod tracked_property_of_other;
pub mod unescaped_at_in_key;
pub mod unguarded_branch;
pub mod unknown_function;
pub mod unsafe_property_access;
pub mod unterminated_expression;
pub mod wrong_argument_count;
pub mod wrong_argument_type;
pub mod wrong_variable_operation;
pub mod wrong_variable_value;

/// What to do about a text that would be an expression with the `@` that is missing at its start.
fn forgotten_at(node: Node<'_>) -> Option<String> {
    let text = node.as_str().filter(|text| !text.contains('@') && text.ends_with([')', ']']))?;
    let meant = format!("@{text}");
    match template::parse(&meant) {
        Ok(Template::Expression(expr)) if expr.as_call().is_some() => {
            Some(format!("did you mean `{meant}`? An expression begins with `@`"))
        }
        _ => None,
    }
}
