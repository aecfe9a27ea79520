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

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::{Kind, Node};
use crate::expr::types::Basis;
use crate::expr::{Issue, IssueKind, Kinds, Shape, Template, Type, check};
use crate::workflow::Definition;
use crate::workflow::strings::Text;

use super::context::Variable;
use super::lint::in_text;

pub(super) use around::Around;

/// The types of one definition.
#[derive(Debug)]
pub(super) struct Typing<'c, 'd> {
    definition: &'c Definition<'d>,
    texts: &'c [Text<'d>],
    variables: Vec<Variable<'d>>,
    /// Where each text that is a value begins in the document, with its index; sorted.
    places: Vec<(usize, usize)>,
    types: Vec<Cell<State<'d>>>,
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
    ) -> Self {
        let values = texts.iter().enumerate().filter(|(_, text)| !text.is_key);
        let mut places: Vec<_> = values.map(|(index, text)| (text.node.span().start, index)).collect();
        places.sort_unstable();
        let types = texts.iter().map(|_| Cell::new(State::Unseen)).collect();
        let typing = Self {
            definition,
            texts,
            variables: variables.to_vec(),
            places,
            types,
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
        let text = &self.texts[index];
        let around = Around { typing: self, owner: text.owner, node: text.node };
        let mut issues = Vec::new();
        let known = match &text.parsed {
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
        let found = issues.into_iter().map(|issue| Found { issue, place: Place::Text(index) });
        self.issues.borrow_mut().extend(found);
        self.types[index].set(State::Known(known));
        known
    }

    fn push(&self, issue: Issue, node: Node<'d>, is_key: bool) {
        self.issues.borrow_mut().push(Found { issue, place: Place::Node { node, is_key } });
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
        let finding = finding.help(issue.help.clone());
        let declared = issue.basis == Basis::Declared && rule.severity == Severity::Error;
        if declared { finding.severity(Severity::Warning) } else { finding }
    }

    /// Whether it is of this kind.
    pub(super) fn is(&self, kind: IssueKind) -> bool {
        self.issue.kind == kind
    }
}
