//! `counterflow build`

use counterflow::pipeline::{self, Options};

use super::args::{BuildOptions, TargetName};
use super::{Failure, input, output};

pub(super) fn run(options: &BuildOptions) -> Result<bool, Failure> {
    output::writable(&options.out)?;
    let inputs = match input::inputs(&options.source)? {
        Ok(inputs) => inputs,
        Err(report) => {
            output::report_to_stderr(&report);
            return Ok(false);
        }
    };
    let asked = Options {
        incident: options.source.id.clone(),
        mode: options.mode.into(),
        targets: TargetName::targets(&options.target),
    };
    super::share_work();
    let outcome = pipeline::build(&inputs, &asked);
    output::report_to_stderr(&outcome.report);
    let Some(artifacts) = outcome.value else { return Ok(false) };
    output::folder(&options.out, &artifacts)?;
    let mut text = format!("{} files in {}\n", artifacts.len(), options.out.display());
    for artifact in &artifacts {
        text.push_str(&format!("  {}\n", artifact.path));
    }
    output::stdout(&text)?;
    Ok(true)
}
