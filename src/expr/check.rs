//! What an expression gives, and what is wrong with it, without running it.
//!
//! [`infer`] goes over a tree once, from the leaves. It knows the functions; what the definition around the expression
//! decides (the outputs of an action, a variable) it asks of an [`Environment`]. What it finds are [`Issue`]s: a kind, a
//! place and the words. How much an issue weighs is for the rule that reports it, since the same mistake is an error where
//! the language makes it certain and a warning where a schema merely says so.
//!
//! Constants are computed on the way, so that `div(1, 0)` is seen, and whatever is computed from it is not judged.

use serde_json::Value;

use super::access;
use super::ast::{Call, Expr, ExprKind, Span};
use super::functions::{self, Function, Refusal, Returns};
use super::types::{Basis, Kinds, Shape, Type};
use super::value;
use crate::base::diagnostic::did_you_mean;

/// The size up to which a value that was computed is kept as a constant: a few calls can make a text of any length.
const MOST_COMPUTED: usize = 2000;

/// What stands around an expression.
pub trait Environment<'d> {
    /// The type of a call of a function of [`Returns::Context`].
    fn context(&self, function: &'static Function, call: &Call) -> Type<'d>;

    /// The type of a value that is written in the definition, templates in it evaluated.
    fn value(&self, node: crate::base::json::Node<'d>) -> Type<'d>;

    /// A member of the outputs of an action or trigger, as [`Shape::Outputs`] numbers them; nothing when it is not known.
    fn output(&self, of: u32, name: &str) -> Option<Type<'d>>;
}

/// Something wrong in an expression.
#[derive(Debug, Clone)]
pub struct Issue {
    /// What.
    pub kind: IssueKind,
    /// Where, in bytes of the string that was parsed.
    pub span: Span,
    /// How far it is certain.
    pub basis: Basis,
    /// What is wrong.
    pub message: String,
    /// What is allowed and what to do.
    pub help: String,
}

/// The kinds of [`Issue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssueKind {
    /// No function has this name.
    UnknownFunction,
    /// A function with its name in another case than the documented.
    Casing,
    /// A name with a character that nobody sees.
    Invisible,
    /// Too few arguments or too many.
    ArgumentCount,
    /// An argument of a kind that the function does not take.
    ArgumentType,
    /// Arguments that do not go together, such as a number compared with text.
    Mismatch,
    /// Constants for which the function has no value.
    Constant,
    /// A member of something that has none.
    NotAnObject,
    /// A member that is not there.
    MissingMember,
    /// A member of the trigger's body that its schema does not list.
    UnlistedInTrigger,
    /// A member that another schema does not list.
    Unlisted,
    /// A step without `?` to a member that need not be there.
    UnsafeStep,
    /// A value that may be null where the function takes no null.
    NullArgument,
    /// A condition that is no boolean.
    Condition,
}

/// The type of an expression, its value where it is a constant, and what is wrong with it.
pub fn infer<'d>(expr: &Expr, around: &impl Environment<'d>, issues: &mut Vec<Issue>) -> Type<'d> {
    Inference { around, issues }.expr(expr).of_type
}

/// The value of an expression of constants; nothing where it depends on a run, or on what is not computed here.
///
/// # Errors
/// What is wrong in it.
pub fn constant(expr: &Expr) -> Result<Option<Value>, Vec<Issue>> {
    let mut issues = Vec::new();
    let typed = Inference { around: &Nowhere, issues: &mut issues }.expr(expr);
    issues.retain(|issue| issue.kind != IssueKind::Casing);
    if issues.is_empty() { Ok(typed.constant) } else { Err(issues) }
}

/// Where nothing is known.
struct Nowhere;

impl<'d> Environment<'d> for Nowhere {
    fn context(&self, _: &'static Function, _: &Call) -> Type<'d> {
        Type::ANY
    }

    fn value(&self, _: crate::base::json::Node<'d>) -> Type<'d> {
        Type::ANY
    }

    fn output(&self, _: u32, _: &str) -> Option<Type<'d>> {
        None
    }
}

/// Judges a call whose arguments are known: their number, their kinds, and their value where all are constant. `at` is the
/// call, `places` are its arguments.
pub fn call<'d>(
    function: &'static Function,
    arguments: &[Typed<'d>],
    at: &Span,
    issues: &mut Vec<Issue>,
) -> Typed<'d> {
    let found = issues.len();
    count(function, arguments.len(), at, issues);
    if issues.len() == found {
        for (index, argument) in arguments.iter().enumerate() {
            argument_kind(function, index, argument, issues);
        }
        together(function, arguments, at, issues);
    }
    // What comes of a mistake is not judged again.
    if issues[found..].iter().any(|issue| issue.kind != IssueKind::NullArgument) {
        return Typed::of(Type::ANY);
    }
    let is_constant = issues.len() == found && arguments.iter().all(|argument| argument.constant.is_some());
    if let Some(compute) = function.compute.filter(|_| is_constant) {
        let constants: Vec<Value> =
            arguments.iter().filter_map(|argument| argument.constant.clone()).collect();
        match compute(&constants) {
            Ok(value) if value::size(&value) <= MOST_COMPUTED => return Typed::constant(value),
            Ok(_) => {}
            Err(Refusal::Unknown) => {}
            Err(Refusal::Fails(why)) => {
                let message = format!("`{}` fails with these constants: {why}", function.name);
                issues.push(Issue {
                    kind: IssueKind::Constant,
                    span: at.clone(),
                    basis: Basis::Certain,
                    message,
                    help: "the service evaluates constants when it saves the definition; correct the value"
                        .to_owned(),
                });
                return Typed::of(Type::ANY);
            }
        }
    }
    Typed::of(result(function, arguments))
}

