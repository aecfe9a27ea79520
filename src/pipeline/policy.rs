//! Which findings of a check count: what the command line selects, what the configuration decides, what is suppressed
//! for a reason, and what a baseline knows already.
//!
//! A policy is made once and then asked file by file, from any thread: [`Policy::keep`] takes a file's findings and gives
//! back those that are shown. [`Policy::leftovers`] says in the end which decisions had nothing to decide.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{Glob, GlobMatcher};
use jiff::civil::Date;

use crate::base::diagnostic::{Audience, Diagnostic, Located, Rule, Severity};
use crate::base::pointer::Pointer;
use crate::base::source::Source;
use crate::check;

pub mod baseline;
pub mod config;
mod reach;
mod selector;

use super::{codes, typed};
pub use baseline::Baseline;
pub use config::{Config, Level};
pub use reach::Reach;
pub use selector::Selector;

/// Who reads the findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Persona {
    /// Whoever writes a workflow: what is wrong or probably wrong.
    #[default]
    Author,
    /// Whoever audits one: everything that can be said about it.
    Auditor,
    /// Whoever answers for a response playbook: response safety is not negotiable.
    Responder,
}

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Only these rules; empty for all.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// The rules that are right more often than not, but not always.
    pub strict: bool,
    /// Whether the bundled schemas are asked too.
    pub schema: bool,
    /// Who reads.
    pub persona: Persona,
    /// The day against which suppressions expire, as `YYYY-MM-DD`; none: they do not.
    pub today: Option<String>,
}

/// The decisions of one run.
#[derive(Debug, Default)]
pub struct Policy {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    audience: Audience,
    schema: bool,
    persona: Persona,
    levels: Vec<(Selector, Level)>,
    ignored: Vec<IgnoredPaths>,
    suppressions: Vec<Suppression>,
    baseline: Option<Mutex<Baseline>>,
}

#[derive(Debug)]
struct IgnoredPaths {
    paths: Vec<IgnoredPath>,
    rules: Vec<Selector>,
}

#[derive(Debug)]
struct IgnoredPath {
    glob: GlobMatcher,
    place: Pointer,
    /// Whether a file was left out altogether for it.
    used: AtomicBool,
}

impl IgnoredPaths {
    fn is_match(&self, path: &str) -> bool {
        self.paths.iter().any(|one| one.glob.is_match(path))
    }
}

#[derive(Debug)]
struct Suppression {
    rule: Selector,
    path: Option<GlobMatcher>,
    pointer: Option<String>,
    expired: bool,
    used: AtomicBool,
    entry: usize,
}

impl Policy {
    /// The decisions of a command line and a configuration file.
    ///
    /// # Errors
    /// Names of rules that do not exist: those of the command line as sentences, those of the file as findings in it.
    pub fn new(choice: &Choice, config: &Config) -> Result<Self, Refusal> {
        let chosen = |names: &[String]| -> Result<Vec<Selector>, Refusal> {
            names.iter().map(|name| Selector::parse(name).map_err(Refusal::Usage)).collect()
        };
        let mut policy = Self {
            select: chosen(&choice.select)?,
            ignore: chosen(&choice.ignore)?,
            persona: choice.persona,
            schema: choice.schema,
            audience: match choice.persona {
                Persona::Auditor => Audience::Auditor,
                _ if choice.strict || config.strict => Audience::Strict,
                _ => Audience::Default,
            },
            ..Self::default()
        };
        policy.configure(config, choice.today.as_deref()).map_err(Refusal::Config)?;
        Ok(policy)
    }

