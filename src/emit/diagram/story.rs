//! What a picture tells of a definition: stages one after the other, what they do to whom, and the exceptions beside them.
//!
//! Steps that only make values become one line. A question to a person and the condition that reads the answer become one
//! stage. The loop of a pattern becomes a card: all of them look, decide, act and write down alike. What an action calls
//! is looked up in the catalogue, and from its class follows its mark.

use std::collections::BTreeMap;

use super::stages::staged;
use super::words;
use crate::base::duration::Duration;
use crate::base::graph::{Graph, Status, Statuses};
use crate::data::connector::{Class, Operation};
use crate::workflow::calls;
use crate::workflow::definition::{Action, ActionId, ContainerId, ContainerKind, Definition};

/// What a step does to the world: its colour, its shape and its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Looks something up.
    Reads,
    /// Writes on the incident.
    Notes,
    /// Tells people.
    Tells,
    /// Collects evidence.
    Collects,
    /// Asks a person.
    Asks,
    /// Gives back what a response took.
    Restores,
    /// Stops an attacker and, for a while, a user.
    Contains,
    /// Removes something.
    Removes,
}

impl Mark {
    fn of(operation: &Operation) -> Option<Self> {
        Some(match operation.class {
            Class::Trigger => return None,
            Class::Read => Self::Reads,
            Class::Annotate => Self::Notes,
            Class::Notify => Self::Tells,
            Class::Collect => Self::Collects,
            Class::Approve => Self::Asks,
            Class::Restore => Self::Restores,
            Class::Contain => Self::Contains,
            Class::Evict => Self::Removes,
        })
    }
}

/// The sign at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// What the step does.
    Does(Mark),
    /// What follows a yes.
    Yes,
    /// What follows failure or a no.
    No,
    /// Preparation.
    Prepares,
    /// The run ends.
    Ends,
    /// Anything else.
    Step,
}

/// A part of the picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// A line.
    Line {
        /// Its sign.
        sign: Sign,
        /// What it says.
        text: String,
    },
    /// What is done to each target, one after another.
    Card(Card),
    /// Parts that belong together.
    Stage(Stage),
    /// What happens instead, where something is not as it should be.
    Aside(String),
}

/// What a pattern does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Card {
    /// Title of the pattern.
    pub title: String,
    /// The gravest thing that happens in it.
    pub mark: Option<Mark>,
    /// Its number in the runbook; of what gives back, the numbers of what it takes back.
    pub number: Option<String>,
    /// Whether it cannot be taken back.
    pub lost: bool,
}

/// Parts that belong together, under a heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    /// Its heading.
    pub title: String,
    /// A remark under it.
    pub note: String,
    /// When it runs, where that is not simply after the one before it succeeded.
    pub when: Option<&'static str>,
    /// Whether what is in it waits for a person's yes.
    pub asks: bool,
    /// What is in it, exceptions too.
    pub body: Vec<Part>,
}

/// What a picture says of a pattern's loop.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    /// Title of the pattern.
    pub title: String,
    /// Its number in the runbook, or those of what it takes back.
    pub number: Option<String>,
    /// Whether what it does cannot be taken back.
    pub lost: bool,
}

/// Words for what the definition itself does not say.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// The patterns, by the name of their loops.
    pub loops: BTreeMap<String, Label>,
    /// What the steps before the first stage do.
    pub preparing: Option<&'static str>,
    /// The step that makes the list of those who are asked: its description says who is left out.
    pub asked: &'static str,
}

/// Tells a definition: its stages, in the order in which they run.
pub(super) fn tell(definition: &Definition<'_>, labels: &Labels) -> Vec<Stage> {
    let called = calls::calls(definition).into_iter().filter_map(|call| match call.owner {
        crate::workflow::strings::Owner::Action(id) => Some((id, call.operations)),
        _ => None,
    });
    let teller = Teller { definition, labels, called: called.collect() };
    staged(teller.container(ContainerId::ROOT))
}

