//! What playbooks write down about what they did, and how a later run reads it.
//!
//! A note is a text on the incident or in a table: a mark, the record, then a sentence for people. The record travels in
//! base64 with characters that neither HTML nor Markdown takes for markup, so that it comes back as it was written. One
//! note for each target, written as soon as the target is done: a run that dies midway leaves what it did behind.
//!
//! A text counts as a note only where it begins with the mark. Names that an attacker chose stand in our own comments
//! too, but no comment of ours begins with one. Whoever may comment on an incident can write a text that looks like one
//! of ours; what is done about that is said at [`Trust`].

use serde_json::json;

use super::context::{Context, Use, step};
use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::{append, result, succeed_in_turn};
use super::{names, targets};
use crate::base::graph::{Status, Statuses};
use crate::ingest::{EntityKind, Field};
use crate::select::Pattern;
use crate::select::pattern::IncidentFact;

/// Name of the run's list of records.
const RECORDS: &str = "records";
/// Stands in front of a record, with the version of its form.
const RECORD: &str = "counterflow-record:1:";
/// Stands in front of the id of a record whose act was taken back.
const UNDONE: &str = "counterflow-undone:1:";
/// Ends both; no character of base64.
const END: &str = ":";
/// Name of the step that reads the notes.
pub(super) const READ: &str = "Read_notes";
/// Name of the list of acts of this playbook on this incident that nobody took back.
pub(super) const OPEN: &str = "Acts_not_taken_back";
/// Name of the list of what these acts were done to.
pub(super) const KNOWN: &str = "Known_targets";
/// Name of the list of these acts as lines for people.
pub(super) const LINES: &str = "Earlier_acts";
/// Name of the notes whose author is not the playbook's identity.
pub(super) const FOREIGN: &str = "Notes_of_others";
/// Longest name that a record keeps for people.
const LONGEST_LABEL: i64 = 200;
/// Name of the marks of what was taken back, as they are after the wait for the answer to a question.
pub(super) fn marks_now(question: &str) -> String {
    names::join(question, "marks_after_the_wait")
}

/// What is written down of each success.
#[derive(Clone, Copy)]
pub(super) enum Kept<'s> {
    /// Nothing.
    Nothing,
    /// What the playbook of that name did, with what the pattern that takes it back must know.
    Done {
        /// The playbook.
        playbook: &'s str,
        /// The pattern that takes it back.
        inverse: Option<&'s Pattern>,
    },
    /// That the act was taken back.
    Undone {
        /// The marks of what was taken back, as they are when it is done.
        marks: &'s str,
    },
}

/// Whose notes count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Anybody's. A forged note can only make a playbook leave a target alone, and the report names its run.
    Anybody,
    /// Those of the main playbook's identity, and of the run's own where an act was taken back: a forged note must give
    /// nothing back that the playbook did not take.
    Ourselves {
        /// The list whose first item is a note that this run wrote itself.
        own: &'static str,
    },
}

/// The steps that read the notes and keep what this playbook did on this incident and nobody took back, in order.
///
/// A note that cannot be read is reported and does not stop the run: otherwise anybody who may comment could stop it.
/// `in_parts` says that the service may give only a part of them.
pub(super) fn read(playbook: &str, trust: Trust, in_parts: bool) -> Vec<Step> {
    const MARKED: &str = "Notes_with_a_record";
    const MARKS: &str = "Marks_of_what_was_taken_back";
    let notes = || Term::Notes(READ.into());
    let filter = |name: &str, from: Term, tests: Vec<Test>| {
        step(name.into(), Vec::new(), StepKind::Filter { from, test: Test::All(tests) })
    };
    let mut steps = vec![
        step("Declare_records".into(), Vec::new(), StepKind::Declare { variable: RECORDS }),
        step(READ.into(), Vec::new(), StepKind::ReadNotes),
    ];
    steps.extend(in_parts.then(whole));
    let mut of_acts = vec![marked(RECORD)];
    if let Trust::Ourselves { own } = trust {
        let foreign = vec![marked(RECORD), by_main(own).negated()];
        steps.push(filter(FOREIGN, notes(), foreign));
        of_acts.push(by_main(own));
    }
    let id = Term::Apply("string", vec![there(Term::This.get("id"))]);
    let mine = vec![
        Test::Equals(Term::This.get("playbook"), Term::text(playbook)),
        // A record of the incident that was merged into this one names that one.
        Test::Any(vec![
            Test::Equals(targets::lower(Term::This.get("incident")), targets::lower(incident())),
            Test::Holds(Term::Merged),
        ]),
        was_undone(MARKS, id).negated(),
    ];
    steps.extend([filter(MARKED, notes(), of_acts), keep_each(MARKED)]);
    steps.extend(marks("Notes_of_what_was_taken_back", MARKS, READ, trust));
    steps.extend([filter(OPEN, Term::Variable(RECORDS), mine)]);
    steps
}

