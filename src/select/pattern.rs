//! Remediation patterns: what can be done about a kind of entity, why, and with which calls.
//!
//! A pattern is one YAML file under `playbook-templates/<family>/`, validated against `schemas/pattern.schema.json`.
//! Nothing in Rust knows any pattern by name.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::diagnostic::did_you_mean;
use crate::data::connector::{self, Class, Host, Operation};
use crate::ingest::{EntityKind, Field, Verdict};

include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// One remediation pattern.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// `family/name`, as the file is called.
    pub id: String,
    /// What it does, as an imperative.
    pub title: String,
    /// One or two sentences for whoever decides.
    pub summary: String,
    /// The kind of entity it acts on; none for patterns that act on the incident itself.
    pub entity: Option<EntityKind>,
    /// Facts that an entity must carry.
    #[serde(default)]
    pub needs: Vec<Field>,
    /// Facts of which an entity must carry one: the calls look the others up.
    #[serde(default)]
    pub needs_any: Vec<Field>,
    /// When in a response it belongs.
    pub phase: Phase,
    /// How much it disturbs legitimate work: 0 nothing, 1 a moment, 2 one user or device, 3 many, 4 the organisation.
    pub disruption: u8,
    /// Whether it removes something that cannot be had back.
    #[serde(default)]
    pub destructive: bool,
    /// The pattern that undoes it.
    pub reversed_by: Option<String>,
    /// Which findings it answers, with the reason for each.
    pub answers: Vec<Answer>,
    /// Whether it belongs to every playbook (comment, notify).
    #[serde(default)]
    pub always: bool,
    /// The tag that says that it was done for the incident, of what belongs to every playbook and is done once.
    pub once: Option<String>,
    /// ATT&CK mitigations that it carries out.
    #[serde(default)]
    pub mitigations: Vec<String>,
    /// D3FEND techniques that it carries out.
    #[serde(default)]
    pub d3fend: Vec<String>,
    /// The pattern that does the same without a person; this one is for tenants that lack what that one needs.
    pub stands_in_for: Option<String>,
    /// Patterns that come before it where both are chosen.
    #[serde(default)]
    pub after: Vec<String>,
    /// Calls that read the target's state before anything is decided.
    #[serde(default)]
    pub read: Vec<Call>,
    /// Proof at run time that the target is what the playbook is for; asked only in reusable mode, or unreviewed.
    pub proof: Option<Proof>,
    /// What must hold of the state read; otherwise the target is left alone, with the reason given.
    #[serde(default)]
    pub only_if: Vec<Condition>,
    /// The calls that act.
    #[serde(default)]
    pub act: Vec<Call>,
    /// Instead of `act`: calls that act on each item of a list that was read.
    pub each: Option<Each>,
    /// What its calls act on at once, where they are given a whole list: a question to a person names the items.
    pub lists: Option<Lists>,
    /// What a rollback must know of each success: what was there before, and ids that the service gave.
    #[serde(default)]
    pub store: BTreeMap<String, Argument>,
    /// Texts.
    pub prose: Prose,
}

/// Acting on some items of a list that a read answered, such as the sign-in methods of an account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The list.
    pub of: Argument,
    /// Which items are acted on.
    pub test: Test,
    /// What is reported where no item is.
    pub otherwise: String,
    /// Most items of one target; where there are more nothing is done, because a person should choose.
    pub most: u16,
    /// What people recognise an item by.
    pub label: Argument,
    /// The calls that act on an item.
    pub act: Vec<Call>,
}

/// A list that a pattern acts on as a whole, such as the copies of a message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// The list.
    pub of: Argument,
    /// What people recognise an item by.
    pub label: Argument,
}

/// A finding that a pattern answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// An ATT&CK technique; its sub-techniques are meant too.
    pub technique: Option<String>,
    /// An ATT&CK tactic by short name.
    pub tactic: Option<String>,
    /// An alert category that is no tactic, in any case (`Malware`, `Ransomware`).
    pub category: Option<String>,
    /// A verdict on the entity itself, or a worse one.
    pub verdict: Option<Verdict>,
    /// Why the pattern helps.
    pub because: String,
}

