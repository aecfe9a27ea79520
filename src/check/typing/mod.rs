//! The types of a definition: what its actions, triggers, variables and parameters give to an expression.
//!
//! [`Typing`] looks at every expression of a definition once and keeps its type and what is wrong with it. An expression
//! that refers to another is typed after it; a ring of references gives [`Type::ANY`], since the run-after rules report
//! it.
//!
//! | module | what it knows |
//! |---|---|
//! | [`outputs`] | what each type of action and trigger gives |
//! | [`around`] | what an expression sees from where it stands: loops, items, variables, parameters |
//! | [`conditions`] | conditions that are written as objects, `{"and": [{"equals": […]}]}` |

mod around;
mod conditions;
mod outputs;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::{Kind, Node};
use crate::expr::types::Basis;
use crate::expr::{Documented, Expr, Issue, IssueKind, Kinds, Shape, Template, Type, check};
use crate::workflow::Definition;
use crate::workflow::definition::fold;
use crate::workflow::strings::Text;

use super::call::ConnectorCall;
use super::context::Variable;
use super::lint::{in_text, rewrite};

pub(super) use around::{Around, declared_kinds, repeated, variable};

/// How many texts may wait for one another. A longer chain of references is typed from where it breaks off.
const MOST_DEEP: usize = 8;

/// The most issues that are kept. Nobody reads more, and a file made to be hostile has millions.
const MOST_ISSUES: usize = 20_000;

/// The types of one definition.
#[derive(Debug)]
pub(super) struct Typing<'c, 'd> {
    definition: &'c Definition<'d>,
    texts: &'c [Text<'d>],
    /// Kinds of variables and parameters by name in lower case; of a name that is made twice nothing is known.
    variables: BTreeMap<String, Option<Kinds>>,
    parameters: BTreeMap<String, Option<Kinds>>,
    /// Where each text that is a value begins in the document, with its index; sorted.
    places: Vec<(usize, usize)>,
    types: Vec<Cell<State<'d>>>,
    /// How many texts are being typed, each for the one before.
    depth: Cell<usize>,
    /// Documented answers of actions and the trigger, by the numbers of their outputs.
    answers: BTreeMap<u32, Documented>,
    issues: RefCell<Vec<Found<'d>>>,
}

/// Something wrong, and where.
#[derive(Debug)]
pub struct Found<'d> {
    /// What.
    pub issue: Issue,
    place: Place<'d>,
}

#[derive(Debug, Clone, Copy)]
enum Place<'d> {
    /// In the text of that index.
    Text(usize),
    /// A member of a condition, or its key.
    Node { node: Node<'d>, is_key: bool },
}

#[derive(Debug, Clone, Copy)]
enum State<'d> {
    Unseen,
    Running,
    Known(Type<'d>),
}

