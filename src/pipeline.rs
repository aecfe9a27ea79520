//! The road: one function for each command, in which the stages read from top to bottom.
//!
//! Nothing here touches files, clock or terminal. A function takes the texts that were read and gives back the report
//! of everything that was found and, where no error stands in the way, the result.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value as Json, json};

use crate::base::diagnostic::{Diagnostic, Index, Located, Rule};
use crate::base::source::{DecodeError, Lines, Source};
use crate::base::yaml::YamlIndex;
use crate::check as checker;
use crate::emit::permissions::{self, Deployment};
use crate::emit::{self, Artifact, Target, diagram, runbook};
use crate::ingest::{self, Incident};
use crate::plan::{self, Role};
use crate::report::{Report, plan::View};
use crate::review::{self, Review, Reviewed};
use crate::select::{self, Library, Mode, Profile, Selection};
use crate::workflow;

use found::Found;
use own::check_own;
use policy::{Policy, Reach};

pub mod check;
pub mod codes;
pub mod fix;
mod found;
mod own;
pub mod policy;
mod typed;

/// The texts that a build or plan begins with.
#[derive(Debug)]
pub struct Inputs {
    /// The incident export.
    pub incident: Source,
    /// The review, if there is one.
    pub review: Option<Source>,
    /// The profile, if there is one.
    pub profile: Option<Source>,
}

/// What a build is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which incident of an export that holds several.
    pub incident: Option<String>,
    /// Reusable or one-shot.
    pub mode: Mode,
    /// The targets wanted.
    pub targets: Vec<Target>,
}

/// A result, or none because of an error, with everything that was found on the way.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result.
    pub value: Option<T>,
    /// What was found, file by file.
    pub report: Report,
}

/// What `plan` shows.
#[derive(Debug)]
pub struct Planned {
    /// The incident with its verdicts.
    pub reviewed: Reviewed,
    /// What was chosen and refused.
    pub selection: Selection,
    /// The profile that was applied.
    pub profile: Profile,
    /// Reusable or one-shot.
    pub mode: Mode,
}

impl Planned {
    /// The plan as `plan.json` has it, without the trace to actions.
    pub fn json(&self) -> Json {
        self.view().json(&[])
    }

    /// The plan as text.
    pub fn text(&self) -> String {
        self.view().text()
    }

    /// The plan as Markdown.
    pub fn markdown(&self) -> String {
        self.view().markdown()
    }

    fn view(&self) -> View<'_> {
        View::new(&self.reviewed, &self.selection, self.mode)
    }
}

