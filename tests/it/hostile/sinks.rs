//! Values that are known only at run time, at the places where somebody interprets them: paths, HTML, Markdown, filters.
//!
//! The encodings are judged by what they do to a probe, not by how they are written.

use counterflow::data::connector::{Format, Host, Location, Operation, Parameter};
use counterflow::expr::template::{self, Template};
use counterflow::expr::{Expr, Segment};
use serde_json::Value as Json;

use crate::build;
use crate::support::{self, Flow, MODES, Placed, expression};

use super::incident::incident;

/// The flows of a playbook that uses every pattern, in both modes, and whatever else was built.
fn each_flow(mut look: impl FnMut(&Flow)) {
    for mode in MODES {
        let artifacts = support::build(&support::inputs(incident().to_string()), mode).value.unwrap();
        support::flows(&artifacts).iter().for_each(&mut look);
    }
}

#[test]
fn every_pattern_that_acts_waits_for_an_approval() {
    for mode in MODES {
        let artifacts = support::build(&support::inputs(incident().to_string()), mode).value.unwrap();
        let acting = build::everything_that_acts_is_gated(mode.name(), &artifacts);
        assert!(acting >= 16, "{acting} acting calls in {}", mode.name());
    }
}

#[test]
fn a_value_in_a_path_is_encoded() {
    let mut holes = 0;
    each_flow(|flow| {
        for placed in support::actions(&flow.definition) {
            let Some(uri) = placed.action["inputs"]["uri"].as_str() else { continue };
            let Ok(Template::Interpolation(segments)) = template::parse(uri) else { panic!("{uri}") };
            for segment in &segments[1..] {
                match segment {
                    Segment::Text { text, .. } => {
                        let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~%$()".contains(c);
                        assert!(text.chars().all(plain), "{}: {text} in {uri}", placed.name);
                    }
                    Segment::Expr(expr) => {
                        let argument = only_argument(expr, "encodeUriComponent");
                        assert!(argument.is_some_and(is_text), "{}: {expr}", placed.name);
                        holes += 1;
                    }
                }
            }
        }
    });
    assert!(holes >= 40, "{holes} values in paths");
}

#[test]
fn a_value_in_a_filter_has_its_quotes_doubled() {
    let mut filters = 0;
    each_flow(|flow| {
        for placed in support::actions(&flow.definition) {
            for query in
                placed.action["inputs"]["queries"].as_object().into_iter().flat_map(|all| all.values())
            {
                let Ok(template) = template::parse(query.as_str().unwrap_or_default()) else {
                    panic!("{query}")
                };
                for expr in template.expressions() {
                    assert!(is_comparison(expr) || is_membership(expr), "{}: {expr}", placed.name);
                    filters += 1;
                }
            }
        }
    });
    assert!(filters >= 8, "{filters} filters");
}

#[test]
fn a_value_in_markup_is_encoded() {
    let (mut html, mut markdown, mut kql) = (0, 0, 0);
    each_flow(|flow| {
        for placed in support::actions(&flow.definition) {
            let operations = support::operations(flow.host, &placed);
            let formatted =
                |one: &Operation| one.parameters.iter().any(|parameter| parameter.format.is_some());
            let Some(operation) = operations.iter().find(|one| formatted(one)) else { continue };
            for parameter in &operation.parameters {
                let Some(format) = parameter.format else { continue };
                let value = given(flow.host, &placed, parameter).as_str().unwrap().to_owned();
                let (encodes, count): (fn(&Expr) -> bool, _) = match format {
                    Format::Html => (is_html, &mut html),
                    Format::Markdown => (is_markdown, &mut markdown),
                    Format::Kql => (is_kql, &mut kql),
                };
                let template = template::parse(&value).unwrap();
                let holes: Vec<&Expr> = template.expressions().collect();
                let of_ours = placed.name == "Say_that_notes_are_incomplete";
                assert!(of_ours || !holes.is_empty(), "{}: all is known in {value}", placed.name);
                for expr in holes {
                    assert!(all_encoded(expr, encodes), "{}: {expr}", placed.name);
                    *count += 1;
                }
            }
        }
    });
    println!("{html} values in HTML, {markdown} in Markdown, {kql} in KQL");
    assert!(html >= 20 && markdown >= 8, "{html} values in HTML, {markdown} in Markdown");
}

