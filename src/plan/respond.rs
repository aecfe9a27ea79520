//! The acting part: phases with their approval gates, and for each target look, decide, act, catch.

use serde_json::json;

use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::{names, prose, targets};
use crate::base::graph::{Status, Statuses};
use crate::ingest::EntityKind;
use crate::select::Phase;
use crate::select::pattern::{self, Argument, Pattern};

/// Name of the run's list of results.
pub(super) const RESULTS: &str = "results";

/// A chosen pattern with what planning needs of it.
pub(super) struct Use<'s> {
    pub pattern: &'s Pattern,
    pub stem: &'s str,
    pub gated: bool,
    pub proof: bool,
    /// The list that its targets are filtered from.
    pub found: Term,
}

/// The steps of one phase in the order in which they run: what needs nobody's word first, then the gate, then what needs
/// nobody's word but must come after something behind the gate.
pub(super) fn phase(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let gated: Vec<&Use<'_>> = uses.iter().copied().filter(|one| one.gated).collect();
    let waits = |one: &Use<'_>| gated.iter().any(|gate| one.pattern.after.contains(&gate.pattern.id));
    let (later, first): (Vec<&Use<'_>>, Vec<&Use<'_>>) =
        uses.iter().copied().filter(|one| !one.gated).partition(|one| waits(one));
    for one in first {
        steps.push(for_each(one)?);
    }
    if !gated.is_empty() {
        steps.push(gate(phase, &gated, timeout)?);
    }
    for one in later {
        steps.push(for_each(one)?);
    }
    Ok(steps)
}

/// Chains steps one after another, whatever the one before came to: a phase that failed has said so in the results.
pub(super) fn chain(steps: &mut [Step], first_after: &[(String, Statuses)]) {
    let started = Statuses::of([Status::Succeeded, Status::Failed, Status::TimedOut]);
    let mut after = first_after.to_vec();
    for step in steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), started)]);
    }
}