/// The incident alone: ingest. For what comes before a review, such as the page that a reviewer fills in.
pub fn incident(inputs: &Inputs, options: &Options) -> Outcome<Incident> {
    let mut found = Found::new(inputs);
    let value = found.ingested(options);
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

/// Incident, review and profile to a selection: ingest, review, select.
pub fn plan(inputs: &Inputs, options: &Options) -> Outcome<Planned> {
    let mut found = Found::new(inputs);
    let value = plan_into(inputs, options, &mut found);
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

fn plan_into(inputs: &Inputs, options: &Options, found: &mut Found<'_>) -> Option<Planned> {
    let incident = found.ingested(options);
    let review = inputs
        .review
        .as_ref()
        .map(|source| found.review(typed::read(source, "review", &codes::REVIEW_YAML, Review::from_value)));
    let profile = inputs.profile.as_ref().map(|source| {
        found.profile(typed::read(source, "profile", &codes::PROFILE_YAML, Profile::from_value))
    });
    // All three are read, so that whoever wrote them hears of every mistake at once.
    let review: Option<Review> = review.map_or(Some(None), |review| review.map(Some))?;
    let profile: Profile = profile.unwrap_or_else(|| Some(Profile::default()))?;
    let reviewed = found.of_review(review::review(incident?, review))?;
    let selection = match select::select(&reviewed, Library::bundled(), &profile, options.mode) {
        Ok(selection) => selection,
        Err(diagnostics) => {
            found.add_about_decisions(diagnostics);
            return None;
        }
    };
    found.add_about_decisions(selection.diagnostics.clone());
    Some(Planned { reviewed, selection, profile, mode: options.mode })
}

/// Incident, review and profile to files: ingest, review, select, plan, emit, and then check the bytes as if they were
/// anybody's. An error in our own bytes fails the build.
pub fn build(inputs: &Inputs, options: &Options) -> Outcome<Vec<Artifact>> {
    let mut found = Found::new(inputs);
    let value = rayon::scope(|scope| {
        // What the check of the bytes will ask for is made ready beside what comes before it.
        scope.spawn(|_| own::prepare(&options.targets));
        build_into(inputs, options, &mut found)
    });
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

fn build_into(inputs: &Inputs, options: &Options, found: &mut Found<'_>) -> Option<Vec<Artifact>> {
    let mut planned = plan_into(inputs, options, found)?;
    if planned.reviewed.incident().is_left_behind() {
        found.refuse(&ingest::codes::MERGED_INCIDENT);
        return None;
    }
    for target in &options.targets {
        if !emit::keeps_notes(*target, &planned.profile) {
            found.no_store(*target);
            return None;
        }
    }
    let emitted = loop {
        let emitted = emit_all(&planned, options, found)?;
        let largest = emitted.iter().filter_map(|(.., one)| one.largest()).max_by_key(|(_, count)| *count);
        let Some((role, most)) = largest.filter(|(_, count)| *count > emit::MAX_ACTIONS) else {
            break emitted;
        };
        let fewer = planned.selection.name_fewer(role == Role::Rollback, most - emit::MAX_ACTIONS);
        if !fewer.is_empty() {
            found.named_less(&fewer, most);
            continue;
        }
        // What is done at once is in the main playbook alone.
        if role == Role::Main
            && let Some(title) = planned.selection.ask_for_one()
        {
            found.asked_instead(&title, most);
            continue;
        }
        match planned.selection.leave_out_one(&planned.reviewed) {
            Some(title) => found.no_room(&title, most),
            // Where nothing may go, the check of the bytes refuses it.
            None => break emitted,
        }
    };
    let built = emitted.iter().map(|(target, playbooks, _)| (target.name(), playbooks)).collect::<Vec<_>>();
    let mut plan = planned.view().json(&built);
    let read_back: Result<Vec<_>, String> = emitted
        .par_iter()
        .map(|(target, _, emitted)| permissions::deployments(*target, &emitted.artifacts))
        .collect();
    let mut artifacts = Vec::new();
    let mut deployments = Vec::new();
    let mut playbooks = Vec::new();
    for ((target, built, emitted), read_back) in emitted.into_iter().zip(found.own(read_back)?) {
        plan["unverified"][target.name()] = unverified(&read_back);
        found.out_of_reach(target, &planned);
        artifacts.extend(emitted.artifacts);
        deployments.extend(read_back);
        playbooks.push((target, built));
    }
    if found.unavailable(&planned.profile, &deployments) {
        return None;
    }
    found.remark_unverified(&plan["unverified"]);
    let (checked, papers) = rayon::join(
        || check_own(&artifacts),
        || papers(&planned, plan, &playbooks, &deployments, &artifacts),
    );
    let papers = found.own(papers)?;
    for checked in checked.into_iter().chain(check_own(&papers)) {
        found.add_own(checked);
    }
    artifacts.splice(0..0, papers);
    Some(artifacts)
}

/// What people read beside the playbooks, and the script that grants what these need.
fn papers(
    planned: &Planned,
    mut plan: Json,
    playbooks: &[(Target, plan::Plan)],
    deployments: &[Deployment],
    artifacts: &[Artifact],
) -> Result<Vec<Artifact>, String> {
    let library = Library::bundled();
    let ((target, first), others) = playbooks.split_first().ok_or("a build has no target")?;
    let told = runbook::Told {
        reviewed: &planned.reviewed,
        selection: &planned.selection,
        profile: &planned.profile,
        library,
        mode: planned.mode,
        plan: first,
        targets: playbooks,
        deployments,
    };
    let others: Vec<Target> = others.iter().map(|(target, _)| *target).collect();
    let numbers = runbook::numbers(&told);
    let picture = diagram::emit(first, (*target, &others), library, &numbers, first_target(artifacts))?;
    let mut papers = vec![runbook::emit(&told)?, picture];
    papers.extend(permissions::emit(&planned.profile, deployments)?);
    let paths = papers.iter().chain(artifacts).map(|one| one.path.as_str());
    let mut files: Vec<&str> = paths.chain([PLAN]).collect();
    files.sort_unstable();
    plan["files"] = json!(files);
    papers.insert(0, Artifact { path: PLAN.to_owned(), bytes: format!("{plan:#}\n").into_bytes() });
    Ok(papers)
}

/// The playbooks of each target, and what it makes of them.
fn emit_all(
    planned: &Planned,
    options: &Options,
    found: &mut Found<'_>,
) -> Option<Vec<(Target, plan::Plan, emit::Emitted)>> {
    let Planned { reviewed, selection, profile, mode } = planned;
    let emitted: Result<Vec<_>, String> = options
        .targets
        .par_iter()
        .map(|target| {
            let says = emit::says(*target, profile, *mode);
            let playbooks = plan::build(reviewed, selection, profile, *mode, &says)?;
            let made = emit::emit(*target, &playbooks, profile)?;
            Ok((*target, playbooks, made))
        })
        .collect();
    found.own(emitted)
}

/// Adds to a report what is to be said of the files that decided about it: of a configuration, which of its decisions had
/// nothing to decide; of a baseline, whether it can be written anew. `folders` are those that were checked as a whole.
pub fn leftovers(
    policy: &Policy,
    config: Option<Source>,
    baseline: Option<Source>,
    folders: &[String],
    report: &mut Report,
) {
    let files = report.files.iter().map(|file| file.source.name()).collect();
    let left = policy.leftovers(&Reach { files: &files, folders });
    if let Some(source) = config.filter(|_| !left.config.is_empty()) {
        report.add_apart(of_config(source, left.config));
    }
    let of_baseline = match (left.moved, left.gone) {
        (Some((there, here)), _) => {
            let message =
                format!("this baseline knows no file that was checked: it says `{there}` for `{here}`");
            let finding = Diagnostic::new(&codes::BASELINE_OF_OTHER_FOLDER, Default::default(), message);
            finding.help(
                "run the check in the folder in which the baseline was written, or write it anew in this one",
            )
        }
        (None, 0) => return,
        (None, gone) => {
            let message = format!("{gone} of the known findings are no longer there");
            Diagnostic::new(&codes::STALE_BASELINE, Default::default(), message)
                .help("write the baseline anew with --write-baseline, so that they count when they come back")
        }
    };
    if let Some(source) = baseline {
        let findings = locate(&source, &Index::Text, vec![of_baseline]);
        report.add_apart(crate::report::File { source, findings });
    }
}

/// The findings about a configuration file, placed.
pub fn of_config(source: Source, findings: Vec<Diagnostic>) -> crate::report::File {
    let index = Index::Yaml(YamlIndex::new(source.text()));
    let findings = locate(&source, &index, findings);
    crate::report::File { source, findings }
}

/// The report about an input file of which there is no text.
pub fn undecodable(name: &str, error: &DecodeError) -> Report {
    let source = Source::new(name, "");
    let finding = Diagnostic::new(&codes::NOT_TEXT, Default::default(), error.to_string())
        .help("exports, reviews and profiles are text: UTF-8, or UTF-16 with a byte order mark");
    let mut report = Report::default();
    let located = locate(&source, &Index::Text, vec![finding]);
    report.add(source, 0, located);
    report
}

/// Every rule of every stage, in order of code.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let stages = [ingest::codes::RULES, review::RULES, select::RULES, codes::RULES];
    let mut rules: Vec<&Rule> = checker::all_rules().chain(stages.into_iter().flatten().copied()).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.into_iter()
}

/// The files of the target that was emitted first: those in its folder.
fn first_target(artifacts: &[Artifact]) -> &[Artifact] {
    let folder = |artifact: &Artifact| artifact.path.split('/').next().unwrap_or_default().to_owned();
    let Some(first) = artifacts.first().map(folder) else { return artifacts };
    let count = artifacts.iter().take_while(|artifact| folder(artifact) == first).count();
    &artifacts[..count]
}

/// What no public source confirms of the operations that a target calls.
fn unverified(deployments: &[Deployment]) -> Json {
    let operations: BTreeMap<&str, _> = deployments.iter().flat_map(|one| one.operations.clone()).collect();
    json!(workflow::permissions::unverified(operations.into_values()))
}

/// Name of the plan in a build's folder.
const PLAN: &str = "plan.json";

fn locate(source: &Source, index: &Index<'_>, findings: Vec<Diagnostic>) -> Vec<Located> {
    let lines = Lines::new(source.text());
    findings.into_iter().map(|finding| finding.locate(source, &lines, index)).collect()
}
