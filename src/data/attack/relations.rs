//! Who uses what, and what helps against it.
//!
//! A relation table has one row a left id, and in it the list of all right ids, so a question is one search. The
//! relations between techniques and attackers are asked from both ends and have a table for each.
//!
//! ATT&CK states each relation for exactly the technique it names: what is said of `T1566.001` is not said of
//! `T1566`, nor the other way round. A caller who wants a technique with its sub-techniques asks for each. An id that
//! is unknown, or that ATT&CK says nothing of, gives an empty iterator.

use super::objects::{Campaign, Group, Mitigation, Object, Software, Technique};
use super::table::{List, Table};

pub(super) static TECHNIQUE_MITIGATIONS: Table = Table::new(include_str!("tables/technique_mitigations.tsv"));
pub(super) static TECHNIQUE_GROUPS: Table = Table::new(include_str!("tables/technique_groups.tsv"));
pub(super) static TECHNIQUE_SOFTWARE: Table = Table::new(include_str!("tables/technique_software.tsv"));
pub(super) static TECHNIQUE_CAMPAIGNS: Table = Table::new(include_str!("tables/technique_campaigns.tsv"));
pub(super) static GROUP_TECHNIQUES: Table = Table::new(include_str!("tables/group_techniques.tsv"));
pub(super) static SOFTWARE_TECHNIQUES: Table = Table::new(include_str!("tables/software_techniques.tsv"));
pub(super) static CAMPAIGN_TECHNIQUES: Table = Table::new(include_str!("tables/campaign_techniques.tsv"));
pub(super) static GROUP_SOFTWARE: Table = Table::new(include_str!("tables/group_software.tsv"));
pub(super) static CAMPAIGN_SOFTWARE: Table = Table::new(include_str!("tables/campaign_software.tsv"));

/// The mitigations that ATT&CK names for a technique.
pub fn mitigations(technique_id: &str) -> impl Iterator<Item = Mitigation> + use<> {
    related(&TECHNIQUE_MITIGATIONS, technique_id)
}

/// The groups that have used a technique.
pub fn groups_using(technique_id: &str) -> impl Iterator<Item = Group> + use<> {
    related(&TECHNIQUE_GROUPS, technique_id)
}

/// The software that performs a technique.
pub fn software_using(technique_id: &str) -> impl Iterator<Item = Software> + use<> {
    related(&TECHNIQUE_SOFTWARE, technique_id)
}

/// The campaigns in which a technique was used.
pub fn campaigns_using(technique_id: &str) -> impl Iterator<Item = Campaign> + use<> {
    related(&TECHNIQUE_CAMPAIGNS, technique_id)
}

/// The techniques that a group has used.
pub fn techniques_of_group(group_id: &str) -> impl Iterator<Item = Technique> + use<> {
    related(&GROUP_TECHNIQUES, group_id)
}

/// The techniques that a piece of software performs.
pub fn techniques_of_software(software_id: &str) -> impl Iterator<Item = Technique> + use<> {
    related(&SOFTWARE_TECHNIQUES, software_id)
}

/// The techniques that were used in a campaign.
pub fn techniques_of_campaign(campaign_id: &str) -> impl Iterator<Item = Technique> + use<> {
    related(&CAMPAIGN_TECHNIQUES, campaign_id)
}

/// The software that a group has used.
pub fn software_of_group(group_id: &str) -> impl Iterator<Item = Software> + use<> {
    related(&GROUP_SOFTWARE, group_id)
}

/// The software that was used in a campaign.
pub fn software_of_campaign(campaign_id: &str) -> impl Iterator<Item = Software> + use<> {
    related(&CAMPAIGN_SOFTWARE, campaign_id)
}

/// The right side of a relation, in the order of the ids.
fn related<T: Object>(relation: &'static Table, left: &str) -> impl Iterator<Item = T> + use<T> {
    let rights = relation.find(left).map_or_else(List::default, |row| {
        let [_, rights] = row.columns();
        List::new(rights)
    });
    rights.iter().filter_map(T::find)
}
