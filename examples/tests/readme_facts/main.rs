//! What README.md and its neighbours say, held against the manifests, the sources and `.ci/run`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use manifests::{Package, library_crates, packages, read, root, shared};
use markdown::Document;

mod manifests;
mod markdown;
mod sources;
mod support;

const README: &str = "README.md";

/// Every page with links for people to follow.
const PAGES: [&str; 7] = [
    README,
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/embedding.md",
    "models/README.md",
];

#[test]
fn the_crate_table_has_each_library_crate_as_its_manifest_describes_it() {
    let expected: Vec<String> = library_crates().iter().map(table_row).collect();
    let text = read(README);
    let stated: Vec<&str> = text.lines().filter(|line| line.starts_with("| [`usp-")).collect();
    for (stated, expected) in stated.iter().zip(&expected) {
        assert_eq!(stated, expected);
    }
    assert_eq!(stated.len(), expected.len());
}

#[track_caller]
fn table_row(package: &Package) -> String {
    let (name, description) = (package.name(), package.manifest.text("package", "description"));
    let no_std = if package.crate_page().lines().any(|line| line == "#![no_std]") { "yes" } else { "no" };
    format!("| [`{name}`]({name}) | {description} | {no_std} |")
}

#[test]
fn the_minimum_rust_version_is_that_of_the_manifests() {
    let (version, edition) = (shared("rust-version"), shared("edition"));
    let text = read(README);
    assert!(text.contains(&format!("a Rust toolchain ({version} or later)")), "{README}, on the commands");
    let section = Document::new(&text).section("Minimum Rust version");
    assert!(section.starts_with(&format!("{version}, edition {edition}.")), "{README} says: {section}");
    for package in library_crates() {
        let page = package.crate_page();
        for words in ["Rust ", "Rust version: "] {
            for rest in page.split(words).skip(1).filter(|rest| rest.starts_with("1.")) {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                assert_eq!(
                    rest[..end].trim_end_matches('.'),
                    version,
                    "the crate page of {}",
                    package.name()
                );
            }
        }
    }
}

#[test]
fn every_package_shares_version_licence_rust_version_and_lints() {
    for Package { folder, manifest } in packages() {
        for key in ["version", "license", "rust-version"] {
            let line = format!("{key}.workspace = true");
            assert!(manifest.says("package", &line), "{folder}: {line}");
        }
        // The manifests of those that cannot say why.
        let can = !["ci/no-std-proof", "examples/no-std-agent"].contains(&&*folder);
        assert_eq!(manifest.says("lints", "workspace = true"), can, "the lints of {folder}");
    }
}

#[test]
fn the_newest_version_of_the_changelog_is_that_of_the_manifests() {
    let text = read("CHANGELOG.md");
    let newest = text.lines().find_map(|line| line.strip_prefix("## ")).expect("a version");
    assert_eq!(newest.split(' ').next(), Some(&*shared("version")));
}

#[test]
fn the_licences_are_named_and_there() {
    assert_eq!(shared("license"), "MIT OR Apache-2.0");
    let text = read(README);
    let section = Document::new(&text).section("Licence");
    for (licence, file, words) in
        [("MIT", "LICENSE-MIT", "MIT License"), ("Apache-2.0", "LICENSE-APACHE", "Apache License")]
    {
        assert!(section.contains(&format!("{licence} ([{file}]({file}))")), "{README} says: {section}");
        assert!(read(file).contains(words), "{file}");
    }
}

/// A crate with features lists them on its crate page, in the same order: `| name | … |`, or `| name | yes |` and
/// `| name | no |` where the table tells which are on by default. A table that does not has none that are.
#[test]
fn crate_pages_list_the_features_of_the_manifest() {
    for package in library_crates() {
        let on = package.manifest.list("features", "default");
        let names = package.manifest.keys("features").into_iter().filter(|name| name != "default");
        let expected: Vec<(String, bool)> = names.map(|name| (name.clone(), on.contains(&name))).collect();
        let page = package.crate_page();
        let rows = page.lines().skip_while(|line| !line.starts_with("//! | feature |")).skip(2);
        let stated: Vec<(String, bool)> = rows
            .map_while(|line| line.strip_prefix("//! | `")?.split_once("` | "))
            .map(|(name, rest)| (name.to_owned(), rest.starts_with("yes |")))
            .collect();
        assert_eq!(stated, expected, "{}", package.name());
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    for page in PAGES {
        let text = read(page);
        for link in Document::new(&text).links().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
            let target = if file.is_empty() { page.to_owned() } else { format!("{folder}/{file}") };
            let target = root().join(target.trim_start_matches('/'));
            assert!(target.exists(), "{page} links to {link}");
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&target).unwrap();
                let anchors: Vec<String> = Document::new(&text).anchors().collect();
                assert!(anchors.iter().any(|other| other == anchor), "{page} links to {link}: {anchors:?}");
            }
        }
    }
}

/// `.ci/run` takes the commands out of README.md by their first words; each must be there once.
#[test]
fn the_commands_of_the_readme_are_those_that_ci_runs() {
    let readme = read(README);
    let commands: Vec<&str> = Document::new(&readme).shell_commands().collect();
    let promised = ["cargo run --release -p usp-examples --example quickstart", "cargo test --workspace"];
    assert_eq!(commands, promised);

    let script = read(".ci/run");
    for command in promised {
        let first_words: Vec<&str> = command.split(' ').take(2).collect();
        let taken = format!("readme_command '{}'", first_words.join(" "));
        assert!(script.contains(&taken), ".ci/run does not run {command}");
    }
}
