//! Whether a value can be that of a parameter of a template.

use crate::base::json::{Kind, Node};
use crate::base::words::list;
use crate::workflow::arm;

/// What is wrong with a value for a parameter: what it is and what is allowed. Expressions are not judged.
pub(super) fn problem(parameter: Node<'_>, value: Node<'_>) -> Option<(String, String)> {
    if value.is_null() || value.as_str().is_some_and(arm::is_expression) {
        return None;
    }
    let kind = parameter.get("type")?.as_str()?;
    if !fits(value, kind) {
        let help = format!("the parameter is declared as `{kind}`");
        return Some((format!("is {}", value.kind_name()), help));
    }
    not_allowed(parameter, value).or_else(|| out_of_bounds(parameter, value))
}

fn fits(value: Node<'_>, kind: &str) -> bool {
    match kind.to_ascii_lowercase().as_str() {
        "string" | "securestring" => value.as_str().is_some(),
        "int" => match value.kind() {
            Kind::Number(digits) => digits.parse::<f64>().is_ok_and(|number| number.fract() == 0.0),
            _ => false,
        },
        "bool" => value.as_bool().is_some(),
        "array" => value.is_array(),
        "object" | "secureobject" => value.is_object(),
        _ => true,
    }
}

/// Texts are compared as the service does it, in any case. Of an array each element is one of the values.
fn not_allowed(parameter: Node<'_>, value: Node<'_>) -> Option<(String, String)> {
    let allowed = parameter.get("allowedValues").filter(Node::is_array)?;
    if value.is_array() || value.is_object() {
        return None;
    }
    let same = |one: Node<'_>| match (one.as_str(), value.as_str()) {
        (Some(one), Some(value)) => one.eq_ignore_ascii_case(value) || arm::is_expression(one),
        _ => one.kind() == value.kind(),
    };
    if allowed.items().any(same) {
        return None;
    }
    let texts: Vec<&str> = allowed.items().filter_map(|one| one.text_or_number()).collect();
    Some(("is none of `allowedValues`".to_owned(), format!("allowed are {}", list(texts))))
}

fn out_of_bounds(parameter: Node<'_>, value: Node<'_>) -> Option<(String, String)> {
    let (size, least, most, what) = match value.kind() {
        Kind::Number(_) => (value.as_i64()?, "minValue", "maxValue", ""),
        Kind::String(text) => {
            (i64::try_from(text.chars().count()).ok()?, "minLength", "maxLength", " characters")
        }
        Kind::Array => (i64::try_from(value.items().count()).ok()?, "minLength", "maxLength", " elements"),
        _ => return None,
    };
    let bound = |key: &str| parameter.get(key).and_then(|bound| bound.as_i64());
    if let Some(least_allowed) = bound(least).filter(|bound| size < *bound) {
        return Some((format!("is too small: {size}{what}"), format!("`{least}` is {least_allowed}")));
    }
    let most_allowed = bound(most).filter(|bound| size > *bound)?;
    Some((format!("is too large: {size}{what}"), format!("`{most}` is {most_allowed}")))
}
