//! How rules are named in a choice: by code, by the beginning of a code, or by name.

use crate::base::diagnostic::{Rule, did_you_mean};

/// One or several rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// Every rule: `all`.
    All,
    /// A code or its beginning, in capitals: `CF2`, `CF2001`.
    Code(String),
    /// The name of one rule.
    Name(String),
}

impl Selector {
    /// Reads one.
    ///
    /// # Errors
    /// A sentence that says that there is no such rule and what may have been meant.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        let code = text.to_ascii_uppercase();
        let rules = || crate::pipeline::rules();
        if code.len() >= 2 && rules().any(|rule| rule.code.starts_with(&code)) {
            return Ok(Self::Code(code));
        }
        let name = text.to_ascii_lowercase();
        if rules().any(|rule| rule.name == name) {
            return Ok(Self::Name(name));
        }
        let names = rules().flat_map(|rule| [rule.code, rule.name]);
        let meant = did_you_mean(text, names).map(|name| format!("; did you mean `{name}`?"));
        let meant = meant.unwrap_or_else(|| "; `counterflow rules` lists codes and names".to_owned());
        Err(format!("no rule is called `{text}`{meant}"))
    }

    /// Whether it means this rule.
    pub fn matches(&self, rule: &Rule) -> bool {
        match self {
            Self::All => true,
            Self::Code(code) => rule.code.starts_with(code.as_str()),
            Self::Name(name) => rule.name == name,
        }
    }

    /// Whether it means this rule and no other.
    pub fn is_one(&self, rule: &Rule) -> bool {
        match self {
            Self::All => false,
            Self::Code(code) => rule.code == code,
            Self::Name(name) => rule.name == name,
        }
    }

    /// How closely it names a rule: of two that match, the higher decides.
    pub fn closeness(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Code(code) => code.len(),
            Self::Name(_) => usize::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_by_code_beginning_or_name() {
        let rule = crate::pipeline::rules().find(|rule| rule.code == "CF2001").unwrap();
        for text in ["CF2001", "cf2001", "CF2", "cf", "all", "runafter-missing-action"] {
            assert!(Selector::parse(text).unwrap().matches(rule), "{text}");
        }
        assert!(Selector::parse("cf2001").unwrap().is_one(rule));
        assert!(Selector::parse("runafter-missing-action").unwrap().is_one(rule));
        assert!(!Selector::parse("CF200").unwrap().is_one(rule) && !Selector::All.is_one(rule));
        assert!(!Selector::parse("CF1").unwrap().matches(rule));
        let error = Selector::parse("runafter-mising-action").unwrap_err();
        assert_eq!(
            error,
            "no rule is called `runafter-mising-action`; did you mean `runafter-missing-action`?"
        );
        assert!(Selector::parse("CF2099").is_err());
        assert!(Selector::parse("").is_err());
    }
}
