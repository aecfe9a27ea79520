//! Types of values in the Workflow Definition Language.
//!
//! A [`Type`] is a set of [`Kinds`], so that a union costs nothing, and a [`Shape`], which says what is known of the
//! members or elements. Nothing is copied out of a definition: a shape points at the schema or the value that
//! describes it, and is looked into when an expression asks. [`Type::ANY`] is the type of what is not known, and of
//! everything after a mistake, so that one mistake makes one message.

use std::fmt;

use super::documented::Documented;
use crate::base::json::Node;
use crate::base::words::join;

/// A set of the kinds of value that the language distinguishes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

/// The kinds with their names, as messages say them.
const NAMES: [(Kinds, &str); 9] = [
    (Kinds::NULL, "null"),
    (Kinds::BOOL, "a boolean"),
    (Kinds::INT, "an integer"),
    (Kinds::FLOAT, "a float"),
    (Kinds::STRING, "a string"),
    (Kinds::ARRAY, "an array"),
    (Kinds::OBJECT, "an object"),
    (Kinds::BINARY, "binary content"),
    (Kinds::XML, "XML"),
];

impl Kinds {
    /// No kind: the type of what cannot be.
    pub const NONE: Self = Self(0);
    /// `null`.
    pub const NULL: Self = Self(1);
    /// `true` and `false`.
    pub const BOOL: Self = Self(1 << 1);
    /// Whole numbers of 64 bits.
    pub const INT: Self = Self(1 << 2);
    /// Floating point numbers, and decimals.
    pub const FLOAT: Self = Self(1 << 3);
    /// Text.
    pub const STRING: Self = Self(1 << 4);
    /// Arrays.
    pub const ARRAY: Self = Self(1 << 5);
    /// Objects.
    pub const OBJECT: Self = Self(1 << 6);
    /// Content with a type: the engine shows it as an object and decodes it where text is wanted.
    pub const BINARY: Self = Self(1 << 7);
    /// An XML document.
    pub const XML: Self = Self(1 << 8);
    /// Integers and floats.
    pub const NUMBER: Self = Self::INT.or(Self::FLOAT);
    /// Every kind.
    pub const ANY: Self = Self((1 << 9) - 1);

    /// The kinds in either.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The kinds in both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The kinds of this that are not in the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether some kind is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every kind of the other is in this.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// `a string or an array`, for messages.
impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("any value");
        }
        let mut names: Vec<String> = Vec::new();
        if self.covers(Self::NUMBER) {
            names.push("a number".to_owned());
        }
        for (kind, name) in NAMES {
            let said = self.covers(Self::NUMBER) && Self::NUMBER.meets(kind);
            if self.meets(kind) && !said {
                names.push(name.to_owned());
            }
        }
        match names.split_last() {
            None => f.write_str("nothing"),
            Some((last, [])) => f.write_str(last),
            Some((_, _)) => f.write_str(&join(&names).replace(" and ", " or ")),
        }
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kinds({self})")
    }
}

/// What is known of a value before the run.
#[derive(Debug, Clone, Copy)]
pub struct Type<'d> {
    /// What it may be.
    pub kinds: Kinds,
    /// What it is made of.
    pub shape: Shape<'d>,
    /// How we know.
    pub basis: Basis,
    /// Whether an access with `?` stands behind it, which gives null where a member is missing.
    pub optional: bool,
}

/// How a type is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A schema or a documentation says so, which the run need not keep to.
    Declared,
    /// The language leaves no other possibility.
    Certain,
}

