//! What is fuzzed: one function for each reader of foreign bytes. Each panics when something does that must not, or when
//! a property does not hold that every input must have.

use counterflow::base::json::{Document, Kind};
use counterflow::base::pointer::Pointer;
use counterflow::base::source::Source;
use counterflow::base::xml::XmlDocument;
use counterflow::base::yaml::YamlIndex;
use counterflow::check::{self, Options};
use counterflow::emit::Target;
use counterflow::expr::template::{self, Template};
use counterflow::ingest::Export;
use counterflow::pipeline::{self, Inputs, Outcome};
use counterflow::report::{Report, github, json as report_json, junit, sarif, text};
use counterflow::review;
use counterflow::select::Mode;
use counterflow::workflow::arm::{TemplateId, Templates, parser};

/// The targets by name.
pub const TARGETS: [(&str, fn(&[u8])); 10] = [
    ("json", json),
    ("yaml", yaml),
    ("expression", expression),
    ("arm", arm),
    ("archive", archive),
    ("check", check),
    ("incident", incident),
    ("review", review),
    ("profile", profile),
    ("pipeline", pipeline),
];

/// The JSON reader: spans lie in the text, children in their containers, pointers lead back to their nodes.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            assert!(text.get(error.span).is_some(), "the span of a syntax error lies in the text");
            return;
        }
    };
    for (at, node) in document.root().descendants().enumerate() {
        let written = text.get(node.span()).expect("a span lies in the text");
        if let Some(parent) = node.parent() {
            let around = parent.span();
            assert!(around.start < node.span().start && node.span().end < around.end);
            assert!(node.is_within(parent));
        }
        if let Kind::String(decoded) = node.kind() {
            assert!(written.starts_with('"') && written.ends_with('"'));
            let whole = node.span_inside(&(0..decoded.len()));
            assert_eq!(whole, node.span().start + 1..node.span().end - 1);
        }
        // Each pointer is looked up from the top, so not every one of a long document.
        if at % 7 == 0 {
            let found = document.at(&node.pointer()).map(|found| found.id());
            // Of members with the same key the last one is found.
            assert!(found == Some(node.id()) || document.duplicates().next().is_some());
        }
    }
    let _ = document.root().to_value();
}

/// The YAML index: spans lie in the text. Every other byte string is XML, which has its reader too.
pub fn yaml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = XmlDocument::parse(text);
    let index = YamlIndex::new(text);
    for pointer in ["", "/a", "/a/0", "/techniques/0/id", "/x/y"] {
        let pointer = Pointer::from_escaped(pointer);
        for span in [index.value(&pointer), index.key(&pointer)].into_iter().flatten() {
            assert!(text.get(span).is_some(), "a span lies in the text");
        }
    }
}

/// Expressions of the engine: spans lie in the text, and what is printed is read back as the same.
pub fn expression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match template::parse(text) {
        Err(error) => assert!(text.get(error.span).is_some(), "the span of an error lies in the text"),
        Ok(template) => {
            for expr in template.expressions() {
                assert!(text.get(expr.span.clone()).is_some(), "a span lies in the text");
                expr.walk(&mut |inner| assert!(text.get(inner.span.clone()).is_some()));
            }
            if let Template::Expression(expr) = &template {
                let printed = expr.to_string();
                // Printing may make a text longer than one may be.
                if printed.len() < 8000 {
                    assert_eq!(counterflow::expr::parse(&printed).as_ref(), Ok(expr), "{printed}");
                }
            }
        }
    }
}

/// Expressions of ARM: spans lie in the text, and every value of a template that holds the text ends.
pub fn arm(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if text.starts_with('[') && text.ends_with(']') && text.len() > 1 {
        match parser::parse(text) {
            Err(error) => assert!(text.get(error.span).is_some(), "the span of an error lies in the text"),
            Ok(expr) => expr.walk(&mut |inner| assert!(text.get(inner.span.clone()).is_some())),
        }
    }
    // The text as a template, and as a variable of one.
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            c if c < ' ' => literal.push_str(&format!("\\u{:04x}", c as u32)),
            c => literal.push(c),
        }
    }
    literal.push('"');
    let wrapped = format!(
        r#"{{"variables": {{"a": {literal}, "b": "[variables('a')]", "c": "[concat(variables('a'), variables('b'))]"}}}}"#
    );
    for text in [text, wrapped.as_str()] {
        let Ok(document) = Document::parse(text) else { continue };
        let templates = Templates::read(document.root());
        for (_, node) in templates[TemplateId::ROOT].variables() {
            let found = templates.evaluate(TemplateId::ROOT, node);
            assert!(found.text().is_none_or(|text| text.len() <= 1 << 26));
        }
    }
}

