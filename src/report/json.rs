//! The JSON form: one object, stable for programs.

use serde::Serialize;

use crate::base::diagnostic::Located;

use super::Report;

#[derive(Serialize)]
struct Output<'r> {
    files: usize,
    definitions: usize,
    diagnostics: Vec<Entry<'r>>,
}

#[derive(Serialize)]
struct Entry<'r> {
    code: &'r str,
    rule: &'r str,
    severity: String,
    message: &'r str,
    help: Option<&'r str>,
    path: &'r str,
    pointer: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    prevents: Option<&'r str>,
}

/// The report as one JSON object with a line feed at its end. Lines and columns are 1-based, columns in Unicode
/// scalar values, ends just after the last character; `help` and `prevents` are `null` where there is none.
pub fn render(report: &Report) -> String {
    let output = Output {
        files: report.files.len(),
        definitions: report.definitions,
        diagnostics: report.findings().map(entry).collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&output).expect("internal error: a report is always valid JSON");
    text.push('\n');
    text
}

fn entry(located: &Located) -> Entry<'_> {
    let diagnostic = &located.diagnostic;
    Entry {
        code: diagnostic.rule.code,
        rule: diagnostic.rule.name,
        severity: diagnostic.severity.to_string(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        path: &located.path,
        pointer: diagnostic.pointer.as_str(),
        line: located.start.line,
        column: located.start.column,
        end_line: located.end.line,
        end_column: located.end.column,
        prevents: diagnostic.rule.prevents,
    }
}
