//! What a schema validator found, in our own words.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use crate::base::diagnostic::{Rule, did_you_mean};
use crate::base::pointer::Pointer;
use crate::base::words::{choices, join, list};

use super::rules::{MISSING_MEMBER, UNKNOWN_MEMBER, WRONG_SIZE, WRONG_TYPE, WRONG_VALUE};
use super::validate::{Bundle, Finding};

/// How much of a wrong value a message shows, in characters.
const SHOWN: usize = 60;

/// The findings that one error of the validator means: one for each unexpected member, otherwise one.
pub(super) fn findings(bundle: &Bundle, error: &ValidationError<'_>) -> Vec<Finding> {
    let speaker = Speaker { bundle, error };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().map(|member| speaker.unknown_member(member)).collect()
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => speaker.alternatives(context),
        Kind::PropertyNames { error: inner } => vec![speaker.member_name(inner)],
        _ => vec![speaker.finding()],
    }
}

struct Speaker<'e, 'v> {
    bundle: &'e Bundle,
    error: &'e ValidationError<'v>,
}

impl Speaker<'_, '_> {
    fn finding(&self) -> Finding {
        let subject = self.subject();
        match self.error.kind() {
            Kind::Required { property } => self.missing_member(property.as_str().unwrap_or_default()),
            Kind::FalseSchema => self.forbidden(),
            Kind::Type { kind } => {
                let allowed = type_names(kind);
                let value = self.error.instance();
                let help: Vec<String> =
                    self.description().into_iter().chain(self.form(&allowed, value)).collect();
                let help = (!help.is_empty()).then(|| help.join(" "));
                let found = kind_name(value);
                self.say(&WRONG_TYPE, format!("{subject} must be {allowed}, not {found}"), help)
            }
            Kind::Enum { options } => {
                let options: Vec<String> = options.as_array().into_iter().flatten().map(shown).collect();
                let found = shown(self.error.instance());
                let help = choices(&found, "allowed values", options.iter().map(String::as_str));
                self.say(&WRONG_VALUE, format!("{subject} cannot be `{found}`"), Some(help))
            }
            Kind::Constant { expected_value } => {
                let message = format!("{subject} must be `{}`", shown(expected_value));
                self.say(&WRONG_VALUE, message, None)
            }
            Kind::MinLength { limit: 1 } => {
                self.say(&WRONG_SIZE, format!("{subject} is empty"), Some("give it a value".to_owned()))
            }
            Kind::MinItems { limit: 1 } => {
                self.say(&WRONG_SIZE, format!("the list {subject} is empty"), None)
            }
            Kind::MinProperties { limit: 1 } => {
                self.say(&WRONG_SIZE, format!("{subject} has no members"), None)
            }
            Kind::MinLength { limit } => self.size("at least", limit, "characters"),
            Kind::MaxLength { limit } => self.size("at most", limit, "characters"),
            Kind::MinItems { limit } => self.size("at least", limit, "elements"),
            Kind::MaxItems { limit } => self.size("at most", limit, "elements"),
            Kind::MinProperties { limit } => self.size("at least", limit, "members"),
            Kind::MaxProperties { limit } => self.size("at most", limit, "members"),
            Kind::Minimum { limit } => self.bound("at least", limit),
            Kind::Maximum { limit } => self.bound("at most", limit),
            Kind::ExclusiveMinimum { limit } => self.bound("more than", limit),
            Kind::ExclusiveMaximum { limit } => self.bound("less than", limit),
            Kind::UniqueItems => {
                self.say(&WRONG_VALUE, format!("{subject} holds the same element twice"), None)
            }
            _ => {
                let message = format!("{subject} cannot be `{}`", shown(self.error.instance()));
                self.say(&WRONG_VALUE, message, None)
            }
        }
    }

