//! What becomes of the results of a check while it runs.
//!
//! Text is drawn at once, and then the texts of the files are let go; so memory does not grow with their number. The
//! other forms are one document each and are written at the end.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use counterflow::pipeline::check::Outcome;
use counterflow::report::{Report, text};

use super::args::CheckFormat;
use super::{Failure, output};

/// So few units are done before anybody would look at a bar.
const FEW: usize = 50;

/// Receives results.
pub(super) struct Sink {
    report: Report,
    format: CheckFormat,
    /// Whether findings are drawn as they come.
    draws: bool,
    bar: Option<ProgressBar>,
}

impl Sink {
    /// For so many units. Only text is drawn as it comes.
    pub(super) fn new(format: CheckFormat, draws: bool, units: usize) -> Self {
        let has_bar = units > FEW && std::io::stderr().is_terminal();
        let bar = has_bar.then(|| {
            let bar = ProgressBar::new(units as u64);
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} checked, {eta} to go");
            style.map_or(bar.clone(), |style| bar.with_style(style))
        });
        Self { report: Report::default(), format, draws: draws && format == CheckFormat::Text, bar }
    }

    /// Takes the result for one file.
    pub(super) fn take(&mut self, outcome: Outcome) -> Result<(), Failure> {
        let Outcome { file, definitions } = outcome;
        if self.draws && !file.findings.is_empty() {
            let drawn = text::render_file(&file, &output::renderer_for_stdout());
            match &self.bar {
                Some(bar) => bar.suspend(|| output::stdout(&drawn))?,
                None => output::stdout(&drawn)?,
            }
        }
        // SARIF says in lines and columns what a fix replaces, and looks them up in the text.
        let needs_text =
            self.format == CheckFormat::Sarif && file.findings.iter().any(|it| it.edit.is_some());
        let file = if needs_text { file } else { file.without_text() };
        self.report.add(file.source, definitions, file.findings);
        Ok(())
    }

    /// So many more units are done.
    pub(super) fn advance(&self, count: usize) {
        if let Some(bar) = &self.bar {
            bar.inc(count as u64);
        }
    }

    /// Everything that was found, without the texts.
    pub(super) fn finish(self) -> Report {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.report
    }
}
