//! What ATT&CK 19.2 says otherwise than the embedded 18.1.
//!
//! 19.2 splits the tactic Defense Evasion into Stealth and Defense Impairment, and revokes Impair Defenses (`T1562`)
//! and its sub-techniques in favour of new techniques. Incidents and patterns here speak 18.1; the crosswalk says what
//! a technique becomes, and where an id comes from that 18.1 does not know yet.

use std::fmt;

use super::table::{List, Row, Table};

pub(super) static CROSSWALK: Table = Table::new(include_str!("tables/crosswalk.tsv"));

/// How 19.2 treats a technique otherwise than 18.1 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change19 {
    /// The technique.
    pub id: &'static str,
    /// Its name in 19.2.
    pub name: &'static str,
    /// What happened, of the words `added`, `deprecated`, `moved` (to other tactics), `reinstated`, `renamed`,
    /// `revoked`, and `successor` (revoked in 18.1 already, now in favour of another technique).
    pub changes: List,
    /// Short names of its tactics in 19.2; empty unless it is active there.
    pub tactics: List,
    /// The id that takes over, where 19.2 holds the technique for revoked.
    pub revoked_by: Option<&'static str>,
}

impl Change19 {
    fn read(row: Row) -> Self {
        let [id, name, changes, tactics, revoked_by] = row.columns();
        let revoked_by = Some(revoked_by).filter(|by| !by.is_empty());
        Self { id, name, changes: List::new(changes), tactics: List::new(tactics), revoked_by }
    }
}

impl fmt::Display for Change19 {
    /// One sentence: `ATT&CK 19.2 revokes T1562 in favour of T1685 (Disable or Modify Tools).`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, name, changes, tactics, revoked_by } = self;
        write!(f, "ATT&CK {} ", super::NEXT_VERSION)?;
        if let Some(by) = revoked_by {
            write!(f, "revokes {id} in favour of {by}")?;
            // A successor that 18.1 knows under the same name is not in the crosswalk.
            let successor = crosswalk(by).map(|c| c.name).or_else(|| super::technique(by).map(|t| t.name));
            return match successor {
                Some(name) => write!(f, " ({name})."),
                None => f.write_str("."),
            };
        }
        if changes.contains("added") {
            return write!(f, "adds {id} ({name}) under {tactics}.");
        }
        if changes.contains("deprecated") {
            return write!(f, "deprecates {id} ({name}).");
        }
        write!(f, "lists {id} as {name} under {tactics}.")
    }
}

/// What 19.2 changes about this technique; `None` where both releases agree or neither knows the id.
pub fn crosswalk(id: &str) -> Option<Change19> {
    CROSSWALK.find(id).map(Change19::read)
}

/// All changes in the order of the ids.
pub fn crosswalk_changes() -> impl Iterator<Item = Change19> {
    CROSSWALK.rows().map(Change19::read)
}

/// The active techniques of 18.1 that 19.2 revokes in favour of this one: how an id that is new in 19.2 reads in 18.1.
pub fn predecessors(id: &str) -> impl Iterator<Item = Change19> {
    crosswalk_changes()
        .filter(move |change| change.revoked_by == Some(id) && change.changes.contains("revoked"))
}
