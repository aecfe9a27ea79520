//! The language of the tables: what a value may be, and which members an object has.

use crate::base::json::{Kind as Json, Node};

use super::judge::Judge;

/// What a value may be. Unless a line says otherwise, an expression may stand in its place.
#[derive(Debug)]
pub(super) enum Kind {
    /// Anything.
    Any,
    /// Text, empty or not; an expression is text too.
    Text,
    /// Text that is not empty.
    Filled,
    /// An expression and nothing else.
    Expression,
    /// A whole number, or its digits as text.
    Integer,
    /// A whole number from 1, or its digits as text.
    Positive,
    /// A number, or its digits as text.
    Number,
    /// `true` or `false`, also as text.
    Boolean,
    /// A length of time.
    Duration,
    /// One of these words, in any case.
    Word(&'static [&'static str]),
    /// Words of this list in one string, separated by commas.
    Words(&'static [&'static str]),
    /// A value of one of these JSON types.
    Of(&'static [Type]),
    /// A value of one of these JSON types; no expression, unless text is among them.
    Plain(&'static [Type]),
    /// An object with known members.
    Object(&'static Shape),
    /// An object whose members all are of a kind.
    Map(&'static Kind),
    /// An array whose elements all are of a kind.
    List(&'static Kind),
    /// What a function judges.
    Own(fn(&mut Judge<'_, '_>, Node<'_>)),
}

/// The types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// Whether something may be computed in place of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Computed {
    /// By an expression of the workflow or of ARM.
    Yes,
    /// Only by ARM, before the service reads the definition.
    ByArm,
}

/// One member of an object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) is_required: bool,
    pub(super) kind: Kind,
    /// What it is for, to be read after "add `name`:". May be empty.
    pub(super) about: &'static str,
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Shape {
    /// Members that this shape shares with others.
    pub(super) common: &'static [Member],
    pub(super) members: &'static [Member],
    pub(super) computed: Computed,
    /// Whether other members are let pass.
    pub(super) is_open: bool,
    /// What is to be judged beyond that.
    pub(super) also: Option<fn(&mut Judge<'_, '_>, Node<'_>)>,
}

impl Shape {
    pub(super) const fn new(members: &'static [Member]) -> Self {
        Self { common: &[], members, computed: Computed::Yes, is_open: false, also: None }
    }

    pub(super) const fn with(self, common: &'static [Member]) -> Self {
        Self { common, ..self }
    }

    pub(super) const fn computed(self, computed: Computed) -> Self {
        Self { computed, ..self }
    }

    pub(super) const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }

    pub(super) const fn also(self, also: fn(&mut Judge<'_, '_>, Node<'_>)) -> Self {
        Self { also: Some(also), ..self }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'static Member> + use<> {
        self.members.iter().chain(self.common)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'static Member> {
        self.all().find(|member| member.name == name)
    }
}

/// A member that must be there.
pub(super) const fn must(name: &'static str, kind: Kind, about: &'static str) -> Member {
    Member { name, is_required: true, kind, about }
}

/// A member that may be there.
pub(super) const fn may(name: &'static str, kind: Kind) -> Member {
    Member { name, is_required: false, kind, about: "" }
}

impl Type {
    pub(super) fn of(node: Node<'_>) -> Self {
        match node.kind() {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::Text,
            Json::Array => Self::Array,
            Json::Object => Self::Object,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// Whether a text is computed, by the workflow (`@…`, `…@{…}…`) or by ARM (`[…]`), so that what it yields is not known.
pub(in crate::check::rules) fn is_computed(text: &str) -> bool {
    text.starts_with('@') || is_arm(text) || text.contains("@{")
}

/// Whether ARM computes a text.
pub(super) fn is_arm(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}
