//! The data that the binary carries: patterns, operations, clouds. What they say of each other is true.
//!
//! Patterns and operations are added without a line of Rust, so these tests are the compiler of both. They walk the files
//! as JSON: a new kind of test or argument is covered without a change here.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use counterflow::data::attack::{self, Status};
use counterflow::data::connector::{self, Cloud, Host, Operation, Service};
use counterflow::data::schemas;
use counterflow::ingest::Field;
use counterflow::select::pattern::{self, Library};
use serde_json::Value as Json;

use crate::support;

mod gating;
mod promises;
mod relied;
mod selected;

const HOSTS: [Host; 2] = [Host::LogicApp, Host::PowerAutomate];

/// Every pattern as JSON, by its file's name.
fn patterns() -> BTreeMap<&'static str, Json> {
    pattern::texts().map(|(file, text)| (file, serde_yaml::from_str(text).unwrap())).collect()
}

/// Every operation.
fn operations() -> impl Iterator<Item = &'static Operation> {
    connector::operation_ids().filter_map(connector::known)
}

/// The values of every member of that name, however deep.
fn all<'j>(value: &'j Json, key: &str) -> Vec<&'j Json> {
    let mut found = Vec::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Json::Array(items) => pending.extend(items),
            Json::Object(members) => {
                found.extend(members.get(key));
                pending.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

fn list<'j>(value: &'j Json, key: &str) -> &'j [Json] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn calls(pattern: &Json) -> impl Iterator<Item = &Json> {
    list(pattern, "read").iter().chain(list(&pattern["proof"], "read")).chain(acting(pattern))
}