/// An expression that was looked at.
#[derive(Debug, Clone)]
pub struct Typed<'d> {
    /// Its type.
    pub of_type: Type<'d>,
    /// Its value, when it is a constant.
    pub constant: Option<Value>,
    /// Where it stands.
    pub span: Span,
}

impl<'d> Typed<'d> {
    /// Something of that type, which is no constant.
    pub fn of(of_type: Type<'d>) -> Self {
        Self { of_type, constant: None, span: 0..0 }
    }

    /// A constant.
    pub fn constant(value: Value) -> Self {
        let of_type = match &value {
            Value::Array(items) => {
                Type::array(items.iter().fold(Kinds::NONE, |all, item| all.or(value::kind(item))))
            }
            other => Type::certain(value::kind(other)),
        };
        Self { of_type, constant: Some(value), span: 0..0 }
    }

    fn at(self, span: &Span) -> Self {
        Self { span: span.clone(), ..self }
    }
}

struct Inference<'e, E> {
    around: &'e E,
    issues: &'e mut Vec<Issue>,
}

impl<E> Inference<'_, E> {
    /// Recursion follows the nesting of calls, which the parser bounds.
    fn expr<'d>(&mut self, expr: &Expr) -> Typed<'d>
    where
        E: Environment<'d>,
    {
        let typed = match &expr.kind {
            ExprKind::Null => Typed::constant(Value::Null),
            ExprKind::Bool(value) => Typed::constant((*value).into()),
            ExprKind::Integer(value) => Typed::constant((*value).into()),
            ExprKind::Float(digits) => match digits.parse().ok().and_then(value::from_float) {
                Some(value) => Typed::constant(value),
                None => Typed::of(Type::certain(Kinds::FLOAT)),
            },
            ExprKind::String(text) => Typed::constant(text.as_str().into()),
            ExprKind::Call(call) => self.call(expr, call),
        };
        typed.at(&expr.span)
    }

    fn call<'d>(&mut self, expr: &Expr, called: &Call) -> Typed<'d>
    where
        E: Environment<'d>,
    {
        let found = self.issues.len();
        let is_choice = called.name.eq_ignore_ascii_case("if");
        let function = functions::find(&called.name);
        let takes_values = function.is_some_and(Function::takes_values);
        let mut arguments: Vec<Typed<'d>> = Vec::with_capacity(called.args.len());
        for (index, argument) in called.args.iter().enumerate() {
            let before = self.issues.len();
            arguments.push(match &argument.kind {
                // Most texts are names, of actions and of what they give: of these no copy is made.
                ExprKind::String(_) if !takes_values => some_text(argument),
                _ => self.expr(argument),
            });
            if is_choice && index > 0 {
                // The condition is there to see to it.
                let guarded = [IssueKind::UnsafeStep, IssueKind::NullArgument];
                let mut at = 0;
                self.issues.retain(|issue| {
                    at += 1;
                    at <= before || !guarded.contains(&issue.kind)
                });
            }
        }
        let end = called.access.first().map_or(expr.span.end, |access| access.span.start);
        let typed = match function {
            None => {
                self.unknown(called);
                Typed::of(Type::ANY)
            }
            Some(function) => {
                self.casing(function, called);
                let before = self.issues.len();
                let typed = call(function, &arguments, &(expr.span.start..end), self.issues);
                if matches!(function.returns, Returns::Context) && self.issues.len() == before {
                    Typed::of(self.around.context(function, called))
                } else {
                    typed
                }
            }
        };
        if called.access.is_empty() {
            return typed;
        }
        let mut of_type = typed.of_type;
        let mut constant = typed.constant;
        let from_trigger = called.name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("trigger"));
        for step in &called.access {
            let key = match (&step.key.kind, &constant) {
                (ExprKind::String(_), None) => some_text(&step.key),
                _ => self.expr(&step.key),
            };
            let before = self.issues.len();
            of_type = access::step(of_type, step, &key, self.around, self.issues);
            let is_judged = self.issues.len() > before;
            let of = constant.take().filter(|_| !is_judged);
            constant = of.and_then(|of| access::constant(&of, step, key.constant.as_ref(), self.issues));
            if !is_judged && self.issues.len() > before {
                of_type = Type::ANY;
            }
            for issue in self.issues[before..].iter_mut().filter(|_| from_trigger) {
                if issue.kind == IssueKind::Unlisted {
                    issue.kind = IssueKind::UnlistedInTrigger;
                }
            }
        }
        match constant {
            Some(value) if self.issues.len() == found => Typed::constant(value),
            _ => Typed::of(of_type),
        }
    }

    fn unknown(&mut self, called: &Call) {
        if functions::is_known(&called.name) {
            return;
        }
        let hidden = called.name.chars().find(|c| is_invisible(*c));
        let (kind, message, help) = match hidden {
            Some(hidden) => (
                IssueKind::Invisible,
                format!("the invisible character U+{:04X} stands in a name", u32::from(hidden)),
                "remove it; it comes from copied text".to_owned(),
            ),
            None => (
                IssueKind::UnknownFunction,
                format!("there is no function `{}`", called.name),
                near(&called.name),
            ),
        };
        let span = called.name_span.clone();
        self.issues.push(Issue { kind, span, basis: Basis::Certain, message, help });
    }

    fn casing(&mut self, function: &Function, called: &Call) {
        if called.name == function.name {
            return;
        }
        self.issues.push(Issue {
            kind: IssueKind::Casing,
            span: called.name_span.clone(),
            basis: Basis::Certain,
            message: format!("`{}` is documented as `{}`", called.name, function.name),
            help: format!("write `{}`; the engine takes both", function.name),
        });
    }
}

