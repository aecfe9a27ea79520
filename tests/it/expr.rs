//! The expression language against three judges: the published vectors, the strings of real definitions, and
//! the properties that must hold for every text.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use counterflow::expr::lexer::{self, TokenKind};
use counterflow::expr::{
    Access, Expr, ExprError, ExprKind, Part, Segment, Span, Template, escape, parse, template,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A file beside the project that only its authors have, or nothing and a note that a test is skipped.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if !path.exists() {
        println!("skipped: {} is absent", path.display());
        return None;
    }
    Some(path)
}

/// The access that a constructor of the library does not make is made by hand.
fn with_access(mut expr: Expr, safe: bool, dot: bool, key: Expr) -> Expr {
    if let ExprKind::Call(call) = &mut expr.kind {
        call.access.push(Access { safe, key, dot, span: 0..0 });
    }
    expr
}

/// The text a template stands for, if no expression in it needs evaluating.
fn literal_value(template: &Template) -> Option<String> {
    match template {
        Template::Literal(text) => Some(text.clone()),
        Template::Expression(expr) => expr.as_str().map(str::to_owned),
        Template::Interpolation(segments) => segments
            .iter()
            .map(|segment| match segment {
                Segment::Text { text, .. } => Some(text.as_str()),
                Segment::Expr(expr) => expr.as_str(),
            })
            .collect(),
    }
}

mod vectors {
    use super::*;

    fn vectors() -> Option<Vec<Value>> {
        let text = fs::read_to_string(shared("vectors/wdl.jsonl")?).unwrap();
        Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    fn token_name(kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Identifier => "Identifier",
            TokenKind::String => "StringLiteral",
            TokenKind::Integer => "IntegerLiteral",
            TokenKind::Float => "FloatLiteral",
            TokenKind::Dot => "Dot",
            TokenKind::Comma => "Comma",
            TokenKind::LeftParenthesis => "LeftParenthesis",
            TokenKind::RightParenthesis => "RightParenthesis",
            TokenKind::LeftBracket => "LeftSquareBracket",
            TokenKind::RightBracket => "RightSquareBracket",
            TokenKind::QuestionMark => "QuestionMark",
        }
    }

    fn scanned(text: &str) -> Result<Value, ExprError> {
        let tokens = lexer::tokens(text)?.into_iter().map(|token| {
            let source = &text[token.span];
            let value = if token.kind == TokenKind::String { lexer::unquote(source) } else { source.into() };
            json!({"type": token_name(token.kind), "value": value.as_str()})
        });
        Ok(tokens.collect())
    }

    /// The tree as the vectors write it, where a number or a word keeps the spelling of the source.
    fn tree(expr: &Expr, source: &str) -> Value {
        let literal = |name: &str| json!({"type": name, "value": &source[expr.span.clone()]});
        match &expr.kind {
            ExprKind::Null => literal("NullLiteral"),
            ExprKind::Bool(_) => literal("BooleanLiteral"),
            ExprKind::Integer(_) | ExprKind::Float(_) => literal("NumberLiteral"),
            ExprKind::String(text) => json!({"type": "StringLiteral", "value": text.as_str()}),
            ExprKind::Call(call) => {
                let arguments: Vec<_> = call.args.iter().map(|arg| tree(arg, source)).collect();
                let access = call.access.iter();
                let access =
                    access.map(|step| json!({"isSafe": step.safe, "expression": tree(&step.key, source)}));
                json!({"type": "Function", "name": call.name.as_str(), "arguments": arguments,
                       "dereferences": access.collect::<Vec<_>>()})
            }
        }
    }

    fn template_tree(source: &str) -> Result<Value, ExprError> {
        Ok(match template::parse(source)? {
            Template::Literal(text) => json!({"type": "StringLiteral", "value": text.as_str()}),
            Template::Expression(expr) => tree(&expr, source),
            Template::Interpolation(segments) => {
                let segments = segments.iter().map(|segment| match segment {
                    Segment::Text { text, .. } => json!({"type": "StringLiteral", "value": text.as_str()}),
                    Segment::Expr(expr) => tree(expr, source),
                });
                json!({"type": "StringInterpolation", "segments": segments.collect::<Vec<_>>()})
            }
        })
    }