/// The calls that act, on the target or on items of it.
fn acting(pattern: &Json) -> impl Iterator<Item = &Json> {
    list(pattern, "act").iter().chain(list(&pattern["each"], "act"))
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// What a bundled schema has against a file, a line each.
fn broken(schema: &str, file: &str, value: &Json) -> Vec<String> {
    let found = schemas::validate(schema, value);
    found.iter().map(|found| format!("{file}#{}: {}", found.pointer.as_str(), found.message)).collect()
}

#[test]
fn every_pattern_follows_its_schema_and_is_called_like_its_file() {
    let patterns = patterns();
    let found: Vec<String> =
        patterns.iter().flat_map(|(file, value)| broken("pattern", file, value)).collect();
    assert!(found.is_empty(), "{found:#?}");
    for (file, pattern) in &patterns {
        assert_eq!(format!("{}.yaml", text(&pattern["id"])), **file);
    }
    assert_eq!(Library::bundled().iter().count(), patterns.len());
    println!("{} patterns", patterns.len());
}

#[test]
fn every_file_of_the_catalogue_follows_its_schema() {
    let files = support::files(&support::root().join("src/data/connector/catalogue"));
    let read = |bytes: &[u8]| -> Json { serde_yaml::from_slice(bytes).unwrap() };
    let found: Vec<String> =
        files.iter().flat_map(|(file, bytes)| broken("operation", file, &read(bytes))).collect();
    assert!(found.is_empty(), "{found:#?}");
    println!("{} operations, {} aliases", operations().count(), connector::alias_ids().count());
}

#[test]
fn every_schema_is_printed_as_it_is_in_its_folder() {
    let folder = support::files(&support::root().join("schemas"));
    let names: BTreeSet<String> = schemas::all().map(|(name, _)| format!("{name}.schema.json")).collect();
    assert_eq!(names, folder.keys().cloned().collect());
    assert!(schemas::all().all(|(name, text)| folder[&format!("{name}.schema.json")] == text.as_bytes()));
}

#[test]
fn calls_exist_and_get_the_arguments_that_they_take() {
    for (file, pattern) in patterns() {
        for call in calls(&pattern) {
            let id = text(&call["call"]);
            let meant: Vec<&Operation> = HOSTS
                .into_iter()
                .filter_map(|host| {
                    connector::resolve(id, host).filter(|operation| operation.hosts.contains(&host))
                })
                .collect();
            assert!(!meant.is_empty(), "{file}: no host has `{id}`");
            let given: BTreeSet<&str> =
                call["with"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            for operation in meant {
                // What an alias gives to the operation of another host is left out here.
                let elsewhere = connector::alias(id).map(|alias| alias.arguments.clone()).unwrap_or_default();
                let own = operation.arguments().map(|one| one.name.as_str());
                let known: BTreeSet<&str> = own.chain(elsewhere.iter().map(String::as_str)).collect();
                let needed: BTreeSet<&str> =
                    operation.arguments().filter(|one| one.required).map(|one| one.name.as_str()).collect();
                assert!(given.is_subset(&known), "{file}: `{}` takes {known:?}, not {given:?}", operation.id);
                assert!(
                    needed.is_subset(&given),
                    "{file}: `{}` needs {needed:?}, not {given:?}",
                    operation.id
                );
            }
        }
    }
}

#[test]
fn names_of_calls_are_unique_in_a_pattern() {
    for (file, pattern) in patterns() {
        let ids: Vec<&str> = calls(&pattern).map(|call| text(&call["id"])).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{file}: {ids:?}");
    }
}

/// What an answer is read from has been called before, and documents the field. A proof is not always asked for, so
/// nothing but itself rests on its calls.
#[test]
fn answers_come_from_earlier_calls_and_from_documented_fields() {
    let mut answers = 0;
    for (file, pattern) in patterns() {
        let mut earlier: BTreeMap<&str, &str> = BTreeMap::new();
        let mut look = |earlier: &BTreeMap<&str, &str>, value: &Json| {
            for answer in all(value, "answer") {
                let answer = answer.as_array().unwrap();
                if !is_column(&pattern, earlier, answer) {
                    documented(file, earlier, answer);
                }
                answers += 1;
            }
        };
        for call in list(&pattern, "read") {
            look(&earlier, &call["with"]);
            earlier.insert(text(&call["id"]), text(&call["call"]));
        }
        let mut with_proof = earlier.clone();
        for call in list(&pattern["proof"], "read") {
            look(&with_proof, &call["with"]);
            with_proof.insert(text(&call["id"]), text(&call["call"]));
        }
        look(&with_proof, &pattern["proof"]["test"]);
        look(&earlier, &pattern["only_if"]);
        look(&earlier, &pattern["each"]["of"]);
        look(&earlier, &pattern["each"]["test"]);
        for call in acting(&pattern) {
            look(&earlier, &call["with"]);
            earlier.insert(text(&call["id"]), text(&call["call"]));
        }
        look(&earlier, &pattern["store"]);
    }
    assert!(answers > 30, "{answers} answers were seen");
}

/// Whether a column of a row is read that the pattern's own query names.
fn is_column(pattern: &Json, earlier: &BTreeMap<&str, &str>, answer: &[Json]) -> bool {
    let [call, results, _, column] = answer else { return false };
    let asks = earlier.get(text(call)).is_some_and(|id| id.starts_with("http.graph.runHuntingQuery"));
    let query = pattern["prose"]["query"].as_str().unwrap_or_default();
    asks && results == "results" && query.contains(&format!(" {} = ", text(column)))
}

fn documented(file: &str, earlier: &BTreeMap<&str, &str>, answer: &[Json]) {
    let (call, keys) = answer.split_first().unwrap();
    let Some(id) = earlier.get(text(call)) else { panic!("{file}: nothing called {call} comes before") };
    let is_position = |key: &&str| key.bytes().all(|byte| byte.is_ascii_digit());
    let path: Vec<&str> =
        keys.iter().map(text).map(|key| if is_position(&key) { "*" } else { key }).collect();
    let path = path.join("/");
    // The two operations of an alias may answer differently: what one host leaves out is nothing there.
    let mut hosts = HOSTS.into_iter().filter_map(|host| connector::resolve(id, host));
    let documents = |operation: &Operation| operation.response.fields.contains_key(&path);
    assert!(path.is_empty() || hosts.any(documents), "{file}: `{id}` documents no {path}");
}

/// The items that a pattern walks come from a list that a read documents, and so does all that it takes of an item.
#[test]
fn items_come_from_documented_lists() {
    for (file, pattern) in patterns() {
        let items = all(&pattern, "item");
        let holes: Vec<&str> = pattern["prose"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|prose| text(prose).split("{{hole \"item.").skip(1))
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        if pattern["each"].is_null() {
            let named = all(&pattern["lists"], "item");
            assert!(items.len() == named.len() && holes.is_empty(), "{file} has no items");
            // Rows of a query have the columns that it projects.
            for query in pattern["prose"]["query"].as_str().into_iter().filter(|_| !named.is_empty()) {
                let column = text(&named[0][0]);
                assert!(query.contains(&format!("{column} =")), "{file}: the query gives no {column}");
            }
            continue;
        }
        let (call, keys) = pattern["each"]["of"]["answer"].as_array().unwrap().split_first().unwrap();
        let read = calls(&pattern).find(|one| one["id"] == *call).unwrap();
        let keys: Vec<&str> = keys.iter().map(text).collect();
        let list = keys.join("/");
        let items = items.into_iter().map(|keys| {
            let keys: Vec<&str> = keys.as_array().unwrap().iter().map(text).collect();
            keys.join("/")
        });
        let paths: Vec<String> = items.chain(holes.into_iter().map(|hole| hole.replace('.', "/"))).collect();
        for operation in HOSTS.into_iter().filter_map(|host| connector::resolve(text(&read["call"]), host)) {
            let fields = &operation.response.fields;
            let position = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
            let list: Vec<&str> = list.split('/').map(|key| if position(key) { "*" } else { key }).collect();
            let list = list.join("/");
            assert_eq!(fields.get(&list).map(String::as_str), Some("array"), "{file}: {list}");
            for path in &paths {
                let path = format!("{list}/*/{path}");
                assert!(fields.contains_key(&path), "{file}: `{}` documents no {path}", operation.id);
            }
        }
    }
}

/// What is put into a query is encoded for the inside of a string literal, so it must stand in one.
#[test]
fn holes_of_queries_stand_in_literals() {
    let mut holes = 0;
    for (file, pattern) in patterns() {
        for call in calls(&pattern) {
            let operation = HOSTS.into_iter().find_map(|host| connector::resolve(text(&call["call"]), host));
            for parameter in operation.iter().flat_map(|operation| &operation.parameters) {
                if parameter.format != Some(connector::Format::Kql) || call["with"][&parameter.name].is_null()
                {
                    continue;
                }
                let query = text(&pattern["prose"][text(&call["with"][&parameter.name]["prose"])]);
                for (before, after) in query.match_indices("{{hole").map(|(at, _)| query.split_at(at)) {
                    let rest = after.split_once("}}").unwrap().1;
                    assert!(before.ends_with('\'') && rest.starts_with('\''), "{file}: {query}");
                    holes += 1;
                }
            }
        }
    }
    println!("{holes} holes in queries");
}

/// What a rollback reads has been stored by what it undoes; nothing else may ask for it.
#[test]
fn what_is_read_back_was_stored() {
    let patterns = patterns();
    let mut read_back = 0;
    for (file, pattern) in &patterns {
        for name in all(pattern, "stored") {
            assert_eq!(pattern["phase"], "recover", "{file}: only a rollback reads {name}");
            let undone = &patterns[format!("{}.yaml", text(&pattern["reversed_by"])).as_str()];
            assert!(undone["store"].get(text(name)).is_some(), "{file}: nothing stores {name}");
            read_back += 1;
        }
        for name in pattern["store"].as_object().into_iter().flat_map(|store| store.keys()) {
            assert_ne!(pattern["phase"], "recover", "{file}: a rollback stores {name}");
        }
    }
    println!("{read_back} values are read back");
}

/// A fact of the entity that a call takes is one that the pattern asks for, or the first of several of which it asks for
/// one or of which the last is no fact of the entity.
#[test]
fn calls_take_facts_of_the_entity_that_are_there() {
    for (file, pattern) in patterns() {
        let needs = |key: &str| -> BTreeSet<&str> { list(&pattern, key).iter().map(text).collect() };
        let (needs, needs_any) = (needs("needs"), needs("needs_any"));
        for call in calls(&pattern) {
            let mut rest = call["with"].clone();
            for first in all(&call["with"], "first") {
                if first.as_array().unwrap().last().is_some_and(|last| last["entity"].is_null()) {
                    continue;
                }
                let names: BTreeSet<&str> = all(first, "entity").into_iter().map(text).collect();
                assert!(
                    needs_any.is_subset(&names) || !names.is_disjoint(&needs),
                    "{file}: {names:?} may all be missing"
                );
            }
            rest.as_object_mut().into_iter().for_each(|members| {
                members.retain(|_, value| all(value, "first").is_empty() && value.get("first").is_none())
            });
            for name in all(&rest, "entity") {
                assert!(needs.contains(text(name)), "{file}: {name} is not among its needs");
            }
        }
        for name in all(&pattern["store"], "entity").into_iter().chain(all(&pattern["only_if"], "entity")) {
            assert!(Field::parse(text(name)).is_some(), "{file}: {name}");
        }
    }
}

#[test]
fn holes_in_texts_name_what_is_there() {
    let facts = [
        "incident.id",
        "incident.number",
        "incident.title",
        "incident.url",
        "incident.severity",
        "incident.created",
    ];
    for (file, pattern) in patterns() {
        let ids: BTreeMap<&str, &str> =
            calls(&pattern).map(|call| (text(&call["id"]), text(&call["call"]))).collect();
        for (key, prose) in pattern["prose"].as_object().unwrap() {
            for hole in text(prose).split("{{hole \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                let keys: Vec<Json> = hole.split('.').skip(1).map(Json::from).collect();
                match hole.split('.').next().unwrap() {
                    "incident" => assert!(facts.contains(&hole), "{file}: {key}: {hole}"),
                    "entity" => assert!(Field::parse(text(&keys[0])).is_some(), "{file}: {key}: {hole}"),
                    "item" => assert!(!pattern["each"].is_null(), "{file}: {key}: {hole}"),
                    "answer" => documented(file, &ids, &keys),
                    "report" => {
                        assert!(pattern["entity"].is_null(), "{file}: {key}: an entity has no report")
                    }
                    _ => panic!("{file}: {key}: {hole}"),
                }
            }
        }
    }
}

#[test]
fn patterns_name_each_other_truly() {
    let patterns = patterns();
    let by_id: BTreeMap<&str, &Json> =
        patterns.values().map(|pattern| (text(&pattern["id"]), pattern)).collect();
    for (id, pattern) in &by_id {
        for before in list(pattern, "after") {
            assert!(by_id.contains_key(text(before)), "{id} comes after {before}, which is not there");
            assert_ne!(text(before), *id);
        }
        if let Some(other) = pattern["stands_in_for"].as_str() {
            let other =
                by_id.get(other).unwrap_or_else(|| panic!("{id} stands in for {other}, which is not there"));
            assert_eq!(other["entity"], pattern["entity"], "{id} and what it stands in for");
        }
        let Some(inverse) = pattern["reversed_by"].as_str() else { continue };
        let inverse =
            by_id.get(inverse).unwrap_or_else(|| panic!("{id} is reversed by {inverse}, which is not there"));
        assert_eq!(inverse["reversed_by"], **id, "{id} and its inverse");
        assert_eq!(inverse["entity"], pattern["entity"], "{id} and its inverse");
        let recovers = |pattern: &Json| pattern["phase"] == "recover";
        assert_ne!(recovers(inverse), recovers(pattern), "one of {id} and its inverse gives back");
        undoes(id, pattern, inverse);
    }
    // Patterns that come after nothing that is left are taken away until none is left, or only circles are.
    let mut left = by_id;
    loop {
        let free: Vec<&str> = left
            .iter()
            .filter(|(_, pattern)| {
                list(pattern, "after").iter().all(|before| !left.contains_key(text(before)))
            })
            .map(|(id, _)| *id)
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|id, _| !free.contains(id));
    }
    assert!(left.is_empty(), "{:?} wait for each other", left.keys());
}

/// Where the catalogue knows what undoes a call, the inverse pattern calls it.
fn undoes(id: &str, pattern: &Json, inverse: &Json) {
    for call in acting(pattern) {
        let operation = connector::resolve(text(&call["call"]), Host::LogicApp).unwrap();
        if let Some(undo) = &operation.reversible_by {
            let called = acting(inverse).any(|call| call["call"] == undo.as_str());
            assert!(called, "{id}: its inverse does not call `{undo}`");
        }
    }
}

/// An action that can be undone has a pattern that undoes it: otherwise no rollback could.
#[test]
fn what_can_be_undone_has_an_inverse() {
    for (file, pattern) in patterns() {
        for call in acting(&pattern) {
            let operation = connector::resolve(text(&call["call"]), Host::LogicApp).unwrap();
            let reversible = operation.reversible_by.is_some() && operation.class.needs_consent();
            assert!(
                !reversible || pattern["reversed_by"].is_string(),
                "{file}: `{}` is never undone",
                operation.id
            );
        }
    }
}

#[test]
fn attack_ids_are_in_use() {
    for (file, pattern) in patterns() {
        for answer in list(&pattern, "answers") {
            if let Some(id) = answer["technique"].as_str() {
                let technique = attack::technique(id).unwrap_or_else(|| panic!("{file}: there is no {id}"));
                assert_eq!(technique.status, Status::Active, "{file}: {id}");
            }
            if let Some(name) = answer["tactic"].as_str() {
                assert!(attack::tactic(name).is_some(), "{file}: {name}");
            }
            if let Some(name) = answer["category"].as_str() {
                assert!(attack::tactic_from_microsoft(name).is_none(), "{file}: {name} is a tactic");
            }
        }
        for id in list(&pattern, "mitigations") {
            assert!(attack::mitigation(text(id)).is_some(), "{file}: {id}");
        }
    }
}

#[test]
fn operations_name_each_other_truly() {
    for operation in operations() {
        assert!(!operation.hosts.is_empty() && !operation.clouds.is_empty(), "{}", operation.id);
        if let Some(undo) = &operation.reversible_by {
            assert!(connector::known(undo).is_some(), "{}: `{undo}`", operation.id);
        }
        assert_eq!(operation.service.is_some(), operation.connector == "http", "{}", operation.id);
        let path = operation.path.as_deref().unwrap_or_default();
        let holes = path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0);
        let named: BTreeSet<&str> = holes.collect();
        let paths: BTreeSet<&str> = operation
            .parameters
            .iter()
            .filter(|one| one.location == connector::Location::Path)
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(named, paths, "{}: its path and its path parameters", operation.id);
    }
    for id in connector::alias_ids() {
        let alias = connector::alias(id).unwrap();
        for (host, meant) in [(Host::LogicApp, &alias.logicapp), (Host::PowerAutomate, &alias.powerautomate)]
        {
            let operation = connector::known(meant).unwrap_or_else(|| panic!("{id}: `{meant}`"));
            assert!(operation.hosts.contains(&host), "{id}: {} has no `{meant}`", host.title());
        }
    }
}

/// The emitters give one parameter for both.
#[test]
fn an_api_is_its_own_audience_in_every_cloud() {
    for cloud in [Cloud::Public, Cloud::Gcc, Cloud::GccHigh, Cloud::Dod] {
        let endpoints = cloud.endpoints();
        for service in [Service::Graph, Service::Defender] {
            let endpoint = endpoints.endpoint(service);
            assert_eq!(endpoint.base, endpoint.audience, "{} in {}", service.title(), endpoints.title);
            assert!(
                endpoint.base.starts_with("https://") && !endpoint.base.ends_with('/'),
                "{}",
                endpoint.base
            );
        }
        assert!(endpoints.authority.ends_with('/'), "{}", endpoints.authority);
    }
}

/// Placeholders and editor wiring of the folder itself.
#[test]
fn every_pattern_file_names_its_schema() {
    for (file, bytes) in support::files(&support::root().join("playbook-templates")) {
        let first = "# yaml-language-server: $schema=../../schemas/pattern.schema.json";
        assert!(file.ends_with(".yaml"), "{file}");
        assert_eq!(String::from_utf8(bytes).unwrap().lines().next(), Some(first), "{file}");
        assert!(fs::exists(support::root().join("schemas/pattern.schema.json")).unwrap());
    }
}
