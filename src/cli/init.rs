//! `counterflow review init` and `counterflow profile init`

use counterflow::pipeline::{self, Options};
use counterflow::review;
use counterflow::select::PROFILE_SCAFFOLD;

use super::args::{ReviewInitOptions, SourceOptions};
use super::{Failure, input, output};

/// Prints a review file for an incident. One that the product calls harmless gets it too: a review may say otherwise.
pub(super) fn review(options: ReviewInitOptions) -> Result<bool, Failure> {
    let ReviewInitOptions { incident, id } = options;
    let source = SourceOptions { incident, review: None, profile: None, id };
    let inputs = match input::inputs(&source)? {
        Ok(inputs) => inputs,
        Err(report) => {
            output::report_to_stderr(&report);
            return Ok(false);
        }
    };
    let asked = Options { incident: source.id, ..Options::default() };
    let outcome = pipeline::incident(&inputs, &asked);
    output::report_to_stderr(&outcome.report);
    let Some(incident) = outcome.value else { return Ok(false) };
    output::stdout(&review::scaffold(&incident))?;
    Ok(true)
}

/// Prints a profile that changes nothing until it is filled in.
pub(super) fn profile() -> Result<bool, Failure> {
    output::stdout(PROFILE_SCAFFOLD)?;
    Ok(true)
}
