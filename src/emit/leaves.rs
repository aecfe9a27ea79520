//! The leaves of a playbook that differ between hosts, and the lowering of terms to expressions.

use std::collections::BTreeSet;

use super::fold;
use super::notes::Notes;
use super::trigger::{Source, Trigger};
use crate::data::connector::{self, Host, Operation, Refusal};
use crate::expr::Expr;
use crate::plan::ir::{IdSpace, Term};
use crate::select::pattern::IncidentFact;

/// Tag that makes every playbook leave an incident alone.
pub(super) const STOP_TAG: &str = "counterflow-stop";

/// How one host spells what a playbook means.
pub(super) struct Leaves<'p> {
    /// The host.
    pub host: Host,
    /// How the run began.
    pub trigger: Trigger,
    /// Expression name of a parameter.
    pub parameter: &'p dyn Fn(&str) -> String,
    /// Number parameters that the host keeps as text.
    pub numbers: &'p [&'p str],
    /// Where notes are kept.
    pub notes: &'p Notes,
    /// Steps that have surely succeeded wherever the step runs that is being written.
    pub succeeded: BTreeSet<String>,
}

impl Leaves<'_> {
    /// The operation that an id or alias means here. An alias about the incident follows whose incident it is: a Logic
    /// App that works on Defender's calls what a flow calls.
    pub(super) fn operation(&self, id: &str) -> Option<&'static Operation> {
        let of_incident = id.starts_with("incident.") && self.trigger.source() == Source::Graph;
        connector::resolve(id, if of_incident { Host::PowerAutomate } else { self.host })
    }

    /// The expression of a term.
    pub(super) fn expr(&self, term: &Term) -> Expr {
        match term {
            Term::Text(text) => Expr::str(text.clone()),
            Term::Number(number) => Expr::int(*number),
            Term::Flag(flag) => Expr::bool(*flag),
            Term::Null => Expr::null(),
            Term::Apply(function, arguments) => {
                fold::call(function, arguments.iter().map(|a| self.expr(a)).collect())
            }
            Term::Get(inner, keys) => keys.iter().fold(self.expr(inner), |expr, key| match key.parse() {
                Ok(position) => expr.at(Expr::int(position)),
                Err(_) => expr.get(key.clone()),
            }),
            Term::Rows(step) => call("body", vec![Expr::str(step.clone())]),
            Term::Answer(step) => self.answer(step),
            Term::Decision(step, asked) => {
                let decision =
                    self.operation(asked).and_then(|operation| operation.response.decision.as_ref());
                let field = decision.map_or("", |decision| &decision.field);
                // Plain, for whoever reads the gate: should the approval fail with a text as its body, the gate fails too
                // and stays shut.
                field
                    .split('/')
                    .fold(call("body", vec![Expr::str(step.clone())]), |answer, member| answer.get(member))
            }
            Term::Responder(step, asked) => self.responder(step, asked),
            Term::AnsweredBy(step, asked, list) => self.answered_by(step, asked, list),
            Term::StatusOf(step) => call("actions", vec![Expr::str(step.clone())]).get("status"),
            Term::AlreadySo(step, called) => {
                let refusals = self.operation(called).map(|one| &one.refusals[..]).unwrap_or_default();
                let mut seen: Vec<Expr> =
                    refusals.iter().filter(|one| one.already).map(|one| was_refused(step, one)).collect();
                match seen.len() {
                    0 => Expr::bool(false),
                    1 => seen.remove(0),
                    _ => call("or", seen),
                }
            }
            Term::Meaning(step, called, unknown) => {
                let refusals = self.operation(called).map(|one| &one.refusals[..]).unwrap_or_default();
                refusals.iter().rev().fold(self.expr(unknown), |otherwise, one| {
                    call("if", vec![was_refused(step, one), Expr::str(one.means.clone()), otherwise])
                })
            }
            Term::Output(step) => call("outputs", vec![Expr::str(step.clone())]),
            Term::Item(step) => call("items", vec![Expr::str(step.clone())]),
            Term::This => call("item", Vec::new()),
            Term::Variable(name) => call("variables", vec![Expr::str(*name)]),
            Term::Parameter(name) if self.numbers.contains(&name.as_str()) => {
                call("int", vec![self.read_parameter(name)])
            }
            Term::Parameter(name) => self.read_parameter(name),
            Term::LowerList(name) => self.lower_list(name),
            Term::Incident(fact) => self.incident(*fact),
            Term::Techniques => self.named("techniques", super::entities::TECHNIQUES),
            Term::Tactics => self.named("tactics", super::entities::CATEGORIES),
            Term::Stopped(step) => self.tagged(step.as_deref(), STOP_TAG),
            Term::Tagged(step, tag) => self.tagged(Some(step), tag),
            Term::Open(step) => self.open(step.as_deref()),
            Term::WithTag(step, tag) => self.with_tag(step, self.expr(tag)),
            Term::Merged => match self.trigger.source() {
                Source::Sentinel => Expr::bool(false),
                Source::Graph => super::entities::merged(),
            },
            Term::SameIncident(space, id) => {
                let this = match (self.trigger.source(), space) {
                    (Source::Sentinel, IdSpace::Sentinel) => self.seen(None).get("name"),
                    (Source::Sentinel, IdSpace::Defender) => {
                        self.seen(None).get("properties").get("providerIncidentId")
                    }
                    (Source::Graph, _) => self.incident(IncidentFact::Id),
                };
                let text = call("string", vec![call("coalesce", vec![this, Expr::str("")])]);
                call("equals", vec![call("toLower", vec![text]), call("toLower", vec![self.expr(id)])])
            }
            Term::Notes(step) => self.notes.list(step),
            Term::NotesComplete(step) => self.notes.is_complete(step),
            Term::NoteText(note) => self.notes.text(self.expr(note)),
            Term::NoteAuthor(note) => self.notes.author(self.expr(note)),
            Term::MainAuthor(own) => self.notes.main_author(own),
        }
    }

    /// The answer of a call; nothing unless it succeeded.
    fn answer(&self, step: &str) -> Expr {
        match self.succeeded.contains(step) {
            true => call("body", vec![Expr::str(step)]),
            false => answer(step),
        }
    }

    /// Whether the one who answered is on the list, where the host says who answered; elsewhere the question cannot be
    /// passed on, so it was one of those who were asked.
    fn answered_by(&self, step: &str, asked: &str, list: &Term) -> Expr {
        let decision = self.operation(asked).and_then(|operation| operation.response.decision.as_ref());
        match decision.and_then(|decision| decision.responder.as_ref()) {
            Some(field) => {
                let answer = call("body", vec![Expr::str(step)]);
                let who = field.split('/').fold(answer, |answer, member| answer.get(member));
                let who = call("coalesce", vec![who, Expr::str("(nobody)")]);
                call("contains", vec![self.expr(list), call("toLower", vec![who])])
            }
            None => Expr::bool(true),
        }
    }

    /// Who answered, as the answer says it.
    fn responder(&self, step: &str, asked: &str) -> Expr {
        let decision = self.operation(asked).and_then(|operation| operation.response.decision.as_ref());
        let field = decision
            .and_then(|decision| decision.responder.as_deref().or(decision.name.as_deref()))
            .unwrap_or_default();
        let member = |answer: Expr, member: &str| match member.parse() {
            Ok(position) => answer.at(Expr::int(position)),
            Err(_) => answer.get(member),
        };
        let who = field.split('/').fold(self.answer(step), member);
        call("coalesce", vec![who, Expr::str("somebody whom the answer does not name")])
    }

    fn read_parameter(&self, name: &str) -> Expr {
        call("parameters", vec![Expr::str((self.parameter)(name))])
    }

    /// Logic Apps have array parameters; an environment variable holds a text with semicolons.
    fn lower_list(&self, name: &str) -> Expr {
        let value = self.read_parameter(name);
        match self.host {
            Host::LogicApp => {
                let text = call("toLower", vec![call("string", vec![value])]);
                call("json", vec![text])
            }
            Host::PowerAutomate => {
                let text = call("toLower", vec![value]);
                let text = call("replace", vec![text, Expr::str(" "), Expr::str("")]);
                call("split", vec![text, Expr::str(";")])
            }
        }
    }

    /// A fact of the incident as the run began. It is kept in the outputs of `Read_incident`, whosever it is.
    fn incident(&self, fact: IncidentFact) -> Expr {
        let incident = || call("outputs", vec![Expr::str("Read_incident")]);
        let property = |name: &str| incident().get("properties").get(name);
        match (self.trigger.source(), fact) {
            (Source::Sentinel, IncidentFact::Id) => incident().get("id"),
            // Of an incident that was merged into another, the other's id; what the run was asked for is known even
            // where the incident could not be read.
            (Source::Graph, IncidentFact::Id | IncidentFact::Number) => {
                call("coalesce", vec![incident().get("id"), self.expr(&self.trigger.incident(self.host))])
            }
            (Source::Sentinel, IncidentFact::Number) => property("incidentNumber"),
            (Source::Sentinel, IncidentFact::Title) => property("title"),
            (Source::Sentinel, IncidentFact::Url) => property("incidentUrl"),
            (Source::Sentinel, IncidentFact::Severity) => property("severity"),
            (Source::Sentinel, IncidentFact::Created) => property("createdTimeUtc"),
            (Source::Graph, IncidentFact::Title) => incident().get("displayName"),
            (Source::Graph, IncidentFact::Url) => incident().get("incidentWebUrl"),
            (Source::Graph, IncidentFact::Severity) => incident().get("severity"),
            (Source::Graph, IncidentFact::Created) => incident().get("createdDateTime"),
        }
    }

    /// What the incident names of a kind, as text: Sentinel gathers it, Graph's alerts name it one by one.
    fn named(&self, property: &str, gathered: &str) -> Expr {
        let list = match self.trigger.source() {
            Source::Sentinel => self.seen(None).get("properties").get("additionalData").get(property),
            Source::Graph => call("body", vec![Expr::str(gathered)]),
        };
        call("string", vec![call("coalesce", vec![list, Expr::str("")])])
    }

    /// The incident that a step read, or the one that the run began with.
    fn seen(&self, step: Option<&str>) -> Expr {
        match step {
            Some(step) => self.answer(step),
            None => call("outputs", vec![Expr::str("Read_incident")]),
        }
    }

    fn tagged(&self, step: Option<&str>, tag: &str) -> Expr {
        let tags = match self.trigger.source() {
            Source::Sentinel => self.seen(step).get("properties").get("labels"),
            Source::Graph => self.seen(step).get("customTags"),
        };
        let text = call("string", vec![call("coalesce", vec![tags, Expr::str("")])]);
        let quoted = Expr::str(format!("\"{tag}\""));
        call("contains", vec![call("toLower", vec![text]), quoted])
    }

    /// Where the tags could not be read, the union fails and with it the call: better no tag than tags that are lost.
    fn with_tag(&self, step: &str, tag: Expr) -> Expr {
        match self.trigger.source() {
            Source::Sentinel => tag,
            Source::Graph => {
                // Never the tags of the run's beginning: what people added since would be lost.
                let tags = self.seen(Some(step)).get("customTags");
                call("union", vec![tags, call("createArray", vec![tag])])
            }
        }
    }

    fn open(&self, step: Option<&str>) -> Expr {
        let (status, words): (_, &[&str]) = match self.trigger.source() {
            Source::Sentinel => (self.seen(step).get("properties").get("status"), &["new", "active"]),
            Source::Graph => (self.seen(step).get("status"), &["active", "inprogress", "awaitingaction"]),
        };
        let status = call("toLower", vec![call("coalesce", vec![status, Expr::str("")])]);
        let is = |word: &&str| call("equals", vec![status.clone(), Expr::str(*word)]);
        call("or", words.iter().map(is).collect())
    }
}

/// The answer of a call, and nothing unless it succeeded: the body of a failure may be a text, and a member of a text
/// is an error however it is asked for.
pub(super) fn answer(step: &str) -> Expr {
    let status = call("actions", vec![Expr::str(step)]).get("status");
    let succeeded = call("equals", vec![status, Expr::str("Succeeded")]);
    call("if", vec![succeeded, call("body", vec![Expr::str(step)]), Expr::null()])
}

/// Whether a call ended with a certain refusal. Looked for in the text of the answer, whatever its form: a proxy on the
/// way answers with a page.
fn was_refused(step: &str, refusal: &Refusal) -> Expr {
    let part = |member: &str| {
        let whole = call("outputs", vec![Expr::str(step)]).get(member);
        call("string", vec![call("coalesce", vec![whole, Expr::str("")])])
    };
    let status = call("equals", vec![part("statusCode"), Expr::str(refusal.status.to_string())]);
    match &refusal.says {
        Some(says) => {
            call("and", vec![status, call("contains", vec![part("body"), Expr::str(says.clone())])])
        }
        None => status,
    }
}

/// A function call.
pub(super) fn call(function: &str, arguments: Vec<Expr>) -> Expr {
    Expr::call(function, arguments)
}
