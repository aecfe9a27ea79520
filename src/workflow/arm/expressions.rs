//! The expressions of a document's templates, found and read once for all who ask.
//!
//! A nested deployment that does not ask for `inner` scope, and a template that a content package carries, are evaluated
//! twice: by the template around them and, where a bracket is doubled for it, once more when they are deployed
//! themselves. So an expression has the template whose parameters and variables it means. Source: Microsoft Learn,
//! "Using linked and nested templates": scope for expressions in nested templates, and "Template syntax": escape characters.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use crate::base::json::Node;
use crate::workflow::definition::fold;

use super::parser::{ArmCall, ArmError, ArmExpr, ArmKind, parse};
use super::template::{TemplateId, Templates};

/// One expression of a template.
#[derive(Debug)]
pub struct ArmText<'d> {
    /// The string, or the member whose key it is.
    pub node: Node<'d>,
    /// Whether the key is meant, not the value.
    pub is_key: bool,
    /// The innermost template it stands in.
    pub template: TemplateId,
    /// The template whose parameters and variables it means; `None` in a function of one's own, which has parameters of
    /// its own.
    pub reader: Option<TemplateId>,
    /// The expression. Its spans count from the last of the brackets before it. Half of them are written more than once; each
    /// is parsed once.
    pub parsed: Result<Rc<ArmExpr>, ArmError>,
    /// How many brackets stand before the one that opens it.
    shift: usize,
}

impl ArmText<'_> {
    /// A byte range of the expression, as one of the string in the document.
    pub fn range(&self, span: &Range<usize>) -> Range<usize> {
        span.start + self.shift..span.end + self.shift
    }

    /// Visits every call in it, outer ones first, with where it stands.
    pub fn each_call<'e>(&'e self, mut visit: impl FnMut(&'e ArmCall, &'e ArmExpr)) {
        if let Ok(expr) = &self.parsed {
            expr.walk(&mut |inner| {
                if let ArmKind::Call(call) = &inner.kind {
                    visit(call, inner);
                }
            });
        }
    }
}

/// The expressions of a document, and which names they read.
#[derive(Debug, Default)]
pub struct Expressions<'d> {
    texts: Vec<ArmText<'d>>,
    read: Vec<Reads>,
}

/// The names that are read of one template.
#[derive(Debug, Default)]
struct Reads {
    parameters: Names,
    variables: Names,
}

impl Reads {
    /// Nobody knows what is read.
    fn give_up(&mut self) {
        self.parameters.any = true;
        self.variables.any = true;
    }
}

/// Folded names. One that is computed stands for all: then nobody knows.
#[derive(Debug, Default)]
struct Names {
    read: BTreeSet<String>,
    any: bool,
}

/// What a template declares by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// A parameter, read by `parameters('name')`.
    Parameter,
    /// A variable, read by `variables('name')`.
    Variable,
}

impl Declared {
    /// The function that reads it, in lower case.
    pub fn function(self) -> &'static str {
        match self {
            Self::Parameter => "parameters",
            Self::Variable => "variables",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Variable => "variable",
        }
    }
}

/// The most expressions that are read. A file with more was made to fill memory, and of what stands behind them nobody
/// knows what it reads.
const MOST: usize = 200_000;

