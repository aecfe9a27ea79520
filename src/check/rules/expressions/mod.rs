//! Expressions: their syntax, their functions and their types.

pub mod condition_not_boolean;
pub mod double_quoted_string;
pub mod expression_syntax;
pub mod expression_too_long;
pub mod failing_constant;
pub mod function_casing;
pub mod invisible_character;
pub mod mismatched_arguments;
pub mod missing_property;
pub mod nested_interpolation;
pub mod null_argument;
pub mod property_not_in_schema;
pub mod property_not_in_trigger_schema;
pub mod property_of_non_object;
mod syntax;
pub mod text_after_expression;
pub mod text_taken_for_expression;
pub mod unescaped_at_in_key;
pub mod unknown_function;
pub mod unsafe_property_access;
pub mod unterminated_expression;
pub mod wrong_argument_count;
pub mod wrong_argument_type;
