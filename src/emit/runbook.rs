//! `runbook.md`: what a person needs beside the playbooks, at two in the morning and on the day of deployment.
//!
//! The words are a Handlebars template; this module gathers what it says and escapes it for Markdown. Whatever comes
//! from the incident stands in a code span, in which nothing is markup and nothing becomes a link.

use std::collections::BTreeMap;

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::Value as Json;

use super::permissions::Deployment;
use super::{Artifact, Target};
use crate::plan::Plan;
use crate::review::Reviewed;
use crate::select::{Library, Mode, Profile, Selection};

mod acts;
mod deployments;
mod facts;
mod markdown;
mod setup;
mod steps;

/// Path of the runbook in a build's folder.
pub const RUNBOOK: &str = "runbook.md";

/// Everything that a runbook speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The incident and what people say of it.
    pub reviewed: &'a Reviewed,
    /// What was chosen and refused.
    pub selection: &'a Selection,
    /// The profile that was applied.
    pub profile: &'a Profile,
    /// The patterns.
    pub library: &'a Library,
    /// Reusable or one-shot.
    pub mode: Mode,
    /// The playbooks, as the first target has them.
    pub plan: &'a Plan,
    /// The playbooks of each target: they differ in what the incidents there never say.
    pub targets: &'a [(Target, Plan)],
    /// What is deployed, and what it needs.
    pub deployments: &'a [Deployment],
}

/// Writes the runbook. The error is our own bug, in words.
pub fn emit(told: &Told<'_>) -> Result<Artifact, String> {
    let text = render(&facts::gather(told))?;
    Ok(Artifact { path: RUNBOOK.to_owned(), bytes: text.into_bytes() })
}

/// The numbers that the runbook gives the steps, by pattern: the picture bears them too.
pub fn numbers(told: &Told<'_>) -> BTreeMap<String, String> {
    steps::Steps::of(told.selection, &acts::Acts::of(told)).numbers()
}

/// The template: first what is read at night, then what is read on the day of deployment.
///
/// Runs are asked for by their status, because `az rest` reads one page and a page of all of them may hold none that waits.
/// Source: Microsoft Learn, "Workflow Runs - List" of the REST API of Azure Logic Apps, `$filter` and `$top`:
/// <https://learn.microsoft.com/rest/api/logic/workflowruns/list>. The link to what the trigger gave is signed by itself.
///
/// Nobody is told to stop a flow by its variable `Enabled`. Microsoft Learn, "Use environment variables in Power Platform
/// solutions", limitations: where a value is changed in the environment and not by an import, flows go on with the one
/// before until they are saved, or turned off and on. Source:
/// <https://learn.microsoft.com/power-apps/maker/data-platform/environmentvariables#current-limitations>.
const TEMPLATE: &str = concat!(include_str!("runbook/night.md.hbs"), include_str!("runbook/day.md.hbs"));

/// The template, filled in, one passage after the other. Lines that only hold a block of the template leave no line behind;
/// more than one empty line in a row becomes one.
fn render(facts: &Json) -> Result<String, String> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(markdown::escaped);
    handlebars.register_helper("code", Box::new(code));
    handlebars.register_helper("cell", Box::new(cell));
    let facts = Context::wraps(facts).map_err(|error| error.to_string())?;
    let mut text = String::new();
    for passage in passages(TEMPLATE) {
        if passage.contains("{{") {
            let filled = handlebars.render_template_with_context(passage, &facts);
            text.push_str(&filled.map_err(|error| error.to_string())?);
        } else {
            text.push_str(passage);
        }
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let doubled = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !doubled {
            lines.push(line);
        }
    }
    Ok(lines.join("\n").trim_end().to_owned() + "\n")
}

/// The parts of a template that are templates by themselves: it is cut after each line at whose end no block is open.
/// The template reader counts the lines before each thing that it finds, so a long text takes it very much longer.
fn passages(template: &str) -> Vec<&str> {
    let mut passages = Vec::new();
    let (mut start, mut end, mut open) = (0, 0, 0);
    for line in template.split_inclusive('\n') {
        end += line.len();
        open += line.matches("{{#").count();
        open -= line.matches("{{/").count();
        if open == 0 {
            passages.push(&template[start..end]);
            start = end;
        }
    }
    passages
}

fn code(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&markdown::code(argument(helper)?))?;
    Ok(())
}

/// A code span inside a table, where a bar would end the cell even in code.
fn cell(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&markdown::code(argument(helper)?).replace('|', "\\|"))?;
    Ok(())
}

fn argument<'h>(helper: &'h Helper<'_>) -> Result<&'h str, RenderErrorReason> {
    let value = helper.param(0).and_then(|param| param.value().as_str());
    value.ok_or(RenderErrorReason::ParamNotFoundForIndex("code", 0))
}

#[cfg(test)]
mod tests {
    use super::{TEMPLATE, passages};

    #[test]
    fn every_passage_is_a_template_and_none_is_lost() {
        let passages = passages(TEMPLATE);
        assert_eq!(passages.concat(), TEMPLATE);
        assert!(passages.len() > 100, "{}", passages.len());
        for passage in passages {
            assert!(handlebars::Template::compile(passage).is_ok(), "{passage}");
        }
    }
}
