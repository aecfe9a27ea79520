//! What is found in an expression on its own.

use super::*;
use crate::expr::parse;

/// Kind and place of each issue, the places as the text they cover.
fn found(text: &str) -> Vec<(IssueKind, &str)> {
    let mut issues = Vec::new();
    infer(&parse(text).unwrap(), &Nowhere, &mut issues);
    issues.into_iter().map(|issue| (issue.kind, &text[issue.span])).collect()
}

fn kinds(text: &str) -> Kinds {
    infer(&parse(text).unwrap(), &Nowhere, &mut Vec::new()).kinds
}

#[test]
fn each_mistake_is_found_once_and_in_its_place() {
    use IssueKind::*;
    for (text, kind, place) in [
        ("concat(uper('a'), 'b')", UnknownFunction, "uper"),
        ("CONCAT('a')", Casing, "CONCAT"),
        ("concat(con\u{200b}cat('a'))", Invisible, "con\u{200b}cat"),
        ("replace( 'a', 'b' )['c']", ArgumentCount, "replace( 'a', 'b' )"),
        ("createArray()", ArgumentCount, "createArray()"),
        ("length(add(1, 2))", ArgumentType, "add(1, 2)"),
        ("split('a', null)", ArgumentType, "null"),
        ("greater(length('a'), '2')", Mismatch, "greater(length('a'), '2')"),
        ("union(createArray(1), json('{}'))", Mismatch, "union(createArray(1), json('{}'))"),
        ("int('abc')", Constant, "int('abc')"),
        ("add(div(1, 0), 2)", Constant, "div(1, 0)"),
        ("addDays('2026-02-30', 1)", Constant, "addDays('2026-02-30', 1)"),
        ("addToTime(utcNow(), 1, 'Fortnight')", Constant, "'Fortnight'"),
        ("formatDateTime(utcNow(), 'q')", Constant, "'q'"),
        ("string('a')?['b']", NotAnObject, "?['b']"),
        ("createArray(1)['b']", NotAnObject, "['b']"),
        ("length('a')[0]", NotAnObject, "[0]"),
        ("createArray(1, 2)[2]", MissingMember, "[2]"),
        ("createArray(1)[-1]", MissingMember, "[-1]"),
        ("split('a,b', ',')[add(1, 1)].x", MissingMember, "[add(1, 1)]"),
        ("json('{\"a\": {\"b\": 1}}').a.c", MissingMember, ".c"),
        ("range(0, -1)", Constant, "range(0, -1)"),
        ("skip(createArray(1), -1)", Constant, "skip(createArray(1), -1)"),
        ("split(body('A')?['b'], ',')", NullArgument, "body('A')?['b']"),
    ] {
        assert_eq!(found(text), [(kind, place)], "{text}");
    }
}

#[test]
fn what_may_be_right_is_left_alone() {
    for text in [
        "concat(null, 1, true)",
        "triggers().code",
        "coalesce(body('A')?['b'], '')",
        "split(coalesce(body('A')?['b'], ''), ',')",
        "if(empty(body('A')?['b']), '', split(body('A')?['b'], ','))",
        "json('{\"a\": 1}')?['A']",
        "json('{''a'': 1}')",
        "int(' 12 ')",
        "equals(1, '1')",
        "base64ToBinary('YQ==')['$content']",
        "first(split('a,b', ','))",
        "workflow().run.name",
        "int(triggerBody())",
        "createArray(1, 'a')[0]",
        "createArray(1)?[1]",
        "range(0, 0)",
        "skip(createArray(1), 5)",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn types_follow_the_arguments() {
    for (text, expected) in [
        ("add(length(body('A')), 2)", Kinds::INT),
        ("add(length(body('A')), 2.0)", Kinds::NUMBER),
        ("if(equals(body('A'), 1), 'a', null)", Kinds::STRING.or(Kinds::NULL)),
        ("coalesce(if(equals(body('A'), 1), 'a', null), 'b')", Kinds::STRING),
        ("first(concat(body('A'), 'x'))", Kinds::STRING),
        ("first(split(body('A'), ','))", Kinds::STRING),
        ("split(body('A'), ',')[0]", Kinds::STRING),
        ("skip(range(body('A'), 5), 2)", Kinds::ARRAY),
        ("body('A')?['b']", Kinds::ANY),
        ("workflow()?['run']?['id']", Kinds::STRING.or(Kinds::NULL)),
        ("nope('a')", Kinds::ANY),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
}

#[test]
fn constants_are_computed_through_steps() {
    let value = |text: &str| constant(&parse(text).unwrap()).ok().flatten();
    assert_eq!(value("json('{\"a\": [1, 2]}')?['A'][1]"), Some(2.into()));
    assert_eq!(value("json('{}')?['a']?['b']"), Some(Value::Null));
    assert_eq!(value("concat('a', string(add(1, 2)))"), Some("a3".into()));
    assert_eq!(value("utcNow()"), None);
    let long = format!("concat({})", vec!["'abcdefghij'"; 400].join(", "));
    assert_eq!(value(&long), None);
    assert!(constant(&parse("mod(1, 0)").unwrap()).is_err());
}
