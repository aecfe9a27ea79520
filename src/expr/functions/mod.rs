//! The functions of the language: one table, one file for each family.
//!
//! A row has the name, the parameters with the kinds they take, and what comes back; a function whose result depends on
//! its arguments alone can have the function that computes it, from which constants are folded. Source of names,
//! parameters and results: Microsoft Learn, "Reference guide to workflow expression functions" (10/06/2025), and for what
//! that leaves out the manifests of the workflow designer (Azure/LogicAppsUX). Where they disagree, or the runtime was
//! observed to take more, the row takes all of it: what it refuses must be refused by the service.

use std::sync::LazyLock;

use serde_json::Value;

use crate::base::names::{ByName, compare};

use super::types::{Kinds, Record};

mod collection;
mod convert;
mod date;
mod logic;
mod manipulate;
mod math;
mod text;
mod timestamp;
mod uri;
mod workflow;

pub use workflow::{ACTION, TRIGGER, WORKFLOW};

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Its name as documented. The engine distinguishes no case.
    pub name: &'static str,
    /// Its parameters in order; the last one again and again where `repeats` says so.
    pub parameters: &'static [Parameter],
    /// How many arguments it needs.
    pub least: usize,
    /// Whether the last parameter takes any number of arguments.
    pub repeats: bool,
    /// What comes back.
    pub returns: Returns,
    /// Whether it exists in Logic Apps Standard only.
    pub standard_only: bool,
    /// Computes it, where the arguments alone decide.
    pub compute: Option<Compute>,
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    /// Its name as documented.
    pub name: &'static str,
    /// What it takes.
    pub takes: Kinds,
    /// The words it takes, where it is a string that takes only some.
    pub words: Option<&'static Words>,
}

/// What a string parameter takes.
#[derive(Debug)]
pub struct Words {
    /// Whether it takes this text.
    pub accepts: fn(&str) -> bool,
    /// What is allowed, for messages.
    pub allowed: &'static str,
}

/// What a function gives back.
#[derive(Debug, Clone, Copy)]
pub enum Returns {
    /// A value of these kinds.
    One(Kinds),
    /// An array of elements of these kinds.
    Array(Kinds),
    /// An object of the language itself.
    Record(&'static Record),
    /// What the first argument is.
    First,
    /// An element of the first argument, or a part of it when it is a string.
    Element,
    /// Any of the arguments from that one on.
    AnyOf(usize),
    /// An array of the arguments.
    Arguments,
    /// A number: an integer when all arguments are.
    Number,
    /// What the definition around the expression decides.
    Context,
}

/// Computes a function of constants.
pub type Compute = fn(&[Value]) -> Result<Value, Refusal>;

/// Why constants do not give a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The engine fails too; why.
    Fails(String),
    /// What the engine does is not known here, or is not worth knowing.
    Unknown,
}

impl Refusal {
    pub(super) fn fails(why: impl Into<String>) -> Self {
        Self::Fails(why.into())
    }
}

impl Function {
    /// The most arguments it takes; `None` where there is no limit.
    pub fn most(&self) -> Option<usize> {
        (!self.repeats).then_some(self.parameters.len())
    }

    /// The parameter that takes the argument of that index.
    pub fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        let last = self.parameters.last().filter(|_| self.repeats);
        self.parameters.get(index).or(last)
    }

    /// Whether the checker looks at the values of arguments, and not only at their kinds.
    pub fn takes_values(&self) -> bool {
        self.compute.is_some() || self.parameters.iter().any(|parameter| parameter.words.is_some())
    }

    /// How it is called, for messages: `substring(text, startIndex, length?)`.
    pub fn signature(&self) -> String {
        let mut parameters: Vec<String> = Vec::new();
        for (index, parameter) in self.parameters.iter().enumerate() {
            let mark = if index >= self.least { "?" } else { "" };
            parameters.push(format!("{}{mark}", parameter.name));
        }
        if self.repeats {
            parameters.push("…".to_owned());
        }
        format!("{}({})", self.name, parameters.join(", "))
    }
}

/// The function of that name, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    INDEX.get(name).first().copied()
}

/// Every function, by name.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLE.iter().copied()
}

