//! Every message about a text that is no path, word by word, with the place that it points at.

#![allow(clippy::panic, reason = "helpers of tests")]

mod expressions;
mod identifiers;
mod names;
mod presentation;
mod uses;

use core::fmt::Debug;

use usp_path::{ParsePathError, Path, RelativePath, SearchExpression, SupportedPath};

/// The first of `lines` is refused, and what is shown then are `lines`.
#[track_caller]
fn path(lines: &[&str]) {
    shown(Path::parse(lines[0]), lines);
}

#[track_caller]
fn supported(lines: &[&str]) {
    shown(SupportedPath::parse(lines[0]), lines);
}

#[track_caller]
fn relative(lines: &[&str]) {
    shown(RelativePath::parse(lines[0]), lines);
}

#[track_caller]
fn expression(lines: &[&str]) {
    shown(SearchExpression::parse(lines[0]), lines);
}

#[track_caller]
fn shown<T: Debug>(result: Result<T, ParsePathError>, lines: &[&str]) {
    match result {
        Ok(path) => panic!("{path:?} was accepted"),
        Err(error) => assert_eq!(error.render(lines[0]).to_string(), lines.join("\n")),
    }
}

/// The table of messages is read as text: what is not asserted somewhere here fails.
#[test]
fn every_message_is_asserted() {
    let asserted = [
        include_str!("expressions.rs"),
        include_str!("identifiers.rs"),
        include_str!("names.rs"),
        include_str!("uses.rs"),
    ];
    let table = include_str!("../../src/fault.rs");
    let descriptions: Vec<&str> = table
        .lines()
        .filter(|line| line.trim_start().starts_with("Self::") && line.contains("=>"))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(descriptions.len() > 60, "{} messages", descriptions.len());
    for description in descriptions {
        assert!(
            asserted.iter().any(|source| source.contains(description)),
            "{description:?} is not asserted"
        );
    }
}
