//! Which parts of a definition a rule asks to see, and the table that finds the rules for a part.
//!
//! There are many rules and many more actions and calls. A rule that says what it is interested in is asked about that
//! alone; the walk looks up an action's type and a call's function once, whatever the number of rules.

use std::sync::OnceLock;

use crate::base::names::{self, compare, same};

use super::lint::Lint;
use super::options::Options;
use super::rules::LINTS;

/// What a rule is asked about. Begin with [`Interest::NONE`] and add; a method that the interest leaves out is never
/// called.
///
/// ```
/// # use counterflow::check::Interest;
/// let interest = Interest::NONE.calls(&["items", "item"]).actions(&["Foreach"]);
/// # let _ = interest;
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Interest {
    bundles: bool,
    documents: bool,
    definitions: bool,
    triggers: bool,
    texts: bool,
    issues: bool,
    actions: Names,
    calls: Names,
}

/// Some names, in any case, or all.
#[derive(Debug, Clone, Copy)]
enum Names {
    None,
    Of(&'static [&'static str]),
    All,
}

impl Interest {
    /// Nothing yet.
    pub const NONE: Self = Self {
        bundles: false,
        documents: false,
        definitions: false,
        triggers: false,
        texts: false,
        issues: false,
        actions: Names::None,
        calls: Names::None,
    };

    /// Everything: what a rule that does not say is asked about.
    pub const ALL: Self = Self {
        bundles: true,
        documents: true,
        definitions: true,
        triggers: true,
        texts: true,
        issues: true,
        actions: Names::All,
        calls: Names::All,
    };

    /// [`Lint::definition`].
    #[must_use]
    pub const fn definitions(self) -> Self {
        Self { definitions: true, ..self }
    }

    /// [`Lint::bundle`].
    #[must_use]
    pub const fn bundles(self) -> Self {
        Self { bundles: true, ..self }
    }

    /// [`Lint::document`].
    #[must_use]
    pub const fn documents(self) -> Self {
        Self { documents: true, ..self }
    }

    /// [`Lint::trigger`].
    #[must_use]
    pub const fn triggers(self) -> Self {
        Self { triggers: true, ..self }
    }

    /// [`Lint::text`].
    #[must_use]
    pub const fn texts(self) -> Self {
        Self { texts: true, ..self }
    }

    /// [`Lint::issue`].
    #[must_use]
    pub const fn issues(self) -> Self {
        Self { issues: true, ..self }
    }

    /// [`Lint::action`], for actions of these types, in any case.
    #[must_use]
    pub const fn actions(self, types: &'static [&'static str]) -> Self {
        Self { actions: Names::Of(types), ..self }
    }

    /// [`Lint::action`], for every action.
    #[must_use]
    pub const fn every_action(self) -> Self {
        Self { actions: Names::All, ..self }
    }

    /// [`Lint::call`], for calls of these functions, in any case.
    #[must_use]
    pub const fn calls(self, functions: &'static [&'static str]) -> Self {
        Self { calls: Names::Of(functions), ..self }
    }

    /// [`Lint::call`], for every call.
    #[must_use]
    pub const fn every_call(self) -> Self {
        Self { calls: Names::All, ..self }
    }
}

/// The rules by what they are interested in.
pub(super) struct Table {
    pub(super) bundles: Vec<&'static dyn Lint>,
    pub(super) documents: Vec<&'static dyn Lint>,
    pub(super) definitions: Vec<&'static dyn Lint>,
    pub(super) triggers: Vec<&'static dyn Lint>,
    pub(super) texts: Vec<&'static dyn Lint>,
    pub(super) issues: Vec<&'static dyn Lint>,
    pub(super) actions: ByName,
    pub(super) calls: ByName,
}

/// Rules by name, those for all names among those of each.
pub(super) struct ByName {
    all: Vec<&'static dyn Lint>,
    /// Which of the lists is that of a name.
    index: names::ByName<'static, usize>,
    lists: Vec<Vec<&'static dyn Lint>>,
}

