//! Which strings of a definition the engine evaluates, and when.
//!
//! Values are evaluated, and so are the keys of objects (observed: a key `@odata.type` must be written `@@odata.type`).
//! Names, types, descriptions, metadata and run-after lists are not.
//!
//! In a template ARM comes first. A string that it computes is read too where it is made of what the template holds.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::base::json::Node;
use crate::expr::template::{self, Template};
use crate::expr::{Expr, ExprError, Segment};

use super::arm::{HOLE, Templates};
use super::definition::{ActionId, Definition};

/// A string with at least one expression or escape in it.
#[derive(Debug)]
pub struct Text<'d> {
    /// Whose string it is.
    pub owner: Owner,
    /// When it is evaluated.
    pub when: When,
    /// The string, or the member whose key it is.
    pub node: Node<'d>,
    /// Whether the key is meant, not the value.
    pub is_key: bool,
    /// What it means. A third of the strings of a definition are written more than once; each is parsed once.
    pub parsed: Result<Rc<Template>, ExprError>,
    /// How places in what the engine reads lie in the string of the document.
    place: Placed,
}

/// Where the text that the engine reads comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placed {
    /// From the string, without so many bytes at its front, which ARM takes off.
    Written(usize),
    /// From an expression of that many bytes, which ARM evaluates: no part of it is a part of what comes out.
    Made(usize),
}

/// Who evaluates a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The definition: its outputs and the defaults of its parameters.
    Definition,
    /// The trigger of that index.
    Trigger(usize),
    /// An action.
    Action(ActionId),
}

/// When a string is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Before any action: triggers and parameters.
    First,
    /// When the action starts, before the actions in it.
    Start,
    /// After the action and all in it: the condition of an Until, and tracked properties.
    End,
    /// After everything: outputs.
    Last,
}

impl Text<'_> {
    /// A byte range of the parsed text, as one of the string in the document.
    /// Of a text that ARM makes it is all of the expression.
    pub fn range(&self, span: &Range<usize>) -> Range<usize> {
        match self.place {
            Placed::Written(shift) => span.start + shift..span.end + shift,
            Placed::Made(length) => 0..length,
        }
    }

    /// Whether ARM makes it of an expression.
    pub fn is_made(&self) -> bool {
        matches!(self.place, Placed::Made(_))
    }

    /// Visits every expression of the string; nothing when it does not parse.
    pub fn walk<'t>(&'t self, mut visit: impl FnMut(&'t Expr)) {
        if let Ok(template) = &self.parsed {
            template.expressions().for_each(|expr| expr.walk(&mut visit));
        }
    }
}

impl<'d> Definition<'d> {
    /// Every string that holds an expression or an escape, owners in document order: parameters, triggers, actions,
    /// outputs. `templates` are those of the document.
    pub fn texts(&self, templates: &Templates<'d>) -> Vec<Text<'d>> {
        let (texts, known) = (Vec::new(), BTreeMap::new());
        let mut collector = Collector { definition: self, templates, texts, known };
        for (_, parameter) in self.parameters.iter().flatten() {
            collector.members(*parameter, &["defaultValue"], Owner::Definition, When::First);
        }
        let trigger_parts =
            ["inputs", "recurrence", "conditions", "splitOn", "runtimeConfiguration", "correlation"];
        for (at, trigger) in self.triggers.iter().enumerate() {
            collector.members(trigger.node, &trigger_parts, Owner::Trigger(at), When::First);
        }
        for action in self.actions() {
            let owner = Owner::Action(action.id);
            let condition = if action.is("Until") { When::End } else { When::Start };
            collector.members(
                action.node,
                &["inputs", "foreach", "runtimeConfiguration"],
                owner,
                When::Start,
            );
            collector.members(action.node, &["expression", "limit"], owner, condition);
            for (_, case) in action.node.get("cases").into_iter().flat_map(|cases| cases.members()) {
                collector.members(case, &["case"], owner, When::Start);
            }
            collector.members(action.node, &["trackedProperties"], owner, When::End);
        }
        collector.members(self.node, &["outputs"], Owner::Definition, When::Last);
        collector.texts
    }
}

struct Collector<'c, 'd> {
    definition: &'c Definition<'d>,
    templates: &'c Templates<'d>,
    texts: Vec<Text<'d>>,
    known: BTreeMap<&'d str, Rc<Template>>,
}

impl<'d> Collector<'_, 'd> {
    fn members(&mut self, holder: Node<'d>, keys: &[&str], owner: Owner, when: When) {
        for value in keys.iter().filter_map(|key| holder.get(key)) {
            self.value(value, owner, when);
        }
    }

