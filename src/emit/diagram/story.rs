//! What a picture tells of a definition: boxes in boxes, with the plumbing left out.
//!
//! Steps that only make values become one line. A question to a person and the condition that reads the answer become
//! one box with two sides. What an action calls is looked up in the catalogue, and from its class follows its mark.

use std::collections::BTreeMap;

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
    /// A condition.
    If,
    /// What follows success.
    Yes,
    /// What follows failure or a no.
    No,
    /// Preparation.
    Prepares,
    /// The run ends as failed.
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
    /// Lines in the run's results: how each comes about, and what it says.
    Report(Vec<(How, String)>),
    /// A box.
    Box(Boxed),
    /// Loops that run one after the other: shown side by side, numbered.
    Row(Vec<Boxed>),
    /// A question to a person, or a condition with two sides.
    Fork {
        /// What is asked.
        title: String,
        /// Whether a person is asked.
        asks: bool,
        /// When it runs, as of a box.
        when: Option<&'static str>,
        /// More about it.
        note: String,
        /// What the sides are called, and what is on them.
        sides: [(String, Vec<Part>); 2],
    },
}

/// How a line of the results comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// What stands before it succeeded.
    Done,
    /// What stands before it failed.
    Failed,
    /// The condition before it does not hold.
    Otherwise,
}

/// A box with a heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Boxed {
    /// Its heading.
    pub title: String,
    /// A remark under it.
    pub note: String,
    /// Whether it runs for each item of a list.
    pub repeats: bool,
    /// The gravest thing that happens in it.
    pub mark: Option<Mark>,
    /// When it runs, where that is not simply after the part before it succeeded.
    pub when: Option<&'static str>,
    /// What is in it.
    pub body: Vec<Part>,
}

/// Words for what the definition itself does not say.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// Titles of loops, by name of the action.
    pub titles: BTreeMap<String, String>,
    /// What the steps before the first box do.
    pub preparing: Option<&'static str>,
    /// The step that makes the list of those who are asked: its description says who is left out.
    pub asked: &'static str,
}

/// Tells a definition.
pub(super) fn tell(definition: &Definition<'_>, labels: &Labels) -> Vec<Part> {
    let called = calls::calls(definition).into_iter().filter_map(|call| match call.owner {
        crate::workflow::strings::Owner::Action(id) => Some((id, call.operations)),
        _ => None,
    });
    let teller = Teller { definition, labels, called: called.collect() };
    let mut parts = teller.container(ContainerId::ROOT);
    gather_end(&mut parts);
    parts
}

