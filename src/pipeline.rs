//! The road: one function for each command, in which the stages read from top to bottom.
//!
//! Nothing here touches files, clock or terminal. A function takes the texts that were read and gives back the report
//! of everything that was found and, where no error stands in the way, the result.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::base::diagnostic::{Diagnostic, Index, Located, Rule};
use crate::base::json::Document;
use crate::base::pointer::Pointer;
use crate::base::source::{DecodeError, Lines, Source};
use crate::base::words::join;
use crate::base::yaml::YamlIndex;
use crate::check as checker;
use crate::data::schemas;
use crate::emit::permissions::{self, Deployment};
use crate::emit::{self, Artifact, Target, diagram, runbook};
use crate::ingest::{self, EntityKind, Export, Incident};
use crate::plan::{self, Role};
use crate::report::{Report, plan::View};
use crate::review::{self, Review, Reviewed};
use crate::select::{self, Library, Mode, Profile, Selection};
use crate::workflow;

use policy::Policy;

pub mod check;
pub mod codes;
pub mod fix;
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
        self.view().json(None)
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
    let value = found.incident(ingest_one(inputs, options));
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

/// Incident, review and profile to a selection: ingest, review, select.
pub fn plan(inputs: &Inputs, options: &Options) -> Outcome<Planned> {
    let mut found = Found::new(inputs);
    let value = plan_into(inputs, options, &mut found);
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

fn plan_into(inputs: &Inputs, options: &Options, found: &mut Found<'_>) -> Option<Planned> {
    let incident = found.incident(ingest_one(inputs, options));
    let review: Option<Review> = match &inputs.review {
        Some(source) => {
            Some(found.review(typed::read(source, "review", &codes::REVIEW_YAML, Review::from_value))?)
        }
        None => None,
    };
    let profile: Profile = match &inputs.profile {
        Some(source) => {
            found.profile(typed::read(source, "profile", &codes::PROFILE_YAML, Profile::from_value))?
        }
        None => Profile::default(),
    };
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
    let value = build_into(inputs, options, &mut found);
    Outcome { value: value.filter(|_| !found.has_errors()), report: found.report() }
}

fn build_into(inputs: &Inputs, options: &Options, found: &mut Found<'_>) -> Option<Vec<Artifact>> {
    let mut planned = plan_into(inputs, options, found)?;
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
    // The playbooks of the targets differ in what they cannot be told; people are shown those of the first.
    let playbooks = emitted.first().map(|(_, playbooks, _)| playbooks.clone())?;
    let mut plan = planned.view().json(Some(&playbooks));
    let mut artifacts = Vec::new();
    let mut deployments = Vec::new();
    for (target, _, emitted) in emitted {
        let target = &target;
        let read_back = found.own(permissions::deployments(*target, &emitted.artifacts))?;
        plan["unverified"][target.name()] = unverified(&read_back);
        found.out_of_reach(*target, &planned);
        artifacts.extend(emitted.artifacts);
        deployments.extend(read_back);
    }
    found.remark_unverified(&plan["unverified"]);
    let mut text = format!("{plan:#}");
    text.push('\n');
    let plan = Artifact { path: PLAN.to_owned(), bytes: text.into_bytes() };
    let grants = found.own(permissions::emit(&planned.profile, &deployments))?;
    let library = Library::bundled();
    let shown = found.own(diagram::emit(&playbooks, library, first_target(&artifacts)))?;
    let told = runbook::Told {
        reviewed: &planned.reviewed,
        selection: &planned.selection,
        profile: &planned.profile,
        library,
        mode: planned.mode,
        plan: &playbooks,
        deployments: &deployments,
    };
    let runbook = found.own(runbook::emit(&told))?;
    artifacts.splice(0..0, [plan, runbook, shown].into_iter().chain(grants));
    found.check_own(&artifacts);
    Some(artifacts)
}

/// The playbooks of each target, and what it makes of them.
fn emit_all(
    planned: &Planned,
    options: &Options,
    found: &mut Found<'_>,
) -> Option<Vec<(Target, plan::Plan, emit::Emitted)>> {
    let Planned { reviewed, selection, profile, mode } = planned;
    let mut emitted = Vec::new();
    for target in &options.targets {
        let says = emit::says(*target, profile, *mode);
        let playbooks = found.own(plan::build(reviewed, selection, profile, *mode, &says))?;
        let made = found.own(emit::emit(*target, &playbooks, profile))?;
        emitted.push((*target, playbooks, made));
    }
    Some(emitted)
}

/// Adds to a report what is to be said of the files that decided about it: of a configuration, which of its decisions had
/// nothing to decide; of a baseline, whether it can be written anew.
pub fn leftovers(policy: &Policy, config: Option<Source>, baseline: Option<Source>, report: &mut Report) {
    let checked = report.files.iter().map(|file| file.source.name()).collect();
    let left = policy.leftovers(&checked);
    if let Some(source) = config.filter(|_| !left.config.is_empty()) {
        report.add_apart(of_config(source, left.config));
    }
    if let Some(source) = baseline.filter(|_| left.gone > 0) {
        let message = format!("{} of the known findings are no longer there", left.gone);
        let finding = Diagnostic::new(&codes::STALE_BASELINE, Default::default(), message)
            .help("write the baseline anew with --write-baseline, so that they count when they come back");
        let findings = locate(&source, &Index::Text, vec![finding]);
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

/// Reads the export and picks the incident that was asked for.
fn ingest_one(inputs: &Inputs, options: &Options) -> Result<(Incident, Vec<Diagnostic>), Vec<Diagnostic>> {
    let export = Export::parse(inputs.incident.text()).map_err(|error| {
        vec![Diagnostic::at_bytes(&codes::INCIDENT_JSON, error.span, error.message).help(error.help)]
    })?;
    let mut ingested = export.read()?;
    let ids: Vec<String> = ingested.incidents.iter().map(|incident| incident.id.clone()).collect();
    let at = match &options.incident {
        Some(wanted) => ids.iter().position(|id| id == wanted),
        None if ids.len() == 1 => Some(0),
        None => None,
    };
    match at {
        Some(at) => Ok((ingested.incidents.swap_remove(at), ingested.diagnostics)),
        None => {
            let (message, help) = match &options.incident {
                Some(wanted) => (format!("the export holds no incident {wanted}"), "it holds"),
                None => {
                    (format!("the export holds {} incidents", ids.len()), "choose one with --incident ID:")
                }
            };
            let list = ids.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
            let finding = Diagnostic::new(&codes::WHICH_INCIDENT, Default::default(), message);
            ingested.diagnostics.push(finding.help(format!("{help} {list}")));
            Err(ingested.diagnostics)
        }
    }
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
    let operations: BTreeMap<&str, _> = deployments
        .iter()
        .flat_map(|one| &one.operations)
        .map(|(id, operation)| (id.as_str(), operation))
        .collect();
    json!(workflow::permissions::unverified(operations.into_values()))
}

/// Name of the plan in a build's folder.
const PLAN: &str = "plan.json";

/// Files of a build that follow a schema of ours, with its name.
const WITH_SCHEMA: &[(&str, &str)] = &[(PLAN, "plan"), (permissions::LIST, "permissions")];

/// Collects findings per input file and places them there.
struct Found<'i> {
    inputs: &'i Inputs,
    incident: Vec<Diagnostic>,
    review: Vec<Diagnostic>,
    profile: Vec<Diagnostic>,
    report: Report,
}

impl<'i> Found<'i> {
    fn new(inputs: &'i Inputs) -> Self {
        Self {
            inputs,
            incident: Vec::new(),
            review: Vec::new(),
            profile: Vec::new(),
            report: Report::default(),
        }
    }

    fn incident(&mut self, read: Result<(Incident, Vec<Diagnostic>), Vec<Diagnostic>>) -> Option<Incident> {
        match read {
            Ok((incident, warnings)) => {
                self.incident.extend(warnings);
                Some(incident)
            }
            Err(errors) => {
                self.incident.extend(errors);
                None
            }
        }
    }

    fn review<T>(&mut self, read: Result<T, Vec<Diagnostic>>) -> Option<T> {
        read.map_err(|errors| self.review.extend(errors)).ok()
    }

    fn profile<T>(&mut self, read: Result<T, Vec<Diagnostic>>) -> Option<T> {
        read.map_err(|errors| self.profile.extend(errors)).ok()
    }

    /// What bringing incident and review together found: about the review where it points there.
    fn of_review(
        &mut self,
        outcome: Result<(Reviewed, Vec<Diagnostic>), Vec<Diagnostic>>,
    ) -> Option<Reviewed> {
        let (value, findings) = match outcome {
            Ok((reviewed, findings)) => (Some(reviewed), findings),
            Err(findings) => (None, findings),
        };
        self.add_about_decisions(findings);
        value
    }

    /// Findings whose pointer begins like a member of the review file belong there, all others to the incident.
    fn add_about_decisions(&mut self, findings: Vec<Diagnostic>) {
        const OF_REVIEW: &[&str] = &[
            "incident",
            "reviewed",
            "classification",
            "determination",
            "techniques",
            "entities",
            "timeline",
            "actions",
            "decisions",
        ];
        for finding in findings {
            // A bundle of Sentinel has its incident under `incident` too, but never as a text of its own.
            let first = match finding.pointer.as_str() {
                pointer if pointer.starts_with("/incident/") => None,
                _ => finding.pointer.tokens().next(),
            };
            let about_review = self.inputs.review.is_some()
                && first.is_some_and(|token| OF_REVIEW.contains(&token.as_str()))
                && review::RULES.iter().chain(select::RULES).any(|rule| *rule == finding.rule)
                && !finding.pointer.as_str().contains("mitreTechniques");
            let about_profile = select::codes::OF_PROFILE.contains(&finding.rule);
            match (about_review, about_profile && self.inputs.profile.is_some()) {
                (true, _) => self.review.push(finding),
                (_, true) => self.profile.push(finding),
                _ => self.incident.push(finding),
            }
        }
    }

    /// Judges bytes of ours as if they were anybody's: what has a schema of ours by that, all else as workflows in their
    /// packaging.
    fn check_own(&mut self, artifacts: &[Artifact]) {
        let mut others = Vec::new();
        for artifact in artifacts {
            match WITH_SCHEMA.iter().find(|(path, _)| *path == artifact.path) {
                Some((path, schema)) => self.check_with_schema(path, schema, &artifact.bytes),
                None => others.push((artifact.path.as_str(), artifact.bytes.as_slice())),
            }
        }
        for checked in checker::check_artifacts(&others) {
            self.add_own(checked.source, checked.definitions, checked.findings);
        }
    }

    fn check_with_schema(&mut self, path: &str, schema: &str, bytes: &[u8]) {
        let source = Source::new(path, String::from_utf8_lossy(bytes));
        let Ok(document) = Document::parse(source.text()) else {
            self.own::<()>(Err(format!("{path} is not JSON")));
            return;
        };
        let findings = schemas::validate_node(schema, document.root());
        let located = locate(&source, &Index::Json(&document), findings);
        self.add_own(source, 0, located);
    }

    /// Only what is wrong with our own files is of interest to whoever builds.
    fn add_own(&mut self, source: Source, definitions: usize, findings: Vec<Located>) {
        if !findings.is_empty() {
            self.report.add(source, definitions, findings);
        }
    }

    /// A failure of ours: said, with the request to report it.
    fn own<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|error| {
                let finding =
                    Diagnostic::new(&codes::INTERNAL, Default::default(), format!("internal error: {error}"));
                self.incident
                    .push(finding.help("please report this with the incident's form, not its content"));
            })
            .ok()
    }

    fn no_store(&mut self, target: Target) {
        let message = format!("{} has no Dataverse table to keep notes in", target.host().title());
        let place = Pointer::root().join("state").join("store");
        let finding = Diagnostic::new(&codes::STORE_NOT_OFFERED, place, message);
        self.profile.push(finding.help(format!(
            "choose `incident-comment` or `storage-table`, or leave {} out of --target",
            target.name()
        )));
    }

    fn named_less(&mut self, titles: &[String], actions: usize) {
        let titles: Vec<String> = titles.iter().map(|title| format!("\"{title}\"")).collect();
        let message = format!(
            "the question names the targets and not their items for {}: with these a workflow would have {actions} actions, and {} are allowed",
            join(&titles),
            emit::MAX_ACTIONS
        );
        let finding = Diagnostic::new(&codes::NO_ROOM, Default::default(), message);
        self.incident.push(finding.help("forbid under `decisions` of the review what you do not need"));
    }

    fn asked_instead(&mut self, title: &str, actions: usize) {
        let message = format!(
            "\"{title}\" waits for a question in every case: done at once as well, a workflow would have {actions} actions, and {} are allowed",
            emit::MAX_ACTIONS
        );
        let finding = Diagnostic::new(&codes::NO_ROOM, Default::default(), message);
        self.incident.push(finding.help("forbid under `decisions` of the review what you do not need"));
    }

    fn no_room(&mut self, title: &str, actions: usize) {
        let message = format!(
            "\"{title}\" is left out: with it a workflow would have {actions} actions, and {} are allowed",
            emit::MAX_ACTIONS
        );
        let finding = Diagnostic::new(&codes::NO_ROOM, Default::default(), message);
        self.incident.push(finding.help(
            "require it under `decisions` of the review to leave out another, or forbid what you do not need",
        ));
    }

    /// What a target's playbook can never do, because no run of it learns of it.
    fn out_of_reach(&mut self, target: Target, planned: &Planned) {
        let says = emit::says(target, &planned.profile, planned.mode);
        let incident = planned.reviewed.incident();
        if planned.mode == Mode::OneShot {
            if plan::incident_id(incident, says.ids).is_none() {
                self.never_meant(target, &incident.id);
            }
            return;
        }
        let kinds = planned.selection.chosen.iter().filter_map(|chosen| chosen.pattern.entity);
        let kinds: BTreeSet<EntityKind> = kinds.filter(|kind| !says.names(*kind)).collect();
        for kind in kinds {
            let message = format!(
                "the incidents that reach a playbook in {} name no {kind}: what is done about one never happens there",
                target.host().title()
            );
            self.never_found(message);
        }
        for chosen in &planned.selection.chosen {
            let lacking = says.lacking(&chosen.pattern);
            if !lacking.is_empty() {
                let lacking: Vec<String> =
                    lacking.iter().map(|field| format!("`{}`", field.name())).collect();
                self.never_found(format!(
                    "\"{}\" never happens in {}: it needs {}, which the incidents that reach a playbook there do not say",
                    chosen.pattern.title,
                    target.host().title(),
                    join(&lacking)
                ));
            }
        }
    }

    fn never_found(&mut self, message: String) {
        let finding = Diagnostic::new(&codes::NEVER_FOUND, Default::default(), message);
        self.incident.push(finding.help("use another target for it, or build in one-shot mode"));
    }

    fn never_meant(&mut self, target: Target, id: &str) {
        let message = format!(
            "a run in {} cannot tell that it is for incident {id}: the export does not say the id that the incident has there",
            target.host().title()
        );
        let finding = Diagnostic::new(&codes::NEVER_MEANT, Default::default(), message);
        self.incident.push(finding.help(
            "export the incident itself, not one of its alerts, from the product whose incidents start the playbook; or leave the target out of --target, or build in reusable mode",
        ));
    }

    fn remark_unverified(&mut self, unverified: &Json) {
        let operations = unverified.as_object().into_iter().flat_map(|targets| targets.values());
        let ids: std::collections::BTreeSet<&str> = operations
            .filter_map(Json::as_array)
            .flatten()
            .filter_map(|entry| entry["operation"].as_str())
            .collect();
        if !ids.is_empty() {
            let list = ids.iter().copied().collect::<Vec<_>>().join(", ");
            let finding = Diagnostic::new(
                &codes::UNVERIFIED,
                Default::default(),
                format!("{} operations rest on facts that no public source fully confirms", ids.len()),
            );
            self.incident
                .push(finding.help(format!("read `unverified` in plan.json before you deploy: {list}")));
        }
    }

    fn has_errors(&self) -> bool {
        let own = [&self.incident, &self.review, &self.profile];
        own.into_iter().flatten().any(Diagnostic::is_error)
            || self.report.findings().any(|located| located.diagnostic.is_error())
    }

    fn report(self) -> Report {
        let mut report = Report::default();
        let source = &self.inputs.incident;
        let located = match Export::parse(source.text()) {
            Ok(export) => export.locate(source, self.incident),
            Err(_) => locate(source, &Index::Text, self.incident),
        };
        report.add(source.clone(), 0, located);
        for (source, findings) in [(&self.inputs.review, self.review), (&self.inputs.profile, self.profile)] {
            if let Some(source) = source {
                let index = Index::Yaml(YamlIndex::new(source.text()));
                report.add(source.clone(), 0, locate(source, &index, findings));
            }
        }
        report.definitions += self.report.definitions;
        report.files.extend(self.report.files);
        report
    }
}

fn locate(source: &Source, index: &Index<'_>, findings: Vec<Diagnostic>) -> Vec<Located> {
    let lines = Lines::new(source.text());
    findings.into_iter().map(|finding| finding.locate(source, &lines, index)).collect()
}
