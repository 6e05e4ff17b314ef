//! What a run of the tests printed.

use std::collections::BTreeSet;

/// The tests that passed in one or more runs of `cargo test` and `cargo nextest run`.
#[derive(Debug, Default)]
pub struct TestRun {
    /// Binary and path of a test.
    passed: BTreeSet<(String, String)>,
    failed: usize,
}

impl TestRun {
    /// Reads the output of `cargo test` or `cargo nextest run`; further outputs add to what is known. Lines that are no
    /// results of tests, and a test whose result was cut off, count for nothing.
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
            if let Some((passed, binary, name)) = nextest_result(line) {
                if passed {
                    self.passed.insert((binary, name.into()));
                } else {
                    self.failed += 1;
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

/// Whether a test passed, its binary and its path, in `PASS [   0.004s] (85/98) usp-path::spec_examples path_names`.
/// The binary is written as in the output of `cargo test`.
fn nextest_result(line: &str) -> Option<(bool, String, &str)> {
    let (result, rest) = line.trim_start().split_once(" [")?;
    let passed = match result {
        "PASS" | "LEAK" => true,
        // It still runs.
        "SLOW" => return None,
        // Whatever else is said of a test in capitals is no success.
        other if !other.is_empty() && other.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') => {
            false
        }
        _ => return None,
    };
    let (_, test) = rest.split_once(") ")?;
    let (binary, name) = test.split_once(' ')?;
    let binary = match binary.split_once("::") {
        Some((package, bin)) if bin.starts_with("bin/") => {
            format!("{}:src/main.rs", package.replace('-', "_"))
        }
        Some((_, test)) => format!("{test}:tests/{test}.rs"),
        None => format!("{}:src/lib.rs", binary.replace('-', "_")),
    };
    Some((passed, binary, name))
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

    const NEXTEST_OUTPUT: &str = "
    Starting 5 tests across 4 binaries
        PASS [   0.004s] (1/5) usp-path parser::tests::r_arc_10_searching
        PASS [   0.011s] (2/5) usp-datamodel::tp469_get tp469_1_36_one_parameter
        FAIL [   0.008s] (3/5) usp-path parser::tests::broken
        PASS [   0.005s] (4/5) usp-codegen::sources rules::renames
        PASS [   0.005s] (5/5) usp-codegen::bin/usp-codegen arguments::tests::help
        LEAK [   0.005s] (6/7) usp-path parser::tests::leaks
     SIGKILL [   0.005s] (7/7) usp-path parser::tests::killed
        SLOW [> 60.000s] (---) usp-path parser::tests::slow
     Summary [   2.103s] 5 tests run: 4 passed, 1 failed, 0 skipped
";

    #[test]
    fn what_nextest_prints_counts_as_well() {
        let mut run = TestRun::default();
        run.add(NEXTEST_OUTPUT);
        assert_eq!((run.passed(), run.failed()), (5, 2));
        assert!(run.has_passed("usp-path/src/parser/tests.rs", "leaks"));
        assert!(!run.has_passed("usp-path/src/parser/tests.rs", "killed"));
        assert!(run.has_passed("usp-path/src/parser/tests.rs", "r_arc_10_searching"));
        assert!(run.has_passed("usp-datamodel/tests/tp469_get.rs", "tp469_1_36_one_parameter"));
        assert!(run.has_passed("usp-codegen/tests/sources/rules.rs", "renames"));
        assert!(run.has_passed("usp-codegen/src/bin/usp-codegen/arguments.rs", "help"));
        assert!(!run.has_passed("usp-path/src/parser/tests.rs", "broken"));
        assert!(!run.has_passed("usp-path/src/parser/tests.rs", "slow"));
        assert!(!run.has_passed("usp-msg/src/parser/tests.rs", "r_arc_10_searching"));
    }

    #[test]
    fn an_output_that_was_cut_off_proves_nothing() {
        let mut run = TestRun::default();
        run.add("        PASS [   0.004s] (1/5) usp-path");
        run.add("test parser::tests::r_arc_10_searching ...");
        run.add("Running tests/");
        assert_eq!((run.passed(), run.failed()), (0, 0));
    }
}
