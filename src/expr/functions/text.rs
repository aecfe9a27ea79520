//! Functions over strings.

use serde_json::{Value, json};

use super::super::types::Kinds;
use super::super::value::to_text;
use super::{
    BOOL, Function, INT, Parameter, Refusal, Returns, STRING, Words, any, function, int_at, number, str_at,
    takes, text, words,
};

const LIST: Parameter = takes("collection", Kinds::STRING.or(Kinds::ARRAY));

pub(super) static FUNCTIONS: &[Function] = &[
    function("chunk", &[LIST, number("length")], Returns::Array(Kinds::ANY)).computed(chunk),
    function("concat", &[any("text")], STRING).repeats().computed(concat),
    function("decodeXmlName", &[text("name")], STRING),
    function("decodeXmlValue", &[text("value")], STRING),
    function("encodeXmlName", &[text("name")], STRING),
    function("encodeXmlValue", &[text("value")], STRING),
    function("endsWith", &[text("text"), text("searchText")], BOOL).computed(ends_with),
    function("formatNumber", &[number("number"), text("format"), text("locale")], STRING).optional(1),
    function("guid", &[words("format", &GUID)], STRING).optional(1),
    function("indexOf", &[text("text"), text("searchText")], INT).computed(index_of),
    function("isFloat", &[text("value"), text("locale")], BOOL).optional(1),
    function("isInt", &[text("value")], BOOL).computed(is_int),
    function("lastIndexOf", &[text("text"), text("searchText")], INT).computed(last_index_of),
    function("length", &[LIST], INT).computed(length),
    function("nthIndexOf", &[text("text"), text("searchText"), number("occurrence")], INT),
    function("replace", &[text("text"), text("oldText"), text("newText")], STRING).computed(replace),
    function("slice", &[text("text"), number("startIndex"), number("endIndex")], STRING)
        .optional(1)
        .computed(slice),
    function("split", &[text("text"), text("delimiter")], Returns::Array(Kinds::STRING)).computed(split),
    function("startsWith", &[text("text"), text("searchText")], BOOL).computed(starts_with),
    function("substring", &[text("text"), number("startIndex"), number("length")], STRING)
        .optional(1)
        .computed(substring),
    function("toLower", &[text("text")], STRING).computed(to_lower),
    function("toUpper", &[text("text")], STRING).computed(to_upper),
    function("trim", &[text("text")], STRING).computed(trim),
    function("trimByteOrderMark", &[any("content")], STRING),
];

/// Longer texts are not made here.
pub(super) const WORTH_MAKING: usize = 1 << 20;

static GUID: Words = Words {
    accepts: |format| matches!(format, "" | "N" | "D" | "B" | "P" | "X" | "n" | "d" | "b" | "p" | "x"),
    allowed: "the formats of a GUID are N, D, B, P and X",
};

/// UTF-16 code units, in which the engine counts.
fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// A part of a text by code units; a cut through a pair is not computed.
fn part(units: &[u16]) -> Result<Value, Refusal> {
    String::from_utf16(units).map(Value::String).map_err(|_| Refusal::Unknown)
}

fn chunk(arguments: &[Value]) -> Result<Value, Refusal> {
    let size =
        usize::try_from(int_at(arguments, 1)?).ok().filter(|size| *size > 0).ok_or(Refusal::Unknown)?;
    match &arguments[0] {
        Value::String(text) => units(text).chunks(size).map(part).collect::<Result<_, _>>().map(Value::Array),
        Value::Array(items) => Ok(items.chunks(size).map(|chunk| json!(chunk)).collect()),
        _ => Err(Refusal::Unknown),
    }
}

fn concat(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(arguments.iter().map(to_text).collect::<String>().into())
}

fn ends_with(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, end) = lower_pair(arguments)?;
    Ok(text.ends_with(&end).into())
}

fn starts_with(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, start) = lower_pair(arguments)?;
    Ok(text.starts_with(&start).into())
}

