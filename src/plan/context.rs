//! A pattern's arguments, tests and texts as terms: for the entity of its loop, or for the incident.

use serde_json::json;

use super::ir::{Step, StepKind, Term, Test, Value};
use super::state::{self, Kept};
use super::{names, prose, targets};
use crate::base::graph::Statuses;
use crate::data::connector::{self, Host};
use crate::ingest::{EntityKind, Field};
use crate::select::pattern::{self, Argument, Pattern};

/// Stands for a time that is missing: the first that the workflow language knows.
const EARLIEST: &str = "0001-01-01T00:00:00Z";

/// When a use of a pattern comes, beside another use of the same pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn<'s> {
    /// There is no other.
    Only,
    /// Without a question, for what was judged to be bad.
    AtOnce,
    /// Behind the question, for what was not.
    After {
        /// The stem of the use that came at once.
        at_once: &'s str,
        /// Whether it is done again to what it was done to at once.
        again: bool,
    },
}

/// A chosen pattern with what planning needs of it.
pub(super) struct Use<'s> {
    pub pattern: &'s Pattern,
    pub stem: &'s str,
    /// Whether it waits for the answer to a question.
    pub gated: bool,
    /// Whether the question may name the items of its targets.
    pub items: bool,
    pub turn: Turn<'s>,
    pub proof: bool,
    /// Whether a person ticks each target before it is acted on.
    pub ticked: bool,
    /// The list of the incident's entities that its targets are filtered from.
    pub found: Term,
    /// Whether they are filtered from the accounts too that a run finds by their security identifier.
    pub by_sid: bool,
    /// Indices of the entities that a one-shot playbook acts on.
    pub targets: Vec<usize>,
    /// What is written down of each success.
    pub kept: Kept<'s>,
}

/// Turns a pattern's arguments and tests into terms, for the entity of its loop or for the incident.
#[derive(Clone)]
pub(super) struct Context<'u> {
    one: &'u Use<'u>,
    /// Beginning of the names of its steps.
    stem: String,
    report: Option<&'u str>,
    /// The item that `each` speaks of, where it does.
    item: Option<Term>,
}

impl Use<'_> {
    /// The name of a step of the pattern.
    pub(super) fn name(&self, part: &str) -> String {
        names::join(self.stem, part)
    }

    /// The kind of what it acts on.
    pub(super) fn kind(&self) -> EntityKind {
        self.pattern.entity.unwrap_or(EntityKind::Other)
    }

    /// Whether it gives back what a record says, and its targets are records.
    pub(super) fn takes_back(&self) -> bool {
        matches!(self.kept, Kept::Undone { .. })
    }

    /// What people recognise a target by: an entity, or the record of an act.
    pub(super) fn label(&self, target: &Term) -> Term {
        match self.takes_back() {
            true => state::record_label(self.kind(), target),
            false => targets::label(self.kind(), target),
        }
    }
}

impl<'u> Context<'u> {
    pub(super) fn new(one: &'u Use<'u>) -> Self {
        Self { one, stem: one.stem.to_owned(), report: None, item: None }
    }

    /// The same context for the loop that reads in front of a gate: its steps have names of their own.
    pub(super) fn in_front(one: &'u Use<'u>) -> Self {
        Self { stem: one.name("survey"), ..Self::new(one) }
    }

    /// The same context for an item of the list that `each` walks.
    pub(super) fn with_item(&self, item: Term) -> Self {
        Self { item: Some(item), ..self.clone() }
    }

    /// The context of a pattern that acts on the incident itself, once the report is written.
    pub(super) fn of_incident(one: &'u Use<'u>, report: &'u str) -> Self {
        Self { report: Some(report), ..Self::new(one) }
    }

    /// The entity acted on, or what a record kept of it.
    pub(super) fn entity(&self) -> Term {
        match self.one.takes_back() {
            true => self.record().get("target"),
            false => self.record(),
        }
    }

    /// The item of the loop: in a rollback, the record.
    pub(super) fn record(&self) -> Term {
        Term::Item(self.name("for_each"))
    }

    /// The name of a step of its loop.
    pub(super) fn name(&self, part: &str) -> String {
        names::join(&self.stem, part)
    }

