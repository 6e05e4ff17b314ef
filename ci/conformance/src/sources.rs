//! What the sources say: which functions are tests, and which requirements stand where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The Rust sources of the repository.
#[derive(Debug, Default)]
pub struct Sources {
    /// The tests, in the order of files and lines.
    pub tests: Vec<Function>,
    /// Files with the requirements that stand in them outside of tests, by requirement.
    pub at_the_code: BTreeMap<String, BTreeSet<PathBuf>>,
    /// Each identifier of a requirement that stands anywhere, in brackets or not, with the files.
    pub mentioned: BTreeMap<String, BTreeSet<PathBuf>>,
}

/// A test in the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The file, relative to the repository.
    pub file: PathBuf,
    /// The name of the function, without its modules.
    pub name: String,
    /// The requirements that stand in its comments.
    pub requirements: BTreeSet<String>,
}

impl Sources {
    /// Reads all Rust sources of the repository, but for what is built or hidden, and for the tools of the gate, which
    /// obey nothing.
    ///
    /// # Errors
    ///
    /// A folder or file cannot be read.
    pub fn read(repository: &Path) -> io::Result<Self> {
        let mut sources = Self::default();
        let mut files = Vec::new();
        collect(repository, &mut files)?;
        files.sort();
        for file in files.iter().filter(|file| !file.starts_with(repository.join("ci"))) {
            let name = file.strip_prefix(repository).unwrap_or(file);
            sources.add(name, &fs::read_to_string(file)?);
        }
        Ok(sources)
    }

    /// Reads one file, formatted as rustfmt does it.
    pub fn add(&mut self, file: &Path, text: &str) {
        let only_tests = file.iter().any(|part| part == "tests" || part == "tests.rs");
        // What stands above an item belongs to it: comments and attributes without a blank line between them.
        let (mut above, mut is_test): (BTreeSet<String>, bool) = (BTreeSet::new(), false);
        let mut open: Option<(Function, &str)> = None;
        for line in text.lines() {
            let ids = requirements(line);
            for id in identifiers(line) {
                self.mentioned.entry(id).or_default().insert(file.into());
            }
            let indentation = &line[..line.len() - line.trim_start().len()];
            if let Some((function, own)) = &mut open {
                function.requirements.extend(ids);
                if indentation == *own && line.trim_end().ends_with('}') && line.trim_start().starts_with('}')
                {
                    self.tests.extend(open.take().map(|(function, _)| function));
                }
                continue;
            }
            let code = line.trim_start();
            if code.starts_with("#[test]") || code.starts_with("#[tokio::test") {
                is_test = true;
            } else if let Some(name) = function_name(code).filter(|_| is_test) {
                let mut requirements = core::mem::take(&mut above);
                requirements.extend(ids);
                let function = Function { file: file.into(), name: name.into(), requirements };
                is_test = false;
                // A body on the same line is over with it.
                if code.ends_with('}') {
                    self.tests.push(function);
                } else {
                    open = Some((function, indentation));
                }
            } else if code.starts_with("//") || code.starts_with('#') {
                above.extend(ids);
            } else if !is_test {
                above.extend(ids);
                self.mention(file, core::mem::take(&mut above), only_tests);
            }
        }
        self.mention(file, above, only_tests);
    }

    fn mention(&mut self, file: &Path, ids: BTreeSet<String>, only_tests: bool) {
        if !only_tests {
            for id in ids {
                self.at_the_code.entry(id).or_default().insert(file.into());
            }
        }
    }
}

/// The Rust files below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn function_name(code: &str) -> Option<&str> {
    let (name, _) =
        code.strip_prefix("async ").unwrap_or(code).strip_prefix("fn ")?.split_once(['(', '<'])?;
    Some(name)
}

/// The requirements that stand in a line in brackets: `[R-GET.1a]`, `[R-E2E.3, R-E2E.9]`.
fn requirements(line: &str) -> BTreeSet<String> {
    let after = line.match_indices("[R-").map(|(at, _)| &line[at + 1..]);
    let inside = after.filter_map(|text| Some(text.split_once(']')?.0));
    let lists = inside.map(|text| text.split(", ").collect::<Vec<_>>());
    let sound = lists.filter(|ids| ids.iter().all(|id| identifier(id) == Some(id)));
    sound.flatten().map(String::from).collect()
}

/// All identifiers of requirements in a line; the end of `TR-369` is none.
fn identifiers(line: &str) -> BTreeSet<String> {
    let begins = |at: &usize| !line[..*at].ends_with(|before: char| before.is_ascii_alphanumeric());
    let places = line.match_indices("R-").map(|(at, _)| at).filter(begins);
    places.filter_map(|at| identifier(&line[at..])).map(String::from).collect()
}

/// The identifier that a text begins with, such as `R-E2E.32.1`: chapter, number, letters, and a second number.
fn identifier(text: &str) -> Option<&str> {
    let (chapter, numbers) = text.strip_prefix("R-")?.split_once('.')?;
    let is_chapter =
        !chapter.is_empty() && chapter.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !is_chapter || !numbers.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let end = numbers.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(numbers.len());
    let numbers = numbers[..end].trim_end_matches('.');
    Some(&text[.."R-".len() + chapter.len() + 1 + numbers.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "
//! About reading `[R-GET.0]`.

/// Reads [R-GET.1].
fn get() {
    // [R-GET.2, R-GET.3]
}

#[cfg(test)]
mod tests {
    // Holds [R-GET.4].
    #[test]
    fn first() {
        if true {
            // [R-GET.5]
        }
    }

    #[tokio::test(start_paused = true)]
    async fn second() {
        let text = \"[R-…] [R-get.1] [R-GET] R-GET.9\";
    }
}
";

    fn ids(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.into()).collect()
    }

    #[test]
    fn what_stands_in_a_test_or_above_it_is_its_own() {
        let mut sources = Sources::default();
        sources.add(Path::new("usp-x/src/get.rs"), FILE);
        let tests: Vec<_> =
            sources.tests.iter().map(|test| (&*test.name, test.requirements.clone())).collect();
        assert_eq!(tests, [("first", ids(&["R-GET.4", "R-GET.5"])), ("second", ids(&[]))]);
        let at_the_code: BTreeSet<String> = sources.at_the_code.keys().cloned().collect();
        assert_eq!(at_the_code, ids(&["R-GET.0", "R-GET.1", "R-GET.2", "R-GET.3"]));
    }

    #[test]
    fn identifiers_are_found_with_and_without_brackets() {
        let mut sources = Sources::default();
        sources.add(
            Path::new("usp-x/tests/get.rs"),
            "// See R-GET.0, R-E2E.32.1. [R-NOT.6a] of TR-369. R-get.1\n",
        );
        let mentioned: BTreeSet<String> = sources.mentioned.keys().cloned().collect();
        assert_eq!(mentioned, ids(&["R-GET.0", "R-E2E.32.1", "R-NOT.6a"]));
    }

    #[test]
    fn what_tests_say_does_not_stand_at_the_code() {
        let mut sources = Sources::default();
        sources.add(Path::new("usp-x/tests/get.rs"), FILE);
        assert_eq!(sources.tests.len(), 2);
        assert_eq!(sources.at_the_code, BTreeMap::new());
    }
}
