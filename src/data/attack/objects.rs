//! The ATT&CK objects: techniques, tactics, mitigations, groups, campaigns, software.
//!
//! Every object is a small `Copy` struct of borrowed text, cut from its row when somebody asks for it. Look-ups take
//! the id in its canonical form (`T1566.001`, `G0016`); [`resolve`](super::resolve()) brings what stands in an incident
//! into that form.

use super::table::{List, Row, Table};

/// Where an object stands in this release of ATT&CK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// Withdrawn in favour of the object with the id `by`, which may itself be revoked.
    Revoked {
        /// The id that takes over.
        by: &'static str,
    },
    /// Withdrawn, and nothing takes over.
    Deprecated,
}

impl Status {
    /// Reads the status column: `active`, `deprecated`, or `revoked:` and the id that takes over.
    fn read(cell: &'static str) -> Self {
        match cell.strip_prefix("revoked:") {
            Some(by) => Self::Revoked { by },
            None if cell == "deprecated" => Self::Deprecated,
            None => Self::Active,
        }
    }
}

/// An attack technique or sub-technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technique {
    /// `T1566`, or `T1566.001` for a sub-technique.
    pub id: &'static str,
    /// The name alone; see [`Technique::full_name`] for the form with the parent.
    pub name: &'static str,
    /// Whether it is in use.
    pub status: Status,
    /// Short names of its tactics, such as `initial-access`; [`tactic`] gives the rest.
    pub tactics: List,
    /// The platforms it runs on, such as `Windows` or `Office Suite`.
    pub platforms: List,
}

impl Technique {
    /// The id of the technique that this sub-technique belongs to.
    pub fn parent(&self) -> Option<&'static str> {
        self.id.split_once('.').map(|(parent, _)| parent)
    }

    /// The name as MITRE titles it, a sub-technique after its parent: `Phishing: Spearphishing Attachment`.
    pub fn full_name(&self) -> String {
        match self.parent().and_then(technique) {
            Some(parent) => format!("{}: {}", parent.name, self.name),
            None => self.name.to_owned(),
        }
    }

    /// The technique's page.
    pub fn url(&self) -> String {
        format!("https://attack.mitre.org/techniques/{}/", self.id.replace('.', "/"))
    }
}

/// A tactic: what the attacker is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tactic {
    /// `TA0001`.
    pub id: &'static str,
    /// `Initial Access`.
    pub name: &'static str,
    /// `initial-access`, as techniques name it.
    pub short_name: &'static str,
    /// The column of the enterprise matrix, from 1 (Reconnaissance) to 14 (Impact).
    pub column: u8,
}

/// A measure that hinders techniques.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mitigation {
    /// `M1032`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether it is in use.
    pub status: Status,
}

/// A group of attackers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// `G0016`.
    pub id: &'static str,
    /// MITRE's name for it.
    pub name: &'static str,
    /// Whether it is in use.
    pub status: Status,
    /// What others call it.
    pub aliases: List,
}

/// A campaign: attacks of one period with one aim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// `C0024`.
    pub id: &'static str,
    /// MITRE's name for it.
    pub name: &'static str,
    /// Whether it is in use.
    pub status: Status,
    /// What others call it.
    pub aliases: List,
    /// The day it was first seen, `YYYY-MM-DD`.
    pub first_seen: &'static str,
    /// The day it was last seen, `YYYY-MM-DD`.
    pub last_seen: &'static str,
    /// Ids of the groups it is attributed to.
    pub groups: List,
}

/// Software that attackers use: malware, or a tool that has honest uses too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Software {
    /// `S0002`.
    pub id: &'static str,
    /// MITRE's name for it.
    pub name: &'static str,
    /// Whether it is in use.
    pub status: Status,
    /// `malware` or `tool`.
    pub kind: &'static str,
    /// The platforms it runs on.
    pub platforms: List,
    /// What others call it.
    pub aliases: List,
}

// Statics, so that each text stands in the binary once, however many places search it.
static TECHNIQUES: Table = Table::new(include_str!("tables/techniques.tsv"));
static TACTICS: Table = Table::new(include_str!("tables/tactics.tsv"));
static MITIGATIONS: Table = Table::new(include_str!("tables/mitigations.tsv"));
static GROUPS: Table = Table::new(include_str!("tables/groups.tsv"));
static CAMPAIGNS: Table = Table::new(include_str!("tables/campaigns.tsv"));
static SOFTWARE: Table = Table::new(include_str!("tables/software.tsv"));

