//! Conversions between kinds and encodings.

use serde_json::{Value, json};

use super::super::types::Kinds;
use super::super::value::{from_float, to_text};
use super::{
    BINARY, BOOL, Function, INT, Parameter, Refusal, Returns, STRING, any, function, str_at, takes, text,
};

const FLOAT: Returns = Returns::One(Kinds::FLOAT);
const NUMERIC: Parameter = takes("value", Kinds::STRING.or(Kinds::NUMBER));
/// Observed, and for encoding seen in published playbooks: any value that is not null is written as text first. Published
/// playbooks of several authors also give encodeUriComponent more than one argument.
const CONTENT: Parameter = takes("value", Kinds::ANY.without(Kinds::NULL));
const JSON: Parameter =
    takes("value", Kinds::STRING.or(Kinds::XML).or(Kinds::BINARY).or(Kinds::NULL).or(Kinds::OBJECT));

pub(super) static FUNCTIONS: &[Function] = &[
    function("array", &[any("value")], Returns::Array(Kinds::ANY)),
    function("base64", &[CONTENT], STRING).computed(base64),
    function("base64ToBinary", &[text("value")], BINARY),
    function("base64ToString", &[text("value")], STRING).computed(base64_to_string),
    function("binary", &[CONTENT], BINARY),
    function("bool", &[any("value")], BOOL).computed(boolean),
    function("createArray", &[any("object")], Returns::Arguments).repeats().computed(create_array),
    function("dataUri", &[CONTENT], STRING),
    function("dataUriToBinary", &[text("value")], BINARY),
    function("dataUriToString", &[text("value")], STRING),
    function("decimal", &[NUMERIC], FLOAT),
    function("decodeBase64", &[text("value")], STRING).computed(base64_to_string),
    function("decodeDataUri", &[text("value")], BINARY),
    function("decodeUriComponent", &[text("value")], STRING).computed(decode),
    function("encodeUriComponent", &[CONTENT], STRING).repeats().computed(encode),
    function("float", &[NUMERIC, text("locale")], FLOAT).optional(1).computed(float),
    function("int", &[NUMERIC], INT).computed(int),
    function("json", &[JSON], Returns::One(Kinds::ANY)).computed(parse_json),
    function("string", &[any("value")], STRING).computed(string),
    function("uriComponent", &[CONTENT], STRING).computed(encode),
    function("uriComponentToBinary", &[text("value")], BINARY),
    function("uriComponentToString", &[text("value")], STRING).computed(decode),
    function("utf16Length", &[text("value")], INT),
    function("utf8Length", &[text("value")], INT),
    function("xml", &[any("value")], Returns::One(Kinds::XML)),
];

fn string(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(to_text(&arguments[0]).into())
}

fn create_array(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(json!(arguments))
}

/// Of text only `true` and `false` are computed: what else is taken depends on the host.
fn boolean(arguments: &[Value]) -> Result<Value, Refusal> {
    match &arguments[0] {
        Value::Bool(flag) => Ok((*flag).into()),
        Value::Number(number) => Ok((number.as_f64() != Some(0.0)).into()),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false.into()),
        Value::String(text) if !text.bytes().any(|byte| byte.is_ascii_digit()) => {
            Err(Refusal::fails(format!("`{text}` is neither true nor false")))
        }
        _ => Err(Refusal::Unknown),
    }
}

/// Blanks, signs and thousands separators are taken, so only text without any digit is known to be refused, and a
/// fraction.
fn int(arguments: &[Value]) -> Result<Value, Refusal> {
    match &arguments[0] {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Ok(whole.into()),
            (None, Some(float)) if float.fract() != 0.0 => {
                Err(Refusal::fails(format!("{} is no whole number", to_text(&arguments[0]))))
            }
            _ => Err(Refusal::Unknown),
        },
        Value::String(text) => match text.parse::<i64>() {
            Ok(whole) if whole.unsigned_abs() < 1 << 53 => Ok(whole.into()),
            Ok(_) => Err(Refusal::Unknown),
            Err(_) if !text.bytes().any(|byte| byte.is_ascii_digit()) => {
                Err(Refusal::fails(format!("`{text}` is no integer")))
            }
            Err(_) if text.parse::<f64>().is_ok_and(|float| float.fract() != 0.0) => {
                Err(Refusal::fails(format!("`{text}` is no whole number")))
            }
            Err(_) => Err(Refusal::Unknown),
        },
        _ => Err(Refusal::Unknown),
    }
}

fn float(arguments: &[Value]) -> Result<Value, Refusal> {
    if arguments.len() > 1 {
        return Err(Refusal::Unknown);
    }
    match &arguments[0] {
        Value::Number(number) => number.as_f64().and_then(from_float).ok_or(Refusal::Unknown),
        Value::String(text) => {
            let word = text.trim().trim_start_matches(['+', '-']).to_ascii_lowercase();
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            match text.parse::<f64>() {
                Ok(float) if has_digit => from_float(float).ok_or(Refusal::Unknown),
                _ if !has_digit && !matches!(word.as_str(), "nan" | "infinity" | "∞") => {
                    Err(Refusal::fails(format!("`{text}` is no number")))
                }
                _ => Err(Refusal::Unknown),
            }
        }
        _ => Err(Refusal::Unknown),
    }
}

/// The engine's reader forgives single quotes, comments and trailing commas, so a text is known to be refused only where
/// it cannot begin a value, or does not end one.
fn parse_json(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = str_at(arguments, 0)?;
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    let text = text.trim();
    let closed = match text.bytes().next() {
        Some(b'{') => text.ends_with('}'),
        Some(b'[') => text.ends_with(']'),
        _ => return Err(Refusal::Unknown),
    };
    if closed || text.contains("/*") || text.contains("//") {
        return Err(Refusal::Unknown);
    }
    Err(Refusal::fails("the text is no JSON: it is not closed"))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(arguments: &[Value]) -> Result<Value, Refusal> {
    let mut out = String::new();
    for chunk in str_at(arguments, 0)?.as_bytes().chunks(3) {
        let bits = (0..3).fold(0u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) as usize & 63;
            out.push(if place <= chunk.len() { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    Ok(out.into())
}

fn base64_to_string(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = str_at(arguments, 0)?;
    let bad = text
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '=') && !c.is_whitespace());
    if let Some(bad) = bad {
        return Err(Refusal::fails(format!("`{bad}` is no character of Base64")));
    }
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|byte| ALPHABET.iter().position(|digit| *digit == byte))
        .filter_map(|digit| u32::try_from(digit).ok())
        .collect();
    let mut bytes = Vec::new();
    for chunk in digits.chunks(4) {
        let bits = (0..4).fold(0u32, |bits, at| bits << 6 | chunk.get(at).copied().unwrap_or(0));
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(chunk.len().saturating_sub(1)));
    }
    String::from_utf8(bytes).map(Value::from).map_err(|_| Refusal::Unknown)
}

fn encode(arguments: &[Value]) -> Result<Value, Refusal> {
    if arguments.len() > 1 {
        return Err(Refusal::Unknown);
    }
    let mut out = String::new();
    for byte in str_at(arguments, 0)?.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out.into())
}

fn decode(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = str_at(arguments, 0)?.as_bytes();
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| text[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                at += 3;
            }
            None => {
                bytes.push(text[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(bytes).map(Value::from).map_err(|_| Refusal::Unknown)
}