struct Teller<'a, 'd> {
    definition: &'a Definition<'d>,
    labels: &'a Labels,
    called: BTreeMap<ActionId, Vec<&'static Operation>>,
}

impl Teller<'_, '_> {
    fn container(&self, id: ContainerId) -> Vec<Part> {
        let order = self.order(id);
        let mut parts = Vec::new();
        let mut plumbing: Vec<ActionId> = Vec::new();
        let mut at = 0;
        while let Some(action) = order.get(at).map(|id| &self.definition[*id]) {
            at += 1;
            if is_plumbing(action) {
                plumbing.push(action.id);
                continue;
            }
            parts.extend(self.prepared(id, &std::mem::take(&mut plumbing)));
            let answer = order.get(at).map(|next| &self.definition[*next]);
            if self.mark(action) == Some(Mark::Asks)
                && let Some(gate) = answer.filter(|next| next.is("If") && runs_after(next, action))
            {
                at += 1;
                parts.push(self.question(action, gate));
                continue;
            }
            parts.extend(self.action(action));
        }
        parts.extend(self.prepared(id, &plumbing));
        merged(parts)
    }

    /// The actions of a container in the order in which they run, the document's where that is free or broken. What
    /// runs only after a failure comes at once after what failed.
    fn order(&self, id: ContainerId) -> Vec<ActionId> {
        let actions = &self.definition[id].actions;
        let mut graph = Graph::new(actions.len());
        for (at, action) in actions.iter().enumerate() {
            for entry in self.definition[*action].run_after.iter().flatten() {
                let before = self.definition.named(entry.name).iter();
                let before = before.filter_map(|other| actions.iter().position(|beside| beside == other));
                before.for_each(|before| graph.run_after(at, before, entry.statuses));
            }
        }
        let Ok(order) = graph.order() else { return actions.clone() };
        let catches = |at: usize| match graph.predecessors(at) {
            [(failed, statuses)] if !statuses.contains(Status::Succeeded) => Some(*failed),
            _ => None,
        };
        let (caught, rest): (Vec<usize>, Vec<usize>) = order
            .into_iter()
            .partition(|at| catches(*at).is_some() && self.definition[actions[*at]].children.is_empty());
        let mut told = Vec::new();
        for at in rest {
            told.push(actions[at]);
            told.extend(
                caught.iter().filter(|other| catches(**other) == Some(at)).map(|other| actions[*other]),
            );
        }
        // What runs after the failure of something that itself runs after a failure.
        let left = caught.iter().map(|at| actions[*at]).filter(|action| !told.contains(action));
        let left: Vec<ActionId> = left.collect();
        told.extend(left);
        told
    }

    fn mark(&self, action: &Action<'_>) -> Option<Mark> {
        self.called.get(&action.id)?.iter().filter_map(|one| Mark::of(one)).max()
    }

    /// Steps that only make values: what their descriptions say, else which they are. One or two without a description
    /// are not worth a line.
    fn prepared(&self, container: ContainerId, steps: &[ActionId]) -> Option<Part> {
        let steps: Vec<&Action<'_>> = steps.iter().map(|id| &self.definition[*id]).collect();
        let said: Vec<&str> = steps.iter().filter_map(|step| described(step)).collect();
        let text = match (self.labels.preparing, steps.as_slice()) {
            (Some(words), many) if container == ContainerId::ROOT && many.len() > 9 => words.to_owned(),
            (_, many) if !said.is_empty() && many.len() < 6 => said.join(" "),
            _ => return None,
        };
        Some(Part::Line { sign: Sign::Prepares, text })
    }