impl<'c, 'd> Typing<'c, 'd> {
    /// Types every expression and every condition of a definition.
    pub(super) fn new(
        definition: &'c Definition<'d>,
        texts: &'c [Text<'d>],
        variables: &[Variable<'d>],
        calls: &[ConnectorCall<'d>],
    ) -> Self {
        let values = texts.iter().enumerate().filter(|(_, text)| !text.is_key);
        let mut places: Vec<_> = values.map(|(index, text)| (text.node.span().start, index)).collect();
        places.sort_unstable();
        let types = texts.iter().map(|_| Cell::new(State::Unseen)).collect();
        let variables = variables.iter().map(|variable| (variable.name, variable.node.parent()));
        let parameters = definition.parameters.iter().flatten().map(|(name, node)| (*name, Some(*node)));
        let typing = Self {
            definition,
            texts,
            variables: declared(variables),
            parameters: declared(parameters),
            places,
            types,
            depth: Cell::new(0),
            answers: calls.iter().filter_map(outputs::documented).collect(),
            issues: RefCell::default(),
        };
        for index in 0..texts.len() {
            typing.text(index);
        }
        for action in definition.actions() {
            conditions::check(&typing, action);
        }
        typing
    }

    /// What is wrong, in the order in which it was found.
    pub(super) fn issues(&self) -> std::cell::Ref<'_, Vec<Found<'d>>> {
        self.issues.borrow()
    }

    /// The type of a value of the definition, wherever it stands.
    pub(super) fn value(&self, node: Node<'d>) -> Type<'d> {
        match node.kind() {
            Kind::Null => Type::certain(Kinds::NULL),
            Kind::Bool(_) => Type::certain(Kinds::BOOL),
            Kind::Number(digits) => {
                let whole = digits.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
                Type::certain(if whole { Kinds::INT } else { Kinds::FLOAT })
            }
            Kind::String(text) => {
                let start = node.span().start;
                match self.places.binary_search_by_key(&start, |(start, _)| *start) {
                    Ok(at) => self.text(self.places[at].1),
                    Err(_) if self.definition.passed_on(text).is_none() => Type::ANY,
                    Err(_) => Type::certain(Kinds::STRING),
                }
            }
            Kind::Array => Type::certain(Kinds::ARRAY).shaped(Shape::Value(node)),
            Kind::Object => Type::certain(Kinds::OBJECT).shaped(Shape::Value(node)),
        }
    }

    /// What an expression of constants gives.
    pub(super) fn constant(&self, node: Node<'d>) -> Option<Value> {
        let start = node.span().start;
        let at = self.places.binary_search_by_key(&start, |(start, _)| *start).ok()?;
        match self.texts[self.places[at].1].parsed.as_deref() {
            Ok(Template::Expression(expr)) => check::constant(expr).ok().flatten(),
            _ => None,
        }
    }

    /// The type of one expression of a text that is a value.
    pub(super) fn infer(&self, text: &Text<'_>, expr: &Expr) -> Type<'d> {
        let start = text.node.span().start;
        let Ok(at) = self.places.binary_search_by_key(&start, |(start, _)| *start) else { return Type::ANY };
        let text = &self.texts[self.places[at].1];
        check::infer(expr, &Around { typing: self, owner: text.owner, node: text.node }, &mut Vec::new())
    }

    /// The type of the text of that index.
    fn text(&self, index: usize) -> Type<'d> {
        match self.types[index].replace(State::Running) {
            State::Running => return Type::ANY,
            State::Known(known) => {
                self.types[index].set(State::Known(known));
                return known;
            }
            State::Unseen => {}
        }
        if self.depth.get() >= MOST_DEEP {
            self.types[index].set(State::Unseen);
            return Type::ANY;
        }
        self.depth.set(self.depth.get() + 1);
        let text = &self.texts[index];
        let around = Around { typing: self, owner: text.owner, node: text.node };
        let mut issues = Vec::new();
        let known = match text.parsed.as_deref() {
            Err(_) => Type::ANY,
            Ok(Template::Literal(_)) => Type::certain(Kinds::STRING),
            Ok(Template::Expression(expr)) => check::infer(expr, &around, &mut issues),
            Ok(template @ Template::Interpolation(_)) => {
                for expr in template.expressions() {
                    check::infer(expr, &around, &mut issues);
                }
                Type::certain(Kinds::STRING)
            }
        };
        self.depth.set(self.depth.get() - 1);
        issues.into_iter().for_each(|issue| self.add(issue, Place::Text(index)));
        self.types[index].set(State::Known(known));
        known
    }

    /// The documented answer to a call.
    fn answer(&self, number: u32) -> Option<Type<'d>> {
        self.answers.get(&number).copied().map(Documented::of_type)
    }

    fn push(&self, issue: Issue, node: Node<'d>, is_key: bool) {
        self.add(issue, Place::Node { node, is_key });
    }

    fn add(&self, issue: Issue, place: Place<'d>) {
        let mut issues = self.issues.borrow_mut();
        if issues.len() < MOST_ISSUES {
            issues.push(Found { issue, place });
        }
    }
}

impl Found<'_> {
    /// The finding of a rule about this. What only a schema says is never an error.
    pub(super) fn finding(&self, typing: &Typing<'_, '_>, rule: &'static Rule) -> Diagnostic {
        let issue = &self.issue;
        let finding = match self.place {
            Place::Text(index) => in_text(rule, &typing.texts[index], &issue.span, issue.message.clone()),
            Place::Node { node, is_key } => {
                let finding = Diagnostic::new(rule, node.pointer(), issue.message.clone());
                if is_key { finding.on_key() } else { finding }
            }
        };
        weigh(finding.help(issue.help.clone()), issue.basis)
    }

    /// What is written at its place, and the finding with the offer to write what `mend` makes of it.
    pub(super) fn mended(
        &self,
        typing: &Typing<'_, '_>,
        finding: Diagnostic,
        mend: impl Fn(&str) -> Option<String>,
    ) -> Diagnostic {
        let Place::Text(index) = self.place else { return finding };
        let (text, span) = (&typing.texts[index], &self.issue.span);
        let written = text.node.as_str().and_then(|written| written.get(text.range(span)));
        match written.and_then(mend) {
            Some(new) => rewrite(finding, text, span, &new),
            None => finding,
        }
    }

    /// Whether it is of this kind.
    pub(super) fn is(&self, kind: IssueKind) -> bool {
        self.issue.kind == kind
    }
}

/// A finding about a value of that type. What only a schema says is never an error.
pub(super) fn weighed(finding: Diagnostic, about: Type<'_>) -> Diagnostic {
    weigh(finding, about.basis)
}

fn weigh(finding: Diagnostic, basis: Basis) -> Diagnostic {
    let declared = basis == Basis::Declared && finding.severity == Severity::Error;
    if declared { finding.severity(Severity::Warning) } else { finding }
}

/// The kinds that declarations give to names.
fn declared<'d>(names: impl Iterator<Item = (&'d str, Option<Node<'d>>)>) -> BTreeMap<String, Option<Kinds>> {
    let mut found: BTreeMap<String, Option<Kinds>> = BTreeMap::new();
    for (name, node) in names {
        let kind = node.and_then(|node| node.get("type")?.as_str());
        let kinds = kind.and_then(declared_kinds);
        found.entry(fold(name)).and_modify(|kinds| *kinds = None).or_insert(kinds);
    }
    found
}
