//! The tactic names that Microsoft's products write.
//!
//! One idea has many spellings: the Sentinel API writes `DefenseEvasion`, Sentinel's rule files `Defense Evasion`,
//! Graph's older alerts `defenseEvasion`, the portal `Defense evasion`. So names are compared by their letters and
//! digits alone, in lower case.
//!
//! Sources, all of them Microsoft's: the `AttackTactic` and `KillChainIntent` values of the Sentinel API, the
//! `category` of Graph and Defender alerts, and the table of former category names in the documentation of the
//! Defender alerts queue.

use super::objects::{Tactic, tactic};

/// No name in the tables below is longer, in bytes, even with separators; longer text is not looked at.
const LONGEST_NAME: usize = 64;

/// What a Microsoft tactic, category or intent means in enterprise ATT&CK 18.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MicrosoftTactic {
    /// Short names of the tactics it stands for: one, or two for `PreAttack`.
    Tactics(&'static [&'static str]),
    /// A tactic of the matrix for industrial control systems, which is not embedded.
    Industrial,
    /// A word of Microsoft's for an alert that names no tactic, such as `SuspiciousActivity` or `Malware`.
    NotATactic,
    /// A word that is not in the table.
    Unknown,
}

/// Reads one name; a list such as `PreAttack, Discovery` is to be split first.
///
/// Ids and short names of ATT&CK are read too, as are the two tactics into which 19.2 splits Defense Evasion.
pub fn read_microsoft_tactic(name: &str) -> MicrosoftTactic {
    use MicrosoftTactic::{Industrial, NotATactic, Tactics, Unknown};
    if name.len() > LONGEST_NAME {
        return Unknown;
    }
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match letters.as_str() {
        // The legacy PRE-ATT&CK matrix became two tactics. Older alerts call the same intent Probing.
        "preattack" | "probing" => Tactics(&["reconnaissance", "resource-development"]),
        "reconnaissance" | "ta0043" => Tactics(&["reconnaissance"]),
        "resourcedevelopment" | "ta0042" => Tactics(&["resource-development"]),
        // The older kill chain intent Exploitation has the same definition as today's InitialAccess.
        "initialaccess" | "ta0001" | "exploitation" | "socialengineering" | "webexploit"
        | "documentexploit" => Tactics(&["initial-access"]),
        "execution" | "ta0002" | "delivery" | "malwaredownload" => Tactics(&["execution"]),
        "persistence" | "ta0003" | "installation" => Tactics(&["persistence"]),
        "privilegeescalation" | "ta0004" => Tactics(&["privilege-escalation"]),
        "defenseevasion" | "ta0005" | "evasion" | "stealth" | "defenseimpairment" | "ta0112" => {
            Tactics(&["defense-evasion"])
        }
        "credentialaccess" | "ta0006" | "credentialtheft" | "credentialstealing" => {
            Tactics(&["credential-access"])
        }
        "discovery" | "ta0007" | "webfingerprinting" => Tactics(&["discovery"]),
        "lateralmovement" | "ta0008" | "networkpropagation" => Tactics(&["lateral-movement"]),
        "collection" | "ta0009" => Tactics(&["collection"]),
        "exfiltration" | "ta0010" => Tactics(&["exfiltration"]),
        "commandandcontrol" | "ta0011" => Tactics(&["command-and-control"]),
        "impact" | "ta0040" => Tactics(&["impact"]),
        "impairprocesscontrol" | "ta0106" | "inhibitresponsefunction" | "ta0107" => Industrial,
        // Kinds of malware, policies, and words for "something odd".
        "suspiciousactivity" | "exploit" | "malware" | "ransomware" | "unwantedsoftware" | "backdoor"
        | "trojan" | "trojandownloader" | "remoteaccesstool" | "weaponization" | "general" | "none"
        | "notification" | "other" | "enterprisepolicy" | "policyviolation" | "accessgovernance"
        | "datagovernance" | "datalossprevention" | "mailflow" | "threatmanagement" | "unknown"
        | "unknownfuturevalue" => NotATactic,
        _ => Unknown,
    }
}

/// The tactic that a Microsoft name stands for; the first where it stands for two (`PreAttack`).
///
/// `None` for a name that is no tactic or not known; [`read_microsoft_tactic`] tells these apart.
pub fn tactic_from_microsoft(name: &str) -> Option<Tactic> {
    match read_microsoft_tactic(name) {
        MicrosoftTactic::Tactics(short_names) => {
            short_names.first().and_then(|short_name| tactic(short_name))
        }
        MicrosoftTactic::Industrial | MicrosoftTactic::NotATactic | MicrosoftTactic::Unknown => None,
    }
}
