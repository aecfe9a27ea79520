//! Compares values with the tables.

use crate::base::diagnostic::{Rule, did_you_mean};
use crate::base::duration;
use crate::base::json::{Kind as Json, Node};
use crate::check::Findings;

use super::codes::{MISSING_MEMBER, UNKNOWN_MEMBER, WRONG_SIZE, WRONG_TYPE, WRONG_VALUE};
use super::kind::{Computed, Kind, Member, Shape, Type, is_arm, is_computed};
use super::words;

/// Judges one value after another and keeps what it finds.
#[derive(Debug)]
pub(super) struct Judge<'o, 'd> {
    /// The trigger or action that is looked at, for the messages.
    owner: Option<Node<'d>>,
    out: &'o mut Findings,
}

impl<'o, 'd> Judge<'o, 'd> {
    pub(super) fn new(out: &'o mut Findings) -> Self {
        Self { owner: None, out }
    }

    /// Judges what belongs to a trigger or action.
    pub(super) fn within<'n>(&mut self, owner: Node<'n>, judge: impl FnOnce(&mut Judge<'_, 'n>)) {
        judge(&mut Judge { owner: Some(owner), out: self.out });
    }

    /// A value that should be of a kind.
    pub(super) fn value(&mut self, node: Node<'_>, kind: &Kind) {
        let text = node.as_str();
        // Asked only where it matters: most values may be anything.
        let computed = || text.is_some_and(is_computed);
        match kind {
            Kind::Any => {}
            Kind::Text => self.typed(node, &[Type::Text]),
            Kind::Filled => match text {
                Some("") => self.say(&WRONG_SIZE, node, "is empty", Some("give it a value".to_owned())),
                Some(_) => {}
                None => self.typed(node, &[Type::Text]),
            },
            Kind::Expression => match text {
                Some(_) if computed() => {}
                Some(text) => {
                    let help = format!("did you mean `@{text}`? An expression begins with `@`");
                    self.say(&WRONG_VALUE, node, "must be an expression", Some(help));
                }
                None => self.say(&WRONG_TYPE, node, "must be an expression, such as `@equals(1, 1)`", None),
            },
            Kind::Integer if !computed() => self.integer(node, i64::MIN),
            Kind::Positive if !computed() => self.integer(node, 1),
            Kind::Number if !computed() => {
                let is_number = match node.kind() {
                    Json::Number(_) => true,
                    Json::String(text) => text.parse::<f64>().is_ok(),
                    _ => false,
                };
                if !is_number {
                    self.wrong_type(node, "a number");
                }
            }
            Kind::Boolean if !computed() => {
                let is_boolean = node.as_bool().is_some()
                    || text.is_some_and(|text| matches!(text, "true" | "True" | "false" | "False"));
                if !is_boolean {
                    self.wrong_type(node, "a boolean");
                }
            }
            Kind::Duration if !computed() => self.duration(node),
            Kind::Word(allowed) if !computed() => self.word(node, allowed),
            Kind::Words(allowed) if !computed() => self.words(node, allowed),
            Kind::Of(types) if !computed() => self.typed(node, types),
            Kind::Plain(types) => self.typed(node, types),
            Kind::Object(shape) => self.shape(node, shape),
            Kind::Map(kind) if !computed() && self.is(node, Type::Object) => {
                node.items().for_each(|item| self.value(item, kind));
            }
            Kind::List(kind) if !computed() && self.is(node, Type::Array) => {
                node.items().for_each(|item| self.value(item, kind));
            }
            Kind::Own(judge) => judge(&mut Judge { owner: self.owner, out: self.out }, node),
            _ => {}
        }
    }

    /// An object that should have the members of a shape.
    pub(super) fn shape(&mut self, node: Node<'_>, shape: &'static Shape) {
        let is_computed = match (shape.computed, node.as_str()) {
            (Computed::Yes, Some(text)) => is_computed(text),
            (Computed::ByArm, Some(text)) => is_arm(text),
            (_, None) => false,
        };
        if is_computed || !self.is(node, Type::Object) {
            return;
        }
        let mut meant = Vec::new();
        for (key, value) in node.members() {
            match shape.get(key) {
                Some(member) => self.value(value, &member.kind),
                None if is_arm(key) => {}
                None => meant.extend(self.other_member(node, key, value, shape)),
            }
        }
        let is_missing = |member: &&Member| {
            member.is_required && node.get(member.name).is_none() && !meant.contains(&member.name)
        };
        self.missing(node, &shape.all().filter(is_missing).collect::<Vec<_>>());
        if let Some(also) = shape.also {
            also(&mut Judge { owner: self.owner, out: self.out }, node);
        }
    }

    /// A member that the shape does not have; gives back the one that is meant. One that only differs in
    /// case is no error: no refusal of it is known.
    fn other_member(
        &mut self,
        node: Node<'_>,
        key: &str,
        value: Node<'_>,
        shape: &'static Shape,
    ) -> Option<&'static str> {
        let named = |member: &&Member| member.name.eq_ignore_ascii_case(key);
        if let Some(member) = shape.all().find(named) {
            self.out.push(words::other_case(self.owner, node, value, member));
            self.value(value, &member.kind);
            return Some(member.name);
        }
        if shape.is_open {
            return None;
        }
        self.out.push(words::unknown(&UNKNOWN_MEMBER, self.owner, node, value, shape));
        did_you_mean(key, shape.all().map(|member| member.name))
    }

    /// Says in one message that members are not there. Members that a table describes, so that their purpose can be said.
    pub(super) fn missing(&mut self, node: Node<'_>, members: &[&Member]) {
        if !members.is_empty() {
            self.out.push(words::missing(&MISSING_MEMBER, self.owner, node, members));
        }
    }

    /// Says which of these members an object lacks, where it must have them only because of its other members.
    pub(super) fn lacks(&mut self, node: Node<'_>, shape: &'static Shape, names: &[&str]) {
        let is_missing = |name: &&&str| node.get_ignore_case(name).is_none();
        let missing: Vec<&Member> =
            names.iter().filter(is_missing).filter_map(|name| shape.get(name)).collect();
        self.missing(node, &missing);
    }

    /// Reports a value: "`key` of the Http action `Call` {problem}".
    pub(super) fn say(&mut self, rule: &'static Rule, node: Node<'_>, problem: &str, help: Option<String>) {
        self.out.push(words::say(rule, self.owner, node, problem, help));
    }

    pub(super) fn is(&mut self, node: Node<'_>, wanted: Type) -> bool {
        self.typed(node, &[wanted]);
        Type::of(node) == wanted
    }

    fn typed(&mut self, node: Node<'_>, types: &[Type]) {
        if !types.contains(&Type::of(node)) {
            self.wrong_type(node, &words::either(types));
        }
    }

    pub(super) fn wrong_type(&mut self, node: Node<'_>, wanted: &str) {
        let problem = format!("must be {wanted}, not {}", node.kind_name());
        self.say(&WRONG_TYPE, node, &problem, words::written(wanted).map(str::to_owned));
    }

    fn integer(&mut self, node: Node<'_>, least: i64) {
        match integer(node) {
            None => self.wrong_type(node, "a whole number"),
            Some(number) if number < least => {
                self.say(&WRONG_SIZE, node, &format!("is {number}; at least {least} is allowed"), None);
            }
            Some(_) => {}
        }
    }

    fn duration(&mut self, node: Node<'_>) {
        match node.as_str() {
            None => self.wrong_type(node, "a length of time as a string"),
            Some(text) if duration::seconds(text).is_some() => {}
            Some(text) => {
                let problem = format!("is no length of time: `{}`", words::cut(text));
                let help = "write it as ISO 8601 does: `PT20S`, `PT1H30M`, `P1D`".to_owned();
                self.say(&WRONG_VALUE, node, &problem, Some(help));
            }
        }
    }

    fn word(&mut self, node: Node<'_>, allowed: &[&str]) {
        match node.as_str() {
            None => self.wrong_type(node, "a string"),
            Some(text) if allowed.iter().any(|word| word.eq_ignore_ascii_case(text)) => {}
            Some(text) => self.wrong_word(node, text, allowed),
        }
    }

    fn words(&mut self, node: Node<'_>, allowed: &[&str]) {
        let Some(text) = node.as_str() else { return self.wrong_type(node, "a string") };
        let separators = |c: char| c == ',' || c == ';' || c.is_whitespace();
        for word in text.split(separators).filter(|word| !word.is_empty()) {
            if !allowed.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                self.wrong_word(node, word, allowed);
            }
        }
    }

    fn wrong_word(&mut self, node: Node<'_>, found: &str, allowed: &[&str]) {
        let (problem, help) = words::wrong_word(found, allowed);
        self.say(&WRONG_VALUE, node, &problem, Some(help));
    }
}

/// A whole number, written as one or as text.
pub(super) fn integer(node: Node<'_>) -> Option<i64> {
    match node.kind() {
        Json::Number(digits) => digits.parse().ok().or_else(|| {
            let number: f64 = digits.parse().ok()?;
            // A whole number with a fraction of zeros, or with an exponent; of one too large only its size matters.
            (number.fract() == 0.0).then_some(if number < 0.0 { i64::MIN } else { i64::MAX })
        }),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}
