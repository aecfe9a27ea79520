//! `diagram.svg`: what the playbooks do, readable at a glance.
//!
//! Drawn from the emitted bytes, so it shows what will run. `story` decides what is told, `layout` where it stands,
//! `svg` writes it. Marks have a colour, a shape and a word each.

use std::collections::BTreeMap;

use crate::base::json::Document;
use crate::emit::{Artifact, Target};
use crate::plan::ir::{Role, StepKind};
use crate::plan::{Plan, Playbook};
use crate::select::{Library, Mode, Pattern};
use crate::workflow::calls;
use crate::workflow::definition::Definition;
use crate::workflow::{self, form};

mod layout;
mod stages;
mod story;
mod svg;
mod text;
mod words;

use layout::{Canvas, Shape, tag, tag_width};
use story::{Label, Labels, Mark, Stage};
use text::Face;

/// Path of the picture in a build's folder.
pub const DIAGRAM: &str = "diagram.svg";

/// Width of the picture in pixels.
const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 24.0;

/// Draws the playbooks of a plan as one target of several has them, and says which. Steps bear the numbers that the runbook
/// gives them, by pattern. The error is our own bug, in words.
pub fn emit(
    plan: &Plan,
    (target, others): (Target, &[Target]),
    library: &Library,
    numbers: &BTreeMap<String, String>,
    artifacts: &[Artifact],
) -> Result<Artifact, String> {
    let mut documents = Vec::new();
    for artifact in artifacts.iter().filter(|artifact| artifact.path.ends_with(".json")) {
        let text =
            std::str::from_utf8(&artifact.bytes).map_err(|error| format!("{}: {error}", artifact.path))?;
        documents
            .push(Document::parse(text).map_err(|error| format!("{}: {}", artifact.path, error.message))?);
    }
    let workflows: Vec<_> = documents
        .iter()
        .filter(|document| form::detect(document).is_ok())
        .filter_map(|document| workflow::read(document).ok())
        .collect();
    let mut definitions: Vec<&Definition<'_>> =
        workflows.iter().flat_map(|workflows| &workflows.definitions).collect();
    // The main playbook first, in whatever order its target writes files.
    let of_main = |one: &&Definition<'_>| named(one) == Some(plan.main.name.as_str());
    definitions.sort_by_key(|one| !of_main(one));
    let labels = labels(plan, library, numbers);
    let mut canvas = Canvas::default();
    let mut y = MARGIN;
    let mut told = Vec::new();
    for definition in definitions {
        told.extend(story::tell(definition, &labels));
        let about = plan.playbooks().find(|playbook| named(definition) == Some(&playbook.name));
        let title = titled(named(definition).unwrap_or_default(), target);
        y = playbook(&mut canvas, definition, about, (&title, &drawn_for(target, others)), &labels, y)
            + 2.0 * MARGIN;
    }
    y = legend(&mut canvas, &told, y) + MARGIN;
    let page = Shape::Rect { x: 0.0, y: 0.0, w: WIDTH, h: y, r: 0.0, class: "page".to_owned() };
    canvas.shapes.insert(0, page);
    let description = format!(
        "{} Boxes show the phases and the questions in the order in which they run, from top to bottom; exceptions stand at their right.",
        plan.main.description
    );
    let bytes = svg::write(&titled(&plan.main.name, target), &description, (WIDTH, y), &canvas.shapes)?;
    Ok(Artifact { path: DIAGRAM.to_owned(), bytes })
}

fn playbook(
    canvas: &mut Canvas,
    definition: &Definition<'_>,
    about: Option<&Playbook>,
    (title, drawn_for): (&str, &str),
    labels: &Labels,
    y: f64,
) -> f64 {
    let room = WIDTH - 2.0 * MARGIN;
    let mut end = canvas.text(title, Face::Title, MARGIN, y, room);
    if let Some(about) = about {
        end = canvas.text(&about.description, Face::Body, MARGIN, end + 2.0, room);
    }
    end = canvas.text(&begins(definition, about), Face::Body, MARGIN, end + 2.0, room);
    if about.is_some() {
        end = canvas.text(drawn_for, Face::Body, MARGIN, end + 2.0, room);
        end = canvas.text(LOOPS, Face::Small, MARGIN, end + 4.0, room);
    }
    canvas.road(&story::tell(definition, labels), MARGIN, end, room)
}

/// The name of a playbook and what it is built for: that of another target may ask about more, or do less.
fn titled(name: &str, target: Target) -> String {
    format!("{name}, {}", target.host().title())
}