/// The steps that read, after the wait for an answer, what was taken back meanwhile; the first reads, the last makes
/// [`marks_now`].
pub(super) fn read_again(trust: Trust, question: &str) -> Vec<Step> {
    let read = names::join(question, "notes_read_again");
    let notes = names::join(question, "notes_after_the_wait");
    let mut steps = vec![step(read.clone(), Vec::new(), StepKind::ReadNotes)];
    steps.extend(marks(&notes, &marks_now(question), &read, trust));
    succeed_in_turn(&mut steps);
    steps
}

/// The steps that list the ids of the records that were taken back, under the second name.
fn marks(notes: &str, ids: &str, read: &str, trust: Trust) -> [Step; 2] {
    let mut tests = vec![marked(UNDONE)];
    if let Trust::Ourselves { own } = trust {
        let first = Term::Apply("first", vec![Term::Rows(own.into())]);
        tests.push(Test::Any(vec![by_main(own), Test::Equals(author(Term::This), author(first))]));
    }
    let from = Term::Notes(read.to_owned());
    let id = marked_part(Term::NoteText(Box::new(Term::This)), UNDONE);
    [
        step(notes.into(), Vec::new(), StepKind::Filter { from, test: Test::All(tests) }),
        step(ids.into(), Vec::new(), StepKind::Map { from: Term::Rows(notes.into()), to: Value::Term(id) }),
    ]
}

/// Whether a text begins with a mark. Sentinel may put a paragraph around what it is given.
fn marked(mark: &str) -> Test {
    let text = Term::NoteText(Box::new(Term::This));
    let bare = Term::Apply("replace", vec![text, Term::text("<p>"), Term::text("")]);
    Test::Holds(Term::Apply("startsWith", vec![Term::Apply("trim", vec![bare]), Term::text(mark)]))
}

/// What stands between the first such mark of a text and the end of that mark.
fn marked_part(text: Term, mark: &str) -> Term {
    let rest = Term::Apply("split", vec![text, Term::text(mark)]).get("1");
    Term::Apply("first", vec![Term::Apply("split", vec![there(rest), Term::text(END)])])
}

/// Whether a note is the main playbook's.
fn by_main(own: &str) -> Test {
    Test::Equals(author(Term::This), Term::MainAuthor(own.to_owned()))
}

/// The steps that make lists of the acts for the main playbook: keys to compare with, lines for the report.
pub(super) fn lists() -> [Step; 2] {
    let map = |name: &str, to: Value| {
        step(name.into(), Vec::new(), StepKind::Map { from: Term::Rows(OPEN.into()), to })
    };
    let field = |name: &str| Segment::Hole(Term::This.get(name));
    let plain = |text: &str| Segment::Plain(text.to_owned());
    let line = vec![field("title"), plain(": "), field("label"), plain(" (run "), field("run"), plain(")")];
    [map(KNOWN, Value::Term(Term::This.get("keys"))), map(LINES, Value::Text(Text { segments: line }))]
}

/// Whether a list of ids has that of a record.
pub(super) fn was_undone(ids: &str, id: Term) -> Test {
    Test::Contains(Term::Rows(ids.into()), id)
}