/// The zip reader, with everything behind it.
pub fn archive(data: &[u8]) {
    check_and_report("a.zip", data);
    // The same bytes as the member of a sound archive.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["solution.xml", "customizations.xml", "Workflows/a.json"] {
        if zip.start_file(name, options).is_ok() {
            let _ = std::io::Write::write_all(&mut zip, data);
        }
    }
    if let Ok(zip) = zip.finish() {
        check_and_report("b.zip", &zip.into_inner());
    }
}

/// The whole checker, with every form of report.
pub fn check(data: &[u8]) {
    check_and_report("a.json", data);
}

/// The readers of incident exports, all forms of them, and the page for a reviewer that is made of what they read.
pub fn incident(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let inputs = Inputs { incident: Source::new("incident.json", text), review: None, profile: None };
    let outcome = kept(pipeline::incident(&inputs, &pipeline::Options::default()));
    if let Some(incident) = outcome {
        let page = Source::new("review.yaml", review::scaffold(&incident));
        kept(pipeline::plan(&Inputs { review: Some(page), ..inputs }, &pipeline::Options::default()));
        return;
    }
    // Of an export with several incidents each can be asked for.
    let ingested = Export::parse(text).ok().and_then(|export| export.read().ok());
    for one in ingested.into_iter().flat_map(|ingested| ingested.incidents).take(3) {
        let options = pipeline::Options { incident: Some(one.id), ..Default::default() };
        kept(pipeline::plan(&inputs, &options));
    }
}

/// The reader of reviews, and what a review does to a plan.
pub fn review(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let inputs = Inputs { review: Some(Source::new("review.yaml", text)), ..example() };
    kept(pipeline::plan(&inputs, &pipeline::Options::default()));
}

/// The reader of profiles, and what a profile does to a plan.
pub fn profile(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let inputs = Inputs { profile: Some(Source::new("profile.yaml", text)), ..example() };
    kept(pipeline::plan(&inputs, &pipeline::Options::default()));
}

/// A whole build of a changed export: there is no error in files of ours, whatever the incident says.
pub fn pipeline(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let example = example();
    let with_review = data.len() % 2 == 0;
    let inputs = Inputs {
        incident: Source::new("incident.json", text),
        review: example.review.filter(|_| with_review),
        profile: example.profile.filter(|_| with_review),
    };
    let mode = if data.len() % 4 < 2 { Mode::Reusable } else { Mode::OneShot };
    let options = pipeline::Options { mode, targets: Target::ALL.to_vec(), incident: None };
    kept(pipeline::build(&inputs, &options));
}

/// The example that goes with what is changed.
fn example() -> Inputs {
    let source = |name, text: &str| Source::new(name, text);
    Inputs {
        incident: source("incident.json", include_str!("../../examples/phishing/incident.json")),
        review: Some(source("review.yaml", include_str!("../../examples/phishing/review.yaml"))),
        profile: Some(source("profile.yaml", include_str!("../../examples/phishing/profile.yaml"))),
    }
}

/// The result of a command that keeps its word: there is one unless an error says why, no error is our own, and each
/// finding stands in the file that it is about.
fn kept<T>(outcome: Outcome<T>) -> Option<T> {
    let Outcome { value, report } = outcome;
    let errors = || report.findings().filter(|found| found.diagnostic.is_error());
    assert_eq!(value.is_none(), errors().next().is_some(), "a result or an error");
    for file in &report.files {
        for found in &file.findings {
            assert!(file.source.text().get(found.span.clone()).is_some(), "a finding stands in its text");
        }
    }
    let given = ["incident.json", "review.yaml", "profile.yaml"];
    let own = errors()
        .find(|found| found.diagnostic.rule.code == "CF9199" || !given.contains(&found.path.as_str()));
    assert!(own.is_none(), "an error of ours: {own:#?}");
    shown(&report);
    value
}

fn check_and_report(name: &str, data: &[u8]) {
    let options = Options::default();
    let mut report = Report::default();
    for one in check::check_bytes(name, data, &options) {
        for found in &one.findings {
            assert!(one.source.text().get(found.span.clone()).is_some(), "a finding stands in its text");
        }
        report.add(one.source, one.definitions, one.findings);
    }
    shown(&report);
}

/// Every form of report.
fn shown(report: &Report) {
    text::render(report, &annotate_snippets::Renderer::plain());
    report_json::render(report);
    sarif::render(report, None);
    github::render(report, None);
    junit::render(report);
}
