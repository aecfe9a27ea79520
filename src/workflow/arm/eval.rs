//! What an ARM expression is worth, as far as the template alone tells.
//!
//! Deployment decides the rest: what is computed from the subscription, from other resources or from the clock is
//! [`Value::Unknown`]. A value remembers where it stands, so that a finding can point there and not at the expression
//! that leads to it. Variables that lead back to themselves, and texts that grow without end, are unknown too.

use std::borrow::Cow;
use std::rc::Rc;

use crate::base::json::{Kind, Node};
use crate::expr::Word;

use super::parser::{ArmCall, ArmExpr, ArmKind, parse};
use super::template::{Template, TemplateId, Templates};
use super::{is_expression, is_unclosed, passed_on};

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'d> {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text that stands in the template as it is.
    Text(&'d str),
    /// A text that is put together.
    Computed(Word),
    /// An array that is put together.
    List(Vec<Value<'d>>),
    /// An object, an array or a fraction that stands in the template; what is in it is evaluated when it is asked for.
    Node,
    /// Not known before deployment.
    Unknown,
}

/// What stands in an outline for a part that only deployment knows.
pub const HOLE: char = '\u{0}';

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub struct Evaluated<'d> {
    /// The value.
    pub value: Value<'d>,
    /// Where it stands: the variable or default that holds it or, where it is computed, the expression.
    pub from: Node<'d>,
    /// Whether the default of a parameter went into it: a deployment may give another.
    pub is_default: bool,
}

impl Evaluated<'_> {
    /// The value as text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Computed(text) => Some(text),
            _ => None,
        }
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        self.value == Value::Unknown
    }
}

/// How far one expression may lead through others.
const MAX_DEPTH: usize = 24;
/// How many steps one evaluation may take: a call is one, and so are 64 bytes of an expression that is read.
const MAX_STEPS: usize = 2_000;
/// How many steps all evaluations of a document may take. The largest published template takes some thousands.
pub(super) const MAX_TOTAL_STEPS: usize = 2_000_000;
/// The longest text that is put together, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// Evaluates a value of a template: a string in brackets as an expression, anything else as itself.
pub(super) fn evaluate<'d>(templates: &Templates<'d>, template: TemplateId, node: Node<'d>) -> Evaluated<'d> {
    run(templates, |run| run.node(&templates[template], node))
}

/// A text of a template with [`HOLE`] for each part that only deployment knows; nothing where it is no text, or where
/// even its outline is not known. Defaults of parameters are not taken: a deployment may give others.
pub(super) fn outline<'d>(templates: &Templates<'d>, template: TemplateId, node: Node<'d>) -> Option<String> {
    let found = run(templates, |run| {
        run.with_holes = true;
        run.node(&templates[template], node)
    });
    plain(&found).map(Cow::into_owned)
}

/// Evaluates one expression of a template that stands at `at`.
pub(super) fn evaluate_expression<'d>(
    templates: &Templates<'d>,
    template: TemplateId,
    expr: &ArmExpr,
    at: Node<'d>,
) -> Evaluated<'d> {
    run(templates, |run| run.expr(&templates[template], expr, at))
}

/// Takes steps for one evaluation, of those that are left for the document.
fn run<'t, 'd, T>(templates: &'t Templates<'d>, evaluate: impl FnOnce(&mut Run<'t, 'd>) -> T) -> T {
    let left = MAX_TOTAL_STEPS.saturating_sub(templates.steps.get());
    let mut run = Run { templates, left: left.min(MAX_STEPS), depth: 0, with_holes: false };
    let before = run.left;
    let found = evaluate(&mut run);
    templates.steps.set(templates.steps.get() + before - run.left);
    found
}

struct Run<'t, 'd> {
    templates: &'t Templates<'d>,
    /// Steps that may still be taken.
    left: usize,
    depth: usize,
    /// Whether a text may have holes in it.
    with_holes: bool,
}

