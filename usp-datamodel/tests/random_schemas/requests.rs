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

/// Path, settings, and the value of the first parameter.
pub type EntryChoice = (PathChoice, Vec<(Choice, Choice)>, Choice);

#[derive(Debug, Clone)]
pub enum RequestChoice {
    Add(PathChoice, Vec<(Choice, Choice)>),
    Set(PathChoice, Vec<(Choice, Choice)>),
    Delete(PathChoice),
    /// Add, Set or Delete with several entries, with or without allow_partial.
    Several(Operation, Vec<EntryChoice>, bool),
    Operate(PathChoice),
    Get(PathChoice),
    Instances(PathChoice, bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Add,
    Set,
    Delete,
}

/// One entry of a request that changes something: path, number of the table, settings.
pub type Entry = (String, usize, Vec<(String, String)>);

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
        4 => several(),
        1 => path().prop_map(RequestChoice::Operate),
        4 => path().prop_map(RequestChoice::Get),
        2 => (path(), any::<bool>()).prop_map(|(path, first)| RequestChoice::Instances(path, first)),
    ]
}

/// Entries whose paths lead to one row or table each.
fn several() -> impl Strategy<Value = RequestChoice> {
    let operations = vec![Operation::Add, Operation::Add, Operation::Set, Operation::Delete];
    let settings = prop::collection::vec((any::<Choice>(), any::<Choice>()), 0..4);
    let entry = (path(), settings, any::<Choice>()).prop_map(|(mut path, settings, first)| {
        for (selector, number) in path.selectors.iter_mut().zip([path.end, first, 7, 8]) {
            if !matches!(selector, Selector::Number(_)) {
                *selector = Selector::Number(number % 3 + 1);
            }
        }
        (path, settings, first)
    });
    let entries = prop::collection::vec(entry, 2..5);
    (prop::sample::select(operations), entries, any::<bool>())
        .prop_map(|(operation, entries, partial)| RequestChoice::Several(operation, entries, partial))
}

impl PathChoice {
    /// The same with all rows where rows are searched for.
    pub fn without_search(mut self) -> Self {
        for selector in &mut self.selectors {
            if matches!(selector, Selector::Expression(_)) {
                *selector = Selector::All;
            }
        }
        self
    }
}

/// The entries of a request with several.
pub fn entries(tables: &[Table], operation: Operation, entries: &[EntryChoice]) -> Vec<Entry> {
    let entry = |(path, choices, first): &EntryChoice| {
        let end = if operation == Operation::Add { End::Table } else { End::Row };
        let (path, table) = text(tables, path, end);
        let mut settings = settings(tables, table, choices, *first);
        if operation == Operation::Set {
            settings.remove(0);
        }
        (path, table, settings)
    };
    entries.iter().map(entry).collect()
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
        text += &selector(tables, &tables[at], &choice.selectors[level]);
        text.push('.');
        if is_last && end == End::Any && any > 2 {
            text += &format!("P{}", usize::from(choice.end) % tables[at].kinds.len());
        }
    }
    (text, table)
}

fn selector(tables: &[Table], table: &Table, selector: &Selector) -> String {
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
                let value = good(tables, kind, value);
                let quote = if matches!(kind, Kind::Number | Kind::Flag) { "" } else { "\"" };
                format!("P{parameter}{operator}{quote}{value}{quote}")
            };
            let comparisons: Vec<String> = comparisons.iter().map(comparison).collect();
            format!("[{}]", comparisons.join("&&"))
        }
    }
}

fn good(tables: &[Table], kind: Kind, value: Choice) -> String {
    let of = |values: &[&str]| values[usize::from(value) % values.len()].to_string();
    match kind {
        Kind::Text => of(&["a", "b", "c", "d"]),
        Kind::Number => of(&["1", "2", "7", "30"]),
        Kind::Flag => of(&["true", "false"]),
        Kind::Strong | Kind::Weak => {
            let table = usize::from(value) % tables.len();
            let steps = chain(tables, table).into_iter().zip(0..);
            let step =
                |(at, level): (usize, u32)| format!("{}{}", names(tables, at), 1 + (value >> level) % 2);
            format!("R.{}", steps.map(step).collect::<Vec<_>>().join("."))
        }
    }
}

/// Settings of a table: mostly good values, at times others, or a parameter that there is not.
pub fn settings(
    tables: &[Table],
    table: usize,
    choices: &[(Choice, Choice)],
    with_first: Choice,
) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    let kinds = &tables[table].kinds;
    let mut set = |parameter: usize, value: Choice| {
        let kind = kinds.get(parameter).copied().unwrap_or(Kind::Text);
        let odd = match (value, kind) {
            (0..=7, Kind::Number) => Some("x".to_string()),
            (8..=20, Kind::Number) => Some("007".to_string()),
            (0..=7, Kind::Flag) => Some("maybe".to_string()),
            (8..=20, Kind::Flag) => Some("1".to_string()),
            (0..=7, Kind::Strong | Kind::Weak) => Some("R.T9.1".to_string()),
            (8..=20, Kind::Strong | Kind::Weak) => Some(good(tables, kind, value) + "."),
            (21..=50, Kind::Strong | Kind::Weak) => Some(String::new()),
            _ => None,
        };
        let value = odd.unwrap_or_else(|| good(tables, kind, value));
        settings.push((format!("P{parameter}"), value));
    };
    // A new row gets its key, so that none is made up.
    set(0, with_first);
    for &(parameter, value) in choices {
        let parameters = if parameter < 4 { 9 } else { kinds.len() };
        set(usize::from(parameter) % parameters.max(1), value);
    }
    settings
}
