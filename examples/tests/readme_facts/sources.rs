//! The names of source files in the pages, held against the files that are there.

use std::fs;
use std::path::Path;

use crate::manifests::{packages, root};

/// Every Rust source of the packages, below the root of the workspace.
fn sources() -> Vec<String> {
    let mut sources = Vec::new();
    for folder in packages().into_iter().map(|package| package.folder).chain(["fuzz".to_owned()]) {
        collect(&folder, &mut sources);
    }
    sources
}

fn collect(folder: &str, sources: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if entry.file_type().unwrap().is_dir() {
            if name != "target" {
                collect(&path, sources);
            }
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

/// The source files that a text names: `file.rs` or `folder/file.rs`. What begins with a slash is below `OUT_DIR`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_-./".contains(c));
    let names = words.map(|word| word.trim_end_matches('.').trim_start_matches("../"));
    let names = names.filter(|word| !word.starts_with('/'));
    names.filter(|name| {
        name.strip_suffix(".rs").is_some_and(|stem| stem.ends_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// The names in `text` that no source answers to.
pub fn astray<'a>(text: &'a str, sources: &[String]) -> Vec<&'a str> {
    let is_astray =
        |name: &&str| !sources.iter().any(|source| source.strip_suffix(*name).is_some_and(ends_a_folder));
    named(text).filter(is_astray).collect()
}

fn ends_a_folder(rest: &str) -> bool {
    rest.is_empty() || rest.ends_with('/')
}

#[test]
fn every_source_file_that_a_page_names_is_there() {
    let sources = sources();
    for page in crate::PAGES.into_iter().filter(|page| *page != "CHANGELOG.md") {
        assert_eq!(astray(&crate::read(page), &sources), [""; 0], "{page}");
    }
}

/// Modules name their neighbours in their first words, from the folder `src` on.
#[test]
fn every_source_file_that_a_module_names_is_there() {
    let sources = sources();
    for source in &sources {
        let text = crate::read(source);
        let words: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
        assert_eq!(astray(&words.join("\n"), &sources), [""; 0], "{source}");
    }
}

#[test]
fn a_name_astray_is_found() {
    let sources = ["usp-path/src/parser/path.rs".to_owned()];
    let text = "The parser (parser/path.rs, path.rs) and (`walk.rs`), usp-path/src/path.rs; docs.rs is a site. arser/path.rs.";
    assert_eq!(astray(text, &sources), ["walk.rs", "usp-path/src/path.rs", "docs.rs", "arser/path.rs"]);
}
