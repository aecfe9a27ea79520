//! `counterflow check`

use counterflow::pipeline;
use counterflow::report::json;

use super::args::{CheckOptions, Format};
use super::{Failure, input, output};

pub(super) fn run(options: &CheckOptions) -> Result<bool, Failure> {
    let mut files = Vec::new();
    for path in &options.paths {
        files.push(input::bytes(path)?);
    }
    let report = pipeline::check(files);
    match options.format {
        Format::Text => output::report_to_stdout(&report)?,
        Format::Json => output::stdout(&json::render(&report))?,
    }
    Ok(report.counts().errors == 0)
}
