//! Evaluates the few functions that tests of expressions use, as the service does, over what a run would know.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::ir::{Step, StepKind, Term, Value};

/// What a run knows: what steps gave, by name, and the item that an expression is evaluated for.
#[derive(Default, Clone)]
pub(super) struct Run {
    /// What each step gave.
    pub given: BTreeMap<String, Json>,
    /// The item.
    pub this: Json,
}

impl Run {
    /// The same run with something that a step gave.
    pub(super) fn knowing(mut self, step: &str, given: Json) -> Self {
        self.given.insert(step.to_owned(), given);
        self
    }

    /// The same run at an item.
    pub(super) fn at(&self, item: &Json) -> Self {
        Self { this: item.clone(), ..self.clone() }
    }

    /// Makes a list of a list, as the step does, and keeps it.
    pub(super) fn map(&mut self, step: &Step) {
        let StepKind::Map { from, to } = &step.kind else { panic!("{} makes no list", step.name) };
        let items = self.eval(from);
        let made = items.as_array().unwrap().iter().map(|item| self.at(item).value(to)).collect();
        self.given.insert(step.name.clone(), made);
    }

    /// The value of a value.
    pub(super) fn value(&self, value: &Value) -> Json {
        match value {
            Value::Literal(literal) => literal.clone(),
            Value::Term(term) => self.eval(term),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.value(value))).collect()
            }
            other => panic!("unexpected {other:?}"),
        }
    }

    /// The value of an expression.
    pub(super) fn eval(&self, term: &Term) -> Json {
        let known = |name: &String| self.given.get(name).cloned().unwrap_or(Json::Null);
        match term {
            Term::Text(text) => json!(text),
            Term::Number(number) => json!(number),
            Term::Null => Json::Null,
            Term::This => self.this.clone(),
            Term::Get(inner, keys) => keys.iter().fold(self.eval(inner), |value, key| value[key].clone()),
            Term::Output(name) | Term::Rows(name) | Term::Answer(name) => known(name),
            Term::Apply(function, arguments) => {
                let values: Vec<Json> = arguments.iter().map(|argument| self.eval(argument)).collect();
                apply(function, &values)
            }
            other => panic!("unexpected {other:?}"),
        }
    }
}

fn apply(function: &str, values: &[Json]) -> Json {
    let text = |at: usize| written(&values[at]);
    let list = |at: usize| values[at].as_array().unwrap_or_else(|| panic!("{function}: no list")).clone();
    let number = |at: usize| values[at].as_i64().unwrap();
    match function {
        "coalesce" => values.iter().find(|value| !value.is_null()).cloned().unwrap_or(Json::Null),
        "createArray" => json!(values),
        "string" => json!(text(0)),
        "toLower" => json!(text(0).to_lowercase()),
        "json" => serde_json::from_str(&text(0)).unwrap(),
        "intersection" => list(0).into_iter().filter(|one| list(1).contains(one)).collect(),
        "union" => {
            let mut all = Vec::new();
            for one in list(0).into_iter().chain(list(1)) {
                if !all.contains(&one) {
                    all.push(one);
                }
            }
            json!(all)
        }
        "take" => list(0).into_iter().take(usize::try_from(number(1)).unwrap()).collect(),
        "join" => json!(list(0).iter().map(written).collect::<Vec<_>>().join(&text(1))),
        "split" => text(0).split(&text(1)).collect(),
        "first" => list(0)[0].clone(),
        "length" => match &values[0] {
            Json::Array(items) => json!(items.len()),
            other => json!(written(other).chars().count()),
        },
        "replace" => json!(text(0).replace(&text(1), &text(2))),
        "concat" => json!(values.iter().map(written).collect::<String>()),
        "startsWith" => json!(text(0).starts_with(&text(1))),
        "contains" => json!(text(0).contains(&text(1))),
        "lessOrEquals" => json!(number(0) <= number(1)),
        "equals" => json!(values[0] == values[1]),
        "empty" => json!(values[0].as_str().is_none_or(str::is_empty)),
        "and" => json!(!values.contains(&json!(false))),
        "or" => json!(values.contains(&json!(true))),
        "not" => json!(values[0] == json!(false)),
        "if" => values[if values[0] == json!(true) { 1 } else { 2 }].clone(),
        name => panic!("unexpected {name}"),
    }
}

fn written(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
