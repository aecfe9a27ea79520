//! The playbook as the compiler sees it: typed, and the same for every target.
//!
//! Three kinds of value never mix: a [`Value::Literal`] is data and can never become an expression, a [`Term`] is an
//! expression tree, and a [`Text`] is prose with typed holes, each encoded at run time for the place it goes to. What
//! differs between hosts (how the incident is read, how a call travels) is a leaf that the emitter resolves.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::base::graph::Statuses;
use crate::ingest::{EntityKind, Field};
use crate::select::pattern::IncidentFact;
use crate::select::{Mode, Pattern};

/// Everything that is planned for one selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What responds.
    pub main: Playbook,
    /// What takes the response back; none where nothing chosen can be taken back.
    pub rollback: Option<Playbook>,
}

impl Plan {
    /// The playbooks, the main one first.
    pub fn playbooks(&self) -> impl Iterator<Item = &Playbook> {
        std::iter::once(&self.main).chain(&self.rollback)
    }
}

/// What a playbook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It responds to an incident.
    Main,
    /// It takes back what the main playbook did.
    Rollback,
}

/// A playbook: parameters, then steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// What it is for.
    pub role: Role,
    /// Name for people and resources, such as `Respond-to-phishing`.
    pub name: String,
    /// One sentence; at most 256 characters.
    pub description: String,
    /// Where its entities come from.
    pub mode: Mode,
    /// What incidents it is for; none: any.
    pub like: Option<Like>,
    /// What differs between deployments.
    pub parameters: Vec<Parameter>,
    /// The loops whose acts contain without a question, because the profile allows it.
    pub unasked: Vec<String>,
    /// The steps of the outermost container.
    pub steps: Vec<Step>,
}

/// What the incidents say that reach a playbook: that differs between the products that hold them, and a playbook does not
/// look for what it is never told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// Kinds of entities that they name, and the facts that they may give of each.
    pub kinds: Vec<(EntityKind, Vec<Field>)>,
    /// Whether they say what the product thinks of each entity.
    pub verdicts: bool,
    /// Whose ids they go by.
    pub ids: IdSpace,
}

impl Says {
    /// Whether they name entities of a kind.
    pub fn names(&self, kind: EntityKind) -> bool {
        self.kinds.iter().any(|(known, _)| *known == kind)
    }

    /// What a pattern needs of an entity and they never give, of a kind that they name.
    pub fn lacking(&self, pattern: &Pattern) -> Vec<Field> {
        let kind = self.kinds.iter().find(|(known, _)| Some(*known) == pattern.entity);
        let Some((_, given)) = kind else { return Vec::new() };
        let never = |field: &&Field| !given.contains(field);
        let one_of =
            if pattern.needs_any.iter().all(|field| never(&field)) { &pattern.needs_any[..] } else { &[] };
        pattern.needs.iter().filter(never).chain(one_of).copied().collect()
    }
}

/// What incidents a reusable playbook is for, as they name it: one name of either list is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Families of techniques, such as `T1566`.
    pub techniques: BTreeSet<String>,
    /// Tactics and categories in small letters, without blanks, hyphens and underscores.
    pub tactics: BTreeSet<String>,
}

/// A value that a deployment sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name, as expressions use it.
    pub name: &'static str,
    /// Its type.
    pub kind: ParameterKind,
    /// The value unless a deployment says otherwise; none: a deployment must say.
    pub default: Option<Json>,
    /// What it is for.
    pub doc: &'static str,
}

/// Types of parameters and variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text.
    Text,
    /// A secret; never printed, never in an output.
    Secret,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A list.
    List,
}

/// One action. Names are unique in the whole playbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The action's name.
    pub name: String,
    /// Steps of the same container that must have ended, and how.
    pub after: Vec<(String, Statuses)>,
    /// A sentence for whoever reads the workflow; at most 256 characters.
    pub note: Option<String>,
    /// The pattern it belongs to.
    pub pattern: Option<String>,
    /// What it does.
    pub kind: StepKind,
}