fn gate(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Step, String> {
    let name = |part: &str| names::join(phase.title(), part);
    let any_target =
        uses.iter().map(|one| Test::Empty(Term::Rows(names::join(one.stem, "targets"))).negated()).collect();
    let approval = step(
        name("approval"),
        Vec::new(),
        StepKind::Call {
            operation: "approval.request".to_owned(),
            arguments: vec![
                ("to".to_owned(), Value::Term(Term::Parameter("Approvers".into()))),
                ("subject".to_owned(), Value::Text(subject(phase)?)),
                ("body".to_owned(), Value::Text(question(phase, uses, timeout)?)),
            ],
            timeout: Some(timeout.to_owned()),
        },
    );
    let said_yes = Test::All(vec![
        Test::Equals(Term::StatusOf(approval.name.clone()), Term::text(Status::Succeeded.name())),
        Test::Equals(Term::Decision(approval.name.clone()), Term::text("Approve")),
    ]);
    let approved = Step {
        note: Some(
            "Goes on only if a person said yes. A timeout, a failure or any other answer does nothing."
                .into(),
        ),
        ..step(
            name("approved"),
            vec![(approval.name.clone(), Statuses::ANY)],
            StepKind::If {
                test: said_yes,
                then: look_again(phase, uses)?,
                otherwise: vec![not_approved(phase, &approval.name)],
            },
        )
    };
    Ok(step(
        name("needed"),
        Vec::new(),
        StepKind::If { test: Test::Any(any_target), then: vec![approval, approved], otherwise: Vec::new() },
    ))
}

/// After the approval the incident is read once more: people close incidents while a playbook waits.
fn look_again(phase: Phase, uses: &[&Use<'_>]) -> Result<Vec<Step>, String> {
    let name = |part: &str| names::join(phase.title(), part);
    let read = step(
        name("incident_now"),
        Vec::new(),
        StepKind::Call {
            operation: "incident.read".to_owned(),
            arguments: vec![("incident".to_owned(), Value::Term(Term::Incident(pattern::IncidentFact::Id)))],
            timeout: None,
        },
    );
    let mut loops = Vec::new();
    for one in uses {
        loops.push(for_each(one)?);
    }
    chain(&mut loops, &[]);
    let open = Test::All(vec![
        Test::Holds(Term::Closed(read.name.clone())).negated(),
        Test::Holds(Term::Stopped(Some(read.name.clone()))).negated(),
    ]);
    let closed = append(
        name("closed_meanwhile"),
        Vec::new(),
        result(
            phase.title(),
            Term::text("all targets"),
            "left alone",
            Term::text(
                "the incident was closed, merged or marked to be left alone while the playbook waited",
            ),
        ),
    );
    let unread = append(
        name("incident_unread"),
        vec![(read.name.clone(), Statuses::FAILED)],
        result(
            phase.title(),
            Term::text("all targets"),
            "failed",
            Term::text("the incident could not be read again after the approval; nothing was done"),
        ),
    );
    let still_open = step(
        name("still_open"),
        vec![(read.name.clone(), Statuses::SUCCEEDED)],
        StepKind::If { test: open, then: loops, otherwise: vec![closed] },
    );
    Ok(vec![read, still_open, unread])
}

fn not_approved(phase: Phase, approval: &str) -> Step {
    let answer =
        Term::Apply("coalesce", vec![Term::Decision(approval.to_owned()), Term::text("no answer in time")]);
    let detail = Term::Apply("concat", vec![Term::text("not approved: "), answer]);
    append(
        names::join(phase.title(), "not_approved"),
        Vec::new(),
        result(phase.title(), Term::text("all targets"), "not done", detail),
    )
}

fn subject(phase: Phase) -> Result<Text, String> {
    let data = json!({ "phase": phase.title() });
    prose::render(
        "{{phase}}: approval for incident {{hole \"incident.number\"}}, {{hole \"incident.title\"}}",
        &data,
        &incident_hole,
    )
}

/// What the approver reads: every action, its consequence and its targets by name.
fn question(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Text, String> {
    let mut text = prose::render(
        "Incident {{hole \"incident.number\"}}: {{hole \"incident.title\"}}\nSeverity: {{hole \"incident.severity\"}}\n{{hole \"incident.url\"}}\n\nThe response playbook asks to do this now ({{phase}}):\n",
        &json!({ "phase": phase.title() }),
        &incident_hole,
    )?;
    for (at, one) in uses.iter().enumerate() {
        let names = Term::Rows(names::join(one.stem, "names"));
        let ask = prose::render(&one.pattern.prose.ask, &json!({}), &incident_hole)?;
        let lead = format!("\n{}. {}. ", at + 1, one.pattern.title);
        text.segments.push(Segment::Plain(lead));
        text.segments.extend(ask.segments);
        text.segments.push(Segment::Plain("\nTargets: ".to_owned()));
        text.segments.push(Segment::Hole(Term::Apply("join", vec![names, Term::text(", ")])));
        text.segments.push(Segment::Plain("\n".to_owned()));
    }
    let close = prose::render(
        "\nApprove only if every target is right. Without an answer within {{timeout}} nothing is done.",
        &json!({ "timeout": timeout }),
        &incident_hole,
    )?;
    text.segments.extend(close.segments);
    Ok(text)
}

/// Resolves the holes that speak of the incident.
pub(super) fn incident_hole(path: &str) -> Option<Term> {
    use pattern::IncidentFact::{Id, Number, Severity, Title, Url};
    let fact = match path.strip_prefix("incident.")? {
        "id" => Id,
        "number" => Number,
        "title" => Title,
        "url" => Url,
        "severity" => Severity,
        _ => return None,
    };
    Some(Term::Incident(fact))
}

/// The loop over a pattern's targets. One after another: results are appended to one list.
fn for_each(one: &Use<'_>) -> Result<Step, String> {
    let name = |part: &str| names::join(one.stem, part);
    let context = Context::new(one);
    let mut body = Vec::new();
    let mut after = Vec::new();
    let mut reads = context.calls(&one.pattern.read)?;
    if !reads.is_empty() {
        succeed_in_turn(&mut reads);
        body.push(step(name("look"), Vec::new(), StepKind::Scope { body: reads }));
        let detail = Term::text("its state could not be read, so nothing was done");
        body.push(append(
            name("unread"),
            vec![(name("look"), Statuses::FAILED)],
            result(&one.pattern.title, context.label(), "failed", detail),
        ));
        after = vec![(name("look"), Statuses::SUCCEEDED)];
    }
    if let Some(proof) = one.pattern.proof.as_ref().filter(|_| one.proof) {
        let mut reads = context.calls(&proof.read)?;
        succeed_in_turn(&mut reads);
        body.push(unproved(one, &context, proof, &reads));
        body.push(step(name("prove"), after, StepKind::Scope { body: reads }));
        after = vec![(name("prove"), Statuses::SUCCEEDED)];
    }
    body.push(decide(one, &context, after)?);
    Ok(Step {
        pattern: Some(one.pattern.id.clone()),
        note: Some(short(&one.pattern.summary)),
        ..step(name("for_each"), Vec::new(), StepKind::ForEach { items: targets::capped(one.stem), body })
    })
}

/// A proof that is not there (404) is an answer: the target is left alone. A proof that could not be read for another
/// reason is a failure that somebody must see.
fn unproved(one: &Use<'_>, context: &Context<'_>, proof: &pattern::Proof, reads: &[Step]) -> Step {
    let code = status_code(reads);
    let absent = Test::Equals(code.clone(), Term::text("404")).term();
    let either = |yes: Term, no: Term| Term::Apply("if", vec![absent.clone(), yes, no]);
    let unreadable = Term::Apply(
        "concat",
        vec![Term::text("the proof could not be read, so nothing was done; status code "), code],
    );
    append(
        names::join(one.stem, "unproved"),
        vec![(names::join(one.stem, "prove"), Statuses::FAILED)],
        result_value(
            &one.pattern.title,
            context.label(),
            Value::Term(either(Term::text("left alone"), Term::text("failed"))),
            Value::Term(either(Term::text(proof.otherwise.clone()), unreadable)),
        ),
    )
}

/// The status code of the last of some calls that has one, as text.
fn status_code(calls: &[Step]) -> Term {
    let codes = calls
        .iter()
        .rev()
        .map(|call| Term::Apply("outputs", vec![Term::text(call.name.clone())]).get("statusCode"));
    Term::Apply("string", vec![Term::Apply("coalesce", codes.chain([Term::text("none")]).collect())])
}

fn decide(one: &Use<'_>, context: &Context<'_>, after: Vec<(String, Statuses)>) -> Result<Step, String> {
    let name = |part: &str| names::join(one.stem, part);
    let mut tests = Vec::new();
    let conditions = one.pattern.only_if.iter().map(|condition| (&condition.test, &condition.otherwise));
    let proof = one.pattern.proof.iter().filter(|_| one.proof).map(|proof| (&proof.test, &proof.otherwise));
    for (test, otherwise) in conditions.chain(proof) {
        tests.push((context.test(test)?, Term::text(otherwise.clone())));
    }
    let for_real = Test::Holds(Term::Parameter("DryRun".into())).negated();
    tests.push((for_real, Term::text("dry run: it would have been done")));
    let reason = tests.iter().rev().fold(Term::text("unknown"), |otherwise, (test, reason)| {
        Term::Apply("if", vec![test.clone().negated().term(), reason.clone(), otherwise])
    });
    let mut act = context.calls(&one.pattern.act)?;
    succeed_in_turn(&mut act);
    let failed = Term::Apply("concat", vec![Term::text("the call failed; status code "), status_code(&act)]);
    let done = prose::render(&one.pattern.prose.done, &json!({}), &|path| context.hole(path))?;
    let scope = step(name("act"), Vec::new(), StepKind::Scope { body: act });
    let then = vec![
        scope,
        append(
            name("done"),
            vec![(name("act"), Statuses::SUCCEEDED)],
            result_value(
                &one.pattern.title,
                context.label(),
                Value::Literal(json!("done")),
                Value::Text(done),
            ),
        ),
        append(
            name("failed"),
            vec![(name("act"), Statuses::FAILED)],
            result(&one.pattern.title, context.label(), "failed", failed),
        ),
    ];
    let left = append(
        name("left_alone"),
        Vec::new(),
        result(&one.pattern.title, context.label(), "left alone", reason),
    );
    let test = Test::All(tests.into_iter().map(|(test, _)| test).collect());
    Ok(step(name("allowed"), after, StepKind::If { test, then, otherwise: vec![left] }))
}

fn succeed_in_turn(steps: &mut [Step]) {
    let mut after = Vec::new();
    for step in steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), Statuses::SUCCEEDED)]);
    }
}