/// Ends the run where the service gave only a part of the notes: what is not seen may have been done.
fn whole() -> Step {
    const SAID: &str = "Say_that_notes_are_incomplete";
    let message = "There are more notes about this incident than can be read at once; nothing was touched.";
    let text = Text { segments: vec![Segment::Plain(message.to_owned())] };
    let arguments =
        vec![("incident".to_owned(), Value::Term(incident())), ("comment".to_owned(), Value::Text(text))];
    let operation = "incident.comment".to_owned();
    let said = step(SAID.into(), Vec::new(), StepKind::Call { operation, arguments, timeout: None });
    let end = step(
        "Notes_incomplete".into(),
        vec![(said.name.clone(), Statuses::ANY)],
        StepKind::Fail { code: "NotesIncomplete", message: Value::Literal(json!(message)) },
    );
    let test = Test::Holds(Term::NotesComplete(READ.into())).negated();
    step(
        "Stop_if_notes_are_incomplete".into(),
        Vec::new(),
        StepKind::If { test, then: vec![said, end], otherwise: Vec::new() },
    )
}

/// The loop that reads each record.
fn keep_each(marked: &str) -> Step {
    const EACH: &str = "Each_note";
    const READ_ONE: &str = "Record_of_the_note";
    const KEEP: &str = "Keep_record";
    let note = Term::NoteText(Box::new(Term::Item(EACH.into())));
    let record = Term::Apply("json", vec![unpacked(marked_part(note, RECORD))]);
    let output = || Term::Output(READ_ONE.into());
    // A record that is no object, or whose members are no texts, fails here and not in a list where it would stop the run.
    let text =
        |name: &str| (name.to_owned(), Value::Term(Term::Apply("string", vec![there(output().get(name))])));
    let part = |name: &str| (name.to_owned(), Value::Term(output().get(name)));
    let members = ["id", "playbook", "incident", "run", "pattern", "title", "label", "keys"];
    let kept = members.into_iter().map(text).chain(["target", "stored"].into_iter().map(part)).collect();
    let unreadable = Term::text("a note with the mark of a record cannot be read; it was ignored");
    let body = vec![
        step(READ_ONE.into(), Vec::new(), StepKind::Compose(Value::Term(record))),
        step(
            KEEP.into(),
            vec![(READ_ONE.into(), Statuses::SUCCEEDED)],
            StepKind::Append { variable: RECORDS, value: Value::Object(kept) },
        ),
        append(
            "Record_unreadable".into(),
            vec![(KEEP.into(), Statuses::of([Status::Failed, Status::Skipped]))],
            result("Notes", Term::text("a note on the incident"), "left alone", unreadable),
        ),
    ];
    step(EACH.into(), Vec::new(), StepKind::ForEach { items: Term::Rows(marked.into()), body })
}

/// The steps that write an act down, one after another, the first after the named step if there is one; none where nothing is
/// written down. The last of them has the name [`written`].
pub(super) fn keep(
    one: &Use<'_>,
    context: &Context<'_>,
    after: Option<&str>,
    label: &Term,
) -> Result<Vec<Step>, String> {
    let (record, text) = match one.kept {
        Kept::Nothing => return Ok(Vec::new()),
        Kept::Done { playbook, inverse } => {
            let record = StepKind::Compose(done_record(one, context, playbook, inverse, label)?);
            let record = step(one.name("record"), Vec::new(), record);
            let text = done_note(one, playbook, &record.name, label);
            (Some(record), text)
        }
        Kept::Undone { .. } => (None, undone_note(one, context, label)),
    };
    let write = Step {
        note: Some("Written down for every target at once, so that a run that dies leaves it behind.".into()),
        ..step(written(one), Vec::new(), StepKind::WriteNote { text: Value::Text(text) })
    };
    let mut steps: Vec<Step> = record.into_iter().chain([write]).collect();
    succeed_in_turn(&mut steps);
    steps[0].after = after.map(|after| (after.to_owned(), Statuses::SUCCEEDED)).into_iter().collect();
    Ok(steps)
}

