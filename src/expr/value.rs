//! Values of the language, as far as constants have them: what they are as text, and how they compare.
//!
//! A constant is a `serde_json::Value`. Binary content, XML and decimals are none: they come from functions only, and a
//! call of these is not computed.

use std::cmp::Ordering;

use serde_json::Value;

use super::types::Kinds;

/// The kind of a value.
pub(super) fn kind(value: &Value) -> Kinds {
    match value {
        Value::Null => Kinds::NULL,
        Value::Bool(_) => Kinds::BOOL,
        Value::Number(number) if number.is_i64() => Kinds::INT,
        Value::Number(_) => Kinds::FLOAT,
        Value::String(_) => Kinds::STRING,
        Value::Array(_) => Kinds::ARRAY,
        Value::Object(_) => Kinds::OBJECT,
    }
}

/// A value as text, the way interpolation and `concat` write it: `True`, an empty text for null, `5` for 5.0, compact JSON
/// for arrays and objects.
pub(super) fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(float)) => float_text(float),
            (None, None) => number.to_string(),
        },
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A float as text, with fifteen to seventeen digits and an exponent where the engine writes one.
fn float_text(float: f64) -> String {
    let plain = float.to_string();
    let scientific = format!("{float:E}");
    let exponent: i32 = scientific.rsplit('E').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
    if (-5..15).contains(&exponent) {
        return plain;
    }
    let mantissa = scientific.split('E').next().unwrap_or_default();
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}E{sign}{:02}", exponent.abs())
}

/// How large a value is, in bytes of text and elements.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| 1 + size(item)).sum(),
        Value::Object(members) => members.iter().map(|(key, value)| 1 + key.len() + size(value)).sum(),
        _ => 1,
    }
}

/// Whether two values are equal: numbers by value, a boolean also to the JSON text of itself.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => x == y,
            _ => x.as_f64() == y.as_f64(),
        },
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => {
            *text == flag.to_string()
        }
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| equal(x, y)))
        }
        _ => a == b,
    }
}

/// The order of two numbers or two strings; `None` for anything else, which the engine refuses to compare.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => Some(x.cmp(&y)),
            _ => x.as_f64()?.partial_cmp(&y.as_f64()?),
        },
        (Value::String(x), Value::String(y)) => Some(x.as_bytes().cmp(y.as_bytes())),
        _ => None,
    }
}

/// A float as a value; `None` for what JSON cannot write.
pub(super) fn from_float(float: f64) -> Option<Value> {
    serde_json::Number::from_f64(float).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_is_what_interpolation_writes() {
        for (value, text) in [
            (json!(null), ""),
            (json!(true), "True"),
            (json!(5.0), "5"),
            (json!(0.32), "0.32"),
            (json!(-9.223372036854776e18), "-9.223372036854776E+18"),
            (json!({"f": [5.0, "x"]}), r#"{"f":[5.0,"x"]}"#),
        ] {
            assert_eq!(to_text(&value), text);
        }
    }

    #[test]
    fn comparison_looks_at_values() {
        assert!(equal(&json!(1), &json!(1.0)) && equal(&json!("true"), &json!(true)));
        assert!(!equal(&json!("True"), &json!(true)) && !equal(&json!(null), &json!("")));
        assert!(equal(&json!({"a": [1]}), &json!({"a": [1.0]})));
        assert_eq!(order(&json!("b"), &json!("a")), Some(Ordering::Greater));
        assert_eq!(order(&json!(1), &json!("a")), None);
    }
}