/// Functions that published definitions use and the reference does not list. Any arguments are taken. Sources: the
/// reference's own examples (`triggers`), LogicAppsUX (`autoload`, `agentParameters`), a runtime error text (`secrets`),
/// and the older names of `outputs` and `body`.
pub const UNLISTED: [&str; 6] =
    ["actionBody", "actionOutputs", "agentParameters", "autoload", "secrets", "triggers"];

/// Whether the engine knows a function of that name, listed or not.
pub fn is_known(name: &str) -> bool {
    find(name).is_some() || UNLISTED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// All families, sorted once by name.
static TABLE: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let families: [&'static [Function]; 9] = [
        collection::FUNCTIONS,
        convert::FUNCTIONS,
        date::FUNCTIONS,
        logic::FUNCTIONS,
        manipulate::FUNCTIONS,
        math::FUNCTIONS,
        text::FUNCTIONS,
        uri::FUNCTIONS,
        workflow::FUNCTIONS,
    ];
    let mut table: Vec<_> = families.into_iter().flatten().collect();
    table.sort_by(|a, b| compare(a.name, b.name));
    table
});

static INDEX: LazyLock<ByName<'static, &'static Function>> =
    LazyLock::new(|| ByName::new(all().map(|function| (function.name, function))));

// What rows are made of.

const fn function(name: &'static str, parameters: &'static [Parameter], returns: Returns) -> Function {
    let least = parameters.len();
    Function { name, parameters, least, repeats: false, returns, standard_only: false, compute: None }
}

impl Function {
    /// The last `count` parameters may be left out.
    const fn optional(mut self, count: usize) -> Self {
        self.least -= count;
        self
    }

    /// The last parameter takes any number of arguments, from one on.
    const fn repeats(mut self) -> Self {
        self.repeats = true;
        self
    }

    const fn standard_only(mut self) -> Self {
        self.standard_only = true;
        self
    }

    const fn computed(mut self, compute: Compute) -> Self {
        self.compute = Some(compute);
        self
    }
}

const fn takes(name: &'static str, takes: Kinds) -> Parameter {
    Parameter { name, takes, words: None }
}

const fn text(name: &'static str) -> Parameter {
    takes(name, Kinds::STRING)
}

const fn any(name: &'static str) -> Parameter {
    takes(name, Kinds::ANY)
}

const fn number(name: &'static str) -> Parameter {
    takes(name, Kinds::NUMBER)
}

const fn words(name: &'static str, words: &'static Words) -> Parameter {
    Parameter { name, takes: Kinds::STRING, words: Some(words) }
}

const STRING: Returns = Returns::One(Kinds::STRING);
const BOOL: Returns = Returns::One(Kinds::BOOL);
const INT: Returns = Returns::One(Kinds::INT);
const BINARY: Returns = Returns::One(Kinds::BINARY);

// How computing functions read their arguments. The checker has compared kinds before; what does not fit is left to it.

fn str_at(arguments: &[Value], index: usize) -> Result<&str, Refusal> {
    arguments.get(index).and_then(Value::as_str).ok_or(Refusal::Unknown)
}

fn int_at(arguments: &[Value], index: usize) -> Result<i64, Refusal> {
    arguments.get(index).and_then(Value::as_i64).ok_or(Refusal::Unknown)
}

fn array_at(arguments: &[Value], index: usize) -> Result<&[Value], Refusal> {
    arguments.get(index).and_then(Value::as_array).map(Vec::as_slice).ok_or(Refusal::Unknown)
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_once() {
        assert!(TABLE.is_sorted_by(|a, b| compare(a.name, b.name) == Ordering::Less));
        for function in all() {
            assert!(std::ptr::eq(find(&function.name.to_uppercase()).unwrap(), function));
            assert!(function.least <= function.parameters.len(), "{}", function.name);
        }
        assert!(find("concat ").is_none() && find("").is_none());
        assert!(is_known("TRIGGERS") && !is_known("nope"));
    }

    #[test]
    fn a_signature_shows_what_may_be_left_out() {
        assert_eq!(find("substring").unwrap().signature(), "substring(text, startIndex, length?)");
        assert_eq!(find("concat").unwrap().signature(), "concat(text, …)");
        assert_eq!(find("utcNow").unwrap().signature(), "utcNow(format?)");
    }
}
