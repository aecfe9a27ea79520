//! Which entities of a run a pattern may touch: the run-time counterpart of the guards of selection.

use super::context::{Turn, Use, step};
use super::ir::{Step, StepKind, Term, Test, Value};
use super::lists::ENTITIES;
use super::protection::{identifiers, known_as, plainly_named, unprotected};
use super::{condition, names, resolve};
use crate::ingest::{EntityKind, Field};
use crate::select::pattern::{self, Argument};
use crate::select::{Mode, Pattern};

/// Name of the step that holds the protected domains and addresses in lower case.
pub(super) const PROTECTED_NETWORK: &str = "Protected_network";
/// Name of the step that holds, in lower case, what a person is always asked about.
pub(super) const ALWAYS_ASK: &str = "Always_ask";

/// Beginnings of addresses that mean something only inside a network (RFC 1918, RFC 3927, RFC 4193, loopback,
/// multicast). Shared address space (RFC 6598) has no beginning of its own and is left to the protected list.
const LOCAL_PREFIXES: &[&str] = &[
    "10.", "127.", "169.254.", "192.168.", "0.", "172.16.", "172.17.", "172.18.", "172.19.", "172.20.",
    "172.21.", "172.22.", "172.23.", "172.24.", "172.25.", "172.26.", "172.27.", "172.28.", "172.29.",
    "172.30.", "172.31.", "224.", "239.", "255.", "::", "fc", "fd", "fe8", "fe9", "fea", "feb", "ff",
];

/// The step that keeps what a use of a pattern may touch: the list of targets. The entity has the facts that the calls
/// need, and it is not protected. What is done at once also wants an incident of the playbook's kind by name,
/// and what follows a use at once leaves out what was done there, unless it is to be done again.
///
/// `new` says that no earlier run has done it, where that counts.
pub(super) fn filter(one: &Use<'_>, mode: Mode, new: Option<Test>) -> Step {
    let pattern = one.pattern;
    let there = |field: &Field| Test::Empty(Term::This.get(field.name())).negated();
    let mut tests = Vec::new();
    let mut note = "Whom or what \"{}\" may touch in this run.";
    if mode == Mode::Reusable {
        match one.turn {
            Turn::AtOnce => {
                note = "What \"{}\" is done to without a question: the product judged it, and the incident names what this playbook is for.";
                tests.push(condition::matched());
                tests.extend(pattern.entity.map(may_touch_unasked).unwrap_or_default());
            }
            Turn::After { at_once, again: false } => {
                let done = Term::Apply("string", vec![Term::Rows(names::join(at_once, "targets"))]);
                let this = Term::Apply("string", vec![Term::This]);
                tests.push(Test::Contains(done, this).negated());
            }
            _ => {}
        }
    }
    if mode == Mode::OneShot && one.by_sid {
        tests.push(own(one));
    }
    tests.extend(pattern.needs.iter().map(there));
    if !pattern.needs_any.is_empty() {
        tests.push(Test::Any(pattern.needs_any.iter().map(there).collect()));
    }
    tests.extend(pattern.entity.map(may_touch).unwrap_or_default());
    if pattern.is_about_sender() {
        let sender = lower(Term::This.get(Field::Sender.name()));
        let domain = Term::Apply("last", vec![Term::Apply("split", vec![sender, Term::text("@")])]);
        tests.extend(outside_network(&domain));
    }
    tests.extend(new);
    let from = match one.by_sid {
        true => Term::Apply("union", vec![one.found.clone(), Term::Rows(resolve::BY_SID.into())]),
        false => one.found.clone(),
    };
    Step {
        name: names::join(one.stem, "targets"),
        after: Vec::new(),
        note: Some(note.replace("{}", &pattern.title)),
        pattern: Some(pattern.id.clone()),
        kind: StepKind::Filter { from, test: Test::All(tests) },
    }
}