    /// A tree of the vectors as one of ours.
    fn built(tree: &Value) -> Expr {
        let text = |key: &str| tree[key].as_str().unwrap().to_owned();
        match tree["type"].as_str().unwrap() {
            "StringLiteral" => Expr::str(text("value")),
            "Function" => {
                let args: Vec<_> = tree["arguments"].as_array().unwrap().iter().map(built).collect();
                let steps = tree["dereferences"].as_array().unwrap().iter();
                steps.fold(Expr::call(text("name"), args), |call, step| {
                    with_access(call, step["isSafe"] == true, false, built(&step["expression"]))
                })
            }
            _ => parse(&text("value")).unwrap(),
        }
    }

    fn parts(tree: &Value) -> Vec<Part> {
        let segments = tree["segments"].as_array().cloned().unwrap_or_else(|| vec![tree.clone()]);
        let part = |segment: &Value| match segment["type"].as_str() {
            Some("StringLiteral") => Part::Text(segment["value"].as_str().unwrap().to_owned()),
            _ => Part::Expr(built(segment)),
        };
        segments.iter().map(part).collect()
    }

    /// What stands in a vector's `expression`: a text, or the recipe of a long one.
    fn source(vector: &Value) -> String {
        match &vector["expression"] {
            Value::Object(recipe) => {
                recipe["repeat"].as_str().unwrap().repeat(recipe["count"].as_u64().unwrap() as usize)
            }
            text => text.as_str().unwrap_or_default().to_owned(),
        }
    }

    /// Whether ours is what the vector expects; `None` when its kind belongs to another part of the project.
    fn verdict(vector: &Value) -> Option<(bool, String)> {
        let source = source(vector);
        let ours = match vector["kind"].as_str().unwrap() {
            "scan" => scanned(&source),
            "parse" => parse(&source).map(|expr| tree(&expr, &source)),
            "parseTemplate" => template_tree(&source),
            "isTemplate" => Ok(json!(template::is_template(&source))),
            "build" => Ok(json!(built(&vector["ast"]).to_string())),
            "roundtrip" => parse(&source).map(|expr| json!(expr.to_string())),
            "roundtripTemplate" => template::parse(&source)
                .map(|read| json!(literal_value(&read).map(|text| escape::literal(&text)))),
            // Another escape is as good as the vector's: both must read as the same text and expressions.
            "buildTemplate" => {
                let ours = escape::interpolate(&parts(&vector["ast"]));
                let theirs = vector["expected"].as_str().unwrap();
                let same = meaning(&ours) == meaning(theirs);
                return Some((same, format!("{ours} against {theirs}")));
            }
            _ => return None,
        };
        let right = match (&ours, vector.get("expected"), vector.get("expectedJoinedLiteral")) {
            (Ok(_), Some(Value::String(word)), _) if word == "ok" => true,
            (Ok(ours), Some(expected), _) => ours == expected,
            (Ok(ours), None, Some(joined)) => ours["value"] == *joined,
            (Err(error), None, None) => vector["expectedError"]["code"] == error.code.name(),
            _ => false,
        };
        Some((right, format!("{ours:?}")))
    }

    /// A template with its string literals folded into the text around them.
    fn meaning(source: &str) -> Vec<String> {
        let mut meaning = vec![String::new()];
        let segments = match template::parse(source).unwrap() {
            Template::Literal(text) => return vec![text],
            Template::Expression(expr) => vec![Segment::Expr(expr)],
            Template::Interpolation(segments) => segments,
        };
        for segment in segments {
            match segment {
                Segment::Text { text, .. } => meaning.last_mut().unwrap().push_str(&text),
                Segment::Expr(Expr { kind: ExprKind::String(text), .. }) => {
                    meaning.last_mut().unwrap().push_str(&text)
                }
                Segment::Expr(expr) => meaning.extend([expr.to_string(), String::new()]),
            }
        }
        meaning
    }

