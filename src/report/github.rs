//! Workflow commands of GitHub Actions: a line for each finding, which the service shows at its place in the change.
//!
//! Escapes are those of the public toolkit: `%`, carriage return and line feed in the message, `:` and `,` besides in
//! properties.

use super::path::{self, Place};
use super::{Report, text};
use crate::base::diagnostic::{Located, Severity};

/// The report as workflow commands, a line for each finding, then the summary. File names below `root`, if that is
/// given, are written relative to it.
pub fn render(report: &Report, root: Option<&str>) -> String {
    let mut out = String::new();
    for located in report.findings() {
        out.push_str(&line(located, root));
        out.push('\n');
    }
    out.push_str(&text::summary(report));
    out.push('\n');
    out
}

fn line(located: &Located, root: Option<&str>) -> String {
    let diagnostic = &located.diagnostic;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let Place { file, member } = path::place(&located.path);
    let title = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    let mut properties = format!("file={}", property(path::below(file, root)));
    let mut message = diagnostic.message.clone();
    match member {
        Some(member) => message = format!("{member}, line {}: {message}", located.start.line),
        None => {
            let (start, end) = (located.start, located.end);
            properties.push_str(&format!(",line={},endLine={}", start.line, end.line));
            // The service takes columns only within one line.
            if start.line == end.line {
                properties.push_str(&format!(",col={},endColumn={}", start.column, end.column));
            }
        }
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {help}");
    }
    format!("::{command} {properties},title={}::{}", property(&title), data(&message))
}

fn data(text: &str) -> String {
    text::visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("100%\r\n::error::x"), "100%25\u{FFFD}%0A::error::x");
        assert_eq!(property("a,b:c\n"), "a%2Cb%3Ac%0A");
    }
}