/// What stands after the last box of a definition is its end: told in a box of its own.
fn gather_end(parts: &mut Vec<Part>) {
    let is_big = |part: &Part| matches!(part, Part::Box(_) | Part::Row(_) | Part::Fork { asks: true, .. });
    let Some(last) = parts.iter().rposition(is_big) else { return };
    let end = parts.split_off(last + 1);
    if end.is_empty() {
        return;
    }
    parts.push(Part::Box(Boxed {
        title: "Report".to_owned(),
        note: "Whatever happened before.".to_owned(),
        repeats: false,
        mark: None,
        when: Some("always"),
        body: end,
    }));
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
            if !plumbing.is_empty() {
                parts.extend(self.prepared(id, &std::mem::take(&mut plumbing)));
            }
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
        if !plumbing.is_empty() {
            parts.extend(self.prepared(id, &plumbing));
        }
        side_by_side(merged(parts))
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
            (Some(words), many) if container == ContainerId::ROOT && many.len() > 9 => {
                format!("{words} ({} steps)", many.len())
            }
            (_, many) if !said.is_empty() && many.len() < 6 => said.join(" "),
            (_, [first, .., last]) if steps.len() > 2 => {
                let (first, last) = (words::name(first.name), words::name(last.name));
                format!("Prepares {} values: {first} to {last}", steps.len())
            }
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
        Part::Fork {
            title: words::sentence(asks.name),
            asks: true,
            when: None,
            note: format!("{channel}{asked}{}", wait.unwrap_or_default()),
            sides: [
                ("YES, from somebody who was asked".to_owned(), yes),
                ("NO, another answer, or none in time".to_owned(), no),
            ],
        }
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
        let note = described(action);
        let title = || match self.labels.titles.get(action.name) {
            Some(title) => title.clone(),
            None => words::sentence(action.name),
        };
        let boxed = |title: String, note: &str, repeats: bool, body: Vec<Part>| {
            let mark = gravest(&body);
            Part::Box(Boxed { title, note: note.to_owned(), repeats, mark, when: when.words(), body })
        };
        let inside = |id: &ContainerId| self.container(*id);
        match action.kind.to_ascii_lowercase().as_str() {
            "foreach" | "until" => {
                let body = action.children.iter().flat_map(inside).collect();
                vec![boxed(title(), note.unwrap_or_default(), true, body)]
            }
            "scope" => {
                let body: Vec<Part> = action.children.iter().flat_map(inside).collect();
                match body.iter().all(is_short) {
                    true => body,
                    false => vec![boxed(title(), note.unwrap_or_default(), false, body)],
                }
            }
            "if" => self.choice(action, &title(), note, when),
            "switch" => {
                let mut body = Vec::new();
                for child in &action.children {
                    let name = match self.definition[*child].kind {
                        ContainerKind::Case(name) => words::name(name),
                        _ => "anything else".to_owned(),
                    };
                    body.push(boxed(format!("Case: {name}"), "", false, inside(child)));
                }
                vec![boxed(title(), note.unwrap_or_default(), false, body)]
            }
            "terminate" => vec![Part::Line { sign: Sign::Ends, text: self.ending(action) }],
            "appendtoarrayvariable" => vec![self.reported(action, when)],
            _ => vec![Part::Line { sign: self.sign(action, when), text: self.call(action, when) }],
        }
    }

    /// A condition: lines where its sides are short, else a box for the one side or a fork for both. Where all that is
    /// behind it is a question, the question says so itself.
    fn choice(&self, action: &Action<'_>, title: &str, note: Option<&str>, when: When) -> Vec<Part> {
        let (mut yes, no) = self.branches(action);
        let all_short = |parts: &[Part]| parts.iter().all(is_short);
        if !all_short(&no) {
            return vec![Part::Fork {
                title: title.to_owned(),
                asks: false,
                when: when.words(),
                note: note.unwrap_or_default().to_owned(),
                sides: [("IF SO".to_owned(), yes), ("OTHERWISE".to_owned(), no)],
            }];
        }
        let known = words::phase(action.name);
        let condition = note.or(known.as_ref().map(|(_, condition)| *condition)).unwrap_or_default();
        let phase = known.as_ref().map_or(title, |(phase, _)| phase);
        if let ([Part::Fork { title, asks: true, note, when: runs, .. }], []) =
            (yes.as_mut_slice(), no.as_slice())
        {
            *title = phase.to_owned();
            *runs = when.words();
            *note = format!("{condition} {note}");
            return yes;
        }
        if all_short(&yes) || words::is_check(action.name) {
            let question = note.map_or_else(|| format!("{title}?"), str::to_owned);
            let text = words::condition(action.name).map_or(question, str::to_owned);
            let check = Part::Line { sign: Sign::If, text };
            let otherwise = otherwise(no);
            return match all_short(&yes) {
                true => [vec![check], yes, otherwise].concat(),
                false => [vec![check], otherwise, yes].concat(),
            };
        }
        let mark = gravest(&yes);
        yes.extend(otherwise(no));
        let (title, note) = (phase.to_owned(), condition.to_owned());
        vec![Part::Box(Boxed { title, note, repeats: false, mark, when: when.words(), body: yes })]
    }

    /// A line added to the run's results.
    fn reported(&self, action: &Action<'_>, when: When) -> Part {
        let outcome = action.node.path(&["inputs", "value", "outcome"]);
        let outcome = outcome.and_then(|outcome| self.definition.literal(outcome));
        let outcome = outcome.map_or_else(|| words::outcome(action.name), str::to_owned);
        let how = if when == When::Failed { How::Failed } else { How::Done };
        Part::Report(vec![(how, outcome)])
    }

    fn sign(&self, action: &Action<'_>, when: When) -> Sign {
        match (self.mark(action), when) {
            (Some(mark), _) => Sign::Does(mark),
            (None, When::Failed) => Sign::No,
            (None, _) => Sign::Step,
        }
    }

    fn call(&self, action: &Action<'_>, when: When) -> String {
        let operations = self.called.get(&action.id).map_or(&[][..], Vec::as_slice);
        let title = match operations {
            [one] => one.title.clone(),
            [] => words::sentence(action.name),
            many => many.iter().map(|one| one.title.as_str()).collect::<Vec<_>>().join(", or "),
        };
        match when {
            When::Failed => format!("If that fails: {title}"),
            _ => title,
        }
    }

    fn ending(&self, action: &Action<'_>) -> String {
        let status = action.node.path(&["inputs", "runStatus"]).and_then(|status| status.as_str());
        format!("The run ends as {}", status.unwrap_or("set by an expression").to_lowercase())
    }
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
    matches!(part, Part::Line { .. } | Part::Report(_))
}

