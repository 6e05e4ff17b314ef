//! The page that says what is proved.

use core::fmt::Write;
use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::names::Subject;
use crate::sources::Sources;
use crate::test_run::TestRun;

/// The page, in Markdown: each requirement and each test with its state, and the tests that prove it.
pub fn page(catalogue: &Catalogue, sources: &Sources, run: &TestRun) -> String {
    let proofs = proofs(catalogue, sources, run);
    let requirements: Vec<(&str, [String; 5])> = catalogue
        .requirements
        .iter()
        .map(|requirement| {
            let tests = proofs.get(&Subject::Requirement(requirement.id.clone()));
            let reason = catalogue.reason_not_to_obey(requirement);
            let state = match tests {
                Some(_) => "tested",
                None if !requirement.is_active => "withdrawn",
                None if sources.at_the_code.contains_key(&requirement.id) => "at the code",
                None if reason.is_some() => "not obeyed",
                None => "open",
            };
            let proof = if state == "not obeyed" { reason.map(String::from) } else { None };
            let proof = proof.unwrap_or_else(|| list(tests));
            let cells =
                [&requirement.id, &requirement.level, &requirement.meaning, state, &proof].map(String::from);
            (&*requirement.chapter, cells)
        })
        .collect();
    let tests: Vec<(&str, [String; 5])> = catalogue
        .tests
        .iter()
        .map(|test| {
            let tests = proofs.get(&Subject::Tp469(test.id.clone()));
            let state = match tests {
                Some(_) => "passes",
                None if !test.is_active() => "withdrawn",
                None => "open",
            };
            let cells = [&test.id, &test.status, &test.subject, state, &list(tests)].map(String::from);
            (&*test.class, cells)
        })
        .collect();

    let mut page = String::from(
        "# Conformance\n\n\
         Written by `usp-conformance` from the output of the tests and from the sources; do not edit. A requirement is\n\
         *tested* when a test that passed names it, and *at the code* when only code does; *not obeyed* has the reason\n\
         beside it, and *withdrawn* is what the standard or the test plan no longer wants.\n\
         [CONTRIBUTING.md](../CONTRIBUTING.md) tells how to write it anew.\n",
    );
    counts(&mut page, "Requirements of TR-369 1.4.1, by chapter", "chapter", &requirements);
    counts(&mut page, "Tests of TP-469 1.4, by class", "class", &tests);
    let head = "| id | level | asks for | state | tests, or the reason |";
    table(&mut page, "Requirements", head, requirements.into_iter().map(|(_, cells)| cells));
    let head = "| id | status | about | state | tests |";
    table(&mut page, "Tests of TP-469", head, tests.into_iter().map(|(_, cells)| cells));
    page
}

/// The tests that passed, by what they are for.
fn proofs(catalogue: &Catalogue, sources: &Sources, run: &TestRun) -> BTreeMap<Subject, Vec<String>> {
    let mut proofs: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
    for test in &sources.tests {
        let file = test.file.to_string_lossy();
        let mut subjects = Subject::of_name(&test.name, catalogue);
        let inside = test.requirements.iter().filter(|id| catalogue.has_requirement(id));
        subjects.extend(inside.cloned().map(Subject::Requirement));
        subjects.sort();
        subjects.dedup();
        if subjects.is_empty() || !run.has_passed(&file, &test.name) {
            continue;
        }
        let package = file.split('/').next().unwrap_or_default();
        let shown = format!("{package}: `{}`", test.name);
        for subject in subjects {
            let tests = proofs.entry(subject).or_default();
            if !tests.contains(&shown) {
                tests.push(shown.clone());
            }
        }
    }
    proofs
}

/// The first tests of a list; a page with all of them would be read by nobody.
fn list(tests: Option<&Vec<String>>) -> String {
    const SHOWN: usize = 3;
    let Some(tests) = tests else { return String::new() };
    let mut list = tests.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if let Some(more) = tests.len().checked_sub(SHOWN).filter(|&more| more > 0) {
        let _ = write!(list, ", and {more} more");
    }
    list
}