impl<'d> Run<'_, 'd> {
    /// Takes steps, where there are so many left.
    fn step(&mut self, count: usize) -> bool {
        let left = self.left.checked_sub(count);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    fn node(&mut self, template: &Template<'d>, node: Node<'d>) -> Evaluated<'d> {
        let known = |value| Evaluated { value, from: node, is_default: false };
        let text = match node.kind() {
            Kind::Null => return known(Value::Null),
            Kind::Bool(value) => return known(Value::Bool(value)),
            Kind::Number(_) => return known(node.as_i64().map_or(Value::Node, Value::Integer)),
            Kind::Array | Kind::Object => return known(Value::Node),
            Kind::String(text) => text,
        };
        // What a template within another one escapes is an expression of its own deployment.
        let is_escaped = self.with_holes && template.carrier.is_some() && text.starts_with("[[");
        let text = if is_escaped { &text[1..] } else { text };
        if !is_expression(text) {
            // What an unclosed expression should have been is not known, and that it is one is said where it stands.
            let text = passed_on(text, false).filter(|_| !is_unclosed(text));
            return known(text.map_or(Value::Unknown, |(text, _)| Value::Text(text)));
        }
        if self.depth >= MAX_DEPTH || !self.step(text.len() / 64) {
            return known(Value::Unknown);
        }
        self.depth += 1;
        // Nearly every expression that is evaluated is one of the document's, which are read.
        let read = match self.templates.expressions().of_value(node) {
            Some(read) => read,
            None => &parse(text).map(Rc::new),
        };
        let found = match read {
            Ok(expr) => self.expr(template, expr, node),
            Err(_) => known(Value::Unknown),
        };
        self.depth -= 1;
        found
    }

    fn expr(&mut self, template: &Template<'d>, expr: &ArmExpr, at: Node<'d>) -> Evaluated<'d> {
        let known = |value| Evaluated { value, from: at, is_default: false };
        match &expr.kind {
            ArmKind::String(text) => known(Value::Computed(text.clone())),
            ArmKind::Integer(value) => known(Value::Integer(*value)),
            ArmKind::Call(call) => {
                let mut found = self.call(template, call, at);
                for key in &call.access {
                    let key = self.expr(template, key, at);
                    found = self.member(template, found, &key);
                }
                found
            }
        }
    }

    /// One step into a value. Names of properties distinguish no case.
    fn member(&mut self, template: &Template<'d>, of: Evaluated<'d>, key: &Evaluated<'d>) -> Evaluated<'d> {
        let is_default = of.is_default || key.is_default;
        let inner = match (&of.value, &key.value) {
            (Value::Node, Value::Integer(index)) => usize::try_from(*index)
                .ok()
                .filter(|_| of.from.is_array())
                .and_then(|at| of.from.items().nth(at)),
            (Value::Node, _) => key.text().and_then(|key| of.from.get_ignore_case(key)),
            (Value::List(items), Value::Integer(index)) => {
                let item = usize::try_from(*index).ok().and_then(|at| items.get(at)).cloned();
                return Evaluated { value: item.unwrap_or(Value::Unknown), from: of.from, is_default };
            }
            _ => None,
        };
        match inner {
            Some(node) => {
                let found = self.node(template, node);
                Evaluated { is_default: found.is_default || is_default, ..found }
            }
            None => Evaluated { value: Value::Unknown, from: of.from, is_default },
        }
    }

    fn call(&mut self, template: &Template<'d>, call: &ArmCall, at: Node<'d>) -> Evaluated<'d> {
        let unknown = Evaluated { value: Value::Unknown, from: at, is_default: false };
        if !self.step(1) {
            return unknown;
        }
        let scope = &self.templates[template.scope];
        if call.is("variables") {
            return match call.first_text().and_then(|name| scope.variable(name)) {
                Some(node) => self.node(scope, node),
                None => unknown,
            };
        }
        if call.is("parameters") {
            let default = call.first_text().and_then(|name| scope.parameter(name)?.get("defaultValue"));
            return match default.filter(|_| !self.with_holes) {
                Some(node) => Evaluated { is_default: true, ..self.node(scope, node) },
                None => unknown,
            };
        }
        let args: Vec<Evaluated<'d>> = call.args.iter().map(|arg| self.expr(template, arg, at)).collect();
        let is_default = args.iter().any(|arg| arg.is_default);
        let mut name = call.name.clone();
        name.make_ascii_lowercase();
        // One of these gives an argument back, and with it the place where that stands.
        let chosen = match (name.as_str(), &args[..]) {
            ("if", [condition, yes, no]) => match condition.value {
                Value::Bool(true) => Some(yes),
                Value::Bool(false) => Some(no),
                _ => None,
            },
            ("coalesce", args) => args.iter().find(|arg| arg.value != Value::Null),
            _ => None,
        };
        if let Some(chosen) = chosen {
            return Evaluated { is_default, ..chosen.clone() };
        }
        let value = match self.with_holes {
            true => outlined(&name, &args),
            false => function(&name, &args),
        };
        let value = value.filter(|value| match value {
            Value::Computed(text) => text.len() <= MAX_TEXT,
            _ => true,
        });
        Evaluated { value: value.unwrap_or(Value::Unknown), from: at, is_default }
    }
}