    /// What people recognise the target by.
    pub(super) fn label(&self) -> Term {
        self.one.label(&self.record())
    }

    /// What the pattern's reads answer of the identifiers of accounts and devices: of the target, or of the device that a
    /// file lies on.
    pub(super) fn identifiers_read(&self) -> Vec<(EntityKind, Vec<(Field, Term)>)> {
        /// Members of an answer by what they say; the first tells whether an answer is about the kind at all.
        const NAMED: &[(EntityKind, &[(&str, Field)])] = &[
            (
                EntityKind::Account,
                &[
                    ("userPrincipalName", Field::Upn),
                    ("id", Field::Id),
                    ("mail", Field::Upn),
                    ("onPremisesSamAccountName", Field::Name),
                    ("onPremisesSecurityIdentifier", Field::Sid),
                ],
            ),
            (
                EntityKind::Device,
                &[("computerDnsName", Field::Name), ("id", Field::Id), ("aadDeviceId", Field::EntraDeviceId)],
            ),
        ];
        let mut read = Vec::new();
        for call in &self.one.pattern.read {
            let Some(operation) = connector::resolve(&call.call, Host::LogicApp) else { continue };
            let fields = &operation.response.fields;
            let answer = Term::Answer(self.name(&call.id));
            for (kind, members) in NAMED.iter().filter(|(_, members)| fields.contains_key(members[0].0)) {
                let members = members.iter().filter(|(name, _)| fields.contains_key(*name));
                read.push((
                    *kind,
                    members.map(|(name, field)| (*field, answer.clone().get(*name))).collect(),
                ));
            }
        }
        read
    }