/// That an account is one that a one-shot playbook acts on by this pattern, or was found by the security identifier of one: each
/// pattern has accounts of its own.
fn own(one: &Use<'_>) -> Test {
    let string = |term: Term| Term::Apply("string", vec![term]);
    let list = || string(Term::Output(ENTITIES.into()).get(one.stem));
    let sid = lower(Term::This.get(Field::Sid.name()));
    let sid = Term::Apply("concat", vec![Term::text("\"sid\":\""), sid, Term::text("\"")]);
    Test::Any(vec![
        Test::Contains(list(), string(Term::This)),
        Test::Contains(Term::Apply("toLower", vec![list()]), sid),
    ])
}

/// What must hold besides before something is done without a question: nobody wants to be asked in any case, and its name does
/// not suggest a domain controller or a service account.
fn may_touch_unasked(kind: EntityKind) -> Vec<Test> {
    let names: &[Field] = match kind {
        EntityKind::Account => &[Field::Id, Field::Upn],
        EntityKind::Device => &[Field::Id, Field::Name],
        EntityKind::File => &[Field::Sha256],
        _ => &[],
    };
    let unlisted = names.iter().map(|field| unlisted(ALWAYS_ASK, lower(Term::This.get(field.name()))));
    unlisted.chain(plainly_named(kind, &Term::This)).collect()
}

/// That a value is not on a list in lower case. An empty text is on no list, even where the list itself was made from
/// an empty text.
fn unlisted(list: &str, term: Term) -> Test {
    let there = Test::Contains(Term::Output(list.into()), term.clone()).negated();
    Test::Any(vec![Test::Empty(term), there])
}

fn may_touch(kind: EntityKind) -> Vec<Test> {
    let field = |field: Field| Term::This.get(field.name());
    match kind {
        EntityKind::Account | EntityKind::Device => {
            unprotected(kind, &known_as(kind, identifiers(kind, &Term::This)))
        }
        EntityKind::Ip => {
            let address = lower(field(Field::Address));
            let starts = |prefix: &&str| {
                Test::Holds(Term::Apply("startsWith", vec![address.clone(), Term::text(*prefix)]))
            };
            let local = Test::Any(LOCAL_PREFIXES.iter().map(starts).collect());
            vec![unlisted(PROTECTED_NETWORK, address.clone()), local.negated()]
        }
        EntityKind::Url => outside_network(&lower(Term::This.get(HOST))),
        EntityKind::File => {
            let holds =
                |field_: Field, part: &str| Test::Contains(lower(field(field_)), Term::text(part)).negated();
            let mut tests = vec![holds(Field::Publisher, "microsoft")];
            tests.extend(SYSTEM_FOLDERS.iter().map(|folder| holds(Field::Path, folder)));
            tests
        }
        _ => Vec::new(),
    }
}

/// That neither a host in lower case nor a domain that it lies in is protected.
fn outside_network(host: &Term) -> Vec<Test> {
    let below = (2..=MAX_LABELS).map(|count| unlisted(PROTECTED_NETWORK, last_labels(host, count)));
    std::iter::once(unlisted(PROTECTED_NETWORK, host.clone())).chain(below).collect()
}

/// Folders of the operating system, in lower case, as the guard of selection has them.
const SYSTEM_FOLDERS: &[&str] =
    &["\\windows\\system32", "\\windows\\syswow64", "\\windows\\winsxs", "\\windows\\microsoft.net"];

/// Member that the host of a URL is kept under.
pub(super) const HOST: &str = "host";
/// Most labels of a host name that a protected domain may have.
const MAX_LABELS: i64 = 6;

/// The list that [`hosts`] makes of a collection of URLs.
pub(super) fn with_hosts(collection: &str) -> String {
    names::join(collection, "hosts")
}

/// The steps that add its host to each URL of a collection. The text is made regular first, so that a query, a fragment, a
/// backslash or a second scheme can neither hide a protected host nor pretend to be one.
pub(super) fn hosts(collection: &str, fields: &[Field]) -> [Step; 2] {
    const REGULAR: &str = "regular";
    let map = |name: String, from: &str, extra: &str, term: Term| {
        let members = fields.iter().map(|field| field.name()).map(|name| (name, Term::This.get(name)));
        let members = members.chain([(extra, term)]);
        let to = Value::Object(members.map(|(name, term)| (name.to_owned(), Value::Term(term))).collect());
        step(name, Vec::new(), StepKind::Map { from: Term::Rows(from.to_owned()), to })
    };
    let name = names::join(collection, REGULAR);
    let made = map(name.clone(), collection, REGULAR, regular(lower(Term::This.get(Field::Url.name()))));
    [made, map(with_hosts(collection), &name, HOST, host(&Term::This.get(REGULAR)))]
}

