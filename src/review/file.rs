//! The review file as people write it. `schemas/review.schema.json` is its contract; these types follow it.

use super::*;

/// One post-incident review.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Review {
    /// Editor wiring; not read.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Id of the incident reviewed.
    pub incident: String,
    /// Who reviewed it, and when.
    pub reviewed: ReviewedBy,
    /// What it was found to be; absent: the product's word stands.
    pub classification: Option<Classification>,
    /// Finer than the classification.
    pub determination: Option<String>,
    /// Techniques that people confirm, reject or add.
    pub techniques: ReviewedTechniques,
    /// Entities by any identifying text of theirs.
    pub entities: ReviewedEntities,
    /// When what happened.
    pub timeline: Timeline,
    /// What was done by hand.
    pub actions: Vec<ManualAction>,
    /// What was learnt.
    pub lessons: Vec<Lesson>,
    /// Decisions on patterns.
    pub decisions: Vec<Decision>,
}

/// Who reviewed, and when.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewedBy {
    /// The reviewers.
    pub by: Vec<String>,
    /// The day, as `YYYY-MM-DD`.
    pub on: Option<String>,
}

/// Techniques by what the review says of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewedTechniques {
    /// The alerts are right.
    pub confirmed: Vec<String>,
    /// The alerts are wrong.
    pub rejected: Vec<RejectedTechnique>,
    /// No alert said so, but it was used.
    pub added: Vec<AddedTechnique>,
}

/// A technique that the review rejects.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectedTechnique {
    /// The technique.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// A technique that the review adds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedTechnique {
    /// The technique.
    pub id: String,
    /// What shows it.
    pub evidence: String,
}

/// Entities by what the review says of them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewedEntities {
    /// Really compromised, or the attacker's.
    pub compromised: Vec<String>,
    /// Harmless.
    pub benign: Vec<String>,
    /// Not to be touched.
    pub protected: Vec<String>,
}

/// When what happened, as ISO 8601 times.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timeline {
    /// First act of the attacker.
    pub first_activity: Option<String>,
    /// First alert.
    pub detected: Option<String>,
    /// Somebody took it up.
    pub acknowledged: Option<String>,
    /// The attacker was stopped.
    pub contained: Option<String>,
    /// All was back to normal.
    pub resolved: Option<String>,
}

impl Timeline {
    /// The marks by name, in the order in which they should lie.
    pub fn marks(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("first_activity", self.first_activity.as_deref()),
            ("detected", self.detected.as_deref()),
            ("acknowledged", self.acknowledged.as_deref()),
            ("contained", self.contained.as_deref()),
            ("resolved", self.resolved.as_deref()),
        ]
    }
}

/// A step that people took by hand.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManualAction {
    /// What was done.
    pub action: String,
    /// Who did it.
    pub by: Option<String>,
    /// Minutes spent.
    pub minutes: Option<u32>,
    /// The pattern that would have done it.
    pub pattern: Option<String>,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// `process`, `configuration` or `training`.
    pub area: LessonArea,
    /// The lesson.
    pub text: String,
}

/// Where a lesson belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LessonArea {
    /// How the team works.
    Process,
    /// How things are set up.
    Configuration,
    /// What people know.
    Training,
}

impl LessonArea {
    /// Its name in a review file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Configuration => "configuration",
            Self::Training => "training",
        }
    }
}

/// A decision on one pattern.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The pattern.
    pub pattern: String,
    /// Whether it must or must not be used.
    pub decision: Verdict,
    /// Why.
    pub reason: String,
}

/// What the review decides about a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Use it, even where no technique asks for it.
    Require,
    /// Do not use it.
    Forbid,
}

impl Review {
    /// Reads a review that has passed its schema. Numbers as ids are accepted: the older API has them.
    pub fn from_value(mut value: Value) -> Result<Self, serde_json::Error> {
        if let Some(id) = value.get_mut("incident")
            && id.is_number()
        {
            *id = Value::String(id.to_string());
        }
        serde_json::from_value(value)
    }
}