/// What the other side of a condition does, said in its lines.
fn otherwise(parts: Vec<Part>) -> Vec<Part> {
    let said = |part| match part {
        Part::Line { text, .. } => {
            Part::Line { sign: Sign::No, text: format!("Otherwise: {}", words::lowered(&text)) }
        }
        Part::Report(rows) => {
            Part::Report(rows.into_iter().map(|(_, outcome)| (How::Otherwise, outcome)).collect())
        }
        part => part,
    };
    parts.into_iter().map(said).collect()
}

/// Lines that only look something up become one, and so do lines of the results.
fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let reads = Sign::Does(Mark::Reads);
        match (merged.last_mut(), part) {
            (Some(Part::Line { sign, text }), Part::Line { sign: next, text: more })
                if *sign == reads && next == reads =>
            {
                text.push_str("; ");
                text.push_str(&words::lowered(&more));
            }
            (Some(Part::Report(rows)), Part::Report(more)) => rows.extend(more),
            (_, part) => merged.push(part),
        }
    }
    merged
}

/// Boxes that repeat and follow one another stand side by side.
fn side_by_side(parts: Vec<Part>) -> Vec<Part> {
    let mut told: Vec<Part> = Vec::new();
    for part in parts {
        match (told.last_mut(), part) {
            (Some(Part::Row(row)), Part::Box(one)) if one.repeats => row.push(one),
            (_, Part::Box(one)) if one.repeats => told.push(Part::Row(vec![one])),
            (_, part) => told.push(part),
        }
    }
    told
}

/// The gravest mark in some parts.
pub(super) fn gravest(parts: &[Part]) -> Option<Mark> {
    let of = |part: &Part| match part {
        Part::Line { sign: Sign::Does(mark), .. } => Some(*mark),
        Part::Line { .. } | Part::Report(_) => None,
        Part::Box(one) => one.mark,
        Part::Row(row) => row.iter().filter_map(|one| one.mark).max(),
        Part::Fork { sides, .. } => sides.iter().filter_map(|(_, parts)| gravest(parts)).max(),
    };
    parts.iter().filter_map(of).max()
}

/// Whether a mark is anywhere in some parts.
pub(super) fn has(parts: &[Part], mark: Mark) -> bool {
    parts.iter().any(|part| match part {
        Part::Line { sign, .. } => *sign == Sign::Does(mark),
        Part::Report(_) => false,
        Part::Box(one) => has(&one.body, mark),
        Part::Row(row) => row.iter().any(|one| has(&one.body, mark)),
        Part::Fork { asks, sides, .. } => {
            (*asks && mark == Mark::Asks) || sides.iter().any(|(_, parts)| has(parts, mark))
        }
    })
}