    /// How a value of the type that is asked for is written, for whoever wrote one of another.
    fn form(&self, allowed: &str, value: &Value) -> Option<String> {
        match (allowed, value) {
            ("an array", Value::String(_) | Value::Number(_)) => {
                Some("A list stands in brackets, even of one: `[\"…\"]`.".to_owned())
            }
            ("an integer" | "a number", Value::String(text)) if text.parse::<f64>().is_ok() => {
                Some("Take away the quotes.".to_owned())
            }
            ("an object", Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                let members = self.schema(1)?.get("properties")?.as_object()?;
                Some(format!("Its members: {}.", list(members.keys().map(String::as_str))))
            }
            _ => None,
        }
    }

    fn missing_member(&self, member: &str) -> Finding {
        let described = self
            .schema(1)
            .and_then(|schema| schema.get("properties")?.get(member)?.get("description")?.as_str());
        let help = match described {
            Some(text) => format!("add `{member}`: {text}"),
            None => format!("add `{member}`"),
        };
        let message = format!("{} lacks `{member}`", self.subject());
        let member = Some(member.to_owned());
        Finding { member, ..self.say(&MISSING_MEMBER, message, Some(help)) }
    }

    fn unknown_member(&self, member: &str) -> Finding {
        let allowed: Vec<&str> = self
            .schema(1)
            .and_then(|schema| schema.get("properties")?.as_object())
            .into_iter()
            .flat_map(|members| members.iter().filter(|(_, schema)| **schema != Value::Bool(false)))
            .map(|(name, _)| name.as_str())
            .collect();
        let meant = did_you_mean(member, allowed.iter().copied()).map(str::to_owned);
        let message = format!("{} has no member `{member}`", self.subject());
        let finding =
            self.say(&UNKNOWN_MEMBER, message, Some(choices(member, "members", allowed.iter().copied())));
        let pointer = self.pointer().join(member);
        Finding { pointer, on_key: true, meant, member: Some(member.to_owned()), ..finding }
    }

    /// A member whose schema is `false`.
    fn forbidden(&self) -> Finding {
        let message = format!("{} has no place here", self.subject());
        Finding { on_key: true, ..self.say(&UNKNOWN_MEMBER, message, Some("remove it".to_owned())) }
    }

    /// A member whose name breaks a rule about names; the error inside speaks of the name.
    fn member_name(&self, inner: &ValidationError<'_>) -> Finding {
        let name = inner.instance().as_str().unwrap_or_default();
        let rule = match inner.kind() {
            Kind::MaxLength { limit } => format!("has more than {limit} characters"),
            Kind::MinLength { .. } => "is empty".to_owned(),
            _ => "is not allowed".to_owned(),
        };
        let message = format!("the name `{}` {rule}", cut(name));
        let finding = self.say(&WRONG_SIZE, message, self.description());
        Finding { pointer: self.pointer().join(name), on_key: true, ..finding }
    }