/// What an object or array is made of.
#[derive(Debug, Clone, Copy)]
pub enum Shape<'d> {
    /// Nothing is known.
    Open,
    /// An object of the language itself.
    Record(&'static Record),
    /// An array whose elements are of these kinds.
    Of(Kinds),
    /// What a JSON Schema says.
    Schema(Node<'d>),
    /// An object or array that is written in the definition.
    Value(Node<'d>),
    /// An array, each element made as this value of the definition says.
    Each(Node<'d>),
    /// What a catalogue documents.
    Documented(Documented),
    /// The outputs of an action or trigger, by a number that the [`Environment`](super::check::Environment) knows.
    Outputs(u32),
}

/// An object of the language itself, such as what `workflow()` gives.
#[derive(Debug)]
pub struct Record {
    /// Its members.
    pub members: &'static [Field],
    /// Whether it has these members and no others.
    pub is_closed: bool,
}

/// A member of a [`Record`].
#[derive(Debug)]
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// The kinds of its value.
    pub kinds: Kinds,
    /// What its value is made of.
    pub shape: Option<&'static Record>,
}

impl<'d> Type<'d> {
    /// What is not known.
    pub const ANY: Self =
        Self { kinds: Kinds::ANY, shape: Shape::Open, basis: Basis::Declared, optional: false };

    /// A value of these kinds, for certain.
    pub const fn certain(kinds: Kinds) -> Self {
        Self { kinds, shape: Shape::Open, basis: Basis::Certain, optional: false }
    }

    /// A value of these kinds, as something declares.
    pub const fn declared(kinds: Kinds) -> Self {
        Self { kinds, shape: Shape::Open, basis: Basis::Declared, optional: false }
    }

    /// An array for certain, of elements of these kinds.
    pub const fn array(elements: Kinds) -> Self {
        Self::certain(Kinds::ARRAY).shaped(Shape::Of(elements))
    }

    /// The same with that shape.
    #[must_use]
    pub const fn shaped(self, shape: Shape<'d>) -> Self {
        Self { shape, ..self }
    }

    /// The same behind an access with `?`.
    #[must_use]
    pub const fn made_optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Either of two: what is true of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.kinds.is_none() {
            return other;
        }
        if other.kinds.is_none() {
            return self;
        }
        let collections = Kinds::ARRAY.or(Kinds::OBJECT);
        // A side that is neither array nor object says nothing of members and takes nothing away.
        let shape = match (self.kinds.meets(collections), other.kinds.meets(collections)) {
            (true, false) => self.shape,
            (false, true) => other.shape,
            _ => self.shape.or(other.shape),
        };
        Self {
            kinds: self.kinds.or(other.kinds),
            shape,
            basis: self.basis.min(other.basis),
            optional: self.optional || other.optional,
        }
    }

    /// Whether nothing at all is known.
    pub fn is_any(&self) -> bool {
        self.kinds == Kinds::ANY && matches!(self.shape, Shape::Open)
    }

    /// Whether it is known to be none of these kinds. Binary content and XML turn into text and objects where these
    /// are wanted, so of them nothing is known.
    pub fn is_never(&self, kinds: Kinds) -> bool {
        !self.kinds.is_none() && !self.kinds.meets(kinds) && !self.kinds.meets(Kinds::BINARY.or(Kinds::XML))
    }
}

impl Shape<'_> {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(a), Self::Of(b)) => Self::Of(a.or(b)),
            (Self::Record(a), Self::Record(b)) if std::ptr::eq(a, b) => self,
            (Self::Schema(a), Self::Schema(b)) if a.span() == b.span() => self,
            (Self::Value(a), Self::Value(b)) if a.span() == b.span() => self,
            _ => Self::Open,
        }
    }
}

impl Record {
    /// A member by name; names of properties distinguish no case.
    pub fn get(&self, name: &str) -> Option<&'static Field> {
        self.members.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }
}

impl Field {
    /// A member without members of its own.
    pub const fn new(name: &'static str, kinds: Kinds) -> Self {
        Self { name, kinds, shape: None }
    }

    /// A member that is a record.
    pub const fn record(name: &'static str, shape: &'static Record) -> Self {
        Self { name, kinds: Kinds::OBJECT, shape: Some(shape) }
    }

    /// Its type.
    pub fn of_type<'d>(&self) -> Type<'d> {
        Type::certain(self.kinds).shaped(self.shape.map_or(Shape::Open, Shape::Record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_said_in_words() {
        assert_eq!(Kinds::ANY.to_string(), "any value");
        assert_eq!(Kinds::NONE.to_string(), "nothing");
        assert_eq!(Kinds::NUMBER.or(Kinds::STRING).to_string(), "a number or a string");
        let three = Kinds::STRING.or(Kinds::ARRAY).or(Kinds::OBJECT);
        assert_eq!(three.to_string(), "a string, an array or an object");
    }

    #[test]
    fn a_union_knows_what_both_know() {
        let texts = Type::array(Kinds::STRING);
        let null = Type::certain(Kinds::NULL);
        let union = texts.or(null);
        assert!(matches!(union.shape, Shape::Of(Kinds::STRING)) && union.basis == Basis::Certain);
        assert!(union.is_never(Kinds::OBJECT) && !union.is_never(Kinds::NULL));
        assert!(texts.or(Type::ANY).is_any());
        assert_eq!(texts.or(Type::array(Kinds::INT)).basis, Basis::Certain);
        assert!(!Type::certain(Kinds::BINARY).is_never(Kinds::STRING));
    }
}
