//! `counterflow check`

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use counterflow::base::source::Source;
use counterflow::pipeline::policy::{self, Baseline, Choice, Config, Policy, Refusal};
use counterflow::pipeline::{self, fix};
use counterflow::report::{Report, github, json, junit, sarif, text};

use super::args::{CheckFormat, CheckOptions};
use super::{Failure, input, output, today};

/// The configuration that is read where none is named, in the folder in which the command runs.
const CONFIG: &str = "counterflow.yaml";

pub(super) fn run(options: &CheckOptions) -> Result<bool, Failure> {
    let config = config_source(options)?;
    let policy = match decisions(options, config.as_ref())? {
        Ok(policy) => policy,
        Err(report) => return show(options, &report),
    };
    let (policy, baseline) = match &options.baseline {
        Some(path) => {
            let (baseline, source) = baseline(path)?;
            (policy.with_baseline(baseline), Some(source))
        }
        None => (policy, None),
    };
    let mut files = Vec::new();
    for path in &options.paths {
        files.push(input::bytes(path)?);
    }
    if options.fix || options.diff {
        mend(options, &mut files, &policy)?;
    }
    if let Some(path) = &options.write_baseline {
        let report = pipeline::check(files, &policy);
        let found = report.findings().count();
        output::file(path, Baseline::write(report.findings()).as_bytes())?;
        output::note_line(&format!(
            "known from now on: {} in {}",
            text::counted(found, "finding"),
            path.display()
        ));
        return Ok(true);
    }
    let mut report = pipeline::check(files, &policy);
    pipeline::leftovers(&policy, config, baseline, &mut report);
    if options.diff {
        output::note_line(&text::summary(&report));
        return Ok(report.counts().errors == 0);
    }
    show(options, &report)
}

fn show(options: &CheckOptions, report: &Report) -> Result<bool, Failure> {
    let here = std::env::current_dir().ok();
    let root = here.as_deref().map(|path| path.to_string_lossy().replace('\\', "/"));
    match options.format {
        CheckFormat::Text => output::report_to_stdout(report)?,
        CheckFormat::Json => output::stdout(&json::render(report))?,
        CheckFormat::Sarif => output::stdout(&sarif::render(report, root.as_deref()))?,
        CheckFormat::Github => output::stdout(&github::render(report, root.as_deref()))?,
        CheckFormat::Junit => output::stdout(&junit::render(report))?,
    }
    Ok(report.counts().errors == 0)
}

/// The configuration that is named, or the one that lies here.
fn config_source(options: &CheckOptions) -> Result<Option<Source>, Failure> {
    let path = match &options.config {
        Some(path) => path.as_path(),
        None if Path::new(CONFIG).is_file() => Path::new(CONFIG),
        None => return Ok(None),
    };
    let (name, bytes) = input::bytes(path)?;
    let source = Source::decode(name.as_str(), &bytes);
    source.map(Some).map_err(|error| Failure::Usage(format!("{name}: {error}")))
}

/// The decisions, or the report of what is wrong with the configuration.
fn decisions(options: &CheckOptions, source: Option<&Source>) -> Result<Result<Policy, Report>, Failure> {
    let choice = Choice {
        select: options.select.clone(),
        ignore: options.ignore.clone(),
        strict: options.strict,
        schema: options.schema,
        persona: options.persona.into(),
        today: Some(options.as_of.clone().unwrap_or_else(today::today)),
    };
    let refused = |findings| {
        let mut report = Report::default();
        if let Some(source) = source {
            report.add_apart(pipeline::of_config(source.clone(), findings));
        }
        report
    };
    let config = match source.map(policy::config).transpose() {
        Ok(config) => config.unwrap_or_else(Config::default),
        Err(findings) => return Ok(Err(refused(findings))),
    };
    match Policy::new(&choice, &config) {
        Ok(policy) => Ok(Ok(policy)),
        Err(Refusal::Usage(sentence)) => Err(Failure::Usage(sentence)),
        Err(Refusal::Config(findings)) => Ok(Err(refused(findings))),
    }
}

fn baseline(path: &Path) -> Result<(Baseline, Source), Failure> {
    let (name, bytes) = input::bytes(path)?;
    let source =
        Source::decode(name.as_str(), &bytes).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    let baseline =
        Baseline::parse(source.text()).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    Ok((baseline, source))
}

/// Mends the files, or prints what would change. What is checked afterwards is what is on disk then.
fn mend(options: &CheckOptions, files: &mut [(String, Vec<u8>)], policy: &Policy) -> Result<(), Failure> {
    let (mut made, mut mended) = (0, 0);
    for (path, (name, bytes)) in options.paths.iter().zip(files.iter_mut()) {
        let Some(fixed) = fix::fix(name, bytes, policy) else { continue };
        made += fixed.made;
        mended += 1;
        if options.diff {
            let before = String::from_utf8_lossy(bytes);
            let diff = TextDiff::from_lines(before.as_ref(), fixed.text.as_str());
            let diff = diff.unified_diff().header(name, name).to_string();
            output::stdout(&text::visible(&diff))?;
        } else if path == &PathBuf::from("-") {
            output::note_line("standard input cannot be mended; name the file");
        } else {
            output::file(path, fixed.text.as_bytes())?;
            *bytes = fs::read(path).map_err(|error| Failure::io(name, error))?;
        }
    }
    let verb = if options.diff { "to make" } else { "made" };
    let (fixes, files) = (text::counted(made, "change"), text::counted(mended, "file"));
    output::note_line(&format!("{fixes} {verb} in {files}"));
    Ok(())
}