    /// The tags and the group that the pattern's reads answer of a device.
    pub(super) fn tags_read(&self) -> Option<Term> {
        let mut reads = self.one.pattern.read.iter();
        let tagged = |call: &&pattern::Call| {
            let operation = connector::resolve(&call.call, Host::LogicApp);
            operation.is_some_and(|operation| operation.response.fields.contains_key("machineTags"))
        };
        let answer = Term::Answer(self.name(&reads.find(tagged)?.id));
        let none = Term::Apply("json", vec![Term::text("[]")]);
        let tags = Term::Apply("coalesce", vec![answer.clone().get("machineTags"), none]);
        let group = Term::Apply("createArray", vec![answer.get("rbacGroupName")]);
        Some(Term::Apply("union", vec![tags, group]))
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
            let name = self.name(&call.id);
            let pattern = Some(self.one.pattern.id.clone());
            let made = Step { pattern, ..step(name.clone(), Vec::new(), kind) };
            steps.push(match &call.until {
                None => made,
                Some(until) => {
                    let kind = StepKind::Repeat {
                        body: vec![made],
                        until: self.test(&until.test)?,
                        seconds: until.seconds,
                        minutes: until.minutes,
                    };
                    step(names::join(&name, "until"), Vec::new(), kind)
                }
            });
        }
        Ok(steps)
    }

    pub(super) fn value(&self, argument: &Argument) -> Result<Value, String> {
        Ok(match argument {
            Argument::Value(value) => Value::Literal(value.clone()),
            Argument::Prose(key) => {
                let template = self.one.pattern.prose.get(key);
                let template =
                    template.ok_or_else(|| format!("{}: no prose `{key}`", self.one.pattern.id))?;
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

    pub(super) fn term(&self, argument: &Argument) -> Result<Term, String> {
        Ok(match argument {
            Argument::Entity(field) => self.entity().get(field.name()),
            Argument::First(items) => {
                let terms = items.iter().map(|item| self.term(item)).collect::<Result<Vec<_>, _>>()?;
                // By emptiness, not by null: exports have empty texts too.
                terms
                    .into_iter()
                    .rev()
                    .reduce(|otherwise, term| {
                        let empty = Term::Apply("empty", vec![term.clone()]);
                        Term::Apply("if", vec![empty, otherwise, term])
                    })
                    .unwrap_or(Term::Null)
            }
            Argument::Answer(path) => {
                let (call, keys) = path.split_first().ok_or("an answer without a call")?;
                keys.iter().fold(Term::Answer(self.name(call)), |term, key| term.get(key.clone()))
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
            Argument::Item(keys) => {
                let item = self
                    .item
                    .clone()
                    .ok_or_else(|| format!("{}: there is no item here", self.one.pattern.id))?;
                keys.iter().fold(item, |term, key| term.get(key.clone()))
            }
            Argument::Before(days) => {
                // A trigger that does not say when the incident was created leaves the run's own time.
                let now = Term::Apply("utcNow", Vec::new());
                let created =
                    Term::Apply("coalesce", vec![Term::Incident(pattern::IncidentFact::Created), now]);
                Term::Apply("addDays", vec![created, Term::Number(-i64::from(*days))])
            }
            Argument::Tags(tags) => {
                Term::WithTag(self.name(&tags.read), Box::new(Term::text(tags.add.clone())))
            }
            Argument::Stored(name) if self.one.takes_back() => self.record().get("stored").get(name.clone()),
            Argument::Stored(name) => {
                return Err(format!(
                    "{}: only a rollback knows what is stored as `{name}`",
                    self.one.pattern.id
                ));
            }
            Argument::Filter(filter) => {
                let text = Term::Apply("string", vec![self.term(&filter.equals)?]);
                let quoted = Term::Apply("replace", vec![text, Term::text("'"), Term::text("''")]);
                let head = Term::text(format!("{} eq '", filter.field));
                let tail = filter.and.as_ref().map_or_else(|| "'".to_owned(), |and| format!("' and ({and})"));
                Term::Apply("concat", vec![head, quoted, Term::text(tail)])
            }
            Argument::Prose(_) | Argument::List(_) | Argument::Object(_) => {
                return Err(format!("{}: this argument cannot stand inside another", self.one.pattern.id));
            }
        })
    }

    pub(super) fn test(&self, test: &pattern::Test) -> Result<Test, String> {
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
            Written::Contains(a, text) => {
                let value = targets::lower(self.term(a)?);
                Test::Contains(value, Term::text(text.to_lowercase()))
            }
            Written::Lists(list, text) => {
                let text = self.term(text)?;
                let written = Term::Apply("string", vec![self.term(list)?]);
                let quoted = Term::Apply("concat", vec![Term::text("\""), text.clone(), Term::text("\"")]);
                Test::All(vec![Test::Empty(text).negated(), Test::Contains(written, quoted)])
            }
            Written::Since(a, b) => {
                let ticks = |argument: &Argument| -> Result<Term, String> {
                    let there = Term::Apply("coalesce", vec![self.term(argument)?, Term::text(EARLIEST)]);
                    Ok(Term::Apply("ticks", vec![there]))
                };
                Test::Holds(Term::Apply("greaterOrEquals", vec![ticks(a)?, ticks(b)?]))
            }
            Written::Not(test) => self.test(test)?.negated(),
            Written::All(tests) => Test::All(all(tests)?),
            Written::Any(tests) => Test::Any(all(tests)?),
        })
    }

    pub(super) fn hole(&self, path: &str) -> Option<Term> {
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
                let field = Field::parse(keys.next()?)?;
                Some(self.entity().get(field.name()))
            }
            "answer" => {
                let call = self.name(keys.next()?);
                Some(keys.fold(Term::Answer(call), |term, key| term.get(key)))
            }
            "item" => Some(keys.fold(self.item.clone()?, |term, key| term.get(key))),
            _ => None,
        }
    }
}

/// Resolves the holes that speak of the incident.
pub(super) fn incident_hole(path: &str) -> Option<Term> {
    use pattern::IncidentFact::{Created, Id, Number, Severity, Title, Url};
    let fact = match path.strip_prefix("incident.")? {
        "id" => Id,
        "number" => Number,
        "title" => Title,
        "url" => Url,
        "severity" => Severity,
        "created" => Created,
        _ => return None,
    };
    Some(Term::Incident(fact))
}

/// A step without note or pattern.
pub(super) fn step(name: String, after: Vec<(String, Statuses)>, kind: StepKind) -> Step {
    Step { name, after, note: None, pattern: None, kind }
}