/// Both texts in lower case: searching ignores it. Texts beyond ASCII are left alone, since culture decides there.
fn lower_pair(arguments: &[Value]) -> Result<(String, String), Refusal> {
    let (text, wanted) = (str_at(arguments, 0)?, str_at(arguments, 1)?);
    if !text.is_ascii() || !wanted.is_ascii() {
        return Err(Refusal::Unknown);
    }
    Ok((text.to_ascii_lowercase(), wanted.to_ascii_lowercase()))
}

fn index_of(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, wanted) = lower_pair(arguments)?;
    Ok(text.find(&wanted).map_or(json!(-1), |at| json!(at)))
}

fn last_index_of(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, wanted) = lower_pair(arguments)?;
    if wanted.is_empty() {
        // The last character, and not the end.
        return Ok(json!(text.len().saturating_sub(1)));
    }
    Ok(text.rfind(&wanted).map_or(json!(-1), |at| json!(at)))
}

fn is_int(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = str_at(arguments, 0)?;
    match text.parse::<i64>() {
        Ok(_) => Ok(true.into()),
        // Signs, blanks and separators are accepted in ways that depend on the culture.
        Err(_) if text.contains(|c: char| c.is_ascii_digit()) && !text.contains('.') => Err(Refusal::Unknown),
        Err(_) => Ok(false.into()),
    }
}

fn length(arguments: &[Value]) -> Result<Value, Refusal> {
    match &arguments[0] {
        Value::String(text) => Ok(text.encode_utf16().count().into()),
        Value::Array(items) => Ok(items.len().into()),
        _ => Err(Refusal::Unknown),
    }
}

fn replace(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, old, new) = (str_at(arguments, 0)?, str_at(arguments, 1)?, str_at(arguments, 2)?);
    if old.is_empty() || text.len().saturating_mul(new.len()) > WORTH_MAKING {
        return Err(Refusal::Unknown);
    }
    Ok(text.replace(old, new).into())
}

/// Negative indices count from the end; what lies outside is cut off.
fn slice(arguments: &[Value]) -> Result<Value, Refusal> {
    let units = units(str_at(arguments, 0)?);
    let count = i64::try_from(units.len()).map_err(|_| Refusal::Unknown)?;
    let place = |index: i64| if index < 0 { index.saturating_add(count).max(0) } else { index.min(count) };
    let start = place(int_at(arguments, 1)?);
    let end = if arguments.len() > 2 { place(int_at(arguments, 2)?) } else { count };
    let range = usize::try_from(start).ok().zip(usize::try_from(end.max(start)).ok());
    range.and_then(|(start, end)| units.get(start..end)).map_or(Err(Refusal::Unknown), part)
}

fn split(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, delimiter) = (str_at(arguments, 0)?, str_at(arguments, 1)?);
    if delimiter.is_empty() {
        return Ok(json!([text]));
    }
    Ok(text.split(delimiter).map(Value::from).collect())
}

fn substring(arguments: &[Value]) -> Result<Value, Refusal> {
    let units = units(str_at(arguments, 0)?);
    let start = usize::try_from(int_at(arguments, 1)?).ok();
    let length = match arguments.len() {
        2 => start.and_then(|start| units.len().checked_sub(start)),
        _ => usize::try_from(int_at(arguments, 2)?).ok(),
    };
    let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
    match start.zip(end).and_then(|(start, end)| units.get(start..end)) {
        Some(found) => part(found),
        None => Err(Refusal::fails(format!(
            "start and length must not be negative and must lie within the text, which has {} characters",
            units.len()
        ))),
    }
}

fn to_lower(arguments: &[Value]) -> Result<Value, Refusal> {
    ascii(arguments).map(|text| text.to_ascii_lowercase().into())
}

fn to_upper(arguments: &[Value]) -> Result<Value, Refusal> {
    ascii(arguments).map(|text| text.to_ascii_uppercase().into())
}

fn ascii(arguments: &[Value]) -> Result<&str, Refusal> {
    Some(str_at(arguments, 0)?).filter(|text| text.is_ascii()).ok_or(Refusal::Unknown)
}

fn trim(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(str_at(arguments, 0)?.trim().into())
}
