//! What a condition is worth where nobody said yes: where an approval was refused, or gave no answer at all.
//!
//! In the condition the answer stands as a call (`body('Ask')?['SelectedOption']`). Here its place is taken by what it is then, and
//! what is left without anything unknown is computed like any constant. What cannot be computed says nothing.

use serde_json::{Value, json};

use super::condition;
use super::gate::{Answers, agrees};
use crate::check::context::reference;
use crate::data::connector::Decision;
use crate::expr::{self, Call, Expr, ExprKind};
use crate::workflow::{ActionId, calls};

/// How far an answer is followed from action to action.
const FAR: usize = 6;
/// The word of a refusal, and the member that says it, where the catalogue does not know the approval.
const REFUSED: (&str, &str) = ("Reject", "SelectedOption");

/// What an approval gives back that is no yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// An option that refuses.
    Refused(String),
    /// Nothing: it timed out, failed or was skipped.
    Nothing,
}

impl Answers<'_, '_> {
    /// Every reply that is no yes: what approvals here offer as a refusal, or else the usual word, and silence.
    pub(super) fn refusals(&self) -> Vec<Reply> {
        let offered = self.approvals.iter().flat_map(|id| self.options(*id));
        let mut words: Vec<&str> = offered.filter(|option| !agrees(option)).collect();
        if words.is_empty() {
            words.push(REFUSED.0);
        }
        let refused = words.into_iter().map(|word| Reply::Refused(word.to_owned()));
        refused.chain([Reply::Nothing]).collect()
    }

    /// The options that an approval offers, where they are written out.
    fn options(&self, id: ActionId) -> Vec<&str> {
        let inputs = self.definition[id].node.get("inputs");
        let given = inputs.and_then(|inputs| inputs.get("body").or_else(|| inputs.get("parameters")));
        let options = self.operations(id).iter().find_map(|operation| operation.parameter("options"));
        let written = given
            .zip(options)
            .and_then(|(given, options)| self.definition.literal(calls::argument(given, options)?));
        written.into_iter().flat_map(|written| written.split([',', ';'])).map(str::trim).collect()
    }

    /// Whether a test in an action holds after a reply; nothing where that cannot be told.
    pub(super) fn holds(&self, test: &Call, reply: &Reply, reader: ActionId) -> Option<bool> {
        let test = Expr::from(ExprKind::Call(Box::new(test.clone())));
        expr::check::constant(&self.put(&test, reply, reader, FAR)?).ok()??.as_bool()
    }

    /// An expression of an action with the reply in place of each answer; nothing where it fails.
    fn put(&self, expr: &Expr, reply: &Reply, reader: ActionId, far: usize) -> Option<Expr> {
        let Some(call) = expr.as_call() else { return Some(expr.clone()) };
        if let Some(reference) = reference(call)
            && let [id] = self.definition.named(reference.name)
        {
            return if self.approvals.contains(id) {
                self.answer(call, *id, reply, reader)
            } else {
                self.handed_on(call, *id, reply, far)
            };
        }
        if call.name.eq_ignore_ascii_case("variables") {
            let setter = call.args.first().and_then(Expr::as_str).and_then(|name| self.only_setter(name));
            return setter.map_or_else(|| Some(expr.clone()), |id| self.handed_on(call, id, reply, far));
        }
        let mut call = call.clone();
        for part in call.args.iter_mut().chain(call.access.iter_mut().map(|step| &mut step.key)) {
            *part = self.put(part, reply, reader, far)?;
        }
        Some(ExprKind::Call(Box::new(call)).into())
    }

    /// What is read of an approval. Where the reader runs only after an answer, there is no silence.
    fn answer(&self, call: &Call, id: ActionId, reply: &Reply, reader: ActionId) -> Option<Expr> {
        let unchanged = || ExprKind::Call(Box::new(call.clone())).into();
        if *reply == Reply::Nothing && self.before.succeeded(reader).any(|before| before == id) {
            return Some(unchanged());
        }
        let last = call.access.last().and_then(|step| step.key.as_str());
        let is_status = last.is_some_and(|last| last.eq_ignore_ascii_case("status"));
        let word = match reply {
            Reply::Nothing if is_status => return Some(Expr::str("TimedOut")),
            Reply::Nothing => return call.access.iter().all(|step| step.safe).then(Expr::null),
            Reply::Refused(_) if is_status => return Some(Expr::str("Succeeded")),
            Reply::Refused(word) => word,
        };
        let decision = self.decision(id);
        let field = decision.map_or(REFUSED.1, |decision| decision.field.as_str());
        let outer = |step: &str| ["body", "outputs"].iter().any(|name| name.eq_ignore_ascii_case(step));
        Some(match last {
            None => whole(field, word),
            Some(last) if outer(last) => whole(field, word),
            Some(last) if last.eq_ignore_ascii_case(field) || decision.is_none() => Expr::str(word),
            Some(_) => unchanged(),
        })
    }

    /// What is read of an action that hands a value on. After an approval that had to succeed it does not run in silence.
    fn handed_on(&self, call: &Call, id: ActionId, reply: &Reply, far: usize) -> Option<Expr> {
        let unchanged = || ExprKind::Call(Box::new(call.clone())).into();
        let action = &self.definition[id];
        let value = match () {
            () if action.is("Compose") => action.node.get("inputs"),
            () if action.is("ParseJson") => action.node.path(&["inputs", "content"]),
            () if action.is("SetVariable") => action.node.path(&["inputs", "value"]),
            () => None,
        };
        let Some(value) = value.filter(|value| value.as_str().is_some() && far > 0) else {
            return Some(unchanged());
        };
        let waits = || self.before.succeeded(id).any(|before| self.approvals.contains(&before));
        if *reply == Reply::Nothing && waits() {
            return call.access.iter().all(|step| step.safe).then(Expr::null);
        }
        let mut inner = condition::read(self.definition, value);
        match &mut inner.kind {
            ExprKind::Call(given) => given.access.extend(call.access.iter().cloned()),
            _ if call.access.is_empty() => {}
            _ => return Some(unchanged()),
        }
        self.put(&inner, reply, id, far - 1)
    }

    /// How an approval's answer is read, where the catalogue knows it.
    pub(super) fn decision(&self, id: ActionId) -> Option<&'static Decision> {
        self.operations(id).iter().find_map(|operation| operation.response.decision.as_ref())
    }
}

/// The whole of an answer.
fn whole(field: &str, word: &str) -> Expr {
    let body: Value = json!({ field: word });
    Expr::call("json", [Expr::str(body.to_string())])
}
