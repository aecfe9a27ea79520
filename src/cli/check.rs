//! `counterflow check`

use std::cell::RefCell;
use std::path::Path;

use similar::TextDiff;

use counterflow::base::source::Source;
use counterflow::pipeline;
use counterflow::pipeline::check::Unit;
use counterflow::pipeline::fix::{self, Fixed};
use counterflow::pipeline::policy::{self, Baseline, Choice, Config, Policy, Refusal};
use counterflow::report::{Report, github, json, junit, sarif, text};

use super::args::{CheckFormat, CheckOptions};
use super::sink::{Drawing, Sink};
use super::{Failure, input, output, today, walk};

/// The configuration that is read where none is named, in the folder in which the command runs: the first that is there.
const CONFIGS: [&str; 2] = ["counterflow.yaml", "counterflow.yml"];

pub(super) fn run(options: &CheckOptions) -> Result<bool, Failure> {
    if options.fix && !options.diff && options.paths.iter().any(|path| path == Path::new("-")) {
        let what = "standard input cannot be mended; name the file, or ask for a --diff";
        return Err(Failure::Usage(what.to_owned()));
    }
    let config = match config_source(options)? {
        Ok(config) => config,
        Err(report) => return show(options, &report),
    };
    let policy = match decisions(options, config.as_ref())? {
        Ok(policy) => policy,
        Err(report) => return show(options, &report),
    };
    let (policy, baseline) = match &options.baseline {
        // What is written anew holds everything that is found now.
        Some(path) if options.write_baseline.is_none() => match baseline(path)? {
            Ok((baseline, source)) => (policy.with_baseline(baseline), Some(source)),
            Err(report) => return show(options, &report),
        },
        _ => (policy, None),
    };
    let units = walk::units(&options.paths)?;
    if units.is_empty() {
        output::note_line(
            "no file was found to check; in a folder, files that end in .json and .zip are looked for, but for those that \
             .gitignore or .ignore leaves out and those in hidden folders",
        );
    }
    if options.fix || options.diff {
        mend(options, &units, &policy)?;
    }
    let is_drawn = options.write_baseline.is_none() && !options.diff;
    let mut report = judge(options, &units, &policy, is_drawn)?;
    if !units.is_empty() && report.definitions == 0 && report.findings().next().is_none() {
        output::note_line("nothing was judged: none of the files holds a workflow in a form that is known");
    }
    if let Some(path) = &options.write_baseline {
        let found = report.findings().count();
        output::file(path, Baseline::write(report.findings()).as_bytes())?;
        output::note_line(&format!(
            "known from now on: {} in {}",
            text::counted(found, "finding"),
            path.display()
        ));
        return Ok(true);
    }
    pipeline::leftovers(&policy, config, baseline, &walk::folders(&options.paths), &mut report);
    match options.format {
        _ if options.diff => output::note_line(&text::summary(&report)),
        // What was checked is drawn already.
        CheckFormat::Text => output::end_of_report(&report)?,
        _ => return show(options, &report),
    }
    Ok(report.counts().errors == 0)
}

/// Checks the units; text is drawn as it comes where it is wanted.
fn judge(options: &CheckOptions, units: &[Unit], policy: &Policy, is_drawn: bool) -> Result<Report, Failure> {
    if units.len() > 1 {
        super::share_work();
    }
    let drawing = Drawing::new(options.format, is_drawn);
    let sink = RefCell::new(Sink::new(units.len()));
    pipeline::check::check(
        units,
        policy,
        &policy.options(),
        |name| input::bytes(Path::new(name)),
        |outcome| drawing.draw(outcome),
        |drawn| sink.borrow_mut().take(drawn),
        || sink.borrow().advance(),
    )?;
    Ok(sink.into_inner().finish())
}

fn show(options: &CheckOptions, report: &Report) -> Result<bool, Failure> {
    let here = std::env::current_dir().ok();
    let root = here.as_deref().map(input::name);
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
fn config_source(options: &CheckOptions) -> Result<Result<Option<Source>, Report>, Failure> {
    let mut here = CONFIGS.into_iter().map(Path::new).filter(|path| path.is_file());
    let found = here.next();
    if let (None, Some(read), Some(other)) = (&options.config, found, here.next()) {
        output::note_line(&format!("{} is not read: {} is there too", other.display(), read.display()));
    }
    match options.config.as_deref().or(found) {
        Some(path) => text_of(path).map(|source| source.map(Some)),
        None => Ok(Ok(None)),
    }
}

/// A file as text, or the report that it is none.
fn text_of(path: &Path) -> Result<Result<Source, Report>, Failure> {
    let (name, bytes) = input::bytes(path)?;
    Ok(Source::decode(name.as_str(), &bytes).map_err(|error| pipeline::undecodable(&name, &error)))
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

/// What is known already, or the report that the file is no baseline.
fn baseline(path: &Path) -> Result<Result<(Baseline, Source), Report>, Failure> {
    Ok(text_of(path)?.and_then(|source| match Baseline::parse(source.text()) {
        Ok(baseline) => Ok((baseline, source)),
        Err(why) => Err(policy::baseline::unreadable(source, why)),
    }))
}

/// Mends the files, or prints what would change. What is checked afterwards is what is on disk then.
fn mend(options: &CheckOptions, units: &[Unit], policy: &Policy) -> Result<(), Failure> {
    let (mut made, mut mended, mut packed) = (0, 0, 0);
    for unit in units {
        let outcome = fix::fix(unit, policy, &|name: &str| input::bytes(Path::new(name)))?;
        packed += outcome.in_archive;
        for fixed in outcome.files {
            made += fixed.made;
            mended += 1;
            if options.diff {
                output::diff(&unified(&fixed))?;
            } else {
                output::file(Path::new(&fixed.name), &fixed.bytes())?;
            }
        }
    }
    let verb = if options.diff { "to make" } else { "made" };
    let (fixes, files) = (text::counted(made, "change"), text::counted(mended, "file"));
    output::note_line(&format!("{fixes} {verb} in {files}"));
    if packed > 0 {
        let fixes = text::counted(packed, "change");
        output::note_line(&format!("{fixes} left in archives, which are not written: unpack them first"));
    }
    Ok(())
}

/// The changes to a file as a unified diff.
fn unified(fixed: &Fixed) -> String {
    let diff = TextDiff::from_lines(fixed.before.as_str(), fixed.after.as_str());
    let name = text::visible_line(&fixed.name);
    diff.unified_diff().header(&name, &name).to_string()
}