/// Response phases, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Collect evidence.
    Prepare,
    /// Stop the attacker.
    Contain,
    /// Remove what the attacker left.
    Eradicate,
    /// Give back what the response took.
    Recover,
    /// Tell people.
    Notify,
    /// Write down.
    Learn,
}

impl Phase {
    /// The phase's name, for people and for action names.
    pub fn title(self) -> &'static str {
        match self {
            Self::Prepare => "Prepare",
            Self::Contain => "Contain",
            Self::Eradicate => "Eradicate",
            Self::Recover => "Recover",
            Self::Notify => "Notify",
            Self::Learn => "Learn",
        }
    }
}

/// A call of an operation of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Name inside the pattern, by which answers are read.
    pub id: String,
    /// Operation or alias.
    pub call: String,
    /// Arguments by name.
    #[serde(default)]
    pub with: BTreeMap<String, Argument>,
    /// Whether "there is no such thing" (404) is an answer like any other, and not a reason to leave the target alone.
    #[serde(default)]
    pub optional: bool,
    /// Where it is repeated until something holds: a service that answers before it has done what it was asked for.
    pub until: Option<Until>,
}

/// Repeating a call that reads, until its answer says that something has ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// What ends it.
    pub test: Test,
    /// Seconds before each call.
    pub seconds: u16,
    /// Minutes after which it is given up.
    pub minutes: u16,
    /// What must hold at the end for the target to count as done.
    pub wanted: Test,
    /// What is reported where that does not hold.
    pub otherwise: String,
}

/// What an argument is made of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Argument {
    /// A field of the entity acted on.
    Entity(Field),
    /// The first of these that is there.
    First(Vec<Argument>),
    /// A part of an earlier call's answer: the call's id, then keys.
    Answer(Vec<String>),
    /// A fact of the incident the playbook runs for.
    Incident(IncidentFact),
    /// A playbook parameter by name.
    Parameter(String),
    /// A text of this pattern, by its key.
    Prose(String),
    /// A fixed value.
    Value(Value),
    /// An array.
    List(Vec<Argument>),
    /// An object.
    Object(BTreeMap<String, Argument>),
    /// An OData comparison `FIELD eq 'TEXT'`, its quotes doubled: the only way to build a filter.
    Filter(FilterArgument),
    /// That many days from the run, as a time.
    Days(u16),
    /// A part of the item that `each` acts on, by keys.
    Item(Vec<String>),
    /// That many days before the incident was created, as a time.
    Before(u16),
    /// What the pattern that this one undoes has stored, by name.
    Stored(String),
    /// What adds a tag to the incident: the tag itself, or every tag with it, as the host's operation takes it.
    Tags(TagsArgument),
}

/// A tag, and the call that has read the incident's tags last.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagsArgument {
    /// Id of an earlier `incident.read`.
    pub read: String,
    /// The tag.
    pub add: String,
}

/// `FIELD eq 'TEXT'`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterArgument {
    /// The property compared.
    pub field: String,
    /// The text compared with.
    pub equals: Box<Argument>,
    /// What must hold besides, written out.
    pub and: Option<String>,
}

/// A fact of the incident that every trigger gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentFact {
    /// The identifier that calls use.
    Id,
    /// The number people know it by.
    Number,
    /// The title.
    Title,
    /// The portal's page.
    Url,
    /// The severity.
    Severity,
    /// When the product created it.
    Created,
}

/// What must be seen at run time before an entity is acted on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Calls that look, besides those that the pattern makes in any case.
    #[serde(default)]
    pub read: Vec<Call>,
    /// What must hold.
    pub test: Test,
    /// What is reported where it does not hold.
    pub otherwise: String,
}

/// A condition with the reason to report where it does not hold.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What must hold.
    pub test: Test,
    /// What is reported where it does not hold.
    pub otherwise: String,
}

/// A test on answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// Both are the same.
    Equals(Argument, Argument),
    /// The first is one of the second.
    In(Argument, Vec<Value>),
    /// There is something there.
    Present(Argument),
    /// The text holds this text, in any case.
    Contains(Argument, String),
    /// Somewhere in the list there is exactly this text.
    Lists(Argument, Argument),
    /// The first time is not earlier than the second; a time that is missing is earlier than any.
    Since(Argument, Argument),
    /// The opposite.
    Not(Box<Test>),
    /// All hold.
    All(Vec<Test>),
    /// At least one holds.
    Any(Vec<Test>),
}