/// A text literal whose value nobody asks for.
fn some_text<'d>(literal: &Expr) -> Typed<'d> {
    Typed::of(Type::certain(Kinds::STRING)).at(&literal.span)
}

/// Characters without width that are no blanks to the lexer, so that they become part of a name.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// What to do about a name that is no function's.
pub fn near(name: &str) -> String {
    match did_you_mean(name, functions::all().map(|function| function.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "use a function of the Workflow Definition Language; text stands in single quotes".to_owned(),
    }
}

fn count(function: &Function, given: usize, at: &Span, issues: &mut Vec<Issue>) {
    let most = function.most();
    if given >= function.least && most.is_none_or(|most| given <= most) {
        return;
    }
    let wanted = match (function.least, most) {
        (least, Some(most)) if least == most => arguments_in_words(least),
        (least, None) => format!("at least {}", arguments_in_words(least)),
        (0, Some(most)) => format!("at most {}", arguments_in_words(most)),
        (least, Some(most)) => format!("{least} to {}", arguments_in_words(most)),
    };
    issues.push(Issue {
        kind: IssueKind::ArgumentCount,
        span: at.clone(),
        basis: Basis::Certain,
        message: format!("`{}` takes {wanted}, and gets {given}", function.name),
        help: format!("call it as {}", function.signature()),
    });
}

fn arguments_in_words(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        many => format!("{many} arguments"),
    }
}

fn argument_kind(function: &Function, index: usize, argument: &Typed<'_>, issues: &mut Vec<Issue>) {
    let Some(parameter) = function.parameter(index) else { return };
    let given = argument.of_type;
    let mut push = |kind, basis, message, help| {
        issues.push(Issue { kind, span: argument.span.clone(), basis, message, help });
    };
    if given.is_never(parameter.takes) {
        let message = format!(
            "`{}` takes {} as `{}`, and gets {}",
            function.name, parameter.takes, parameter.name, given.kinds
        );
        let help = conversion(parameter.takes, given.kinds);
        push(IssueKind::ArgumentType, given.basis, message, help);
    } else if let (Some(words), Some(Value::String(text))) = (parameter.words, &argument.constant) {
        if !(words.accepts)(text) {
            let message = format!("`{}` does not take `{text}` as `{}`", function.name, parameter.name);
            push(IssueKind::Constant, Basis::Certain, message, words.allowed.to_owned());
        }
    } else if !parameter.takes.meets(Kinds::NULL) && may_be_null(given) {
        let message = format!("`{}` fails when `{}` is null, and this may be", function.name, parameter.name);
        let help = "give another value for that case with coalesce(…, '') or test it before".to_owned();
        push(IssueKind::NullArgument, given.basis, message, help);
    }
}

/// Whether there is a reason to think of null: a `?` before, or a type that names it among others.
fn may_be_null(given: Type<'_>) -> bool {
    given.optional && given.kinds.meets(Kinds::NULL)
}

