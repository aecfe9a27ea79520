//! JUnit XML: what build servers show as test results. A suite for each file; a case for each finding, which fails only
//! for an error, and one case that passes where a file has no error. A case is named by rule and pointer, so that a build
//! server knows it again after lines have moved.

use std::collections::BTreeMap;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{File, Report, text};
use crate::base::diagnostic::{Located, Severity};

/// The report as an XML document with a line feed at its end. It holds no times: the same findings give the same bytes.
pub fn render(report: &Report) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = suites(&mut writer, report);
    written.expect("internal error: writing to memory does not fail");
    let mut text =
        String::from_utf8(writer.into_inner()).expect("internal error: the XML writer is given only text");
    text.push('\n');
    text
}

type Xml = Writer<Vec<u8>>;

fn suites(writer: &mut Xml, report: &Report) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let (tests, failures) =
        report.all_files().map(counted).fold((0, 0), |(tests, failures), (t, f)| (tests + t, failures + f));
    writer
        .create_element("testsuites")
        .with_attribute(("name", "counterflow"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .write_inner_content(|writer| report.all_files().try_for_each(|file| suite(writer, file)))?;
    Ok(())
}

/// How many cases a file has, and how many of them fail.
fn counted(file: &File) -> (usize, usize) {
    let failures = file.findings.iter().filter(|found| found.diagnostic.is_error()).count();
    (file.findings.len() + usize::from(failures == 0), failures)
}

fn suite(writer: &mut Xml, file: &File) -> std::io::Result<()> {
    let (tests, failures) = counted(file);
    let name = text::visible_line(file.source.name());
    writer
        .create_element("testsuite")
        .with_attribute(("name", name.as_str()))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", failures.to_string().as_str()))
        .write_inner_content(|writer| {
            if failures == 0 {
                writer
                    .create_element("testcase")
                    .with_attribute(("classname", name.as_str()))
                    .with_attribute(("name", "no errors"))
                    .write_empty()?;
            }
            let mut names: BTreeMap<String, usize> = BTreeMap::new();
            file.findings.iter().try_for_each(|found| {
                let own = case_name(found);
                let count = names.entry(own.clone()).or_default();
                *count += 1;
                let own = if *count == 1 { own } else { format!("{own} ({count})") };
                case(writer, &name, &own, found)
            })
        })?;
    Ok(())
}

fn case_name(Located { diagnostic, .. }: &Located) -> String {
    let rule = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    match text::visible_line(diagnostic.pointer.as_str()) {
        pointer if pointer.is_empty() => rule,
        pointer => format!("{rule} at {pointer}"),
    }
}

fn case(writer: &mut Xml, file: &str, name: &str, located: &Located) -> std::io::Result<()> {
    let diagnostic = &located.diagnostic;
    let rule = diagnostic.rule;
    let place = format!("{}:{}:{}", file, located.start.line, located.start.column);
    let message = text::visible_line(&diagnostic.message);
    let mut body = format!("{place}: {message}\n{}", diagnostic.pointer.as_str());
    if let Some(help) = &diagnostic.help {
        body = format!("{body}\nhelp: {help}");
    }
    let body = text::visible(&body);
    writer
        .create_element("testcase")
        .with_attribute(("classname", file))
        .with_attribute(("name", name))
        .write_inner_content(|writer| {
            let element = if diagnostic.severity == Severity::Error {
                let failure = writer.create_element("failure").with_attribute(("type", rule.code));
                failure.with_attribute(("message", message.as_str()))
            } else {
                writer.create_element("system-out")
            };
            element.write_text_content(BytesText::new(&body))?;
            Ok(())
        })?;
    Ok(())
}
