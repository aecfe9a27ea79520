//! `counterflow plan`

use counterflow::pipeline::{self, Options};
use counterflow::report::{Report, json};

use super::args::{PlanFormat, PlanOptions};
use super::{Failure, input, output};

pub(super) fn run(options: &PlanOptions) -> Result<bool, Failure> {
    let inputs = match input::inputs(&options.source)? {
        Ok(inputs) => inputs,
        Err(report) => return refused(&report, options.format),
    };
    let asked = Options { incident: options.source.id.clone(), ..Options::default() };
    let outcome = pipeline::plan(&inputs, &asked);
    let Some(planned) = outcome.value else { return refused(&outcome.report, options.format) };
    output::report_to_stderr(&outcome.report);
    let plan = match options.format {
        PlanFormat::Text => planned.text(),
        PlanFormat::Json => format!("{:#}\n", planned.json()),
        PlanFormat::Markdown => planned.markdown(),
    };
    output::stdout(&plan)?;
    Ok(true)
}

/// Why there is no plan: for people on standard error, for programs on standard output.
fn refused(report: &Report, format: PlanFormat) -> Result<bool, Failure> {
    match format {
        PlanFormat::Text | PlanFormat::Markdown => output::report_to_stderr(report),
        PlanFormat::Json => output::stdout(&json::render(report))?,
    }
    Ok(false)
}