/// How to get what is wanted of what is given.
fn conversion(wanted: Kinds, given: Kinds) -> String {
    let advice = if given == Kinds::NULL {
        "pass a value, or one for the case of null with coalesce(…)"
    } else if wanted == Kinds::STRING {
        "make it text with string(…)"
    } else if wanted.without(Kinds::NUMBER).is_none() && given == Kinds::STRING {
        "make it a number with int(…) or float(…)"
    } else if wanted == Kinds::ARRAY && given == Kinds::STRING {
        "make it an array with split(…), createArray(…) or json(…)"
    } else if wanted.meets(Kinds::OBJECT) && given == Kinds::STRING {
        "make it an object with json(…)"
    } else {
        "pass a value of that kind"
    };
    advice.to_owned()
}

/// What one argument alone does not tell.
fn together(function: &Function, arguments: &[Typed<'_>], at: &Span, issues: &mut Vec<Issue>) {
    let [first, second, ..] = arguments else { return };
    let (a, b) = (first.of_type, second.of_type);
    let differ = |left: Kinds, right: Kinds| {
        // Null does not go with either of them.
        let only = |of: Type<'_>, kinds: Kinds| {
            let of = of.kinds.without(Kinds::NULL);
            !of.is_none() && kinds.covers(of)
        };
        (only(a, left) && only(b, right)) || (only(a, right) && only(b, left))
    };
    let message = match function.name {
        "greater" | "greaterOrEquals" | "less" | "lessOrEquals" if differ(Kinds::NUMBER, Kinds::STRING) => {
            format!("`{}` cannot compare {} with {}", function.name, a.kinds, b.kinds)
        }
        "union" | "intersection" if differ(Kinds::ARRAY, Kinds::OBJECT) => {
            format!("`{}` takes arrays or objects, and gets {} and {}", function.name, a.kinds, b.kinds)
        }
        _ => return,
    };
    issues.push(Issue {
        kind: IssueKind::Mismatch,
        span: at.clone(),
        basis: a.basis.min(b.basis),
        message,
        help: "make both of one kind, text to a number with int(…) or float(…)".to_owned(),
    });
}

/// What comes back of arguments that fit.
fn result<'d>(function: &Function, arguments: &[Typed<'d>]) -> Type<'d> {
    let first = arguments.first().map_or(Type::ANY, |argument| argument.of_type);
    match function.returns {
        Returns::One(Kinds::ANY) | Returns::Context => Type::ANY,
        Returns::One(kinds) => Type::certain(kinds),
        Returns::Array(Kinds::ANY) => Type::certain(Kinds::ARRAY),
        Returns::Array(kinds) => Type::array(kinds),
        Returns::Record(record) => Type::certain(Kinds::OBJECT).shaped(Shape::Record(record)),
        Returns::First => first,
        Returns::Element => match (first.kinds, first.shape) {
            (Kinds::STRING, _) => Type::certain(Kinds::STRING),
            // Of an empty array it is null.
            (Kinds::ARRAY, Shape::Of(kinds)) if kinds != Kinds::ANY && !kinds.is_none() => {
                Type { kinds, shape: Shape::Open, ..first }
            }
            _ => Type::ANY,
        },
        Returns::AnyOf(from) => {
            let options = arguments.iter().skip(from).map(|argument| argument.of_type);
            let any = options.reduce(Type::or).unwrap_or(Type::ANY);
            match function.name {
                // The members of all of them, or the elements.
                "union" | "intersection" if arguments.len() > 1 => any.shaped(Shape::Open),
                "coalesce" => coalesced(any, arguments),
                _ => any,
            }
        }
        Returns::Arguments => {
            let kinds = arguments.iter().fold(Kinds::NONE, |all, argument| all.or(argument.of_type.kinds));
            if kinds.covers(Kinds::OBJECT) { Type::certain(Kinds::ARRAY) } else { Type::array(kinds) }
        }
        Returns::Number => number(arguments),
    }
}

/// Null only when the last argument can be: what stands before is passed over.
fn coalesced<'d>(any: Type<'d>, arguments: &[Typed<'d>]) -> Type<'d> {
    let last = arguments.last().map_or(Kinds::ANY, |argument| argument.of_type.kinds);
    if last.meets(Kinds::NULL) {
        return any;
    }
    Type { kinds: any.kinds.without(Kinds::NULL), optional: false, ..any }
}

/// Integers stay integers; a float among them makes a float. Of an array the elements count.
fn number<'d>(arguments: &[Typed<'d>]) -> Type<'d> {
    let mut all = Kinds::NONE;
    for argument in arguments {
        all = all.or(argument.of_type.kinds);
    }
    match all {
        Kinds::INT => Type::certain(Kinds::INT),
        Kinds::FLOAT => Type::certain(Kinds::FLOAT),
        _ => Type::certain(Kinds::NUMBER),
    }
}

#[cfg(test)]
mod tests;