/// Turns a pattern's arguments and tests into terms, for the entity of its loop or for the incident.
pub(super) struct Context<'u> {
    pattern: &'u Pattern,
    stem: &'u str,
    report: Option<&'u str>,
}

impl<'u> Context<'u> {
    fn new(one: &'u Use<'_>) -> Self {
        Self { pattern: one.pattern, stem: one.stem, report: None }
    }

    /// The context of a pattern that acts on the incident itself, once the report is written.
    pub(super) fn of_incident(one: &'u Use<'_>, report: &'u str) -> Self {
        Self { report: Some(report), ..Self::new(one) }
    }

    fn entity(&self) -> Term {
        Term::Item(names::join(self.stem, "for_each"))
    }

    fn label(&self) -> Term {
        targets::label(self.pattern.entity.unwrap_or(EntityKind::Other), &self.entity())
    }

    /// The steps of some calls.
    pub(super) fn calls(&self, calls: &[pattern::Call]) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        for call in calls {
            let mut arguments = Vec::new();
            for (name, argument) in &call.with {
                arguments.push((name.clone(), self.value(argument)?));
            }
            let kind = StepKind::Call { operation: call.call.clone(), arguments, timeout: None };
            steps.push(Step {
                pattern: Some(self.pattern.id.clone()),
                ..step(names::join(self.stem, &call.id), Vec::new(), kind)
            });
        }
        Ok(steps)
    }

    fn value(&self, argument: &Argument) -> Result<Value, String> {
        Ok(match argument {
            Argument::Value(value) => Value::Literal(value.clone()),
            Argument::Prose(key) => {
                let template = self.pattern.prose.get(key);
                let template = template.ok_or_else(|| format!("{}: no prose `{key}`", self.pattern.id))?;
                let data = json!({});
                Value::Text(prose::render(template, &data, &|path| self.hole(path))?)
            }
            Argument::List(items) => {
                Value::List(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            Argument::Object(members) => {
                let mut object = Vec::new();
                for (key, member) in members {
                    object.push((key.clone(), self.value(member)?));
                }
                Value::Object(object)
            }
            other => Value::Term(self.term(other)?),
        })
    }

    fn term(&self, argument: &Argument) -> Result<Term, String> {
        Ok(match argument {
            Argument::Entity(field) => self.entity().get(field.name()),
            Argument::First(items) => {
                let terms = items.iter().map(|item| self.term(item)).collect::<Result<_, _>>()?;
                Term::Apply("coalesce", terms)
            }
            Argument::Answer(path) => {
                let (call, keys) = path.split_first().ok_or("an answer without a call")?;
                keys.iter()
                    .fold(Term::Answer(names::join(self.stem, call)), |term, key| term.get(key.clone()))
            }
            Argument::Incident(fact) => Term::Incident(*fact),
            Argument::Parameter(name) => Term::Parameter(name.clone()),
            Argument::Value(value) => match value {
                serde_json::Value::Bool(flag) => Term::Flag(*flag),
                serde_json::Value::Number(number) => number.as_i64().map_or(Term::Null, Term::Number),
                serde_json::Value::String(text) => Term::text(text.clone()),
                _ => Term::Null,
            },
            Argument::Days(days) => {
                let now = Term::Apply("utcNow", Vec::new());
                Term::Apply("addDays", vec![now, Term::Number(i64::from(*days))])
            }
            Argument::Filter(filter) => {
                let text = Term::Apply("string", vec![self.term(&filter.equals)?]);
                let quoted = Term::Apply("replace", vec![text, Term::text("'"), Term::text("''")]);
                let head = Term::text(format!("{} eq '", filter.field));
                Term::Apply("concat", vec![head, quoted, Term::text("'")])
            }
            Argument::Prose(_) | Argument::List(_) | Argument::Object(_) => {
                return Err(format!("{}: this argument cannot stand inside another", self.pattern.id));
            }
        })
    }

    fn test(&self, test: &pattern::Test) -> Result<Test, String> {
        use pattern::Test as Written;
        let all = |tests: &[Written]| tests.iter().map(|test| self.test(test)).collect::<Result<Vec<_>, _>>();
        Ok(match test {
            Written::Equals(a, b) => Test::Equals(self.term(a)?, self.term(b)?),
            Written::In(a, values) => {
                let term = self.term(a)?;
                let value = |value: &serde_json::Value| self.term(&Argument::Value(value.clone()));
                let tests = values.iter().map(|v| Ok(Test::Equals(term.clone(), value(v)?)));
                Test::Any(tests.collect::<Result<_, String>>()?)
            }
            Written::Present(a) => Test::Empty(self.term(a)?).negated(),
            Written::Not(test) => self.test(test)?.negated(),
            Written::All(tests) => Test::All(all(tests)?),
            Written::Any(tests) => Test::Any(all(tests)?),
        })
    }

    fn hole(&self, path: &str) -> Option<Term> {
        if let Some(term) = incident_hole(path) {
            return Some(term);
        }
        if path == "report" {
            let fallback = "The playbook could not write its report, because an earlier step failed. Its run history says which.";
            let written = self.report.map(|step| Term::Output(step.to_owned()));
            return written.map(|written| Term::Apply("coalesce", vec![written, Term::text(fallback)]));
        }
        let mut keys = path.split('.');
        match keys.next()? {
            "entity" => {
                let field = crate::ingest::Field::parse(keys.next()?)?;
                Some(self.entity().get(field.name()))
            }
            "answer" => {
                let call = names::join(self.stem, keys.next()?);
                Some(keys.fold(Term::Answer(call), |term, key| term.get(key)))
            }
            _ => None,
        }
    }
}

/// A step without note or pattern.
pub(super) fn step(name: String, after: Vec<(String, Statuses)>, kind: StepKind) -> Step {
    Step { name, after, note: None, pattern: None, kind }
}

/// A step that adds to the results.
pub(super) fn append(name: String, after: Vec<(String, Statuses)>, value: Value) -> Step {
    step(name, after, StepKind::Append { variable: RESULTS, value })
}

/// One line of the report.
pub(super) fn result(action: &str, target: Term, outcome: &str, detail: Term) -> Value {
    result_value(action, target, Value::Literal(json!(outcome)), Value::Term(detail))
}

fn result_value(action: &str, target: Term, outcome: Value, detail: Value) -> Value {
    Value::Object(vec![
        ("action".to_owned(), Value::Literal(json!(action))),
        ("target".to_owned(), Value::Term(target)),
        ("outcome".to_owned(), outcome),
        ("detail".to_owned(), detail),
    ])
}

/// A note within the service's limit of 256 characters.
fn short(text: &str) -> String {
    const MAX_NOTE: usize = 256;
    let text = text.trim();
    if text.chars().count() <= MAX_NOTE {
        return text.to_owned();
    }
    text.chars().take(MAX_NOTE - 1).chain(['…']).collect()
}
