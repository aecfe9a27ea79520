//! MITRE ATT&CK for enterprise, embedded.
//!
//! The release is 18.1: techniques, tactics, mitigations, groups, campaigns, software and the relations between them,
//! with revoked and deprecated ids, and a crosswalk to 19.2. The tables are `tables/*.tsv`, which `regenerate.py`
//! writes; they are text in the binary, searched in place, so starting the program costs nothing.
//!
//! The usual road: [resolve](crate::data::attack::resolve()) what an incident writes, report its
//! [note](crate::data::attack::Resolved::note), then ask with the id that came out.
//!
//! ```
//! use counterflow::data::attack;
//!
//! let found = attack::resolve("t1566.001");
//! assert_eq!(found.note(), None);
//! assert!(attack::mitigations(&found.id).any(|m| m.name == "User Training"));
//! assert_eq!(attack::tactic_from_microsoft("InitialAccess").map(|t| t.id), Some("TA0001"));
//! ```
//!
//! © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.
//! The 19.2 status in the crosswalk: © 2026 The MITRE Corporation, under the same terms.

mod crosswalk;
mod microsoft;
mod objects;
mod relations;
mod resolve;
mod table;

pub use crosswalk::{Change19, crosswalk, crosswalk_changes, predecessors};
pub use microsoft::{MicrosoftTactic, read_microsoft_tactic, tactic_from_microsoft};
pub use objects::{
    Campaign, Group, Mitigation, Software, Status, Tactic, Technique, all_mitigations, all_software,
    campaign, campaigns, group, groups, mitigation, software, tactic, tactics, technique, techniques,
};
pub use relations::{
    campaigns_using, groups_using, mitigations, software_of_campaign, software_of_group, software_using,
    techniques_of_campaign, techniques_of_group, techniques_of_software,
};
pub use resolve::{Resolution, Resolved, resolve};
pub use table::List;

use objects::Object;
use relations as r;

/// MITRE's notice for the embedded release, to be shown wherever the data is.
pub const NOTICE: &str = "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission \
                          of The MITRE Corporation.";

/// MITRE's notice for the 19.2 status in the crosswalk.
pub const NEXT_NOTICE: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the \
                               permission of The MITRE Corporation.";

const VERSION: &str = "18.1";
const NEXT_VERSION: &str = "19.2";

/// The size of all embedded tables in bytes.
pub const EMBEDDED_BYTES: usize = Technique::TABLE.len()
    + Tactic::TABLE.len()
    + Mitigation::TABLE.len()
    + Group::TABLE.len()
    + Campaign::TABLE.len()
    + Software::TABLE.len()
    + r::TECHNIQUE_MITIGATIONS.len()
    + r::TECHNIQUE_GROUPS.len()
    + r::TECHNIQUE_SOFTWARE.len()
    + r::TECHNIQUE_CAMPAIGNS.len()
    + r::GROUP_TECHNIQUES.len()
    + r::SOFTWARE_TECHNIQUES.len()
    + r::CAMPAIGN_TECHNIQUES.len()
    + r::GROUP_SOFTWARE.len()
    + r::CAMPAIGN_SOFTWARE.len()
    + crosswalk::CROSSWALK.len();

/// What the tables may weigh in the binary.
const BUDGET: usize = 3 * 1024 * 1024 / 2;
const _: () = assert!(EMBEDDED_BYTES <= BUDGET, "the ATT&CK tables outgrew their 1.5 MiB");

/// The embedded release of enterprise ATT&CK.
pub fn version() -> &'static str {
    VERSION
}

/// The release that the crosswalk leads to.
pub fn next_version() -> &'static str {
    NEXT_VERSION
}