/// Every text of a card stands where a card reads no Markdown, and what it does read is taken out of values: its date
/// functions, and line breaks that would let a name look like words of ours.
#[test]
fn a_value_on_a_card_is_encoded() {
    let mut holes = 0;
    let profile = counterflow::base::source::Source::new("profile.yaml", build::triggers::TEAMS);
    for mode in MODES {
        let inputs = counterflow::pipeline::Inputs {
            profile: Some(profile.clone()),
            ..support::inputs(incident().to_string())
        };
        let artifacts = support::build(&inputs, mode).value.unwrap();
        for flow in support::flows(&artifacts) {
            let all = support::actions(&flow.definition);
            let cards: Vec<&Json> = all
                .iter()
                .map(|placed| &placed.action["inputs"])
                .filter(|inputs| inputs["type"] == "AdaptiveCard")
                .collect();
            assert!(!cards.is_empty(), "no card in {}", flow.host.title());
            for card in cards {
                let body = card["body"].as_array().unwrap();
                for run in body.iter().flat_map(|block| block["inlines"].as_array().into_iter().flatten()) {
                    holes += encoded_on_a_card(run["text"].as_str().unwrap());
                }
                for boxes in body.iter().filter_map(|block| block["choices"].as_str()) {
                    let made = expression(boxes);
                    let step = made.as_call().unwrap().args[0].as_str().unwrap().to_owned();
                    let choices = &all.iter().find(|placed| placed.name == step).unwrap().action["inputs"];
                    holes += encoded_on_a_card(choices["select"]["title"].as_str().unwrap());
                }
            }
        }
    }
    assert!(holes >= 40, "{holes} values on cards");
}

/// Counts the values in a text of a card; one that is not encoded fails the test.
fn encoded_on_a_card(text: &str) -> usize {
    let template = template::parse(text).unwrap();
    let holes: Vec<&Expr> = template.expressions().collect();
    for expr in holes.iter().flat_map(|expr| put_together(expr)) {
        let read = replaced(expr, "a{{DATE(x)}}\r\nApproved by **nobody**");
        assert_eq!(read.as_deref(), Some("a{ {DATE(x)}}  Approved by **nobody**"), "{expr}");
    }
    holes.len()
}

/// What an expression is put together of, where it chooses or joins: without words of ours.
fn put_together(expr: &Expr) -> Vec<&Expr> {
    match (arguments(expr, "if"), arguments(expr, "concat")) {
        (Some([_, yes, no]), _) => [yes, no].into_iter().flat_map(put_together).collect(),
        (_, Some(parts)) => parts.iter().flat_map(put_together).collect(),
        _ if expr.as_str().is_some() => Vec::new(),
        _ => vec![expr],
    }
}

/// What an action gives to a parameter in the body.
fn given<'j>(host: Host, placed: &Placed<'j>, parameter: &Parameter) -> &'j Json {
    assert_eq!(parameter.location, Location::Body, "{}", parameter.name);
    let inputs = &placed.action["inputs"];
    match (host, &inputs["parameters"]) {
        (Host::PowerAutomate, Json::Object(given)) => {
            &given[parameter.pa_field.as_deref().unwrap_or_else(|| parameter.field())]
        }
        _ => inputs["body"].pointer(&format!("/{}", parameter.field())).unwrap(),
    }
}

/// The arguments of a plain call of a function.
fn arguments<'e>(expr: &'e Expr, function: &str) -> Option<&'e [Expr]> {
    let call = expr.as_call().filter(|call| call.name == function && call.access.is_empty())?;
    Some(&call.args)
}

fn only_argument<'e>(expr: &'e Expr, function: &str) -> Option<&'e Expr> {
    arguments(expr, function).filter(|all| all.len() == 1).map(|all| &all[0])
}

/// `string(coalesce(x, ''))`, or another text of ours in the end: a text whatever `x` is, and one that `replace` takes.
fn is_text(expr: &Expr) -> bool {
    let inner = only_argument(expr, "string").and_then(|inner| arguments(inner, "coalesce"));
    inner.is_some_and(|all| all.last().is_some_and(|last| last.as_str().is_some()))
}

/// What the replacements around a text make of a probe; `None` where there is anything else.
fn replaced(expr: &Expr, probe: &str) -> Option<String> {
    match arguments(expr, "replace") {
        Some([inner, from, to]) => Some(replaced(inner, probe)?.replace(from.as_str()?, to.as_str()?)),
        Some(_) => None,
        None => is_text(expr).then(|| probe.to_owned()),
    }
}