    /// A person is asked, and a condition reads the answer.
    fn question(&self, asks: &Action<'_>, gate: &Action<'_>) -> Part {
        let limit = asks.node.path(&["limit", "timeout"]).and_then(|limit| limit.as_str());
        let wait =
            limit.and_then(Duration::parse).map(|limit| format!(" The answer counts for {}.", limit.words()));
        let channel = self.called.get(&asks.id).and_then(|operations| operations.first());
        let channel = channel.map_or_else(String::new, |operation| format!("{}.", operation.title));
        let asked = self.definition.named(self.labels.asked).first();
        let asked = asked.and_then(|id| described(&self.definition[*id]));
        let asked = asked.map(|who| format!(" {who}")).unwrap_or_default();
        let (yes, no) = self.branches(gate);
        let no = exceptions("No, another answer, or none in time", no);
        Part::Stage(Stage {
            title: words::sentence(asks.name),
            note: format!("{channel}{asked}{}", wait.unwrap_or_default()),
            when: None,
            asks: true,
            body: no.into_iter().chain(yes).collect(),
        })
    }

    fn branches(&self, choice: &Action<'_>) -> (Vec<Part>, Vec<Part>) {
        let of = |wanted: fn(ContainerKind<'_>) -> bool| {
            let child = choice.children.iter().find(|child| wanted(self.definition[**child].kind));
            child.map_or_else(Vec::new, |child| self.container(*child))
        };
        (of(|kind| kind == ContainerKind::Then), of(|kind| kind == ContainerKind::Else))
    }

    fn action(&self, action: &Action<'_>) -> Vec<Part> {
        let when = when(action);
        let note = described(action).unwrap_or_default();
        let inside = |id: &ContainerId| self.container(*id);
        let stage = |title: String, note: &str, body: Vec<Part>| {
            vec![Part::Stage(Stage { title, note: note.to_owned(), when: when.words(), asks: false, body })]
        };
        let title = words::sentence(action.name);
        match action.kind.to_ascii_lowercase().as_str() {
            "foreach" | "until" => {
                let body: Vec<Part> = action.children.iter().flat_map(inside).collect();
                let mark = gravest(&body);
                match self.labels.loops.get(action.name) {
                    Some(Label { title, number, lost }) => {
                        // What gives back is that, whatever else it does on the way.
                        let gives_back = body.iter().any(|part| in_part(part, Mark::Restores));
                        let mark = if gives_back { Some(Mark::Restores) } else { mark };
                        let (title, number) = (title.clone(), number.clone());
                        vec![Part::Card(Card { title, mark, number, lost: *lost })]
                    }
                    None if mark > Some(Mark::Reads) => stage(title, "For each, one after another.", body),
                    None => body,
                }
            }
            "scope" => {
                let body: Vec<Part> = action.children.iter().flat_map(inside).collect();
                if body.iter().all(is_short) { body } else { stage(title, note, body) }
            }
            "if" => self.choice(action, &title, note, when),
            "switch" => {
                let case = |child: &ContainerId| {
                    let name = match self.definition[*child].kind {
                        ContainerKind::Case(name) => words::name(name),
                        _ => "anything else".to_owned(),
                    };
                    stage(format!("Case: {name}"), "", inside(child))
                };
                stage(title, note, action.children.iter().flat_map(case).collect())
            }
            _ if when == When::Failed => vec![Part::Aside(self.caught(action))],
            "terminate" => vec![Part::Line { sign: Sign::Ends, text: words::sentence(&ending(action)) }],
            "appendtoarrayvariable" => self.reported(action).into_iter().collect(),
            _ => vec![Part::Line { sign: self.sign(action), text: self.title(action) }],
        }
    }