impl<'d> Expressions<'d> {
    pub(super) fn read(templates: &Templates<'d>) -> Self {
        let all: Vec<_> = templates.iter().collect();
        let mut found = Self { texts: Vec::new(), read: all.iter().map(|_| Reads::default()).collect() };
        let Some(root) = all.first() else { return found };
        let mut known: BTreeMap<&str, Rc<ArmExpr>> = BTreeMap::new();
        let readers: Vec<Vec<TemplateId>> = all.iter().map(|one| readers(templates, one.id)).collect();
        // Templates follow one another in the text, each around those in it.
        let mut starts: Vec<_> = all.iter().map(|one| (one.node.id(), one.id)).collect();
        starts.sort_unstable();
        let mut starts = starts.into_iter().peekable();
        let leave = |around: &mut Vec<TemplateId>, node: Node<'d>| {
            while around.last().is_some_and(|id| !node.is_within(templates[*id].node)) {
                around.pop();
            }
        };
        let mut around: Vec<TemplateId> = Vec::new();
        'nodes: for node in root.node.descendants() {
            let texts = [(node.bracketed_key(), true), (node.bracketed(), false)];
            // Nearly all values are no expression, and of these nobody asks where they stand.
            if texts.iter().all(|(text, _)| text.is_none()) {
                continue;
            }
            // The templates that begin before it or with it, then those of them that it stands in.
            while let Some((_, id)) = starts.next_if(|(start, _)| *start <= node.id()) {
                leave(&mut around, templates[id].node);
                around.push(id);
            }
            leave(&mut around, node);
            let Some(template) = around.last().copied() else { continue };
            let readers = &readers[template.index()];
            for (text, is_key) in texts {
                let Some(text) = text.filter(|text| text.ends_with(']')) else { continue };
                let opening = text.bytes().take_while(|byte| *byte == b'[').count();
                let Some(shift) = opening.checked_sub(1) else { continue };
                // More brackets than evaluations: the text keeps one of them.
                let Some(reader) = readers.get(shift).copied() else { continue };
                let reader = match place(node, templates[template].node) {
                    _ if reader != template => Some(reader),
                    Place::Evaluated => Some(reader),
                    Place::OwnFunction => None,
                    Place::Said => continue,
                };
                if found.texts.len() >= MOST {
                    found.read.iter_mut().for_each(Reads::give_up);
                    break 'nodes;
                }
                let text = &text[shift..];
                let parsed = match known.get(text) {
                    Some(known) => Ok(known.clone()),
                    None => parse(text).map(Rc::new).inspect(|parsed| _ = known.insert(text, parsed.clone())),
                };
                found.texts.push(ArmText { node, is_key, template, reader, parsed, shift });
            }
        }
        found.names();
        found
    }

    /// The expressions, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &ArmText<'d>> {
        self.texts.iter()
    }

    /// The expression that a value is, by itself and not for a later evaluation; where it was read.
    pub fn of_value(&self, node: Node<'_>) -> Option<&Result<Rc<ArmExpr>, ArmError>> {
        // The key of a member stands before its value.
        let wanted = (node.id(), true);
        let at = self.texts.binary_search_by_key(&wanted, |text| (text.node.id(), !text.is_key)).ok()?;
        Some(&self.texts[at]).filter(|text| text.shift == 0).map(|text| &text.parsed)
    }

    /// Whether an expression reads that name of a template, as far as anybody can tell.
    pub fn reads(&self, template: TemplateId, what: Declared, name: &str) -> bool {
        let reads = &self.read[template.index()];
        let names = match what {
            Declared::Parameter => &reads.parameters,
            Declared::Variable => &reads.variables,
        };
        names.any || names.read.contains(&fold(name))
    }

    fn names(&mut self) {
        for text in &self.texts {
            let Some(reader) = text.reader else { continue };
            let reads = &mut self.read[reader.index()];
            if text.parsed.is_err() {
                reads.give_up();
            }
            text.each_call(|call, _| {
                let names = match () {
                    () if call.is("parameters") => &mut reads.parameters,
                    () if call.is("variables") => &mut reads.variables,
                    () => return,
                };
                match call.first_text() {
                    Some(name) => _ = names.read.insert(fold(name)),
                    None => names.any = true,
                }
            });
        }
    }
}

/// The templates that evaluate the strings of one, in the order in which they do.
fn readers(templates: &Templates<'_>, id: TemplateId) -> Vec<TemplateId> {
    let carrier = |id: TemplateId| templates[id].carrier.map(|carrier| &templates[carrier]);
    let mut chain: Vec<TemplateId> =
        std::iter::successors(Some(id), |id| carrier(*id).map(|resource| resource.template)).collect();
    let mut found: Vec<TemplateId> = chain.pop().into_iter().collect();
    while let Some(next) = chain.pop() {
        let is_own = carrier(next).is_some_and(|resource| resource.deploys_in_its_own_scope());
        match found.last_mut().filter(|_| is_own) {
            // What is around leaves the strings of such a deployment alone.
            Some(last) => *last = next,
            None => found.push(next),
        }
    }
    found
}

