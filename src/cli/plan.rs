//! `counterflow plan`

use counterflow::pipeline::{self, Options};
use counterflow::report::{Report, json};

use super::args::{Format, PlanOptions};
use super::{Failure, input, output};

pub(super) fn run(options: &PlanOptions) -> Result<bool, Failure> {
    let inputs = match input::inputs(&options.source)? {
        Ok(inputs) => inputs,
        Err(report) => return refused(&report, options.format),
    };
    let asked = Options { incident: options.source.id.clone(), ..Options::default() };
    let outcome = pipeline::plan(&inputs, &asked);
    match (outcome.value, options.format) {
        (Some(planned), Format::Text) => {
            output::report_to_stderr(&outcome.report);
            output::stdout(&planned.text())?;
            Ok(true)
        }
        (Some(planned), Format::Json) => {
            output::report_to_stderr(&outcome.report);
            output::stdout(&format!("{:#}\n", planned.json()))?;
            Ok(true)
        }
        (None, format) => refused(&outcome.report, format),
    }
}

/// Why there is no plan: for people on standard error, for programs on standard output.
fn refused(report: &Report, format: Format) -> Result<bool, Failure> {
    match format {
        Format::Text => output::report_to_stderr(report),
        Format::Json => output::stdout(&json::render(report))?,
    }
    Ok(false)
}