/// A URL with every separator a slash.
fn regular(url: Term) -> Term {
    ["\\", "?", "#"]
        .into_iter()
        .fold(url, |url, separator| Term::Apply("replace", vec![url, Term::text(separator), Term::text("/")]))
}

/// The host of a regular URL, with or without scheme; without user, port and final dot. `split` never fails where
/// `uriHost` would.
fn host(url: &Term) -> Term {
    let parts = Term::Apply("split", vec![url.clone(), Term::text("://")]);
    let scheme = Term::Apply("first", vec![parts.clone()]);
    let rest = Term::Apply("last", vec![Term::Apply("take", vec![parts, Term::Number(2)])]);
    let bare = Test::Any(vec![
        Test::Contains(url.clone(), Term::text("://")).negated(),
        Test::Contains(scheme, Term::text("/")),
    ]);
    let authority = Term::Apply("if", vec![bare.term(), first(url.clone(), "/"), first(rest, "/")]);
    let named = Term::Apply("last", vec![Term::Apply("split", vec![authority, Term::text("@")])]);
    let host = first(named, ":");
    let length = Term::Apply("sub", vec![Term::Apply("length", vec![host.clone()]), Term::Number(1)]);
    let without = Term::Apply("take", vec![host.clone(), Term::Apply("max", vec![Term::Number(0), length])]);
    let dotted = Term::Apply("endsWith", vec![host.clone(), Term::text(".")]);
    Term::Apply("if", vec![dotted, without, host])
}

/// The part of a text before the first separator.
pub(super) fn first(text: Term, separator: &str) -> Term {
    Term::Apply("first", vec![Term::Apply("split", vec![text, Term::text(separator)])])
}

/// A text in lower case; nothing becomes the empty text, which no list of names holds.
pub(super) fn lower(term: Term) -> Term {
    Term::Apply("toLower", vec![Term::Apply("coalesce", vec![term, Term::text("")])])
}

/// The last labels of a host name: `a.b.c` → `b.c`.
fn last_labels(host: &Term, count: i64) -> Term {
    let labels = Term::Apply("split", vec![host.clone(), Term::text(".")]);
    let surplus = Term::Apply("sub", vec![Term::Apply("length", vec![labels.clone()]), Term::Number(count)]);
    let skipped = Term::Apply("max", vec![Term::Number(0), surplus]);
    Term::Apply("join", vec![Term::Apply("skip", vec![labels, skipped]), Term::text(".")])
}

/// The targets.
pub(super) fn all(stem: &str) -> Term {
    Term::Rows(names::join(stem, "targets"))
}

/// What a pattern's loop goes through: the targets, or of them those that a person ticked.
pub(super) fn items(one: &Use<'_>) -> Term {
    match one.ticked {
        true => Term::Rows(one.name("wanted")),
        false => all(one.stem),
    }
}