/// A table of how many are in which state, by group.
fn counts(page: &mut String, title: &str, group: &str, rows: &[(&str, [String; 5])]) {
    let mut states: Vec<&str> = rows.iter().map(|(_, cells)| &*cells[3]).collect();
    states.sort_unstable_by_key(|state| {
        ["tested", "passes", "at the code", "not obeyed", "open", "withdrawn"].iter().position(|s| s == state)
    });
    states.dedup();
    let mut groups: Vec<&str> = Vec::new();
    for (name, _) in rows {
        if !groups.contains(name) {
            groups.push(name);
        }
    }
    let _ = write!(
        page,
        "\n## {title}\n\n| {group} | {} | all |\n|---|{}---|\n",
        states.join(" | "),
        "---|".repeat(states.len())
    );
    let row = |name: &str, of_group: &dyn Fn(&str) -> bool| {
        let count = |state: Option<&str>| {
            rows.iter()
                .filter(|(name, cells)| of_group(name) && state.is_none_or(|state| cells[3] == state))
                .count()
        };
        let counts: Vec<String> = states.iter().map(|state| count(Some(state)).to_string()).collect();
        format!("| {name} | {} | {} |\n", counts.join(" | "), count(None))
    };
    for name in groups {
        page.push_str(&row(name, &|other| other == name));
    }
    page.push_str(&row("**all**", &|_| true));
}

fn table(page: &mut String, title: &str, head: &str, rows: impl Iterator<Item = [String; 5]>) {
    let _ = write!(page, "\n## {title}\n\n{head}\n|---|---|---|---|---|\n");
    for cells in rows {
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::NotObeyed;
    use std::path::Path;

    fn sources() -> Sources {
        let mut sources = Sources::default();
        let file = "#[test]\nfn r_get_0_absent() {\n    // [R-GET.2]\n}\n#[test]\nfn tp469_1_36_one() {\n}\n";
        sources.add(Path::new("usp-x/tests/get.rs"), file);
        sources.add(Path::new("usp-x/src/get.rs"), "/// Reads [R-GET.3].\nfn get() {}\n");
        sources
    }

    const PASSED: &str =
        "Running tests/get.rs (deps/get-1)\ntest r_get_0_absent ... ok\ntest tp469_1_36_one ... ok\n";

    #[test]
    fn states_follow_from_run_and_sources() {
        let mut run = TestRun::default();
        run.add(PASSED);
        let mut catalogue = Catalogue::of_the_standard();
        let row = |what: &str, reason: &str| NotObeyed { what: what.into(), reason: reason.into() };
        catalogue.not_obeyed = vec![row("R-REG.0", "no Register"), row("mtp-mqtt", "no transport")];
        let page = page(&catalogue, &sources(), &run);
        let line =
            |id: &str| page.lines().find(|line| line.starts_with(&format!("| {id} |"))).unwrap().to_string();
        assert!(line("R-GET.0").ends_with("| tested | usp-x: `r_get_0_absent` |"), "{}", line("R-GET.0"));
        assert!(line("R-GET.2").ends_with("| tested | usp-x: `r_get_0_absent` |"));
        assert!(line("R-GET.3").ends_with("| at the code |  |"), "{}", line("R-GET.3"));
        assert!(line("R-GET.4").ends_with("| open |  |"));
        assert!(line("R-REG.0").ends_with("| not obeyed | no Register |"));
        assert!(line("R-MQTT.1").ends_with("| not obeyed | no transport |"));
        assert!(line("R-COAP.0").ends_with("| withdrawn |  |"));
        assert!(line("1.36").ends_with("| passes | usp-x: `tp469_1_36_one` |"));
        assert!(line("1.37").ends_with("| open |  |"));
        assert!(page.contains("| **all** | 2 | 1 |"), "{page}");
    }

    #[test]
    fn a_test_that_failed_proves_nothing() {
        let mut run = TestRun::default();
        run.add(&PASSED.replace("ok", "FAILED"));
        let page = page(&Catalogue::of_the_standard(), &sources(), &run);
        assert!(!page.contains("| tested |"));
        assert!(!page.contains("| passes |"));
        assert_eq!(run.failed(), 2);
    }
}
