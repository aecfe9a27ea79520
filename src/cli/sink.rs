//! What becomes of the results of a check while it runs.
//!
//! Text is drawn at once, and then the texts of the files are let go; so memory does not grow with their number. The
//! other forms are one document each and are written at the end.

use std::io::IsTerminal;

use annotate_snippets::Renderer;
use indicatif::{ProgressBar, ProgressStyle};

use counterflow::pipeline::check::Outcome;
use counterflow::report::{File, Report, text};

use super::args::CheckFormat;
use super::{Failure, output};

/// So few units are done before anybody would look at a bar.
const FEW: usize = 50;

/// How results are drawn, by whichever thread has one.
pub(super) struct Drawing {
    format: CheckFormat,
    /// Whether findings are drawn as they come.
    draws: bool,
    renderer: Renderer,
}

/// A result that is drawn, with what is kept of it.
pub(super) struct Drawn {
    text: String,
    file: File,
    definitions: usize,
}

impl Drawing {
    /// Only text is drawn as it comes.
    pub(super) fn new(format: CheckFormat, draws: bool) -> Self {
        let draws = draws && format == CheckFormat::Text;
        Self { format, draws, renderer: output::renderer_for_stdout() }
    }

    /// Draws the result for one file.
    pub(super) fn draw(&self, Outcome { file, definitions }: Outcome) -> Drawn {
        let text = if self.draws { text::render_file(&file, &self.renderer) } else { String::new() };
        // SARIF says in lines and columns what a fix replaces, and looks them up in the text.
        let needs_text =
            self.format == CheckFormat::Sarif && file.findings.iter().any(|it| it.edit.is_some());
        let file = if needs_text { file } else { file.without_text() };
        Drawn { text, file, definitions }
    }
}

/// Receives results.
pub(super) struct Sink {
    report: Report,
    bar: Option<ProgressBar>,
}

impl Sink {
    /// For so many units.
    pub(super) fn new(units: usize) -> Self {
        let has_bar = units > FEW && std::io::stderr().is_terminal();
        let bar = has_bar.then(|| {
            let bar = ProgressBar::new(units as u64);
            let style = ProgressStyle::with_template("{bar:30} {pos} of {len} checked, {eta} to go");
            style.map_or(bar.clone(), |style| bar.with_style(style))
        });
        Self { report: Report::default(), bar }
    }

    /// Takes the result for one file.
    pub(super) fn take(&mut self, Drawn { text, file, definitions }: Drawn) -> Result<(), Failure> {
        match &self.bar {
            _ if text.is_empty() => {}
            Some(bar) => bar.suspend(|| output::stdout(&text))?,
            None => output::stdout(&text)?,
        }
        self.report.add(file.source, definitions, file.findings);
        Ok(())
    }

    /// One more unit is done.
    pub(super) fn advance(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
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
