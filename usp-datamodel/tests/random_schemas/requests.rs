//! Random requests and references to a random schema, as text.

use proptest::prelude::*;

use crate::schema::{Kind, Table, chain, names};

/// A choice whose meaning depends on the schema.
type Choice = u8;

#[derive(Debug, Clone)]
pub struct PathChoice {
    table: Choice,
    selectors: Vec<Selector>,
    end: Choice,
}

#[derive(Debug, Clone)]
pub enum Selector {
    Number(u8),
    All,
    /// Comparisons of a parameter with a value.
    Expression(Vec<(Choice, Choice, Choice)>),
}

#[derive(Debug, Clone)]
pub enum RequestChoice {
    Add(PathChoice, Vec<(Choice, Choice)>),
    Set(PathChoice, Vec<(Choice, Choice)>),
    Delete(PathChoice),
    Get(PathChoice),
    Instances(PathChoice, bool),
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Table,
    Row,
    Any,
}

pub fn path() -> impl Strategy<Value = PathChoice> {
    let comparison = (any::<Choice>(), any::<Choice>(), any::<Choice>());
    let selector = prop_oneof![
        4 => (1..4_u8).prop_map(Selector::Number),
        2 => Just(Selector::All),
        3 => prop::collection::vec(comparison, 1..3).prop_map(Selector::Expression),
    ];
    (any::<Choice>(), prop::collection::vec(selector, 4), any::<Choice>())
        .prop_map(|(table, selectors, end)| PathChoice { table, selectors, end })
}

pub fn request() -> impl Strategy<Value = RequestChoice> {
    let settings = || prop::collection::vec((any::<Choice>(), any::<Choice>()), 0..4);
    prop_oneof![
        6 => (path(), settings()).prop_map(|(path, settings)| RequestChoice::Add(path, settings)),
        3 => (path(), settings()).prop_map(|(path, settings)| RequestChoice::Set(path, settings)),
        1 => path().prop_map(RequestChoice::Delete),
        4 => path().prop_map(RequestChoice::Get),
        2 => (path(), any::<bool>()).prop_map(|(path, first)| RequestChoice::Instances(path, first)),
    ]
}

/// The path as text, with the table that it is about.
pub fn text(tables: &[Table], choice: &PathChoice, end: End) -> (String, usize) {
    let table = usize::from(choice.table) % tables.len();
    let chain = chain(tables, table);
    let mut text = String::from("R.");
    for (level, &at) in chain.iter().enumerate() {
        let is_last = level + 1 == chain.len();
        // Of any end: the object above the table, the table, its rows, a parameter of them.
        let any = choice.end % 5;
        if is_last && end == End::Any && any == 0 {
            break;
        }
        text += &names(tables, at);
        if is_last && (end == End::Table || end == End::Any && any == 1) {
            break;
        }
        text += &selector(&tables[at], &choice.selectors[level]);
        text.push('.');
        if is_last && end == End::Any && any > 2 {
            text += &format!("P{}", usize::from(choice.end) % tables[at].kinds.len());
        }
    }
    (text, table)
}

fn selector(table: &Table, selector: &Selector) -> String {
    match selector {
        Selector::Number(number) => number.to_string(),
        Selector::All => "*".to_string(),
        Selector::Expression(comparisons) => {
            let comparison = |&(parameter, operator, value): &(Choice, Choice, Choice)| {
                let parameter = usize::from(parameter) % table.kinds.len();
                let kind = table.kinds[parameter];
                let operators: &[&str] =
                    if kind == Kind::Number { &["==", "!=", "<", ">=", "<=", ">"] } else { &["==", "!="] };
                let operator = operators[usize::from(operator) % operators.len()];
                let value = good(kind)[usize::from(value) % good(kind).len()];
                let quote = if kind == Kind::Text { "\"" } else { "" };
                format!("P{parameter}{operator}{quote}{value}{quote}")
            };
            let comparisons: Vec<String> = comparisons.iter().map(comparison).collect();
            format!("[{}]", comparisons.join("&&"))
        }
    }
}

fn good(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => &["a", "b", "c", "d"],
        Kind::Number => &["1", "2", "7", "30"],
        Kind::Flag => &["true", "false"],
    }
}

/// Settings of a table: mostly good values, at times others, or a parameter that there is not.
pub fn settings(table: &Table, choices: &[(Choice, Choice)], with_first: Choice) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    let mut set = |parameter: usize, value: Choice| {
        let kind = table.kinds.get(parameter).copied().unwrap_or(Kind::Text);
        let odd = match (value, kind) {
            (0..=7, Kind::Number) => Some("x"),
            (8..=20, Kind::Number) => Some("007"),
            (0..=7, Kind::Flag) => Some("maybe"),
            (8..=20, Kind::Flag) => Some("1"),
            _ => None,
        };
        let value = odd.unwrap_or_else(|| good(kind)[usize::from(value) % good(kind).len()]);
        settings.push((format!("P{parameter}"), value.to_string()));
    };
    // A new row gets its key, so that none is made up.
    set(0, with_first);
    for &(parameter, value) in choices {
        let parameters = if parameter < 4 { 9 } else { table.kinds.len() };
        set(usize::from(parameter) % parameters.max(1), value);
    }
    settings
}