/// What must be said where there are other targets: what they never act on, or ask about, differs.
fn drawn_for(target: Target, others: &[Target]) -> String {
    let others: Vec<&str> = others.iter().map(|other| other.host().title()).collect();
    match others.is_empty() {
        true => String::new(),
        false => format!(
            "Drawn for {}. {} may ask about other steps and leave out others: runbook.md says at each step what it does there.",
            target.host().title(),
            others.join(", "),
        ),
    }
}

/// What all cards have in common: it stands once in a picture.
const LOOPS: &str = "Each small box, with its number in runbook.md: for every target, one after another, read its state, act, write down what was done. A target that is protected, or whose state does not allow it, is left alone; what fails is reported, and the run goes on and ends as failed.";

/// What starts a run. A person starts what takes back, and what acts on one incident only.
fn begins(definition: &Definition<'_>, about: Option<&Playbook>) -> String {
    let Some(trigger) = definition.triggers.first() else { return String::new() };
    let operation = calls::operations(definition, trigger.node).into_iter().next();
    let kind = trigger.node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let by_rule = about.is_some_and(|one| one.role == Role::Main && one.mode == Mode::Reusable);
    match (operation, kind) {
        (Some(operation), _) if operation.connector == "azuresentinel" && !by_rule => {
            "Starts when a person runs it on the incident in Microsoft Sentinel; no automation rule may."
                .to_owned()
        }
        (Some(operation), _) if operation.connector == "azuresentinel" => {
            "Starts when an automation rule of Microsoft Sentinel, or a person, runs it on an incident."
                .to_owned()
        }
        (Some(operation), _) => {
            let title = words::lowered(&operation.title);
            format!("Starts {}.", title.strip_prefix("start ").unwrap_or(&title))
        }
        (None, "Request") => "Starts when it is given the number of an incident.".to_owned(),
        (None, "Recurrence") => "Starts by the clock, and looks for new incidents.".to_owned(),
        (None, _) => format!("Starts: {}.", words::name(trigger.name)),
    }
}

fn named<'d>(definition: &Definition<'d>) -> Option<&'d str> {
    definition.node.path(&["metadata", "playbook"]).and_then(|name| name.as_str())
}

/// What is said of the patterns, by their loops.
fn labels(plan: &Plan, library: &Library, numbers: &BTreeMap<String, String>) -> Labels {
    let mut loops = BTreeMap::new();
    for playbook in plan.playbooks() {
        playbook.walk(&mut |step| {
            let pattern = step.pattern.as_deref().and_then(|id| library.get(id));
            if let (StepKind::ForEach { .. }, Some(pattern)) = (&step.kind, pattern) {
                let lost = pattern.destructive && pattern.reversed_by.is_none();
                let number = numbers.get(&pattern.id).cloned();
                let number = number.or_else(|| taken_back(pattern, library, numbers));
                loops.insert(step.name.clone(), Label { title: pattern.title.clone(), number, lost });
            }
        });
    }
    let preparing = "Reads the incident and its entities, leaves out what is protected, and lists who may be asked and what may be touched";
    Labels { loops, preparing: Some(preparing), asked: "Approvers_to_ask" }
}

/// The numbers of what a pattern takes back.
fn taken_back(pattern: &Pattern, library: &Library, numbers: &BTreeMap<String, String>) -> Option<String> {
    let undone = library.iter().filter(|one| one.reversed_by.as_deref() == Some(pattern.id.as_str()));
    let undone: Vec<&str> = undone.filter_map(|one| numbers.get(&one.id)).map(String::as_str).collect();
    (!undone.is_empty()).then(|| undone.join(", "))
}

/// The marks that are used, and what they mean.
fn legend(canvas: &mut Canvas, told: &[Stage], y: f64) -> f64 {
    const MEANING: [(Mark, &str); 5] = [
        (Mark::Asks, "a person decides"),
        (Mark::Collects, "saves evidence"),
        (Mark::Contains, "stops an attacker, and for a while a user"),
        (Mark::Removes, "removes something"),
        (Mark::Restores, "gives back what a response took"),
    ];
    let mut x = MARGIN;
    let mut y = y;
    for (mark, meaning) in MEANING.into_iter().filter(|(mark, _)| story::has(told, *mark)) {
        let Some(word) = tag(mark) else { continue };
        let taken = tag_width(word) + 8.0 + text::width(meaning, Face::Small) + 22.0;
        if x > MARGIN && x + taken > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 24.0);
        }
        canvas.tag(mark, word, x, y);
        canvas.text(meaning, Face::Small, x + tag_width(word) + 8.0, y + 1.0, WIDTH);
        x += taken;
    }
    y + 20.0
}
