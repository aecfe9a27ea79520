//! What a command finds on its way, kept by the file that it is about, and what a build has to say to whoever asked for it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Inputs, Options, Planned, codes, locate, typed};
use crate::base::diagnostic::{Diagnostic, Index, Rule, Severity};
use crate::base::json::SyntaxError;
use crate::base::pointer::Pointer;
use crate::base::words::join;
use crate::base::yaml::YamlIndex;
use crate::check::Checked;
use crate::emit::permissions::Deployment;
use crate::emit::{self, Target};
use crate::ingest::{EntityKind, Export, Incident};
use crate::plan;
use crate::report::Report;
use crate::review::{self, Reviewed};
use crate::select::profile::Store;
use crate::select::{self, Mode, Profile};

/// Collects findings per input file and places them there.
pub(super) struct Found<'i> {
    inputs: &'i Inputs,
    export: Result<Export<'i>, SyntaxError>,
    incident: Vec<Diagnostic>,
    review: Vec<Diagnostic>,
    profile: Vec<Diagnostic>,
    report: Report,
}

impl<'i> Found<'i> {
    pub(super) fn new(inputs: &'i Inputs) -> Self {
        Self {
            inputs,
            export: Export::parse(inputs.incident.text()),
            incident: Vec::new(),
            review: Vec::new(),
            profile: Vec::new(),
            report: Report::default(),
        }
    }