/// Which entities are collected. Where incidents say nothing of verdicts and roles, all are wanted and none is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All, by one name of each as a text in small letters: not to act on, but to know. What has no such name gives an
    /// empty text.
    Names,
    /// Those that may be acted on: not what the product calls harmless or dealt with, nor what only stood by.
    Open,
    /// Of these, those that the product judged to be malicious or suspicious.
    Suspicious,
    /// Those that only stood by.
    Context,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Makes the facts of the incident readable, and where they are wanted its entities. Hosts whose trigger brings them
    /// need no call.
    ReadIncident {
        /// Whether a later step waits for entities or collects them.
        entities: bool,
    },
    /// Waits, for a bounded time, until the incident names entities of these kinds.
    Await {
        /// The kinds.
        kinds: Vec<EntityKind>,
    },
    /// Collects the entities of one kind, deduplicated, as objects of the given fields.
    Collect {
        /// The kind.
        kind: EntityKind,
        /// The fields wanted.
        fields: Vec<Field>,
        /// Which of them.
        which: Which,
    },
    /// Calls an operation of the catalogue, or an alias.
    Call {
        /// Operation or alias.
        operation: String,
        /// Arguments by name.
        arguments: Vec<(String, Value)>,
        /// How long it may take, as an ISO 8601 duration: for those that wait for a person.
        timeout: Option<String>,
    },
    /// Branches.
    If {
        /// The condition.
        test: Test,
        /// Where it holds.
        then: Vec<Step>,
        /// Where it does not.
        otherwise: Vec<Step>,
    },
    /// Runs for each item, one after the other.
    ForEach {
        /// A list.
        items: Term,
        /// What runs.
        body: Vec<Step>,
    },
    /// Repeats steps with a pause before each round, until the test holds or the time is over. That the time is over is no
    /// failure.
    Repeat {
        /// What runs.
        body: Vec<Step>,
        /// What ends it.
        until: Test,
        /// Seconds before each round.
        seconds: u16,
        /// Minutes after which it is given up.
        minutes: u16,
    },
    /// Groups steps, so that later ones can run after the group's status.
    Scope {
        /// What runs.
        body: Vec<Step>,
    },
    /// Keeps the items for which the test holds; inside, [`Term::This`] is the item.
    Filter {
        /// A list.
        from: Term,
        /// The condition.
        test: Test,
    },
    /// Makes a value of each item; inside, [`Term::This`] is the item.
    Map {
        /// A list.
        from: Term,
        /// The value.
        to: Value,
    },
    /// Names a value.
    Compose(Value),
    /// Names an adaptive card, or a part of one for each item of a list. Its texts stand where a card reads no Markdown:
    /// in text runs and titles of choices.
    Card {
        /// The list; inside, [`Term::This`] is the item.
        of: Option<Term>,
        /// The card.
        card: Value,
    },
    /// Declares the run's variable; only in the outermost container.
    Declare {
        /// Its name.
        variable: &'static str,
    },
    /// Appends to a declared list.
    Append {
        /// Its name.
        variable: &'static str,
        /// What is appended.
        value: Value,
    },
    /// Reads what playbooks have written down about the incident.
    ReadNotes,
    /// Writes something down about the incident, where later runs read it.
    WriteNote {
        /// What.
        text: Value,
    },
    /// Ends the run as succeeded, whatever stands behind it.
    Stop,
    /// Ends the run as failed.
    Fail {
        /// A stable word.
        code: &'static str,
        /// A sentence.
        message: Value,
    },
}

/// Who gave an incident its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdSpace {
    /// Microsoft Sentinel: the incident's name, a GUID.
    Sentinel,
    /// Microsoft Defender XDR: a number, which Sentinel keeps of the incidents that it has from there.
    Defender,
}

/// A value given to a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Data. Whatever it looks like, it stays data.
    Literal(Json),
    /// The value of an expression, with its type.
    Term(Term),
    /// Prose.
    Text(Text),
    /// An object.
    Object(Vec<(String, Value)>),
    /// A list.
    List(Vec<Value>),
}

/// Prose with holes. It knows nothing of where it goes: the emitter encodes data and holes for the sink of the
/// parameter that takes the text, and turns line feeds into that sink's line breaks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    /// Pieces in order.
    pub segments: Vec<Segment>,
}