/// A type of object that has a table of its own.
pub(super) trait Object: Sized {
    const TABLE: &'static Table;

    fn read(row: Row) -> Self;

    fn find(id: &str) -> Option<Self> {
        Self::TABLE.find(id).map(Self::read)
    }

    fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.rows().map(Self::read)
    }
}

impl Object for Technique {
    const TABLE: &'static Table = &TECHNIQUES;

    fn read(row: Row) -> Self {
        let [id, name, status, tactics, platforms] = row.columns();
        let (tactics, platforms) = (List::new(tactics), List::new(platforms));
        Self { id, name, status: Status::read(status), tactics, platforms }
    }
}

impl Object for Tactic {
    const TABLE: &'static Table = &TACTICS;

    fn read(row: Row) -> Self {
        let [id, name, short_name, column] = row.columns();
        Self { id, name, short_name, column: column.parse().unwrap_or_default() }
    }
}

impl Object for Mitigation {
    const TABLE: &'static Table = &MITIGATIONS;

    fn read(row: Row) -> Self {
        let [id, name, status] = row.columns();
        Self { id, name, status: Status::read(status) }
    }
}

impl Object for Group {
    const TABLE: &'static Table = &GROUPS;

    fn read(row: Row) -> Self {
        let [id, name, status, aliases] = row.columns();
        Self { id, name, status: Status::read(status), aliases: List::new(aliases) }
    }
}

impl Object for Campaign {
    const TABLE: &'static Table = &CAMPAIGNS;

    fn read(row: Row) -> Self {
        let [id, name, status, aliases, first_seen, last_seen, groups] = row.columns();
        let (aliases, groups) = (List::new(aliases), List::new(groups));
        Self { id, name, status: Status::read(status), aliases, first_seen, last_seen, groups }
    }
}

impl Object for Software {
    const TABLE: &'static Table = &SOFTWARE;

    fn read(row: Row) -> Self {
        let [id, name, status, kind, platforms, aliases] = row.columns();
        let (platforms, aliases) = (List::new(platforms), List::new(aliases));
        Self { id, name, status: Status::read(status), kind, platforms, aliases }
    }
}

/// The technique with this id, whatever its status.
pub fn technique(id: &str) -> Option<Technique> {
    Technique::find(id)
}

/// All techniques in the order of their ids, revoked and deprecated ones too.
pub fn techniques() -> impl Iterator<Item = Technique> {
    Technique::all()
}

/// The tactic with this id or short name (`TA0001`, `initial-access`), in any case.
///
/// [`tactic_from_microsoft`](super::tactic_from_microsoft) also reads the names that Microsoft's products write.
pub fn tactic(id_or_short_name: &str) -> Option<Tactic> {
    tactics().find(|tactic| {
        tactic.id.eq_ignore_ascii_case(id_or_short_name)
            || tactic.short_name.eq_ignore_ascii_case(id_or_short_name)
    })
}

/// All tactics in the order of their ids; sort by [`Tactic::column`] for the order of the matrix.
pub fn tactics() -> impl Iterator<Item = Tactic> {
    Tactic::all()
}

/// The mitigation with this id.
pub fn mitigation(id: &str) -> Option<Mitigation> {
    Mitigation::find(id)
}

/// All mitigations in the order of their ids.
pub fn all_mitigations() -> impl Iterator<Item = Mitigation> {
    Mitigation::all()
}

/// The group with this id, whatever its status.
pub fn group(id: &str) -> Option<Group> {
    Group::find(id)
}

/// All groups in the order of their ids, revoked and deprecated ones too.
pub fn groups() -> impl Iterator<Item = Group> {
    Group::all()
}

/// The campaign with this id.
pub fn campaign(id: &str) -> Option<Campaign> {
    Campaign::find(id)
}

/// All campaigns in the order of their ids.
pub fn campaigns() -> impl Iterator<Item = Campaign> {
    Campaign::all()
}

/// The software with this id, whatever its status.
pub fn software(id: &str) -> Option<Software> {
    Software::find(id)
}

/// All software in the order of their ids, revoked and deprecated ones too.
pub fn all_software() -> impl Iterator<Item = Software> {
    Software::all()
}