/// The name of the step that writes an act down.
pub(super) fn written(one: &Use<'_>) -> String {
    one.name("written")
}

/// What it means that an act could not be written down; none where nothing is. That is a failure which somebody must see.
pub(super) fn lost(one: &Use<'_>) -> Option<&'static str> {
    match one.kept {
        Kept::Nothing => None,
        Kept::Done { inverse: None, .. } => Some("done, but not written down: a further run may do it again"),
        Kept::Done { .. } => Some("done, but not written down: no rollback knows of it, so undo it by hand"),
        Kept::Undone { .. } => {
            Some("taken back, but not written down: the next rollback will offer it again")
        }
    }
}

fn done_record(
    one: &Use<'_>,
    context: &Context<'_>,
    playbook: &str,
    inverse: Option<&Pattern>,
    label: &Term,
) -> Result<Value, String> {
    let text = |name: &str, text: &str| (name.to_owned(), Value::Literal(json!(text)));
    let term = |name: &str, term: Term| (name.to_owned(), Value::Term(term));
    let mut target = Vec::new();
    for field in inverse.map(targets::fields).unwrap_or_default() {
        // What the pattern stores under the name of a field is what the service calls the target.
        let value = match one.pattern.store.get(field.name()) {
            Some(argument) => context.term(argument)?,
            None => of_target(inverse, field, context.entity().get(field.name())),
        };
        target.push((field.name().to_owned(), Value::Term(value)));
    }
    let mut stored = Vec::new();
    for (name, argument) in &one.pattern.store {
        stored.push((name.clone(), context.value(argument)?));
    }
    Ok(Value::Object(vec![
        term("id", Term::Apply("guid", Vec::new())),
        text("playbook", playbook),
        term("incident", incident()),
        term("run", run()),
        text("pattern", &one.pattern.id),
        text("title", &one.pattern.title),
        term("label", short(label.clone())),
        term("time", Term::Apply("utcNow", Vec::new())),
        term("keys", keys(one.pattern, &context.entity())),
        ("target".to_owned(), Value::Object(target)),
        ("stored".to_owned(), Value::Object(stored)),
    ]))
}

/// A fact of the target for a record: whole where a call needs it, shortened where it is for people only.
fn of_target(inverse: Option<&Pattern>, field: Field, value: Term) -> Term {
    let needed =
        inverse.is_some_and(|inverse| inverse.needs.contains(&field) || inverse.needs_any.contains(&field));
    let for_people = [Field::Subject, Field::DisplayName].contains(&field);
    if for_people && !needed { short(value) } else { value }
}

fn short(text: Term) -> Term {
    shortened(text, LONGEST_LABEL)
}

/// At most so many characters of a value as text.
pub(super) fn shortened(value: Term, longest: i64) -> Term {
    let text = Term::Apply("string", vec![there(value)]);
    Term::Apply("take", vec![text, Term::Number(longest)])
}

fn done_note(one: &Use<'_>, playbook: &str, record: &str, label: &Term) -> Text {
    let plain = |text: String| Segment::Plain(text);
    Text {
        segments: vec![
            plain(RECORD.to_owned()),
            Segment::Hole(packed(Term::Output(record.to_owned()))),
            plain(format!("{END}\n{}: ", one.pattern.title)),
            Segment::Hole(short(label.clone())),
            plain(" - done by ".to_owned()),
            Segment::Data(playbook.to_owned()),
            plain(", run ".to_owned()),
            Segment::Hole(run()),
            plain(". The line above is for the rollback playbook: leave it as it is.".to_owned()),
        ],
    }
}

fn undone_note(one: &Use<'_>, context: &Context<'_>, label: &Term) -> Text {
    Text {
        segments: vec![
            Segment::Plain(UNDONE.to_owned()),
            Segment::Hole(context.record().get("id")),
            Segment::Plain(format!("{END}\n{}: ", one.pattern.title)),
            Segment::Hole(short(label.clone())),
            Segment::Plain(" - taken back by run ".to_owned()),
            Segment::Hole(run()),
            Segment::Plain(". The line above is for the playbooks: leave it as it is.".to_owned()),
        ],
    }
}

/// The name of the run.
pub(super) fn run() -> Term {
    Term::Apply("workflow", Vec::new()).get("run").get("name")
}

/// Who wrote a note.
fn author(note: Term) -> Term {
    Term::NoteAuthor(Box::new(note))
}

fn incident() -> Term {
    Term::Incident(IncidentFact::Id)
}

fn there(term: Term) -> Term {
    Term::Apply("coalesce", vec![term, Term::text("")])
}

/// Pairs of a character of base64 and the one that stands for it in a note.
const SAFE: &[(&str, &str)] = &[("+", "-"), ("/", "_"), ("=", ".")];

/// A value as text that no reader takes for markup.
fn packed(value: Term) -> Term {
    let text = Term::Apply("base64", vec![Term::Apply("string", vec![value])]);
    SAFE.iter()
        .fold(text, |text, (from, to)| Term::Apply("replace", vec![text, Term::text(*from), Term::text(*to)]))
}

/// The opposite of [`packed`], as JSON text.
fn unpacked(text: Term) -> Term {
    let text = SAFE.iter().fold(text, |text, (to, from)| {
        Term::Apply("replace", vec![text, Term::text(*from), Term::text(*to)])
    });
    Term::Apply("base64ToString", vec![text])
}

/// Sets of fields of which each alone tells a target of the pattern apart.
fn identities(pattern: &Pattern) -> Vec<Vec<Field>> {
    if pattern.needs_any.is_empty() {
        return vec![pattern.needs.clone()];
    }
    let with = |field: &Field| pattern.needs.iter().copied().chain([*field]).collect();
    pattern.needs_any.iter().map(with).collect()
}

/// One key of a target, and the condition that it has it. Values stand in base64, which has neither of the separators, so
/// that no name can look like another's key.
fn key(pattern: &Pattern, fields: &[Field], entity: &Term) -> (Test, Term) {
    let value = |field: &Field| targets::lower(entity.clone().get(field.name()));
    let mut parts = vec![Term::text(format!(";{}", pattern.id))];
    for field in fields {
        parts.push(Term::text(format!(":{}=", field.name())));
        parts.push(Term::Apply("base64", vec![value(field)]));
    }
    parts.push(Term::text(";"));
    let has = Test::All(fields.iter().map(|field| Test::Empty(value(field)).negated()).collect());
    (has, Term::Apply("concat", parts))
}

/// Every key that a target has, as one text.
fn keys(pattern: &Pattern, entity: &Term) -> Term {
    let each = identities(pattern).into_iter().map(|fields| {
        let (has, key) = key(pattern, &fields, entity);
        Term::Apply("if", vec![has.term(), key, Term::text("")])
    });
    let mut each: Vec<Term> = each.collect();
    if each.len() == 1 { each.remove(0) } else { Term::Apply("concat", each) }
}

/// That no earlier run has done it to the target and left it so, unless the deployment wants it done again.
pub(super) fn is_new(pattern: &Pattern, entity: &Term) -> Test {
    let known = || Term::Apply("join", vec![Term::Rows(KNOWN.into()), Term::text("")]);
    let each = identities(pattern).into_iter().map(|fields| {
        let (has, key) = key(pattern, &fields, entity);
        Test::All(vec![has, Test::Contains(known(), key)])
    });
    Test::Any(vec![Test::Holds(Term::Parameter("Repeat".into())), Test::Any(each.collect()).negated()])
}

/// What people recognise the target of a record by.
pub(super) fn record_label(kind: EntityKind, record: &Term) -> Term {
    // The label was made when the target was; the kind decides how an address is shown.
    let label = there(record.clone().get("label"));
    match kind {
        EntityKind::Url => Term::Apply("replace", vec![label, Term::text("://"), Term::text("[:]//")]),
        _ => label,
    }
}