/// A piece of prose.
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// Words of a template of ours: no markup.
    Plain(String),
    /// A value known when the playbook was compiled; may hold anything.
    Data(String),
    /// A value known at run time; may hold anything.
    Hole(Term),
    /// Pieces that are there only where the test holds, and those that are there instead.
    When(Test, Vec<Segment>, Vec<Segment>),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Null,
    /// A function of the workflow definition language.
    Apply(&'static str, Vec<Term>),
    /// A part of a value, by keys, digits being a position in a list; a missing one gives null.
    Get(Box<Term>, Vec<String>),
    /// The answer of a call.
    Answer(String),
    /// The word that an approval was answered with: its step, and the operation or alias that it calls.
    Decision(String, &'static str),
    /// Who answered an approval, in words: its step, and the operation or alias that it calls.
    Responder(String, &'static str),
    /// Whether an approval was answered by somebody on a list in lower case: its step, what it calls, the list.
    AnsweredBy(String, &'static str, Box<Term>),
    /// How a step ended.
    StatusOf(String),
    /// Whether a call was refused because what it asks for is so already: its step, and the operation or alias.
    AlreadySo(String, String),
    /// What the refusal of a call is known to mean, in words, and another text where nothing is known of it: its step, the
    /// operation or alias, the other text.
    Meaning(String, String, Box<Term>),
    /// What a compose step named.
    Output(String),
    /// The list that a filter, map or collect step made.
    Rows(String),
    /// The current item of the named loop.
    Item(String),
    /// The current item of the filter or map it stands in.
    This,
    /// The run's variable.
    Variable(&'static str),
    /// A parameter.
    Parameter(String),
    /// A list parameter with its items in lower case, however the host stores lists.
    LowerList(String),
    /// A fact of the incident.
    Incident(IncidentFact),
    /// The ATT&CK techniques that the incident names, as the text of a list; `[]` or `null` where it names none.
    Techniques,
    /// The tactics or categories that the incident names, likewise.
    Tactics,
    /// Whether the incident carries the tag that stops every playbook: as the run began, or as the named
    /// `incident.read` step saw it.
    Stopped(Option<String>),
    /// What the operation that adds a tag takes: the tag where it adds one, every tag with the new one where it replaces
    /// them all. The tags are those that the named `incident.read` step saw.
    WithTag(String, Box<Term>),
    /// Whether the incident carries a tag, as the named `incident.read` step saw it.
    Tagged(String, String),
    /// Whether the incident is known to be open: as the run began, or as the named `incident.read` step saw it. A
    /// status that is missing is not open.
    Open(Option<String>),
    /// Whether the incident that the run was started for had been merged into another, which the run then works on.
    Merged,
    /// Whether the run's incident is the one with this id.
    SameIncident(IdSpace, Box<Term>),
    /// The notes that a step read.
    Notes(String),
    /// Whether a step read every note that there is.
    NotesComplete(String),
    /// The text of a note.
    NoteText(Box<Term>),
    /// Who wrote a note; the empty text where only playbooks can.
    NoteAuthor(Box<Term>),
    /// Who writes the notes of the main playbook, in a rollback playbook. The named list begins with a note that the
    /// run wrote itself, for hosts on which both playbooks have one identity.
    MainAuthor(String),
}

impl Term {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A part by one key.
    #[must_use]
    pub fn get(self, key: impl Into<String>) -> Self {
        match self {
            Self::Get(inner, mut keys) => {
                keys.push(key.into());
                Self::Get(inner, keys)
            }
            term => Self::Get(Box::new(term), vec![key.into()]),
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The term, which is yes or no, is yes.
    Holds(Term),
    /// Both are the same.
    Equals(Term, Term),
    /// The list or text holds the value.
    Contains(Term, Term),
    /// There is nothing there.
    Empty(Term),
    /// The opposite.
    Not(Box<Test>),
    /// All hold; none is yes.
    All(Vec<Test>),
    /// At least one holds; none is no.
    Any(Vec<Test>),
}

impl Test {
    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            test => Self::Not(Box::new(test)),
        }
    }

    /// The condition as an expression.
    pub fn term(&self) -> Term {
        let fold = |function: &'static str, tests: &[Test], none: bool| match tests {
            [] => Term::Flag(none),
            [one] => one.term(),
            many => Term::Apply(function, many.iter().map(Test::term).collect()),
        };
        match self {
            Self::Equals(a, b) => Term::Apply("equals", vec![a.clone(), b.clone()]),
            Self::Holds(term) => term.clone(),
            Self::Contains(a, b) => Term::Apply("contains", vec![a.clone(), b.clone()]),
            Self::Empty(a) => Term::Apply("empty", vec![a.clone()]),
            Self::Not(test) => Term::Apply("not", vec![test.term()]),
            Self::All(tests) => fold("and", tests, true),
            Self::Any(tests) => fold("or", tests, false),
        }
    }
}

impl Playbook {
    /// Every step, outermost first, in document order.
    pub fn walk<'p>(&'p self, visit: &mut impl FnMut(&'p Step)) {
        walk(&self.steps, visit);
    }
}

fn walk<'p>(steps: &'p [Step], visit: &mut impl FnMut(&'p Step)) {
    for step in steps {
        visit(step);
        match &step.kind {
            StepKind::If { then, otherwise, .. } => {
                walk(then, visit);
                walk(otherwise, visit);
            }
            StepKind::ForEach { body, .. } | StepKind::Repeat { body, .. } | StepKind::Scope { body } => {
                walk(body, visit);
            }
            _ => {}
        }
    }
}
