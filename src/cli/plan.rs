//! `counterflow plan`

use counterflow::pipeline::{self, Options};
use counterflow::report::json;

use super::args::{Format, PlanOptions};
use super::{Failure, input, output};

pub(super) fn run(options: &PlanOptions) -> Result<bool, Failure> {
    let inputs = match input::inputs(&options.source)? {
        Ok(inputs) => inputs,
        Err(error) => {
            output::error_line(&error);
            return Ok(false);
        }
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
            output::stdout(&format!("{:#}\n", planned.json()))?;
            Ok(true)
        }
        (None, Format::Text) => {
            output::report_to_stderr(&outcome.report);
            Ok(false)
        }
        (None, Format::Json) => {
            output::stdout(&json::render(&outcome.report))?;
            Ok(false)
        }
    }
}
