//! What a run of the tests printed.

use std::collections::BTreeSet;

/// The tests that passed in one or more runs of `cargo test`.
#[derive(Debug, Default)]
pub struct TestRun {
    /// Binary and path of a test.
    passed: BTreeSet<(String, String)>,
    failed: usize,
}

impl TestRun {
    /// Reads the output of `cargo test`; further outputs add to what is known. Lines that are no results of tests,
    /// and a test whose result was cut off, count for nothing.
    pub fn add(&mut self, output: &str) {
        let mut binary = String::new();
        for line in output.lines() {
            if let Some(running) = line.trim_start().strip_prefix("Running ") {
                binary = running.split(" (").next().unwrap_or_default().replace("unittests ", "");
                // Unit tests are named by the file that they begin in, which each crate has: the binary says which.
                if let Some(crate_name) = deps_name(running) {
                    binary = format!("{crate_name}:{binary}");
                }
            }
            let Some((name, result)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... "))
            else {
                continue;
            };
            match result {
                "ok" => drop(self.passed.insert((binary.clone(), name.into()))),
                "FAILED" => self.failed += 1,
                _ => {}
            }
        }
    }

    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// How many tests passed, each counted once.
    pub fn passed(&self) -> usize {
        self.passed.len()
    }

    /// Whether a test of this name in this file of the sources passed.
    pub fn has_passed(&self, file: &str, name: &str) -> bool {
        self.passed
            .iter()
            .any(|(binary, path)| path.rsplit("::").next() == Some(name) && may_contain(binary, file))
    }
}

/// The name of a binary that cargo runs, `usp_path` in `unittests src/lib.rs (target/debug/deps/usp_path-0123)`.
fn deps_name(running: &str) -> Option<&str> {
    let (_, file) = running.trim_end_matches(')').rsplit_once('/')?;
    Some(file.rsplit_once('-')?.0)
}

/// Whether a source file can be part of a test binary: `usp_path:src/lib.rs` has those of usp-path/src,
/// `names:tests/names.rs` is that file, and `names:tests/names/main.rs` has all of its folder.
fn may_contain(binary: &str, file: &str) -> bool {
    let (name, root) = binary.split_once(':').unwrap_or(("", binary));
    if let Some(folder) = root.strip_suffix("main.rs").filter(|folder| folder.starts_with("tests/")) {
        return file.contains(&format!("/{folder}"));
    }
    if root.starts_with("tests/") {
        let folder = format!("/{}/", root.trim_end_matches(".rs"));
        return file.ends_with(&format!("/{root}")) || file.contains(&folder);
    }
    let crate_name = file.split("/src/").next().unwrap_or_default().replace('-', "_");
    crate_name.rsplit('/').next().is_some_and(|last| name.ends_with(last)) && file.contains("/src/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
   Compiling usp-path v0.1.0
     Running unittests src/lib.rs (target/debug/deps/usp_path-0123456789abcdef)

running 3 tests
test parser::tests::r_arc_10_searching ... ok
test parser::tests::broken ... FAILED
test parser::tests::slow ... ignored

     Running tests/tp469_get.rs (target/debug/deps/tp469_get-fedcba9876543210)
test tp469_1_36_one_parameter ... ok
     Running tests/sources/main.rs (target/debug/deps/sources-fedcba9876543210)
test rules::renames ... ok
test result: ok. 3 passed; 0 failed
";

    #[test]
    fn what_passed_is_known_by_file_and_name() {
        let mut run = TestRun::default();
        run.add(OUTPUT);
        assert_eq!((run.passed(), run.failed()), (3, 1));
        assert!(run.has_passed("usp-path/src/parser/tests.rs", "r_arc_10_searching"));
        assert!(run.has_passed("usp-datamodel/tests/tp469_get.rs", "tp469_1_36_one_parameter"));
        assert!(run.has_passed("usp-codegen/tests/sources/rules.rs", "renames"));
    }

    #[test]
    fn what_failed_or_stands_elsewhere_has_not_passed() {
        let mut run = TestRun::default();
        run.add(OUTPUT);
        assert!(!run.has_passed("usp-path/src/parser.rs", "broken"));
        assert!(!run.has_passed("usp-path/src/parser.rs", "slow"));
        assert!(!run.has_passed("usp-msg/src/parser.rs", "r_arc_10_searching"));
        assert!(!run.has_passed("usp-datamodel/tests/tp469_set.rs", "tp469_1_36_one_parameter"));
        assert!(!run.has_passed("usp-codegen/tests/laws.rs", "renames"));
    }

    #[test]
    fn an_output_that_was_cut_off_proves_nothing() {
        let mut run = TestRun::default();
        run.add("test parser::tests::r_arc_10_searching ...");
        run.add("Running tests/");
        assert_eq!((run.passed(), run.failed()), (0, 0));
    }
}
