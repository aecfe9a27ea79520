//! Answers as a catalogue documents them: paths of fields with their types, `properties/labels/*/labelName: string`.
//!
//! A documented field may be missing, and there may be more, so a type from here is never certain and nothing is ever said
//! to be missing.

use super::types::{Kinds, Shape, Type};

/// A place in a documented answer.
#[derive(Debug, Clone, Copy)]
pub struct Documented {
    /// Paths and types, `/` between levels and `*` for each element.
    pub fields: &'static [(&'static str, &'static str)],
    /// The path of the place; empty for the whole.
    pub at: &'static str,
}

impl Documented {
    /// The type of what stands in this place.
    pub fn of_type<'d>(self) -> Type<'d> {
        let listed = self.fields.iter().find(|(path, _)| *path == self.at);
        let kinds = match listed {
            Some((_, kind)) => kinds(kind),
            None if self.step("*").is_some() => Kinds::ARRAY,
            None => Kinds::OBJECT,
        };
        Type::declared(kinds).shaped(Shape::Documented(self))
    }

    /// The member of that name, in any case; nothing when it is not documented.
    pub(super) fn member<'d>(self, name: &str) -> Option<Type<'d>> {
        if name == "*" { None } else { self.step(name).map(Self::of_type) }
    }

    /// The elements; of any type where nothing says more.
    pub(super) fn element<'d>(self) -> Type<'d> {
        self.step("*").map_or(Type::ANY, Self::of_type)
    }

    fn step(self, name: &str) -> Option<Self> {
        self.fields.iter().find_map(|(path, _)| {
            let below = match self.at {
                "" => path,
                at => path.strip_prefix(at)?.strip_prefix('/')?,
            };
            let is_whole = matches!(below.as_bytes().get(name.len()), None | Some(b'/'));
            let is_named = below.get(..name.len()).is_some_and(|first| first.eq_ignore_ascii_case(name));
            let end = path.len() - below.len() + name.len();
            (is_whole && is_named).then(|| Self { at: &path[..end], ..self })
        })
    }
}

fn kinds(name: &str) -> Kinds {
    match name {
        "string" | "datetime" => Kinds::STRING,
        "integer" => Kinds::INT,
        "number" => Kinds::NUMBER,
        "boolean" => Kinds::BOOL,
        "array" => Kinds::ARRAY,
        "object" => Kinds::OBJECT,
        _ => Kinds::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[(&str, &str)] = &[
        ("id", "string"),
        ("properties/labels", "array"),
        ("properties/labels/*/labelName", "string"),
        ("value/*/count", "integer"),
    ];

    fn kinds_at(path: &[&str]) -> Option<Kinds> {
        let mut at = Documented { fields: FIELDS, at: "" };
        for step in path {
            at = at.step(step)?;
        }
        Some(at.of_type().kinds)
    }

    #[test]
    fn places_between_the_fields_have_types_too() {
        assert_eq!(kinds_at(&[]), Some(Kinds::OBJECT));
        assert_eq!(kinds_at(&["ID"]), Some(Kinds::STRING));
        assert_eq!(kinds_at(&["properties"]), Some(Kinds::OBJECT));
        assert_eq!(kinds_at(&["Properties", "labels", "*"]), Some(Kinds::OBJECT));
        assert_eq!(kinds_at(&["properties", "labels", "*", "labelname"]), Some(Kinds::STRING));
        assert_eq!(kinds_at(&["value"]), Some(Kinds::ARRAY));
        assert_eq!(kinds_at(&["value", "*", "count"]), Some(Kinds::INT));
        assert_eq!(kinds_at(&["prop"]), None);
        assert!(Documented { fields: FIELDS, at: "id" }.member("x").is_none());
    }
}