/// The texts of a pattern: Handlebars templates whose `{{hole "…"}}` are filled at run time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Prose {
    /// What the approver reads about it; the targets follow.
    pub ask: String,
    /// What the comment says of each target done, after its name.
    pub done: String,
    /// Further texts that arguments name.
    #[serde(flatten)]
    pub more: BTreeMap<String, String>,
}

impl Prose {
    /// A text by key.
    pub fn get(&self, key: &str) -> Option<&str> {
        match key {
            "ask" => Some(&self.ask),
            "done" => Some(&self.done),
            _ => self.more.get(key).map(String::as_str),
        }
    }
}

impl Pattern {
    /// Whether a target may have several items that it acts on, which its name does not tell.
    pub fn has_items(&self) -> bool {
        self.lists.is_some() || self.each.as_ref().is_some_and(|each| each.most > 1)
    }

    /// Whether it acts on the sender of a message, and not on the message.
    pub fn is_about_sender(&self) -> bool {
        self.needs.contains(&Field::Sender)
    }

    /// Every call, in the order in which they run.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        let proof = self.proof.iter().flat_map(|proof| &proof.read);
        self.read.iter().chain(proof).chain(self.acting())
    }

    /// The calls that act, on the target or on items of it.
    pub fn acting(&self) -> impl Iterator<Item = &Call> {
        self.act.iter().chain(self.each.iter().flat_map(|each| &each.act))
    }

    /// The operations that it calls on a host, with or without those of its proof, or the id of the first that the
    /// host does not have.
    pub fn operations(&self, host: Host, proof: bool) -> Result<Vec<&'static Operation>, String> {
        let proof = self.proof.iter().filter(|_| proof).flat_map(|proof| &proof.read);
        self.read
            .iter()
            .chain(proof)
            .chain(self.acting())
            .map(|call| {
                connector::resolve(&call.call, host)
                    .filter(|operation| operation.hosts.contains(&host))
                    .ok_or_else(|| call.call.clone())
            })
            .collect()
    }

    /// The gravest thing that its acting calls do, judged by the catalogue's classes.
    pub fn class(&self) -> Option<Class> {
        self.acting()
            .filter_map(|call| connector::resolve(&call.call, Host::LogicApp))
            .map(|operation| operation.class)
            .max()
    }

    /// Whether it does more than write on the incident or tell somebody.
    pub fn acts(&self) -> bool {
        self.class().is_some_and(|class| class >= Class::Collect)
    }
}

/// The patterns that the binary carries, by id.
#[derive(Debug, Clone, Default)]
pub struct Library {
    patterns: BTreeMap<String, Pattern>,
}

impl Library {
    /// The bundled patterns, parsed when they are first asked for, and kept.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Library> = OnceLock::new();
        BUNDLED.get_or_init(|| {
            let patterns = PARSED.iter().map(|(file, text)| {
                let pattern: Pattern = serde_json::from_str(text)
                    .unwrap_or_else(|error| panic!("internal error: {file}: {error}"));
                (pattern.id.clone(), pattern)
            });
            Self { patterns: patterns.collect() }
        })
    }

    /// A pattern by id.
    pub fn get(&self, id: &str) -> Option<&Pattern> {
        self.patterns.get(id)
    }

    /// The id that one which does not exist may mean. People leave out the family, or name another.
    pub fn nearest(&self, id: &str) -> Option<&str> {
        let name = |id: &'_ str| id.rsplit('/').next().unwrap_or_default().to_owned();
        let ids = || self.patterns.keys().map(String::as_str);
        let names: Vec<String> = ids().map(name).collect();
        did_you_mean(id, ids()).or_else(|| {
            let near = did_you_mean(&name(id), names.iter().map(String::as_str))?;
            ids().find(|id| name(id) == near)
        })
    }

    /// Every pattern, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.values()
    }
}

/// File and text of every bundled pattern, by file.
pub fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    PATTERNS.iter().copied()
}