/// What becomes of a string, by where it stands in its template.
enum Place {
    /// It is evaluated.
    Evaluated,
    /// It is part of a function of one's own.
    OwnFunction,
    /// It is said to people and never evaluated.
    Said,
}

fn place(node: Node<'_>, template: Node<'_>) -> Place {
    let up = std::iter::successors(Some(node), Node::parent).take_while(|node| node.id() != template.id());
    // The outermost three; on the way up each new one comes before those that were met.
    let keys = up.filter_map(|node| node.key()).fold([""; 3], |[first, second, _], key| [key, first, second]);
    match keys {
        ["metadata" | "$schema" | "contentVersion", ..] => Place::Said,
        ["functions", ..] => Place::OwnFunction,
        ["parameters", _, "defaultValue"] => Place::Evaluated,
        ["parameters", ..] => Place::Said,
        ["outputs", _, "metadata"] => Place::Said,
        _ => Place::Evaluated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    const TEMPLATE: &str = r#"{
        "metadata": {"comments": "[not an expression]"},
        "parameters": {"A": {"type": "string", "defaultValue": "[variables('v')]", "metadata": {"description": "[x]"}}},
        "functions": [{"namespace": "own", "members": {"f": {"output": {"value": "[parameters('inner')]"}}}}],
        "variables": {"v": "[concat('a'", "w": "plain [text]", "x": "[[escaped]"},
        "resources": [
            {"type": "Microsoft.Resources/deployments", "name": "outer", "properties": {"template": {
                "parameters": {"B": {"type": "string"}},
                "resources": [{"name": "[parameters('A')]", "kind": "[[parameters('B')]", "location": "[[[x]"}]}}},
            {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {
                "expressionEvaluationOptions": {"scope": "inner"},
                "template": {"resources": [{"name": "[variables(concat('a', 'b'))]", "kind": "[[escaped]"}]}}},
            {"type": "Microsoft.SecurityInsights/contentTemplates", "name": "carried", "properties": {"mainTemplate": {
                "metadata": {"title": "[variables('v')]"},
                "resources": [{"name": "[[variables('own')]"}]}}}
        ]
    }"#;

    #[test]
    fn each_expression_has_its_reader() {
        let document = Document::parse(TEMPLATE).unwrap();
        let templates = Templates::read(document.root());
        let found: Vec<_> = templates
            .expressions()
            .iter()
            .map(|text| {
                let whole = text.node.as_str().unwrap_or_default();
                (&whole[text.shift..], text.template.index(), text.reader.map(TemplateId::index))
            })
            .collect();
        assert_eq!(
            found,
            [
                ("[variables('v')]", 0, Some(0)),
                ("[parameters('inner')]", 0, None),
                ("[parameters('A')]", 1, Some(0)),
                ("[parameters('B')]", 1, Some(1)),
                ("[variables(concat('a', 'b'))]", 2, Some(2)),
                ("[variables('v')]", 3, Some(0)),
                ("[variables('own')]", 3, Some(3)),
            ]
        );
    }

    #[test]
    fn names_are_known_unless_one_is_computed() {
        let document = Document::parse(TEMPLATE).unwrap();
        let templates = Templates::read(document.root());
        let expressions = templates.expressions();
        let root = TemplateId::ROOT;
        assert!(expressions.reads(root, Declared::Parameter, "a"));
        assert!(!expressions.reads(root, Declared::Parameter, "inner"));
        assert!(expressions.reads(root, Declared::Variable, "V"));
        assert!(!expressions.reads(root, Declared::Variable, "w"));
        let computed = templates.iter().nth(2).map(|template| template.id);
        assert!(computed.is_some_and(|id| expressions.reads(id, Declared::Variable, "whatever")));
    }
}
