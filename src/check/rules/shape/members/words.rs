//! The sentences about members.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::Node;
use crate::base::words::{choices, join};

use super::codes::UNKNOWN_MEMBER;
use super::kind::{Member, Shape, Type};

/// How much of a wrong value a message shows, in characters.
const SHOWN: usize = 60;

/// "`key` of the Http action `Call` {problem}".
pub(super) fn say(
    rule: &'static Rule,
    owner: Option<Node<'_>>,
    node: Node<'_>,
    problem: &str,
    help: Option<String>,
) -> Diagnostic {
    let finding = Diagnostic::new(rule, node.pointer(), format!("{} {problem}", subject(owner, node)));
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

pub(super) fn missing(
    rule: &'static Rule,
    owner: Option<Node<'_>>,
    node: Node<'_>,
    members: &[&Member],
) -> Diagnostic {
    let names: Vec<String> = members.iter().map(|member| format!("`{}`", member.name)).collect();
    let describe = |(member, name): (&&Member, &String)| match member.about {
        "" => name.clone(),
        about => format!("{name}: {about}"),
    };
    let described: Vec<String> = members.iter().zip(&names).map(describe).collect();
    let help = format!("add {}", described.join("; "));
    say(rule, owner, node, &format!("lacks {}", join(&names)), Some(help))
}

/// How a value of a JSON type is written, for one who wrote another.
pub(super) fn written(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "an object" => "write its members in braces: `{ \"name\": … }`",
        "an array" => "write its elements in brackets: `[ … ]`",
        "a string" => "write it in double quotes",
        "a boolean" => "write `true` or `false`, without quotes",
        "a whole number" => "write its digits, without a fraction",
        "a number" => "write its digits",
        "a length of time as a string" => "write it as ISO 8601 does: `\"PT20S\"`, `\"PT1H30M\"`, `\"P1D\"`",
        _ => return None,
    })
}

pub(super) fn unknown(
    rule: &'static Rule,
    owner: Option<Node<'_>>,
    node: Node<'_>,
    value: Node<'_>,
    shape: &Shape,
) -> Diagnostic {
    let key = value.key().unwrap_or_default();
    let message = format!("{} has no member `{}`", subject(owner, node), cut(key));
    let allowed: Vec<&str> = shape.all().map(|member| member.name).collect();
    let help = if allowed.is_empty() { "remove it".to_owned() } else { choices(key, "members", allowed) };
    Diagnostic::new(rule, value.pointer(), message).on_key().help(help)
}

pub(super) fn other_case(
    owner: Option<Node<'_>>,
    node: Node<'_>,
    value: Node<'_>,
    member: &Member,
) -> Diagnostic {
    let key = value.key().unwrap_or_default();
    let message = format!("{} spells `{}` as `{key}`", subject(owner, node), member.name);
    Diagnostic::new(&UNKNOWN_MEMBER, value.pointer(), message)
        .severity(Severity::Warning)
        .on_key()
        .help(format!("did you mean `{}`? Tools that read the definition tell capitals apart", member.name))
}

/// The problem and the help for a word that is none of those allowed.
pub(super) fn wrong_word(found: &str, allowed: &[&str]) -> (String, String) {
    let problem =
        if found.is_empty() { "is empty".to_owned() } else { format!("cannot be `{}`", cut(found)) };
    (problem, choices(found, "allowed values", allowed.iter().copied()))
}

/// "an array or an object".
pub(super) fn either(types: &[Type]) -> String {
    let names: Vec<String> = types.iter().map(|one| one.name().to_owned()).collect();
    join(&names).replace(" and ", " or ")
}

/// A text as a message shows it.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a value is called: "`retryPolicy` of the Http action `Call`".
fn subject(owner: Option<Node<'_>>, node: Node<'_>) -> String {
    let Some(owner) = owner else { return name(node) };
    let kind = owner.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let what = if is_trigger(owner) { "trigger" } else { "action" };
    let of = match (kind, owner.key()) {
        ("", Some(key)) => format!("the {what} `{}`", cut(key)),
        (_, Some(key)) => format!("the {} {what} `{}`", cut(kind), cut(key)),
        (_, None) => format!("the {what}"),
    };
    if node.span() == owner.span() { of } else { format!("{} of {of}", name(node)) }
}

fn is_trigger(owner: Node<'_>) -> bool {
    owner.parent().and_then(|list| list.key()) == Some("triggers")
}

/// A value by its key, an element of a list by its place.
fn name(node: Node<'_>) -> String {
    match (node.key(), node.parent()) {
        (Some("definition"), _) => "the definition".to_owned(),
        (Some(key), _) => format!("`{}`", cut(key)),
        (None, Some(list)) => {
            let at = list.items().take_while(|item| item.span() != node.span()).count();
            format!("element {at} of {}", name(list))
        }
        (None, None) => "the document".to_owned(),
    }
}