    #[test]
    fn front_end_vectors() {
        let Some(vectors) = vectors() else { return };
        let (mut right, mut disputed, mut wrong) = (0, 0, Vec::new());
        for vector in vectors {
            match verdict(&vector) {
                None => {}
                Some((true, _)) => right += 1,
                Some((false, _)) if vector["disputed"] == true => disputed += 1,
                Some((false, ours)) => wrong.push(format!("{}: {ours}", vector["id"])),
            }
        }
        println!("front end vectors: {right} right, {disputed} disputed, {} wrong", wrong.len());
        assert!(right > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn expressions_of_evaluation_vectors_parse() {
        let Some(vectors) = vectors() else { return };
        let (mut read, mut refused, mut wrong) = (0, 0, Vec::new());
        for vector in vectors.iter().filter(|vector| vector["kind"] == "eval") {
            let source = source(vector);
            let must_fail = vector["expectedError"]["stage"] == "parse";
            // An error without a stage may be one of ours or of a later step.
            let may_fail = must_fail || vector.get("expectedError").is_some();
            match template::parse(&source) {
                Ok(_) if !must_fail => read += 1,
                Err(error) if may_fail => {
                    refused += 1;
                    println!("refused: {source}: {error}");
                }
                other => wrong.push(format!("{}: {source}: {other:?}", vector["id"])),
            }
        }
        println!("evaluation vectors: {read} read, {refused} refused as expected, {} wrong", wrong.len());
        assert!(read > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Constants are computed by the functions of the table; the published vectors say what must come out.
mod constants {
    use super::*;
    use std::collections::BTreeMap;

    use counterflow::expr::check;

    enum Outcome {
        Value(Value),
        /// A run decides, or it is not computed here.
        Open,
        Refused,
    }

    fn outcome(text: &str) -> Outcome {
        let Ok(template) = template::parse(text) else { return Outcome::Refused };
        let Template::Expression(expr) = &template else {
            let mut whole = String::new();
            let segments = match &template {
                Template::Literal(text) => return Outcome::Value(json!(text)),
                Template::Interpolation(segments) => segments,
                Template::Expression(_) => return Outcome::Open,
            };
            for segment in segments {
                match segment {
                    Segment::Text { text, .. } => whole.push_str(text),
                    Segment::Expr(expr) => match check::constant(&Expr::call("string", [expr.clone()])) {
                        Ok(Some(Value::String(text))) => whole.push_str(&text),
                        Ok(_) => return Outcome::Open,
                        Err(_) => return Outcome::Refused,
                    },
                }
            }
            return Outcome::Value(json!(whole));
        };
        match check::constant(expr) {
            Ok(Some(value)) => Outcome::Value(value),
            Ok(None) => Outcome::Open,
            Err(_) => Outcome::Refused,
        }
    }

    /// Whether an expression has a call that is never made, which the checker judges all the same.
    fn is_lazy(text: &str) -> bool {
        ["if(", "and(", "or(", "coalesce("].iter().any(|name| text.contains(name))
    }

    #[test]
    fn they_have_the_published_values() {
        let Some(path) = shared("vectors/wdl.jsonl") else { return };
        let text = fs::read_to_string(path).unwrap();
        let vectors = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let vectors: Vec<Value> = vectors
            .filter(|vector| vector["kind"] == "eval" && vector["context"].is_null())
            .filter(|vector| vector["confidence"] != "disputed" && vector["disputed"] != true)
            .collect();
        let (mut right, mut refused, mut wrong) = (0, 0, Vec::new());
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        for vector in &vectors {
            let expression = vector["expression"].as_str().unwrap();
            let must_fail = !vector["expectedError"].is_null();
            match outcome(expression) {
                Outcome::Value(_) if must_fail => wrong.push(format!("{expression} has a value")),
                Outcome::Value(value) if vector["expected"].is_null() || value == vector["expected"] => {
                    right += 1
                }
                Outcome::Value(value) => {
                    wrong.push(format!("{expression} is {value}, not {}", vector["expected"]))
                }
                Outcome::Refused if must_fail => refused += 1,
                Outcome::Refused if is_lazy(expression) => {}
                Outcome::Refused => wrong.push(format!("{expression} is refused")),
                Outcome::Open => {
                    *open.entry(vector["primary"].as_str().unwrap().to_owned()).or_default() += 1
                }
            }
        }
        println!("{} vectors: {right} computed, {refused} refused, not computed: {open:?}", vectors.len());
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(right > 250 && refused > 60, "{right} computed, {refused} refused");
    }
}

mod table {
    use super::*;
    use std::collections::BTreeSet;

    use counterflow::expr::functions;

    /// The published function facts, or nothing where they are not here.
    fn facts() -> Option<Vec<Value>> {
        let text = fs::read_to_string(shared("facts/wdl/functions.json")?).unwrap();
        let facts: Value = serde_json::from_str(&text).unwrap();
        Some(facts["functions"].as_array().unwrap().clone())
    }

    #[test]
    fn it_is_the_published_list() {
        let Some(facts) = facts() else { return };
        let published: BTreeSet<_> = facts.iter().map(|fact| fact["name"].as_str().unwrap()).collect();
        let known: BTreeSet<_> = functions::all().map(|function| function.name).collect();
        assert_eq!(known, published);
        assert_eq!(known.len(), 135);
    }

    /// What the facts allow, the table allows; it allows more only where it was seen.
    #[test]
    fn it_takes_what_is_documented() {
        let Some(facts) = facts() else { return };
        // More than documented: published playbooks call it so. Fewer: the designer's signature.
        let more = BTreeSet::from(["encodeUriComponent"]);
        let fewer = BTreeSet::from(["result"]);
        for fact in &facts {
            let function = functions::find(fact["name"].as_str().unwrap()).unwrap();
            let least = fact["minArgs"].as_u64().and_then(|least| usize::try_from(least).ok()).unwrap();
            let most = fact["maxArgs"].as_u64().and_then(|most| usize::try_from(most).ok());
            let name = function.name;
            assert!(function.least == least || fewer.contains(name), "{name}: least {}", function.least);
            assert!(function.most() == most || more.contains(name), "{name}: most {:?}", function.most());
        }
    }

    #[test]
    fn it_knows_what_published_definitions_call() {
        let Some(folder) = shared("corpus") else { return };
        let index: Value =
            serde_json::from_str(&fs::read_to_string(folder.join("index.json")).unwrap()).unwrap();
        let mut unknown = BTreeSet::new();
        for entry in index.as_array().unwrap().iter().filter(|entry| entry["status"] == "ok") {
            let bytes = fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap();
            let source = counterflow::base::source::Source::decode("corpus", &bytes).unwrap();
            let document = counterflow::base::json::Document::parse(source.text()).unwrap();
            let workflows = counterflow::workflow::read(&document).unwrap();
            for definition in &workflows.definitions {
                for text in definition.texts(&workflows.templates) {
                    text.walk(|expr| {
                        let call = expr.as_call().filter(|call| !functions::is_known(&call.name));
                        unknown.extend(call.map(|call| call.name.clone()));
                    });
                }
            }
        }
        // A function of ARM that one playbook wrote where the engine reads.
        assert_eq!(unknown, BTreeSet::from(["resourceGroup".into()]));
    }
}

mod corpus {
    use super::*;

    /// The files that hold a string which is no template, once for each such string. In this gallery template
    /// a `@parameters('…` lost its closing quote and parenthesis, and no other reading of it exists.
    const REFUSED: [&str; 1] =
        ["logicapp-standard/analyze-documents-ai-docintelligence-default-workflow.9610a65b5e.json"];

    fn read_json(path: &Path) -> Value {
        let bytes = fs::read(path).unwrap();
        let wide = |to: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| to([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        };
        let text = match &bytes[..] {
            [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
            [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
            _ => String::from_utf8(bytes).unwrap(),
        };
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
    }

    fn strings<'a>(value: &'a Value, visit: &mut impl FnMut(&'a str)) {
        match value {
            Value::String(text) => visit(text),
            Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
            Value::Object(members) => members.iter().for_each(|(key, member)| {
                visit(key);
                strings(member, visit);
            }),
            _ => {}
        }
    }

    #[test]
    fn strings_of_published_definitions_parse() {
        let Some(folder) = shared("corpus") else { return };
        let index = read_json(&folder.join("index.json"));
        let (mut definitions, mut expressions, mut refused) = (0, 0, Vec::new());
        for file in index.as_array().unwrap().iter().filter(|file| file["status"] == "ok") {
            let name = file["file"].as_str().unwrap();
            let content = read_json(&folder.join(name));
            for pointer in file["pointers"].as_array().unwrap() {
                let definition = content.pointer(pointer.as_str().unwrap()).unwrap();
                definitions += 1;
                strings(definition, &mut |text| {
                    // In a deployment template such a string is an expression of the template's own language.
                    if file["form"] == "arm-template" && text.starts_with('[') && text.ends_with(']') {
                        return;
                    }
                    match template::parse(text) {
                        Ok(template) => expressions += template.expressions().count(),
                        Err(error) => {
                            println!("{name}: {}: {error}: {text}", error.code);
                            refused.push(name.to_owned());
                        }
                    }
                });
            }
        }
        println!("{definitions} definitions: {expressions} expressions, {} strings refused", refused.len());
        assert_eq!(refused, REFUSED);
    }
}

mod properties {
    use proptest::collection::vec;
    use proptest::sample::select;

    use super::*;

    const SIGNS: &[&str] = &["@", "@@", "{", "}", "@{", "@@{", "'", "''", "\"", "@{'", "'}"];
    const TOKENS: &[&str] = &["(", ")", "[", "]", "?", ".", ",", " ", "\n", "1", "-", "1e", "\u{3000}"];
    const WORDS: &[&str] = &["concat", "null", "body('A')", "é", "😀", "\u{301}", "\0", "\\"];

    /// Texts dense in what matters to the language, with everything else in between.
    fn text() -> impl Strategy<Value = String> {
        let special = prop_oneof![
            4 => select(SIGNS),
            1 => select(TOKENS),
            1 => select(WORDS),
        ];
        let dense = vec(special, 0..12).prop_map(|pieces| pieces.concat());
        prop_oneof![3 => dense, 1 => any::<String>()]
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![4 => "[a-zA-Z_][a-zA-Z0-9_]{0,8}", 1 => "[a-zé$#:/\"!=-]{1,4}"]
    }

    fn float() -> impl Strategy<Value = String> {
        prop_oneof![
            "[+-]?[0-9]{1,3}\\.[0-9]{0,3}([eE][+-]?[0-9]{1,3})?",
            "[+-]\\.[0-9]{1,3}",
            "[0-9]{1,3}[eE][0-9]{1,2}",
        ]
    }

    fn expr() -> impl Strategy<Value = Expr> {
        let leaf = prop_oneof![
            Just(Expr::null()),
            any::<bool>().prop_map(Expr::bool),
            any::<i64>().prop_map(Expr::int),
            float().prop_map(|digits| ExprKind::Float(digits.into()).into()),
            text().prop_map(Expr::str),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            let function = name().prop_filter("a function name", |name| lexer::is_function_name(name));
            let key = prop_oneof![
                inner.clone().prop_map(|key| (false, key)),
                name()
                    .prop_filter("a name after a dot", |name| lexer::is_identifier(name))
                    .prop_map(|name| (true, Expr::str(name))),
            ];
            let args = vec(inner, 0..4);
            let access = vec((any::<bool>(), key), 0..3);
            (function, args, access).prop_map(|(name, args, access)| {
                access.into_iter().fold(Expr::call(name, args), |expr, (safe, (dot, key))| {
                    with_access(expr, safe, dot, key)
                })
            })
        })
    }

    fn inside(text: &str, span: &Span) -> bool {
        text.get(span.clone()).is_some()
    }

    fn spans_hold(text: &str, expr: &Expr) -> bool {
        let mut hold = true;
        expr.walk(&mut |expr| {
            hold &= inside(text, &expr.span);
            if let Some(call) = expr.as_call() {
                hold &= text[call.name_span.clone()] == call.name;
                hold &= call.access.iter().all(|access| inside(text, &access.span));
            }
        });
        hold
    }

    fn config() -> ProptestConfig {
        ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..config() })]

        #[test]
        fn a_literal_reads_as_itself(text in text()) {
            let read = template::parse(&escape::literal(&text)).unwrap();
            prop_assert_eq!(literal_value(&read), Some(text.clone()));
            let whole = template::parse(&escape::whole(&Expr::str(text.clone()))).unwrap();
            prop_assert_eq!(literal_value(&whole), Some(text));
        }

        #[test]
        fn an_interpolation_reads_as_its_parts(parts in vec((any::<bool>(), text()), 0..6)) {
            let value: String = parts.iter().map(|(_, text)| text.as_str()).collect();
            let as_part = |(hole, text)| if hole { Part::Expr(Expr::str(text)) } else { Part::Text(text) };
            let parts: Vec<_> = parts.into_iter().map(as_part).collect();
            let read = template::parse(&escape::interpolate(&parts)).unwrap();
            prop_assert_eq!(literal_value(&read), Some(value));
        }

        #[test]
        fn an_interpolation_keeps_its_expressions(before in text(), expr in expr(), after in text()) {
            let expr = Expr::call("string", [expr]);
            let parts = [Part::Text(before.clone()), Part::Expr(expr.clone()), Part::Text(after.clone())];
            let written = escape::interpolate(&parts);
            let Template::Interpolation(segments) = template::parse(&written).unwrap() else {
                return Err(TestCaseError::fail("no interpolation"));
            };
            let (mut texts, mut exprs) = (vec![String::new()], Vec::new());
            for segment in segments {
                match segment {
                    Segment::Text { text, .. } => texts.last_mut().unwrap().push_str(&text),
                    Segment::Expr(hole) => match hole.as_str() {
                        Some(text) => texts.last_mut().unwrap().push_str(text),
                        None => {
                            texts.push(String::new());
                            exprs.push(hole);
                        }
                    },
                }
            }
            prop_assert_eq!(texts, [before, after]);
            prop_assert_eq!(exprs, [expr]);
        }

        #[test]
        fn what_is_printed_reads_as_the_same_tree(expr in expr()) {
            let printed = expr.to_string();
            prop_assume!(printed.len() <= lexer::MAX_LENGTH);
            let read = parse(&printed);
            prop_assert_eq!(read.as_ref(), Ok(&expr), "{}", printed);
            prop_assert_eq!(read.unwrap().to_string(), printed);
        }

        #[test]
        fn every_text_has_an_answer_inside_it(text in text()) {
            match lexer::tokens(&text) {
                Ok(tokens) => prop_assert!(tokens.iter().all(|token| inside(&text, &token.span))),
                Err(error) => prop_assert!(inside(&text, &error.span)),
            }
            match parse(&text) {
                Ok(expr) => prop_assert!(spans_hold(&text, &expr)),
                Err(error) => prop_assert!(inside(&text, &error.span)),
            }
            match template::parse(&text) {
                Ok(template) => {
                    prop_assert!(template.expressions().all(|expr| spans_hold(&text, expr)));
                    prop_assert!(template::is_template(&text) || template == Template::Literal(text.clone()));
                }
                Err(error) => prop_assert!(inside(&text, &error.span)),
            }
        }
    }
}