    /// Takes over what the file says; every mistake in it is found.
    fn configure(&mut self, config: &Config, today: Option<&str>) -> Result<(), Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut named = |name: &str, at: Pointer, on_key: bool| match Selector::parse(name) {
            Ok(selector) => Some(selector),
            Err(message) => {
                let finding = Diagnostic::new(&codes::CONFIG_RULE, at, message);
                found.push(if on_key { finding.on_key() } else { finding });
                None
            }
        };
        let place = |tokens: &[&str]| tokens.iter().fold(Pointer::root(), |at, token| at.join(token));
        for (name, level) in &config.rules {
            let parsed = named(name, place(&["rules", name]), true);
            self.levels.extend(parsed.map(|selector| (selector, *level)));
        }
        let mut wrong_globs = Vec::new();
        let mut matcher = |glob: &str, at: Pointer| match Glob::new(glob) {
            Ok(glob) => Some(glob.compile_matcher()),
            Err(error) => {
                let finding = Diagnostic::new(&codes::CONFIG_GLOB, at, error.to_string());
                wrong_globs.push(finding.help("`*` stands for a part of a name, `**` for any folders"));
                None
            }
        };
        for (at, entry) in config.ignore.iter().enumerate() {
            let at = at.to_string();
            let glob = |(i, glob): (usize, &String)| {
                let place = place(&["ignore", &at, "paths", &i.to_string()]);
                let glob = matcher(glob, place.clone())?;
                Some(IgnoredPath { glob, place, used: AtomicBool::new(false) })
            };
            let paths = entry.paths.iter().enumerate().filter_map(glob).collect();
            let rule = |(i, name): (usize, &String)| {
                named(name, place(&["ignore", &at, "rules", &i.to_string()]), false)
            };
            let rules = entry.rules.iter().enumerate().filter_map(rule).collect();
            self.ignored.push(IgnoredPaths { paths, rules });
        }
        for (entry, suppress) in config.suppress.iter().enumerate() {
            let at = entry.to_string();
            let Some(rule) = named(&suppress.rule, place(&["suppress", &at, "rule"]), false) else {
                continue;
            };
            let glob = |path: &String| matcher(path, place(&["suppress", &at, "path"]));
            self.suppressions.push(Suppression {
                rule,
                path: suppress.path.as_ref().and_then(glob),
                pointer: suppress.pointer.clone(),
                // Dates of this form sort as texts do. The last day is still covered.
                expired: today.zip(suppress.until.as_deref()).is_some_and(|(today, until)| today > until),
                used: AtomicBool::new(false),
                entry,
            });
        }
        found.extend(wrong_globs);
        let days =
            config.suppress.iter().enumerate().filter_map(|(at, one)| Some((at, one.until.as_deref()?)));
        found.extend(days.filter(|(_, day)| day.parse::<Date>().is_err()).map(|(at, day)| {
            let message = format!("there is no such day as {day}");
            Diagnostic::new(&codes::CONFIG_YAML, place(&["suppress", &at.to_string(), "until"]), message)
                .help("give a day of the calendar: 2026-03-04")
        }));
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// The same, leaving out what a baseline knows.
    #[must_use]
    pub fn with_baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = Some(Mutex::new(baseline));
        self
    }

    /// What the checker must look for, so that everything that may count is found.
    pub fn options(&self) -> check::Options {
        let named = !self.select.is_empty() || !self.levels.is_empty();
        let audience = if named { Audience::Auditor } else { self.audience };
        check::Options {
            audience,
            schemas: if self.schema { check::Schemas::All } else { check::Schemas::Ours },
        }
    }

    /// Whether a file is left out altogether.
    pub fn skips(&self, path: &str) -> bool {
        let path = shown(path);
        let of_all = self.ignored.iter().filter(|entry| entry.rules.is_empty());
        let matching = of_all.flat_map(|entry| &entry.paths).filter(|one| one.glob.is_match(path));
        // Every one that matches is of use.
        matching.fold(false, |_, one| {
            one.used.store(true, Ordering::Relaxed);
            true
        })
    }

    /// Whether files must be asked about in their order, because a baseline counts what it knows.
    pub fn counts(&self) -> bool {
        self.baseline.is_some()
    }

    /// The findings of one file that [`Policy::keep`] would keep. Nothing of the baseline is used up.
    pub fn preview(&self, findings: Vec<Located>) -> Vec<Located> {
        let judged = self.judge_all(findings);
        match self.baseline.as_ref().map(Mutex::lock) {
            Some(Ok(baseline)) => baseline.without_known(judged),
            _ => judged,
        }
    }

    /// The findings of one file that count, with the weight they have here.
    pub fn keep(&self, findings: Vec<Located>) -> Vec<Located> {
        let mut kept = self.judge_all(findings);
        kept.retain(|found| !self.is_known(found));
        kept
    }

    /// The same, with what the baseline knows.
    pub fn judge_all(&self, findings: Vec<Located>) -> Vec<Located> {
        findings.into_iter().filter_map(|found| self.judge(found)).collect()
    }

    fn judge(&self, mut found: Located) -> Option<Located> {
        let rule = found.diagnostic.rule;
        if !self.wants(rule) {
            return None;
        }
        let path = shown(&found.path);
        let ignored = |entry: &IgnoredPaths| {
            (entry.rules.is_empty() || named(&entry.rules, rule)) && entry.is_match(path)
        };
        if self.ignored.iter().any(ignored) || self.is_suppressed(&found) {
            return None;
        }
        let level = self.level(rule);
        if let Some(severity) = level.and_then(Level::severity) {
            found.diagnostic.severity = severity;
        } else if self.persona == Persona::Responder && rule.code.starts_with("CF8") {
            found.diagnostic.severity = Severity::Error;
        }
        Some(found)
    }

    /// Whether a rule is asked at all.
    fn wants(&self, rule: &Rule) -> bool {
        // Whoever names a rule wants it, whomever it is for.
        let wanted = if self.select.is_empty() {
            rule.audience <= self.audience || self.is_named(rule)
        } else {
            named(&self.select, rule)
        };
        wanted && !named(&self.ignore, rule) && self.level(rule) != Some(Level::Off)
    }

    /// Whether the configuration gives this very rule a weight. One for a family says how much its findings weigh, and not
    /// that rules for others are wanted.
    fn is_named(&self, rule: &Rule) -> bool {
        self.levels.iter().any(|(selector, level)| selector.is_one(rule) && *level != Level::Off)
    }

    /// What the configuration makes of a rule: the closest selector decides.
    fn level(&self, rule: &Rule) -> Option<Level> {
        let matching = self.levels.iter().filter(|(selector, _)| selector.matches(rule));
        matching.max_by_key(|(selector, _)| selector.closeness()).map(|(_, level)| *level)
    }

    fn is_suppressed(&self, found: &Located) -> bool {
        let path = shown(&found.path);
        let pointer = found.diagnostic.pointer.as_str();
        let within = |prefix: &String| {
            pointer.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut suppressed = false;
        for one in self.suppressions.iter().filter(|one| one.rule.matches(found.diagnostic.rule)) {
            let here = one.path.as_ref().is_none_or(|glob| glob.is_match(path))
                && one.pointer.as_ref().is_none_or(within);
            if here {
                one.used.store(true, Ordering::Relaxed);
                suppressed |= !one.expired;
            }
        }
        suppressed
    }

    fn is_known(&self, found: &Located) -> bool {
        let Some(baseline) = &self.baseline else { return false };
        baseline.lock().is_ok_and(|mut baseline| baseline.take(found))
    }

    /// What is to be said about the configuration and the baseline after these files were judged.
    pub fn leftovers(&self, reach: &Reach<'_>) -> Leftovers {
        let mut config = Vec::new();
        for one in self.ignored.iter().flat_map(|entry| &entry.paths) {
            let is_used = one.used.load(Ordering::Relaxed) || reach.has(&one.glob);
            config.extend((!is_used && reach.is_whole(&one.glob)).then(|| reach.no_file(one.place.clone())));
        }
        for one in &self.suppressions {
            let at = Pointer::root().join("suppress").join(one.entry);
            let used = one.used.load(Ordering::Relaxed);
            // What covers findings of rules that were not asked may be of use when they are.
            let is_asked =
                || super::rules().filter(|rule| one.rule.matches(rule)).all(|rule| self.wants(rule));
            let is_whole = one.path.as_ref().map_or(!reach.folders.is_empty(), |glob| reach.is_whole(glob));
            if used && one.expired {
                let finding = Diagnostic::new(
                    &codes::EXPIRED_SUPPRESSION,
                    at.join("until"),
                    "this suppression has expired, and what it covers is there again",
                );
                config.push(finding.help("mend what it covers, or give it a new day and a new reason"));
            } else if used || !is_whole {
                continue;
            } else if one.path.as_ref().is_some_and(|glob| !reach.has(glob)) {
                config.push(reach.no_file(at.join("path")));
            } else if is_asked() {
                let message = "this suppression covers nothing in the files that were checked";
                let finding = Diagnostic::new(&codes::UNUSED_SUPPRESSION, at, message);
                config.push(finding.help("remove it; what it covered is mended, or stands elsewhere now"));
            }
        }
        let baseline = self.baseline.as_ref().and_then(|baseline| baseline.lock().ok());
        let (gone, moved) = baseline.map_or((0, None), |it| (it.left(reach.files), it.moved(reach.files)));
        Leftovers { config, gone, moved }
    }
}

/// What a policy had no use for.
#[derive(Debug)]
pub struct Leftovers {
    /// Findings about the configuration file.
    pub config: Vec<Diagnostic>,
    /// How many findings of the baseline are no longer there.
    pub gone: usize,
    /// A file as the baseline names it and as it was checked, where it knows every file by another name.
    pub moved: Option<(String, String)>,
}

/// Why there is no policy.
#[derive(Debug)]
pub enum Refusal {
    /// The command line names what does not exist.
    Usage(String),
    /// The configuration file does.
    Config(Vec<Diagnostic>),
}

/// Reads a configuration file.
///
/// # Errors
/// Findings in it: no YAML, or not as its schema says.
pub fn config(source: &Source) -> Result<Config, Vec<Diagnostic>> {
    typed::read(source, "config", &codes::CONFIG_YAML, Config::from_value)
}

fn named(list: &[Selector], rule: &Rule) -> bool {
    list.iter().any(|selector| selector.matches(rule))
}

/// A name as globs are matched against it.
pub(super) fn shown(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