impl Table {
    /// The rules that are wanted. Worked out once for each audience.
    pub(super) fn of(options: &Options) -> &'static Self {
        static TABLES: [OnceLock<Table>; Options::AUDIENCES] =
            [const { OnceLock::new() }; Options::AUDIENCES];
        let place = (options.audience as usize).min(Options::AUDIENCES - 1);
        TABLES[place].get_or_init(|| {
            let wanted = LINTS.iter().filter(|lint| options.wants(lint.rule())).copied();
            Self::new(wanted.collect::<Vec<_>>().as_slice())
        })
    }

    fn new(lints: &[&'static dyn Lint]) -> Self {
        let lints: Vec<(Interest, &'static dyn Lint)> =
            lints.iter().map(|lint| (lint.interest(), *lint)).collect();
        let with = |is_interested: fn(&Interest) -> bool| {
            lints.iter().filter(|(interest, _)| is_interested(interest)).map(|(_, lint)| *lint).collect()
        };
        Self {
            bundles: with(|interest| interest.bundles),
            documents: with(|interest| interest.documents),
            definitions: with(|interest| interest.definitions),
            triggers: with(|interest| interest.triggers),
            texts: with(|interest| interest.texts),
            issues: with(|interest| interest.issues),
            actions: ByName::new(lints.iter().map(|(interest, lint)| (interest.actions, *lint))),
            calls: ByName::new(lints.iter().map(|(interest, lint)| (interest.calls, *lint))),
        }
    }
}

impl ByName {
    fn new(lints: impl Iterator<Item = (Names, &'static dyn Lint)> + Clone) -> Self {
        let named = lints.clone().flat_map(|(names, _)| match names {
            Names::Of(names) => names,
            Names::All | Names::None => &[],
        });
        let mut names: Vec<&str> = named.copied().collect();
        names.sort_by(|a, b| compare(a, b));
        names.dedup_by(|a, b| same(a, b));
        let index = names::ByName::new(names.iter().enumerate().map(|(at, name)| (*name, at)));
        let mut found = Self { all: Vec::new(), index, lists: vec![Vec::new(); names.len()] };
        for (names, lint) in lints {
            match names {
                Names::None => {}
                Names::Of(names) => {
                    let own = names.iter().flat_map(|name| found.index.get(name));
                    own.for_each(|at| found.lists[*at].push(lint));
                }
                Names::All => {
                    found.all.push(lint);
                    found.lists.iter_mut().for_each(|list| list.push(lint));
                }
            }
        }
        found
    }

    /// The rules for a name, in any case.
    pub(super) fn get(&self, name: &str) -> &[&'static dyn Lint] {
        self.index.get(name).first().map_or(&self.all, |at| &self.lists[*at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Rule;
    use crate::check::rules;

    struct Probe(Interest);

    impl Lint for Probe {
        fn rule(&self) -> &'static Rule {
            rules::LINTS[0].rule()
        }

        fn interest(&self) -> Interest {
            self.0
        }
    }

    #[test]
    fn a_name_finds_the_rules_for_it_and_for_all() {
        static PROBES: [Probe; 3] = [
            Probe(Interest::NONE.calls(&["Items", "body"]).triggers()),
            Probe(Interest::ALL),
            Probe(Interest::NONE.actions(&["Foreach"])),
        ];
        let table = Table::new(&[&PROBES[0], &PROBES[1], &PROBES[2]]);
        let count = |names: &ByName, name: &str| names.get(name).len();
        assert_eq!(["items", "BODY", "concat"].map(|name| count(&table.calls, name)), [2, 2, 1]);
        assert_eq!(["FOREACH", "If", &"x".repeat(100)].map(|name| count(&table.actions, name)), [2, 1, 1]);
        assert_eq!((table.triggers.len(), table.texts.len()), (2, 1));
    }
}