    /// A condition. Where it only checks what must hold for all that follows, that follows; where all that is behind it is
    /// an exception, it is one; where all that is behind it is a question, the question says so itself.
    fn choice(&self, action: &Action<'_>, title: &str, note: &str, when: When) -> Vec<Part> {
        let (mut yes, no) = self.branches(action);
        if let Some(refused) = words::refused(action.name) {
            return exceptions(refused, no).into_iter().chain(yes).collect();
        }
        if yes.iter().all(is_exception) && no.iter().all(is_short) {
            let yes = exceptions(&words::question(action.name), yes);
            return yes.into_iter().chain(no).collect();
        }
        let known = words::phase(action.name);
        let condition =
            if note.is_empty() { known.as_ref().map_or("", |(_, condition)| *condition) } else { note };
        let title = known.as_ref().map_or(title, |(phase, _)| phase);
        let no = match no.iter().all(is_short) {
            true => exceptions("Otherwise", no),
            false => vec![Part::Stage(Stage {
                title: "Otherwise".to_owned(),
                note: String::new(),
                when: None,
                asks: false,
                body: no,
            })],
        };
        if let [Part::Stage(only)] = yes.as_mut_slice()
            && only.asks
        {
            title.clone_into(&mut only.title);
            only.when = when.words();
            only.note = [condition, &only.note].join(" ").trim().to_owned();
            only.body.splice(0..0, no);
            return yes;
        }
        yes.extend(no);
        let (title, note) = (title.to_owned(), condition.to_owned());
        vec![Part::Stage(Stage { title, note, when: when.words(), asks: false, body: yes })]
    }

    /// What a line added to the run's results says; nothing where it says that all went well, or is no such line.
    fn reported(&self, action: &Action<'_>) -> Option<Part> {
        let said = action.node.path(&["inputs", "value", "outcome"]).is_some();
        let outcome = self.outcome(action);
        (said && !["done", "approved"].contains(&outcome.as_str()))
            .then(|| Part::Aside(format!("reported as {outcome}")))
    }

    fn outcome(&self, action: &Action<'_>) -> String {
        let outcome = action.node.path(&["inputs", "value", "outcome"]);
        let outcome = outcome.and_then(|outcome| self.definition.literal(outcome));
        outcome.map_or_else(|| words::outcome(action.name), str::to_owned)
    }

    /// What happens where something failed.
    fn caught(&self, action: &Action<'_>) -> String {
        let failed = action.run_after.iter().flatten().next();
        let failed = failed.and_then(|entry| self.definition.named(entry.name).first());
        let failed =
            failed.map_or_else(|| "What comes before".to_owned(), |id| self.title(&self.definition[*id]));
        let then = match action.kind.to_ascii_lowercase().as_str() {
            "appendtoarrayvariable" => format!("reported as {}", self.outcome(action)),
            "terminate" => ending(action),
            _ => words::lowered(&self.title(action)),
        };
        format!("{failed} fails: {then}")
    }

    fn sign(&self, action: &Action<'_>) -> Sign {
        self.mark(action).map_or(Sign::Step, Sign::Does)
    }

    /// What an action calls, else its name.
    fn title(&self, action: &Action<'_>) -> String {
        match self.called.get(&action.id).map_or(&[][..], Vec::as_slice) {
            [one] => one.title.clone(),
            [] => words::sentence(action.name),
            many => many.iter().map(|one| one.title.as_str()).collect::<Vec<_>>().join(", or "),
        }
    }
}

fn ending(action: &Action<'_>) -> String {
    let status = action.node.path(&["inputs", "runStatus"]).and_then(|status| status.as_str());
    format!("the run ends as {}", status.unwrap_or("set by an expression").to_lowercase())
}

/// When an action runs, seen from what it runs after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Next,
    Failed,
    Even,
    Always,
}

impl When {
    fn words(self) -> Option<&'static str> {
        match self {
            Self::Next => None,
            Self::Failed => Some("if that fails"),
            Self::Even => Some("even after a failure"),
            Self::Always => Some("always"),
        }
    }
}

fn when(action: &Action<'_>) -> When {
    let statuses = action.run_after.iter().flatten().map(|entry| entry.statuses).reduce(Statuses::and);
    let Some(statuses) = statuses else { return When::Next };
    match () {
        () if !statuses.contains(Status::Succeeded) => When::Failed,
        () if statuses.contains(Status::Skipped) && statuses.contains(Status::Failed) => When::Always,
        () if statuses.contains(Status::Failed) => When::Even,
        () => When::Next,
    }
}

