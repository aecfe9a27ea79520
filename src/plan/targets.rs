//! Which entities of a run a pattern may touch: the run-time counterpart of the guards of selection.

use super::ir::{Step, StepKind, Term, Test};
use super::names;
use crate::ingest::{EntityKind, Field};
use crate::select::Pattern;
use crate::select::pattern::{self, Argument};

/// Name of the step that holds the protected accounts in lower case.
pub(super) const PROTECTED_ACCOUNTS: &str = "Protected_accounts";
/// Name of the step that holds the protected devices in lower case.
pub(super) const PROTECTED_DEVICES: &str = "Protected_devices";
/// Name of the step that holds the protected domains and addresses in lower case.
pub(super) const PROTECTED_NETWORK: &str = "Protected_network";

/// Beginnings of addresses that mean something only inside a network (RFC 1918, RFC 3927, RFC 4193, loopback,
/// multicast). Shared address space (RFC 6598) has no beginning of its own and is left to the protected list.
const LOCAL_PREFIXES: &[&str] = &[
    "10.", "127.", "169.254.", "192.168.", "0.", "172.16.", "172.17.", "172.18.", "172.19.", "172.20.",
    "172.21.", "172.22.", "172.23.", "172.24.", "172.25.", "172.26.", "172.27.", "172.28.", "172.29.",
    "172.30.", "172.31.", "224.", "239.", "255.", "::", "fc", "fd", "fe8", "fe9", "fea", "feb", "ff",
];

/// The step that keeps what the pattern may touch: the switch is on, the incident is not marked to be left alone, the
/// entity has the facts that the calls need, and it is not protected.
pub(super) fn filter(stem: &str, pattern: &Pattern, from: Term) -> Step {
    let mut tests =
        vec![Test::Holds(Term::Parameter("Enabled".into())), Test::Holds(Term::Stopped(None)).negated()];
    tests.extend(pattern.needs.iter().map(|field| Test::Empty(Term::This.get(field.name())).negated()));
    if !pattern.needs_any.is_empty() {
        let any = pattern.needs_any.iter().map(|field| Test::Empty(Term::This.get(field.name())).negated());
        tests.push(Test::Any(any.collect()));
    }
    tests.extend(pattern.entity.map(may_touch).unwrap_or_default());
    Step {
        name: names::join(stem, "targets"),
        after: Vec::new(),
        note: Some(format!("Whom or what \"{}\" may touch in this run.", pattern.title)),
        pattern: Some(pattern.id.clone()),
        kind: StepKind::Filter { from, test: Test::All(tests) },
    }
}

fn may_touch(kind: EntityKind) -> Vec<Test> {
    // An empty text is on no list, even where the list itself is made from an empty text.
    let listed = |list: &str, term: Term| {
        let there = Test::Contains(Term::Output(list.into()), term.clone()).negated();
        Test::Any(vec![Test::Empty(term), there])
    };
    let lower = |field: Field| lower(Term::This.get(field.name()));
    match kind {
        EntityKind::Account => [Field::Id, Field::Upn, Field::Name, Field::Sid]
            .into_iter()
            .map(|field| listed(PROTECTED_ACCOUNTS, lower(field)))
            .collect(),
        EntityKind::Device => [Field::Id, Field::Name]
            .into_iter()
            .map(|field| listed(PROTECTED_DEVICES, lower(field)))
            .collect(),
        EntityKind::Ip => {
            let local = LOCAL_PREFIXES.iter().map(|prefix| {
                Test::Holds(Term::Apply("startsWith", vec![lower(Field::Address), Term::text(*prefix)]))
            });
            vec![listed(PROTECTED_NETWORK, lower(Field::Address)), Test::Any(local.collect()).negated()]
        }
        EntityKind::Url => {
            let host = host(lower(Field::Url));
            [host.clone(), last_labels(&host, 2), last_labels(&host, 3)]
                .into_iter()
                .map(|name| listed(PROTECTED_NETWORK, name))
                .collect()
        }
        EntityKind::File => {
            let publisher = lower(Field::Publisher);
            vec![Test::Contains(publisher, Term::text("microsoft")).negated()]
        }
        _ => Vec::new(),
    }
}

/// A text in lower case; nothing becomes the empty text, which no list of names holds.
fn lower(term: Term) -> Term {
    Term::Apply("toLower", vec![Term::Apply("coalesce", vec![term, Term::text("")])])
}

