//! Requirements and the code: each that the project obeys stands at the code that obeys it.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::std_instead_of_alloc)]

use std::collections::BTreeSet;
use std::path::Path;

use usp_conformance::{Catalogue, Sources, Subject};

fn catalogue_and_sources() -> (Catalogue, Sources) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    (Catalogue::of_the_standard(), Sources::read(&repository).unwrap())
}

#[track_caller]
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn each_active_requirement_is_at_the_code_or_has_a_reason() {
    let (catalogue, sources) = catalogue_and_sources();
    let missing = catalogue.requirements.iter().filter(|requirement| {
        requirement.is_active
            && !sources.at_the_code.contains_key(&requirement.id)
            && catalogue.reason_not_to_obey(requirement).is_none()
    });
    let missing: Vec<String> =
        missing.map(|requirement| format!("{} {}", requirement.id, requirement.meaning)).collect();
    assert_none(
        "neither in brackets at the code that obeys it nor in docs/conformance/not-obeyed.tsv",
        &missing,
    );
}

#[test]
fn a_reason_is_given_once_and_only_for_what_is_not_obeyed() {
    let (catalogue, sources) = catalogue_and_sources();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in &catalogue.not_obeyed {
        let what = &row.what;
        if !seen.insert(what) {
            wrong.push(format!("{what} stands twice"));
        }
        if row.reason.trim().is_empty() {
            wrong.push(format!("{what} has no reason"));
        }
        match catalogue.requirements.iter().find(|requirement| requirement.id == *what) {
            Some(requirement) if !requirement.is_active => wrong.push(format!("{what} is withdrawn")),
            Some(_) => {
                if let Some(files) = sources.at_the_code.get(what) {
                    wrong.push(format!("{what} stands at the code, in {files:?}"));
                }
            }
            None if catalogue.requirements.iter().any(|requirement| requirement.chapter == *what) => {}
            None => wrong.push(format!("{what} is neither a requirement nor a chapter")),
        }
    }
    assert_none("docs/conformance/not-obeyed.tsv is wrong", &wrong);
}

#[test]
fn the_standard_has_each_requirement_that_the_sources_name() {
    let (catalogue, sources) = catalogue_and_sources();
    let unknown = sources.mentioned.iter().filter(|(id, _)| !catalogue.has_requirement(id));
    let unknown: Vec<String> = unknown.map(|(id, files)| format!("{id} in {files:?}")).collect();
    assert_none("no requirement of TR-369", &unknown);
    assert!(sources.mentioned.contains_key("R-GET.0"), "the sources were not read");
}

#[test]
fn the_test_plan_has_each_test_that_a_test_is_named_for() {
    let (catalogue, sources) = catalogue_and_sources();
    let named = sources.tests.iter().filter(|test| test.name.starts_with("tp469_"));
    let unknown: Vec<String> = named
        .filter(|test| Subject::of_name(&test.name, &catalogue).is_empty())
        .map(|test| format!("{} in {}", test.name, test.file.display()))
        .collect();
    assert_none("no test of TP-469", &unknown);
    assert!(
        sources.tests.iter().any(|test| test.name.starts_with("tp469_1_1_")),
        "the sources were not read"
    );
}
