//! Changes of trees: what comes out is still JSON, so that it gets past the reader of text. A YAML reader takes JSON too.

use serde_json::{Value, json};

use crate::Random;

/// Texts that mean something to somebody on the way: the readers, the emitters, the service, ARM, a browser.
const TEXTS: &[&str] = &[
    "",
    " ",
    "@{concat('a')}",
    "@@x",
    "@x",
    "[concat('a')]",
    "[[x]",
    "<script>alert(1)</script>",
    "a'b\"c\\d",
    "{{x}}",
    "{{{x}}}",
    "\u{202e}txt.exe",
    "日本語",
    "\r\n\u{0}",
    "9999-12-31T23:59:60Z",
    "2024-02-30",
    "-1",
    "1e999",
    "T1566.001",
    "T9999",
    "malicious",
    "Active",
    "S-1-5-21-0-0-0-500",
    "mara@contoso.example",
    "203.0.113.7",
    "https://u:p@evil.example:0/%zz?a=b#c",
];

/// The tree of a seed: of JSON or else of YAML.
pub(crate) fn read(seed: &[u8]) -> Option<Value> {
    let value = serde_json::from_slice(seed).ok().or_else(|| serde_yaml::from_slice(seed).ok());
    value.filter(|value: &Value| value.is_object() || value.is_array())
}

/// A tree with one to four changes, as JSON.
pub(crate) fn mutated(trees: &[Value], random: &mut Random) -> Vec<u8> {
    let mut tree = trees[random.below(trees.len())].clone();
    for _ in 0..=random.below(4) {
        let part = some_part(&trees[random.below(trees.len())], random).clone();
        change(some_place(&mut tree, random), part, random);
    }
    serde_json::to_vec(&tree).unwrap_or_default()
}

fn change(place: &mut Value, part: Value, random: &mut Random) {
    let at = |length: usize, random: &mut Random| random.below(length);
    match random.below(8) {
        0 => *place = part,
        1 => *place = json!(TEXTS[random.below(TEXTS.len())]),
        2 => {
            *place = match random.below(6) {
                0 => Value::Null,
                1 => json!([]),
                2 => json!({}),
                3 => json!(true),
                4 => json!(-1),
                _ => json!(TEXTS[random.below(TEXTS.len())].repeat(1 + random.below(3000))),
            }
        }
        3 => *place = json!([place.take()]),
        4 => {
            if let Value::String(text) = place {
                text.push_str(TEXTS[random.below(TEXTS.len())]);
            }
        }
        _ => match place {
            Value::Array(items) if !items.is_empty() => match random.below(3) {
                0 => drop(items.remove(at(items.len(), random))),
                1 => {
                    let copy = items[at(items.len(), random)].clone();
                    items.extend(std::iter::repeat_n(copy, 1 + random.below(40)));
                }
                _ => items.push(part),
            },
            Value::Object(members) if !members.is_empty() => {
                let key = members.keys().nth(at(members.len(), random)).cloned().unwrap_or_default();
                match random.below(3) {
                    0 => drop(members.shift_remove(&key)),
                    1 => drop(members.insert(key, part)),
                    // The value of one member under the key of another.
                    _ => {
                        let value = members.values().nth(at(members.len(), random)).cloned();
                        members.insert(key, value.unwrap_or_default());
                    }
                }
            }
            _ => *place = part,
        },
    }
}

/// Some value of a tree, to be changed: now near the top, now deep in it.
fn some_place<'v>(value: &'v mut Value, random: &mut Random) -> &'v mut Value {
    if random.below(6) == 0 {
        return value;
    }
    let count = size(value);
    if count == 0 {
        return value;
    }
    let at = random.below(count);
    match value {
        Value::Array(items) => some_place(&mut items[at], random),
        Value::Object(members) => match members.values_mut().nth(at) {
            Some(inner) => some_place(inner, random),
            None => unreachable!("the place was chosen among the members"),
        },
        other => other,
    }
}

/// Some value of a tree, to be put elsewhere.
fn some_part<'v>(value: &'v Value, random: &mut Random) -> &'v Value {
    let count = size(value);
    if count == 0 || random.below(4) == 0 {
        return value;
    }
    let at = random.below(count);
    let inner = match value {
        Value::Array(items) => items.get(at),
        Value::Object(members) => members.values().nth(at),
        _ => None,
    };
    inner.map_or(value, |inner| some_part(inner, random))
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}