/// The authority of a URL with or without scheme, without user and port: `split` never fails where `uriHost` would.
fn host(url: Term) -> Term {
    let part = |of: Term, by: &str, pick: &'static str| {
        Term::Apply(pick, vec![Term::Apply("split", vec![of, Term::text(by)])])
    };
    let authority = part(part(url, "://", "last"), "/", "first");
    part(part(authority, "@", "last"), ":", "first")
}

/// The last labels of a host name: `a.b.c` → `b.c`.
fn last_labels(host: &Term, count: i64) -> Term {
    let labels = Term::Apply("split", vec![host.clone(), Term::text(".")]);
    let surplus = Term::Apply("sub", vec![Term::Apply("length", vec![labels.clone()]), Term::Number(count)]);
    let skipped = Term::Apply("max", vec![Term::Number(0), surplus]);
    Term::Apply("join", vec![Term::Apply("skip", vec![labels, skipped]), Term::text(".")])
}

/// The targets, no more than the deployment allows.
pub(super) fn capped(stem: &str) -> Term {
    Term::Apply("take", vec![Term::Rows(names::join(stem, "targets")), Term::Parameter("MaxTargets".into())])
}

/// What people recognise an entity by: the first naming field that is there.
pub(super) fn label(kind: EntityKind, entity: &Term) -> Term {
    let mut names: Vec<Term> = kind.naming().iter().map(|field| entity.clone().get(field.name())).collect();
    names.push(Term::text("(unnamed)"));
    let name = Term::Apply("coalesce", names);
    if kind != EntityKind::Message {
        return name;
    }
    // All copies of a message have one subject: the recipient tells them apart.
    let recipient = entity.clone().get(Field::Recipient.name());
    let recipient = Term::Apply("coalesce", vec![recipient, Term::text("(unknown)")]);
    Term::Apply("concat", vec![name, Term::text(" to "), recipient])
}

/// Fields that a pattern of this kind reads at run time: what it needs, what people recognise, what guards look at.
pub(super) fn fields(pattern: &Pattern) -> Vec<Field> {
    let Some(kind) = pattern.entity else { return Vec::new() };
    let guards: &[Field] = match kind {
        EntityKind::Account => &[Field::Id, Field::Upn, Field::Name, Field::Sid],
        EntityKind::Device => &[Field::Id, Field::Name],
        EntityKind::File => &[Field::Publisher],
        _ => &[],
    };
    let used = used(pattern);
    let mut fields: Vec<Field> = pattern
        .needs
        .iter()
        .chain(&pattern.needs_any)
        .chain(kind.naming())
        .chain(guards)
        .copied()
        .chain(used)
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Every field of the entity that a pattern's arguments, tests and texts name.
fn used(pattern: &Pattern) -> Vec<Field> {
    let mut fields: Vec<Field> =
        pattern.calls().flat_map(|call| call.with.values()).flat_map(of_argument).collect();
    let proof = pattern.proof.iter().map(|proof| &proof.test);
    fields.extend(pattern.only_if.iter().map(|condition| &condition.test).chain(proof).flat_map(of_test));
    let prose = &pattern.prose;
    for text in prose.more.values().chain([&prose.ask, &prose.done]) {
        let named = text.split("entity.").skip(1).filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            Field::parse(&rest[..end])
        });
        fields.extend(named);
    }
    fields
}

fn of_argument(argument: &Argument) -> Vec<Field> {
    match argument {
        Argument::Entity(field) => vec![*field],
        Argument::List(items) | Argument::First(items) => items.iter().flat_map(of_argument).collect(),
        Argument::Object(members) => members.values().flat_map(of_argument).collect(),
        Argument::Filter(filter) => of_argument(&filter.equals),
        _ => Vec::new(),
    }
}

fn of_test(test: &pattern::Test) -> Vec<Field> {
    use pattern::Test as Written;
    match test {
        Written::Equals(a, b) => [a, b].into_iter().flat_map(of_argument).collect(),
        Written::In(a, _) | Written::Present(a) => of_argument(a),
        Written::Not(test) => of_test(test),
        Written::All(tests) | Written::Any(tests) => tests.iter().flat_map(of_test).collect(),
    }
}
