//! The limits of the service, by host, each with its source. Runtime sizes (messages, history, throughput) are left out:
//! nothing in a definition tells of them.

/// One limit. `None` where no source states one for that host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Azure Logic Apps, Consumption.
    pub consumption: Option<u64>,
    /// Azure Logic Apps, Standard.
    pub standard: Option<u64>,
    /// Power Automate.
    pub power_automate: Option<u64>,
    /// Where it is stated.
    pub source: &'static str,
    /// Whether sources or deployed definitions contradict it, so that exceeding it is no certain refusal.
    pub is_disputed: bool,
}

const LOGIC_APPS: &str =
    "Microsoft Learn: \"Limits and configuration reference guide for Azure Logic Apps\" (July 2025)";
const BOTH: &str = "Microsoft Learn: \"Limits and configuration reference guide for Azure Logic Apps\" (July 2025) and \
                    \"Limits of automated, scheduled, and instant flows\" (October 2022)";
const EXCEPTIONS: &str = "Microsoft Learn: \"Handle errors and exceptions in Azure Logic Apps\"";
const TRIGGERS: &str = "Microsoft Learn: \"Schema reference guide for trigger and action types\"";

const fn same(limit: u64, source: &'static str) -> Limit {
    Limit {
        consumption: Some(limit),
        standard: Some(limit),
        power_automate: Some(limit),
        source,
        is_disputed: false,
    }
}

const fn azure(consumption: u64, standard: u64) -> Limit {
    Limit {
        consumption: Some(consumption),
        standard: Some(standard),
        power_automate: None,
        source: LOGIC_APPS,
        is_disputed: false,
    }
}

/// Actions of a workflow, at every level together.
pub static ACTIONS: Limit = same(500, BOTH);
/// Levels of actions within actions, the outermost counted as the first. Disputed: published playbooks go deeper.
pub static DEPTH: Limit = Limit { is_disputed: true, ..same(8, BOTH) };
/// Triggers of a workflow. Those of Standard and Power Automate stand in no source: exceeding them is no error.
pub static TRIGGERS_OF_WORKFLOW: Limit =
    Limit { standard: None, power_automate: None, ..same(10, LOGIC_APPS) };
/// Comments on an incident of Microsoft Sentinel, whatever the host of a playbook. Source: "Service limits for Microsoft
/// Sentinel" on Microsoft Learn.
pub const COMMENTS_OF_INCIDENT: u64 = 100;
/// Cases of a Switch.
pub static CASES: Limit = same(25, BOTH);
/// Variables of a workflow.
pub static VARIABLES: Limit = same(250, BOTH);
/// Characters of the name of a trigger or an action.
pub static NAME: Limit = same(80, BOTH);
/// Characters of a description.
pub static DESCRIPTION: Limit = same(256, BOTH);
/// Characters of the name of a variable. Disputed: the designer alone states it (Azure/LogicAppsUX, libs/designer
/// constants).
pub static VARIABLE_NAME: Limit =
    Limit { is_disputed: true, source: "Azure/LogicAppsUX: MAX_VARIABLE_NAME_LENGTH", ..azure(80, 80) };
/// Authorization policies of a workflow.
pub static POLICIES: Limit = azure(5, 5);
/// Claims of an authorization policy.
pub static CLAIMS: Limit = azure(10, 10);
/// Characters of the value of a claim.
pub static CLAIM: Limit = azure(150, 150);
/// Parameters of a definition.
pub static PARAMETERS: Limit = azure(50, 500);
/// Outputs of a definition.
pub static OUTPUTS: Limit = azure(10, 10);
/// Characters of the tracked properties of an action.
pub static TRACKED_PROPERTIES: Limit =
    Limit { power_automate: Some(16_000), source: BOTH, ..azure(8000, 8000) };
/// Characters of the name of a workflow. In Standard it is the name of a folder.
pub static WORKFLOW_NAME: Limit = azure(80, 32);
/// Attempts of a retry policy.
pub static RETRIES: Limit = same(90, EXCEPTIONS);
/// The shortest wait of a retry policy, in seconds. A stateless workflow may wait for one second.
pub static RETRY_SHORTEST: Limit = same(5, BOTH);
/// The longest wait of a retry policy, in seconds.
pub static RETRY_LONGEST: Limit = same(86_400, BOTH);
/// Rounds of an Until.
pub static ROUNDS: Limit = same(5000, BOTH);
/// Rounds of an Until in a stateless workflow of Standard.
pub static ROUNDS_STATELESS: Limit = same(100, LOGIC_APPS);
/// Runs of a workflow at the same time.
pub static RUNS: Limit = same(100, BOTH);
/// Runs that may wait. Disputed: the page and the designer give 100 and 200 to opposite hosts.
pub static WAITING_RUNS: Limit = Limit { is_disputed: true, ..azure(100, 200) };
/// Items that a Foreach works on at the same time.
pub static REPETITIONS: Limit = same(50, BOTH);
/// The longest time from one run to the next, in seconds: 500 days.
pub static RECURRENCE: Limit = same(500 * 86_400, BOTH);
/// The shortest time from one run to the next, in seconds.
pub static RECURRENCE_SHORTEST: Limit = Limit { power_automate: Some(60), ..same(1, BOTH) };
/// How long a run may take, in seconds. In a stateless workflow of Standard it is five minutes.
pub static RUN: Limit = Limit { power_automate: Some(30 * 86_400), ..same(90 * 86_400, BOTH) };
/// Characters of the script of a JavaScriptCode action.
pub static SCRIPT: Limit = azure(1024, 100_000);
/// Characters of the address of an HTTP request.
pub static ADDRESS: Limit = azure(2048, 2048);
/// Items that paging may collect. Power Automate's depends on the licence.
pub static PAGED_ITEMS: Limit = Limit { is_disputed: true, ..same(100_000, BOTH) };

/// Parameters of an ARM template. Source of these: "ARM template best practices" on Microsoft Learn, template limits.
pub const TEMPLATE_PARAMETERS: usize = 256;
/// Variables of an ARM template. Older copies of the page say 256.
pub const TEMPLATE_VARIABLES: usize = 512;
/// Outputs of an ARM template.
pub const TEMPLATE_OUTPUTS: usize = 64;
/// Resources of an ARM template, each as often as it is copied.
pub const TEMPLATE_RESOURCES: usize = 800;
/// Bytes of an ARM template: 4 MB.
pub const TEMPLATE_BYTES: usize = 4 << 20;
/// Bytes of one resource of an ARM template: 1 MB.
pub const RESOURCE_BYTES: usize = 1 << 20;

/// The longest interval for each frequency. Source: the schema reference; that of weeks is what [`RECURRENCE`] holds.
pub static INTERVALS: &[(&str, u64)] =
    &[("Month", 16), ("Week", 71), ("Day", 500), ("Hour", 12_000), ("Minute", 72_000), ("Second", 9_999_999)];

/// Where [`INTERVALS`] is stated.
pub static INTERVALS_SOURCE: &str = TRIGGERS;
