//! The table of what is supported has in each section all that the code has, and nothing else: Messages, kinds of
//! Record and so on stand in backticks in the first column.

use usp_datamodel::schema::PrimitiveType;
use usp_msg::MsgType;

use crate::manifests::read;
use crate::{README, markdown::Document};

#[test]
fn messages_are_those_of_the_header() {
    let names = (0..).map_while(|number| Some(MsgType::try_from(number).ok()?.to_string()));
    // A response is supported with its request.
    check("Messages", names.filter(|name| !name.ends_with("Resp")).collect());
}

#[test]
fn kinds_of_record_are_those_of_the_record() {
    let kinds = variants("usp-record/src/records.rs", "pub enum RecordType {");
    check("Records", kinds.iter().map(|(_, content)| content.replace("Record", "")).collect());
}

#[test]
fn paths_are_those_of_the_path_kinds() {
    let kinds = variants("usp-path/src/path_kind.rs", "pub enum PathKind {");
    check("Paths", kinds.iter().map(|(name, _)| words(name) + " Path").collect());
}

#[test]
fn data_types_are_those_of_the_schema() {
    check("Data types", PrimitiveType::ALL.map(|primitive| primitive.as_str().to_string()).into());
}

#[test]
fn notifications_are_those_of_the_notify_message() {
    let kinds = variants("usp-msg/src/notify_message.rs", "pub enum Notification {");
    check("Notifications", kinds.into_iter().map(|(_, content)| content).collect());
}

#[test]
fn transports_are_those_that_an_agent_can_be_told_of() {
    let kinds = variants("usp-agent/src/mtps.rs", "pub enum Mtp {");
    check("Transports", kinds.into_iter().map(|(name, _)| name).collect());
}

/// Compares a section of the table with a list of the code; capital letters do not count.
#[track_caller]
fn check(section: &str, mut expected: Vec<String>) {
    expected.iter_mut().for_each(|name| *name = name.to_lowercase());
    expected.sort();
    let text = read(README);
    let table = Document::new(&text).section("What is supported");
    let heading = format!("| **{section}** | |");
    let rows = table.lines().skip_while(|line| *line != heading).skip(1);
    let names = rows.take_while(|line| !line.starts_with("| **")).flat_map(|row| {
        let first = row.split(" | ").next().unwrap_or_default();
        first.split('`').skip(1).step_by(2)
    });
    let mut stated: Vec<String> = names.map(str::to_lowercase).collect();
    stated.sort();
    assert!(!expected.is_empty());
    assert_eq!(stated, expected, "{README}, section {section}");
}

/// The variants of an enum of the sources, each with the type that it holds or an empty text.
#[track_caller]
fn variants(file: &str, head: &str) -> Vec<(String, String)> {
    let text = read(file);
    let (_, rest) = text.split_once(head).unwrap_or_else(|| panic!("{file} has no {head}"));
    let (body, _) = rest.split_once('}').unwrap();
    let lines = body.lines().map(str::trim).filter(|line| line.ends_with(',') && !line.starts_with("//"));
    lines
        .map(|line| {
            let (name, content) = line.trim_end_matches(',').split_once('(').unwrap_or((line, ""));
            (name.trim_end_matches(',').to_string(), content.trim_end_matches(')').to_string())
        })
        .collect()
}

/// `Object Instance` of `ObjectInstance`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character);
    }
    words
}