/// The functions that put texts together, of texts with holes; the others where nothing has one.
fn outlined<'d>(name: &str, args: &[Evaluated<'d>]) -> Option<Value<'d>> {
    let has_hole =
        |arg: &Evaluated<'_>| arg.is_unknown() || arg.text().is_some_and(|text| text.contains(HOLE));
    match name {
        "resourceid" | "subscriptionresourceid" => resource_id(args).map(|id| Value::Computed(id.into())),
        "concat" | "format" if args.iter().any(Evaluated::is_unknown) => {
            let filled = args.iter().map(|arg| match arg.is_unknown() {
                true => Evaluated { value: Value::Computed(Word::from_iter([HOLE])), ..arg.clone() },
                false => arg.clone(),
            });
            function(name, &filled.collect::<Vec<_>>())
        }
        "concat" | "format" => function(name, args),
        _ if args.iter().any(has_hole) => None,
        _ => function(name, args),
    }
}

/// `resourceId('A.B/c/d', x, y)`: a hole for what stands before the provider, then `/providers/A.B/c/x/d/y`.
fn resource_id(args: &[Evaluated<'_>]) -> Option<String> {
    let is_type = |arg: &Evaluated<'_>| arg.text().is_some_and(|text| text.contains('/'));
    let at = args.iter().position(is_type)?;
    let (provider, kinds) = args[at].text()?.split_once('/')?;
    let kinds: Vec<&str> = kinds.split('/').collect();
    let names = &args[at + 1..];
    let parts = kinds.iter().zip(names).map(|(kind, name)| {
        let name = plain(name).unwrap_or_else(|| HOLE.to_string().into());
        format!("/{kind}/{name}")
    });
    (kinds.len() == names.len()).then(|| format!("{HOLE}/providers/{provider}{}", parts.collect::<String>()))
}

/// The functions of values alone. Source: Microsoft Learn, "ARM template functions".
fn function<'d>(name: &str, args: &[Evaluated<'d>]) -> Option<Value<'d>> {
    if args.iter().any(Evaluated::is_unknown) {
        return None;
    }
    let text = |at: usize| args.get(at).and_then(Evaluated::text);
    let bool = |at: usize| match args.get(at).map(|arg| &arg.value) {
        Some(Value::Bool(value)) => Some(*value),
        _ => None,
    };
    let integer = |at: usize| match args.get(at).map(|arg| &arg.value) {
        Some(Value::Integer(value)) => usize::try_from(*value).ok(),
        _ => None,
    };
    Some(match (name, args.len()) {
        ("true", 0) => Value::Bool(true),
        ("false", 0) => Value::Bool(false),
        ("null", 0) => Value::Null,
        ("concat", _) => {
            let length = args.iter().filter_map(Evaluated::text).map(str::len).sum();
            let mut text = Word::with_capacity(length);
            for arg in args {
                text.push_str(&plain(arg)?);
            }
            Value::Computed(text)
        }
        ("format", 1..) => Value::Computed(format(text(0)?, &args[1..])?.into()),
        ("string", 1) => Value::Computed(plain(&args[0])?.into()),
        ("tolower", 1) => Value::Computed(text(0)?.to_lowercase().into()),
        ("toupper", 1) => Value::Computed(text(0)?.to_uppercase().into()),
        ("trim", 1) => Value::Computed(text(0)?.trim().into()),
        ("replace", 3) if !text(1)?.is_empty() => {
            // Every replacement may be longer than what it stands for.
            let (old, new) = (text(1)?, text(2)?);
            let most = text(0)?.len() / old.len() * new.len() + text(0)?.len();
            Value::Computed((most <= MAX_TEXT).then(|| text(0).map(|text| text.replace(old, new).into()))??)
        }
        ("substring", 2 | 3) => {
            let rest = text(0)?.chars().skip(integer(1)?);
            Value::Computed(match args.len() {
                2 => rest.collect(),
                _ => rest.take(integer(2)?).collect(),
            })
        }
        ("equals", 2) => Value::Bool(match (text(0), text(1)) {
            (Some(a), Some(b)) => a == b,
            (None, None) if args[0].value != Value::Node && args[1].value != Value::Node => {
                args[0].value == args[1].value
            }
            _ => return None,
        }),
        ("not", 1) => Value::Bool(!bool(0)?),
        ("and", 1..) => {
            Value::Bool((0..args.len()).map(bool).collect::<Option<Vec<_>>>()?.into_iter().all(|b| b))
        }
        ("or", 1..) => {
            Value::Bool((0..args.len()).map(bool).collect::<Option<Vec<_>>>()?.into_iter().any(|b| b))
        }
        ("empty", 1) => Value::Bool(match &args[0].value {
            Value::Null => true,
            Value::Node => args[0].from.items().next().is_none(),
            Value::List(items) => items.is_empty(),
            _ => text(0)?.is_empty(),
        }),
        ("startswith", 2) => Value::Bool(text(0)?.to_lowercase().starts_with(&text(1)?.to_lowercase())),
        ("endswith", 2) => Value::Bool(text(0)?.to_lowercase().ends_with(&text(1)?.to_lowercase())),
        ("createarray", _) if args.iter().all(|arg| arg.value != Value::Node) => {
            Value::List(args.iter().map(|arg| arg.value.clone()).collect())
        }
        _ => return None,
    })
}

/// A value as `concat` and `string` write it.
fn plain<'a>(arg: &'a Evaluated<'_>) -> Option<Cow<'a, str>> {
    match &arg.value {
        Value::Integer(value) => Some(value.to_string().into()),
        Value::Bool(value) => Some(if *value { "True" } else { "False" }.into()),
        _ => arg.text().map(Cow::from),
    }
}

/// `format('{0} of {1}', a, b)`, without the formats that a hole may ask for.
fn format(pattern: &str, args: &[Evaluated<'_>]) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let hole = &rest[at..];
        if hole.starts_with("{{") || hole.starts_with("}}") {
            out.push_str(&hole[..1]);
            rest = &hole[2..];
            continue;
        }
        let end = hole.find('}')?;
        let index: usize = hole.get(1..end)?.parse().ok()?;
        out.push_str(&plain(args.get(index)?)?);
        if out.len() > MAX_TEXT {
            return None;
        }
        rest = &hole[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}