    /// None of several alternatives fits. The one that comes closest speaks; alternatives that differ in their type
    /// only are put together.
    fn alternatives(&self, context: &[Vec<ValidationError<'static>>]) -> Vec<Finding> {
        let here = self.error.instance_path().as_str();
        let types: Option<Vec<String>> = context
            .iter()
            .map(|branch| match &branch[..] {
                [only] if only.instance_path().as_str() == here => match only.kind() {
                    Kind::Type { kind } => Some(type_names(kind)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        if let Some(types) = types.filter(|types| !types.is_empty()) {
            let found = kind_name(self.error.instance());
            let message = format!("{} must be {}, not {found}", self.subject(), types.join(" or "));
            return vec![self.say(&WRONG_TYPE, message, self.description())];
        }
        // A branch that fails on the kind of the value itself was never meant; of the others the one with the
        // deepest errors, then with the fewest.
        let closeness = |branch: &&Vec<ValidationError<'static>>| {
            let depth = branch.iter().map(|error| error.instance_path().segments().count()).max();
            let is_meant = !branch.iter().any(|error| {
                matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == here
            });
            (is_meant, depth, std::cmp::Reverse(branch.len()))
        };
        match context.iter().max_by_key(closeness) {
            Some(branch) => branch.iter().flat_map(|error| findings(self.bundle, error)).collect(),
            None => vec![self.finding()],
        }
    }

    fn size(&self, bound: &str, limit: &u64, unit: &str) -> Finding {
        let has = match self.error.instance().as_ref() {
            Value::String(text) => text.chars().count(),
            Value::Array(items) => items.len(),
            Value::Object(members) => members.len(),
            _ => 0,
        };
        let message = format!("{} has {has} {unit}; {bound} {limit} are allowed", self.subject());
        self.say(&WRONG_SIZE, message, None)
    }

    fn bound(&self, bound: &str, limit: &Value) -> Finding {
        let message = format!("{} is {}; {bound} {limit} is allowed", self.subject(), self.error.instance());
        self.say(&WRONG_SIZE, message, None)
    }

    fn say(&self, rule: &'static Rule, message: String, help: Option<String>) -> Finding {
        let help = help.or_else(|| self.description());
        Finding { rule, pointer: self.pointer(), on_key: false, message, help, member: None, meant: None }
    }

    fn pointer(&self) -> Pointer {
        Pointer::from_escaped(self.error.instance_path().as_str())
    }

    /// What is wrong, by its key: `` `inputs` ``.
    fn subject(&self) -> String {
        let pointer = self.pointer();
        match pointer.last() {
            None => "the document".to_owned(),
            Some(last) if last.bytes().all(|byte| byte.is_ascii_digit()) => match pointer.parent() {
                Some(parent) => format!("element {last} of `{}`", parent.last().unwrap_or_default()),
                None => format!("element {last}"),
            },
            Some(last) => format!("`{}`", cut(&last)),
        }
    }

    /// The schema around the keyword that failed, `levels` up from it.
    fn schema(&self, levels: usize) -> Option<&Value> {
        self.bundle.at(self.error.absolute_keyword_location()?.as_str(), levels)
    }

    /// What the schema says that the value is. A keyword inside `then`, `else` or a list of alternatives belongs to
    /// the schema around those; one of a shared schema to what refers to it, where it has no word of its own.
    fn description(&self) -> Option<String> {
        let said = |schema: &Value| Some(schema.get("description")?.as_str()?.to_owned());
        let location = self.error.absolute_keyword_location()?.as_str();
        let (file, path) = location.split_once('#')?;
        let own = (1..=levels_of_value(path)).filter_map(|levels| self.schema(levels)).find_map(said);
        own.or_else(|| {
            let (before, _) = self.error.evaluation_path().as_str().rsplit_once("/$ref")?;
            let is_direct = !before.contains("/$ref");
            said(self.bundle.at(&format!("{file}#{before}"), 0).filter(|_| is_direct)?)
        })
    }
}

/// How many levels a keyword of a schema stands below the schema of the value that it judges. What stands further up speaks
/// of the value around.
fn levels_of_value(path: &str) -> usize {
    let mut levels = 0;
    let mut parts = path.split('/').skip(1);
    while let Some(part) = parts.next() {
        levels = match part {
            "properties" | "patternProperties" | "$defs" | "%24defs" => parts.next().map_or(levels, |_| 0),
            "items" | "prefixItems" | "additionalProperties" => 0,
            _ => levels + 1,
        };
    }
    levels
}

/// A value as a message shows it: a string without its quotes, anything long cut.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn type_names(kind: &TypeKind) -> String {
    let name = |kind: &str| match kind {
        "null" => "null".to_owned(),
        "array" | "integer" | "object" => format!("an {kind}"),
        other => format!("a {other}"),
    };
    match kind {
        TypeKind::Single(kind) => name(kind.as_str()),
        TypeKind::Multiple(kinds) => {
            let names: Vec<String> = kinds.iter().map(|kind| name(kind.as_str())).collect();
            join(&names).replace(" and ", " or ")
        }
    }
}