    /// The incident of the export that was asked for.
    pub(super) fn ingested(&mut self, options: &Options) -> Option<Incident> {
        match pick(self.inputs.incident.text(), &self.export, options) {
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

    pub(super) fn review<T>(&mut self, read: Result<T, Vec<Diagnostic>>) -> Option<T> {
        read.map_err(|errors| self.review.extend(errors)).ok()
    }

    pub(super) fn profile<T>(&mut self, read: Result<T, Vec<Diagnostic>>) -> Option<T> {
        read.map_err(|errors| self.profile.extend(errors)).ok()
    }

    /// What bringing incident and review together found: about the review where it points there.
    pub(super) fn of_review(
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
    pub(super) fn add_about_decisions(&mut self, findings: Vec<Diagnostic>) {
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
                && first.is_some_and(|token| OF_REVIEW.contains(&token.as_ref()))
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

    /// Only what is wrong with our own files is of interest to whoever builds.
    pub(super) fn add_own(&mut self, Checked { source, definitions, findings }: Checked) {
        if !findings.is_empty() {
            self.report.add(source, definitions, findings);
        }
    }

    /// A failure of ours: said, with the request to report it.
    pub(super) fn own<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|error| {
                let finding =
                    Diagnostic::new(&codes::INTERNAL, Default::default(), format!("internal error: {error}"));
                self.incident
                    .push(finding.help("please report this with the incident's form, not its content"));
            })
            .ok()
    }

    /// Makes an error of what was said of the incident as a warning.
    pub(super) fn refuse(&mut self, rule: &'static Rule) {
        for finding in self.incident.iter_mut().filter(|finding| finding.rule == rule) {
            finding.severity = Severity::Error;
        }
    }

    pub(super) fn no_store(&mut self, target: Target) {
        let message = format!("{} has no Dataverse table to keep notes in", target.host().title());
        let place = Pointer::root().join("state").join("store");
        let finding = Diagnostic::new(&codes::STORE_NOT_OFFERED, place, message);
        self.profile.push(finding.help(format!(
            "choose `incident-comment` or `storage-table`, or leave {} out of --target",
            target.name()
        )));
    }

    /// Refuses targets whose playbooks call a connector that the profile rules out; says whether there are any.
    pub(super) fn unavailable(&mut self, profile: &Profile, deployments: &[Deployment]) -> bool {
        let mut found = false;
        for (at, connector) in profile.unavailable_connectors.iter().enumerate() {
            let mut calls: BTreeMap<Target, BTreeSet<String>> = BTreeMap::new();
            for one in deployments {
                let titles =
                    one.operations.values().filter(|one| one.connector.eq_ignore_ascii_case(connector));
                let titles: BTreeSet<String> = titles.map(|one| format!("\"{}\"", one.title)).collect();
                if !titles.is_empty() {
                    calls.entry(one.target).or_default().extend(titles);
                }
            }
            for (target, titles) in calls {
                let titles: Vec<String> = titles.into_iter().collect();
                let message = format!(
                    "the playbooks of {} need the connector `{connector}`, which the profile says the tenant does not have: {}",
                    target.host().title(),
                    join(&titles)
                );
                let place = Pointer::root().join("unavailable_connectors").join(at);
                let help =
                    format!("{}, or leave {} out of --target", instead(connector, profile), target.name());
                self.profile.push(Diagnostic::new(&codes::CONNECTOR_UNAVAILABLE, place, message).help(help));
                found = true;
            }
        }
        found
    }

    pub(super) fn named_less(&mut self, titles: &[String], actions: usize) {
        let titles: Vec<String> = titles.iter().map(|title| format!("\"{title}\"")).collect();
        let message = format!(
            "the question names the targets and not their items for {}: with these a workflow would have {actions} actions, and {} are allowed",
            join(&titles),
            emit::MAX_ACTIONS
        );
        let finding = Diagnostic::new(&codes::NO_ROOM, Default::default(), message);
        self.incident.push(finding.help("forbid under `decisions` of the review what you do not need"));
    }

    pub(super) fn asked_instead(&mut self, title: &str, actions: usize) {
        let message = format!(
            "\"{title}\" waits for a question in every case: done at once as well, a workflow would have {actions} actions, and {} are allowed",
            emit::MAX_ACTIONS
        );
        let finding = Diagnostic::new(&codes::NO_ROOM, Default::default(), message);
        self.incident.push(finding.help("forbid under `decisions` of the review what you do not need"));
    }

    pub(super) fn no_room(&mut self, title: &str, actions: usize) {
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
    pub(super) fn out_of_reach(&mut self, target: Target, planned: &Planned) {
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

    pub(super) fn never_found(&mut self, message: String) {
        let finding = Diagnostic::new(&codes::NEVER_FOUND, Default::default(), message);
        self.incident.push(finding.help("use another target for it, or build in one-shot mode"));
    }

    pub(super) fn never_meant(&mut self, target: Target, id: &str) {
        let message = format!(
            "a run in {} cannot tell that it is for incident {id}: the export does not say the id that the incident has there",
            target.host().title()
        );
        let finding = Diagnostic::new(&codes::NEVER_MEANT, Default::default(), message);
        self.incident.push(finding.help(
            "export the incident itself, not one of its alerts, from the product whose incidents start the playbook; or leave the target out of --target, or build in reusable mode",
        ));
    }

    pub(super) fn remark_unverified(&mut self, unverified: &Json) {
        let operations = unverified.as_object().into_iter().flat_map(|targets| targets.values());
        let ids: BTreeSet<&str> = operations
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

    pub(super) fn has_errors(&self) -> bool {
        let own = [&self.incident, &self.review, &self.profile];
        own.into_iter().flatten().any(Diagnostic::is_error)
            || self.report.findings().any(|located| located.diagnostic.is_error())
    }

    pub(super) fn report(self) -> Report {
        let mut report = Report::default();
        let source = &self.inputs.incident;
        let located = match &self.export {
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

/// Reads the export and picks the incident that was asked for.
fn pick(
    text: &str,
    export: &Result<Export<'_>, SyntaxError>,
    options: &Options,
) -> Result<(Incident, Vec<Diagnostic>), Vec<Diagnostic>> {
    let export = export.as_ref().map_err(|error| {
        let other = typed::for_an_export(text, &codes::INCIDENT_JSON);
        let SyntaxError { span, message, help } = error.clone();
        vec![other.unwrap_or_else(|| Diagnostic::at_bytes(&codes::INCIDENT_JSON, span, message).help(help))]
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

/// What of the profile makes a playbook do without a connector.
fn instead(connector: &str, profile: &Profile) -> &'static str {
    match connector.to_ascii_lowercase().as_str() {
        "office365" | "approvals" => "choose `approval.channel: teams`",
        "teams" => "choose `approval.channel: mail`",
        "azuresentinel" => "choose `trigger.logicapp: graph-polling`",
        "commondataserviceforapps" if profile.state.store == Store::DataverseTable => {
            "choose `incident-comment` or `storage-table` under `state.store`"
        }
        "cloudappsecurity" => "choose another `trigger.powerautomate`",
        _ => "take it from `unavailable_connectors`",
    }
}