fn runs_after(action: &Action<'_>, before: &Action<'_>) -> bool {
    action.run_after.iter().flatten().any(|entry| entry.name.eq_ignore_ascii_case(before.name))
}

fn is_plumbing(action: &Action<'_>) -> bool {
    const KINDS: [&str; 10] = [
        "Compose",
        "Select",
        "Query",
        "Join",
        "Table",
        "ParseJson",
        "InitializeVariable",
        "SetVariable",
        "IncrementVariable",
        "DecrementVariable",
    ];
    KINDS.iter().any(|kind| action.is(kind))
}

/// A note that somebody wrote for the reader.
fn described<'d>(action: &Action<'d>) -> Option<&'d str> {
    action.node.get("description").and_then(|note| note.as_str())
}

fn is_short(part: &Part) -> bool {
    matches!(part, Part::Line { .. } | Part::Aside(_))
}

/// Whether a part is what happens instead of the rest: it is reported, perhaps a comment is written, the run ends.
fn is_exception(part: &Part) -> bool {
    match part {
        Part::Line { sign, .. } => matches!(sign, Sign::Ends | Sign::Prepares | Sign::Does(Mark::Notes)),
        Part::Aside(_) => true,
        Part::Card(_) | Part::Stage(_) => false,
    }
}

/// Short parts as one exception, with what leads there. What says so itself stands alone.
fn exceptions(reason: &str, parts: Vec<Part>) -> Vec<Part> {
    let (own, rest): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| matches!(part, Part::Aside(text) if text.contains(": ")));
    let said: Vec<String> = rest
        .into_iter()
        .filter_map(|part| match part {
            Part::Line { sign: Sign::Prepares, .. } | Part::Card(_) | Part::Stage(_) => None,
            Part::Line { text, .. } | Part::Aside(text) => Some(words::lowered(&text)),
        })
        .collect();
    let said = (!said.is_empty()).then(|| Part::Aside(format!("{reason}: {}", said.join("; "))));
    own.into_iter().chain(said).collect()
}

/// Lines that only look something up become one.
fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let reads = Sign::Does(Mark::Reads);
        match (merged.last_mut(), part) {
            (Some(Part::Line { sign, text }), Part::Line { sign: next, text: more })
                if *sign == reads && next == reads =>
            {
                if !text.to_lowercase().contains(&more.to_lowercase()) {
                    text.push_str("; ");
                    text.push_str(&words::lowered(&more));
                }
            }
            (_, part) => merged.push(part),
        }
    }
    merged
}

/// The gravest mark in some parts.
fn gravest(parts: &[Part]) -> Option<Mark> {
    let of = |part: &Part| match part {
        Part::Line { sign: Sign::Does(mark), .. } => Some(*mark),
        Part::Line { .. } | Part::Aside(_) => None,
        Part::Card(card) => card.mark,
        Part::Stage(stage) => gravest(&stage.body),
    };
    parts.iter().filter_map(of).max()
}

/// Whether a mark is anywhere in some stages.
pub(super) fn has(stages: &[Stage], mark: Mark) -> bool {
    stages.iter().any(|stage| in_stage(stage, mark))
}

fn in_stage(stage: &Stage, mark: Mark) -> bool {
    (stage.asks && mark == Mark::Asks) || stage.body.iter().any(|part| in_part(part, mark))
}

fn in_part(part: &Part, mark: Mark) -> bool {
    match part {
        Part::Line { sign, .. } => *sign == Sign::Does(mark),
        Part::Card(card) => card.mark == Some(mark),
        Part::Stage(stage) => in_stage(stage, mark),
        Part::Aside(_) => false,
    }
}