    /// Everything in a value, in document order.
    fn value(&mut self, value: Node<'d>, owner: Owner, when: When) {
        for node in value.descendants() {
            if let Some(text) = node.as_str() {
                self.text(text, node, false, owner, when);
            }
            // The key of `value` itself is part of the language.
            if let Some(key) = node.key().filter(|_| node.id() != value.id()) {
                self.text(key, node, true, owner, when);
            }
        }
    }

    fn text(&mut self, text: &'d str, node: Node<'d>, is_key: bool, owner: Owner, when: When) {
        let (parsed, place) = match self.definition.passed_on(text) {
            Some((text, shift)) if template::is_template(text) => (self.parse(text), Placed::Written(shift)),
            None if !is_key && text.contains('@') => match self.made(node) {
                Some(made) => (template::parse(&made).map(Rc::new), Placed::Made(text.len())),
                None => return,
            },
            _ => return,
        };
        self.texts.push(Text { owner, when, node, is_key, parsed, place });
    }

    fn parse(&mut self, text: &'d str) -> Result<Rc<Template>, ExprError> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let parsed = Rc::new(template::parse(text)?);
        self.known.insert(text, parsed.clone());
        Ok(parsed)
    }

    /// What ARM makes of an expression, where the engine evaluates it and every part of it that is evaluated is the same in
    /// every deployment. Text between may have holes.
    fn made(&self, node: Node<'d>) -> Option<String> {
        let template = self.templates[self.definition.resource?].template;
        let text = self.templates.outline(template, node).filter(|text| template::is_template(text))?;
        let holes = text.matches(HOLE).count();
        let in_text = || match template::parse(&text) {
            Ok(Template::Interpolation(segments)) => segments
                .iter()
                .map(|segment| match segment {
                    Segment::Text { text, .. } => text.matches(HOLE).count(),
                    Segment::Expr(_) => 0,
                })
                .sum(),
            _ => 0,
        };
        (holes == 0 || holes == in_text()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;
    use crate::workflow::read;

    #[test]
    fn keys_and_values_are_found_and_arm_expressions_where_all_is_known() {
        let text = r#"{"resources": [{"type": "Microsoft.Logic/workflows", "properties": {"definition": {
            "triggers": {"t": {"type": "Recurrence", "conditions": [{"expression": "@equals(1, 1)"}]}},
            "actions": {
                "A": {"type": "Compose", "description": "@not(this)", "runAfter": {"@B": []},
                      "inputs": {"@{key()}": ["plain", "[concat('@{arm(', parameters('p'), ')}')]", "[concat('@{ma', 'de()}')]", "[[@{escaped()}]"]}},
                "U": {"type": "until", "expression": "@last()", "actions": {}}
            },
            "outputs": {"o": {"value": "@done()"}}
        }}}]}"#;
        let document = Document::parse(text).unwrap();
        let workflows = read(&document).unwrap();
        let found: Vec<_> = workflows.definitions[0]
            .texts(&workflows.templates)
            .iter()
            .map(|found| {
                let expr = found.parsed.as_ref().unwrap().expressions().next().unwrap();
                let range = found.range(&expr.span);
                let raw = if found.is_key { found.node.key() } else { found.node.as_str() };
                (raw.unwrap()[range].to_owned(), found.when)
            })
            .collect();
        let expected = [
            ("equals(1, 1)", When::First),
            ("key()", When::Start),
            ("[concat('@{ma', 'de()}')]", When::Start),
            ("escaped()", When::Start),
            ("last()", When::End),
            ("done()", When::Last),
        ];
        assert_eq!(found, expected.map(|(text, when)| (text.to_owned(), when)));
    }
}