/// Whether a hole is encoded, or words of ours with encoded holes among them that are left out where a test fails.
fn all_encoded(expr: &Expr, encodes: fn(&Expr) -> bool) -> bool {
    let words_and_holes = |expr: &Expr| {
        let parts = expr.as_call().filter(|call| call.name == "concat").map(|call| &call.args[..]);
        parts
            .unwrap_or(std::slice::from_ref(expr))
            .iter()
            .all(|part| part.as_str().is_some() || encodes(part))
    };
    let shown = match arguments(expr, "if") {
        Some([_, yes, no]) => words_and_holes(yes) && words_and_holes(no),
        _ => false,
    };
    encodes(expr) || shown
}

fn is_html(expr: &Expr) -> bool {
    replaced(expr, "<a href=\"x\" id='y'>&amp;\n").as_deref()
        == Some("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;<br>")
}

/// Every character that Markdown gives a meaning to stands behind a backslash, and all is one line.
fn is_markdown(expr: &Expr) -> bool {
    let probe = "\\ `c` *b* _i_ [x](http://y) ![z](w) <a> # h | ~s~\r\n# h\n- item";
    let Some(text) = replaced(expr, probe) else { return false };
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '`' | '*' | '_' | '[' | ']' | '(' | ')' | '<' | '>' | '#' | '!' | '|' | '~' | '\r' | '\n' => {
                return false;
            }
            _ => {}
        }
    }
    true
}

/// Neither quote nor backslash nor line break of a value does anything in a string literal.
fn is_kql(expr: &Expr) -> bool {
    let Some(text) = replaced(expr, "a'b\"c\\d\r\ne\\'") else { return false };
    text == "a\\'b\\\"c\\\\d  e\\\\\\'"
}

/// `concat('field eq ''', replace(string(x), '''', ''''''), '''')`
fn is_comparison(expr: &Expr) -> bool {
    let Some([head, value, tail]) = arguments(expr, "concat") else { return false };
    let Some([inner, from, to]) = arguments(value, "replace") else { return false };
    head.as_str().is_some_and(|head| head.ends_with(" eq '"))
        && only_argument(inner, "string").is_some()
        && (from.as_str(), to.as_str()) == (Some("'"), Some("''"))
        && tail.as_str().is_some_and(|tail| tail == "'" || tail.starts_with("' and ("))
}

/// The same for a list: its quotes are doubled before what stands between two values becomes `','`, or the beginning of the
/// next comparison.
fn is_membership(expr: &Expr) -> bool {
    let Some([head, list, tail]) = arguments(expr, "concat") else { return false };
    let Some([value, between, quoted]) = arguments(list, "replace") else { return false };
    let Some([_, from, to]) = arguments(value, "replace") else { return false };
    let (Some(head), Some(quoted), Some(tail)) = (head.as_str(), quoted.as_str(), tail.as_str()) else {
        return false;
    };
    let of_list = head.ends_with(" in ('") && (quoted, tail) == ("','", "')");
    let of_comparisons = head.ends_with(" eq '") && quoted == format!("' or {head}") && tail == "'";
    (of_list || of_comparisons)
        && between.as_str() == Some(";")
        && (from.as_str(), to.as_str()) == (Some("'"), Some("''"))
}

#[test]
fn what_does_not_encode_is_recognised() {
    let parse = |text: &str| counterflow::expr::parse(text).unwrap();
    assert!(!is_text(&parse("string(x())")));
    assert!(is_text(&parse("string(coalesce(x(), ''))")));
    assert!(!is_html(&parse("replace(string(coalesce(x(), '')), '<', '&lt;')")));
    assert!(!is_html(&parse("x()")));
    assert!(!is_markdown(&parse("string(coalesce(x(), ''))")));
    assert!(!is_kql(&parse("replace(string(coalesce(x(), '')), '\"', '\\\"')")));
    assert!(!is_comparison(&parse("concat('a eq ''', x(), '''')")));
    assert!(is_comparison(&parse("concat('a eq ''', replace(string(x()), '''', ''''''), '''')")));
    assert!(!is_membership(&parse("concat('a in (''', replace(x(), ';', ''','''), ''')')")));
    assert!(is_membership(&parse(
        "concat('a in (''', replace(replace(x(), '''', ''''''), ';', ''','''), ''')')"
    )));
    let comparisons = |text: &str| is_membership(&parse(&format!("concat('a eq ''', {text}, '''')")));
    assert!(!comparisons("replace(x(), ';', ''' or a eq ''')"));
    assert!(!comparisons("replace(replace(x(), '''', ''''''), ';', ' or a eq ')"));
    assert!(comparisons("replace(replace(x(), '''', ''''''), ';', ''' or a eq ''')"));
}