/// What people recognise an entity by: the first naming field that is there.
pub(super) fn label(kind: EntityKind, entity: &Term) -> Term {
    let mut names: Vec<Term> = kind.naming().iter().map(|field| entity.clone().get(field.name())).collect();
    names.push(Term::text("(unnamed)"));
    let name = Term::Apply("coalesce", names);
    if kind == EntityKind::Url {
        // Mail programs make links of addresses; nobody should be one click from this one.
        return Term::Apply("replace", vec![name, Term::text("://"), Term::text("[:]//")]);
    }
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
        EntityKind::File => &[Field::Publisher],
        kind => kind.identifying(),
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
    let each = pattern.each.iter().map(|each| &each.test);
    let tests = pattern.only_if.iter().map(|condition| &condition.test).chain(proof).chain(each);
    fields.extend(tests.flat_map(of_test));
    fields.extend(pattern.store.values().flat_map(of_argument));
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
        Written::Equals(a, b) | Written::Since(a, b) | Written::Lists(a, b) => {
            [a, b].into_iter().flat_map(of_argument).collect()
        }
        Written::In(a, _) | Written::Present(a) | Written::Contains(a, _) => of_argument(a),
        Written::Not(test) => of_test(test),
        Written::All(tests) | Written::Any(tests) => tests.iter().flat_map(of_test).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::select::host_of;

    /// Evaluates the functions that [`host`] and [`regular`] use, over texts and lists of texts.
    fn eval(term: &Term) -> Seen {
        match term {
            Term::Text(text) => Seen::Text(text.clone()),
            Term::Number(number) => Seen::Number(*number),
            Term::Apply(function, arguments) => {
                let values: Vec<Seen> = arguments.iter().map(eval).collect();
                apply(function, &values)
            }
            other => panic!("unexpected {other:?}"),
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    enum Seen {
        Text(String),
        Number(i64),
        Flag(bool),
        List(Vec<String>),
    }

    fn apply(function: &str, values: &[Seen]) -> Seen {
        use Seen::{Flag, List, Number, Text};
        match (function, values) {
            ("replace", [Text(text), Text(from), Text(to)]) => Text(text.replace(from, to)),
            ("split", [Text(text), Text(by)]) => List(text.split(by.as_str()).map(str::to_owned).collect()),
            ("first", [List(list)]) => Text(list[0].clone()),
            ("last", [List(list)]) => Text(list[list.len() - 1].clone()),
            ("take", [List(list), Number(count)]) => {
                List(list.iter().take(usize::try_from(*count).unwrap()).cloned().collect())
            }
            ("take", [Text(text), Number(count)]) => {
                Text(text.chars().take(usize::try_from(*count).unwrap()).collect())
            }
            ("contains", [Text(text), Text(part)]) => Flag(text.contains(part.as_str())),
            ("endsWith", [Text(text), Text(part)]) => Flag(text.ends_with(part.as_str())),
            ("length", [Text(text)]) => Number(text.chars().count() as i64),
            ("sub", [Number(a), Number(b)]) => Number(a - b),
            ("max", [Number(a), Number(b)]) => Number(*a.max(b)),
            ("not", [Flag(flag)]) => Flag(!flag),
            ("or", [Flag(a), Flag(b)]) => Flag(*a || *b),
            ("if", [Flag(flag), yes, no]) => {
                if *flag {
                    yes.clone()
                } else {
                    no.clone()
                }
            }
            (name, values) => panic!("unexpected {name}({values:?})"),
        }
    }

    fn at_run_time(url: &str) -> String {
        match eval(&host(&regular(Term::text(url.to_lowercase())))) {
            Seen::Text(host) => host,
            other => panic!("a host is text, not {other:?}"),
        }
    }

    proptest! {
        /// The compiler's guard and the playbook's filter must see the same host.
        #[test]
        fn hosts_are_read_alike(url in r"(https?|[a-z]{0,3})(://|:)?[a-zA-Z.@:?#/\\-]{0,24}(://)?[a-z./?]{0,12}") {
            let compiled = host_of(&url).unwrap_or_default();
            prop_assert_eq!(at_run_time(&url), compiled, "{}", url);
        }
    }

    #[test]
    fn nothing_hides_a_host_and_nothing_pretends_to_be_one() {
        for url in [
            "https://contoso.com?x=1",
            "https://contoso.com#a",
            "https://contoso.com./a",
            "https://contoso.com\\@evil.example/",
            "https://user:pw@contoso.com:8443/r?u=https://evil.example/a",
            "contoso.com/r?u=https://evil.example/a",
        ] {
            assert_eq!(at_run_time(url), "contoso.com", "{url}");
        }
        assert_eq!(at_run_time("https://evil.example?@contoso.com"), "evil.example");
        assert_eq!(at_run_time("https://evil.example/?next=https://contoso.com/"), "evil.example");
    }
}
