//! Rows as a list of paths, and requests by the letter: every question goes through all rows.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::schema::{Kind, Table, chain};

/// Values by full path.
pub type Values = BTreeMap<String, String>;

#[derive(Debug, Clone)]
pub struct World {
    tables: Vec<Table>,
    /// By path, the values of the parameters in their order.
    rows: BTreeMap<String, Vec<String>>,
    /// The highest number that each table gave out.
    highest: BTreeMap<String, u32>,
}

impl World {
    pub fn new(tables: &[Table]) -> Self {
        Self { tables: tables.to_vec(), rows: BTreeMap::new(), highest: BTreeMap::new() }
    }

    /// What a path leads to: objects and tables with a dot at the end, parameters without.
    pub fn targets(&self, path: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([String::new()]);
        let segments = split(path);
        for (position, segment) in segments.iter().enumerate() {
            let is_parameter = position + 1 == segments.len() && !path.ends_with('.');
            found = found.iter().flat_map(|prefix| self.step(prefix, segment, is_parameter)).collect();
        }
        found
    }

    fn step(&self, prefix: &str, segment: &str, is_parameter: bool) -> Vec<String> {
        if is_parameter {
            return vec![format!("{prefix}{segment}")];
        }
        let rows = self.rows.keys().filter(|row| table_of(row) == prefix);
        match segment.strip_prefix('[') {
            _ if segment == "*" => rows.cloned().collect(),
            Some(expression) => {
                let expression = expression.strip_suffix(']').unwrap();
                rows.filter(|row| expression.split("&&").all(|part| self.fits(row, part))).cloned().collect()
            }
            None if segment.parse::<u32>().is_ok() => {
                rows.filter(|row| **row == format!("{prefix}{segment}.")).cloned().collect()
            }
            None => vec![format!("{prefix}{segment}.")],
        }
    }

    fn fits(&self, row: &str, comparison: &str) -> bool {
        let operator =
            ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|op| comparison.contains(op)).unwrap();
        let (parameter, wanted) = comparison.split_once(operator).unwrap();
        let value = &self.rows[row][parameter[1..].parse::<usize>().unwrap()];
        let number = |text: &str| text.parse::<u32>().unwrap_or(0);
        let (a, b) = (number(value), number(wanted));
        match operator {
            "==" => value == wanted.trim_matches('"'),
            "!=" => value != wanted.trim_matches('"'),
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            _ => a >= b,
        }
    }

    /// The values at what a path leads to; `None` where it leads nowhere and is no search.
    pub fn get(&self, path: &str) -> Option<Values> {
        let targets = self.targets(path);
        let covered = |full: &str| {
            targets.iter().any(|target| full == target || target.ends_with('.') && full.starts_with(target))
        };
        let values = self.values().into_iter().filter(|(full, _)| covered(full)).collect();
        (is_search(path) || !targets.is_empty()).then_some(values)
    }

    /// The rows of the tables that a path leads to, and those below if wanted; `None` as for `get`.
    pub fn instances(&self, path: &str, first_level_only: bool) -> Option<BTreeSet<String>> {
        let targets = self.targets(path);
        let wanted = |row: &&String| match first_level_only {
            true => targets.contains(table_of(row)),
            false => targets.iter().any(|target| row.starts_with(target)),
        };
        let rows = self.rows.keys().filter(wanted).cloned().collect();
        (is_search(path) || !targets.is_empty()).then_some(rows)
    }

    /// Adds a row to each table that a path leads to; whether that was done.
    pub fn add(&mut self, path: &str, table: usize, settings: &[(String, String)]) -> bool {
        let mut after = self.clone();
        let parents = self.targets(path);
        for parent in &parents {
            let number = after.highest.entry(parent.clone()).or_default();
            *number += 1;
            let row = format!("{parent}{number}.");
            let null = |kind: &Kind| match kind {
                Kind::Text => String::new(),
                Kind::Number => "0".to_string(),
                Kind::Flag => "false".to_string(),
            };
            after.rows.insert(row.clone(), self.tables[table].kinds.iter().map(null).collect());
            if !after.apply(&row, table, settings) {
                return false;
            }
        }
        self.take(after, is_search(path) || !parents.is_empty())
    }

    pub fn set(&mut self, path: &str, table: usize, settings: &[(String, String)]) -> bool {
        let mut after = self.clone();
        let rows = self.targets(path);
        if !rows.iter().all(|row| after.apply(row, table, settings)) {
            return false;
        }
        self.take(after, is_search(path) || !rows.is_empty())
    }

    /// A row that is not there is gone.
    pub fn delete(&mut self, path: &str) -> bool {
        let gone = self.targets(path);
        self.rows.retain(|row, _| !gone.iter().any(|gone| row.starts_with(gone)));
        self.highest.retain(|table, _| !gone.iter().any(|gone| table.starts_with(gone)));
        true
    }

    fn apply(&mut self, row: &str, table: usize, settings: &[(String, String)]) -> bool {
        settings.iter().all(|(parameter, value)| {
            let at: usize = parameter[1..].parse().unwrap();
            let value = match self.tables[table].kinds.get(at) {
                None => None,
                Some(Kind::Text) => Some(value.clone()),
                Some(Kind::Number) => value.parse::<u32>().ok().map(|number| number.to_string()),
                Some(Kind::Flag) => match value.as_str() {
                    "true" | "1" => Some("true".to_string()),
                    "false" | "0" => Some("false".to_string()),
                    _ => None,
                },
            };
            value.is_some_and(|value| {
                self.rows.get_mut(row).unwrap()[at] = value;
                true
            })
        })
    }

    /// Becomes what it would be, if keys are unique then.
    fn take(&mut self, after: World, leads_somewhere: bool) -> bool {
        let mut keys = BTreeSet::new();
        let unique = after
            .rows
            .iter()
            .filter(|(row, _)| self.tables[after.number_of_table(row)].key)
            .all(|(row, values)| keys.insert((table_of(row), &values[0])));
        if unique && leads_somewhere {
            *self = after;
        }
        unique && leads_somewhere
    }

    fn number_of_table(&self, row: &str) -> usize {
        let names: Vec<String> = split(row).into_iter().filter(|segment| segment.starts_with('T')).collect();
        let table: usize = names.last().unwrap()[1..].parse().unwrap();
        assert_eq!(names.len(), chain(&self.tables, table).len());
        table
    }

    pub fn values(&self) -> Values {
        let of_row = |(row, values): (&String, &Vec<String>)| {
            let row = row.clone();
            let value = move |(at, value): (usize, &String)| (format!("{row}P{at}"), value.clone());
            values.iter().enumerate().map(value).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(of_row).collect()
    }

    pub fn rows(&self) -> BTreeSet<String> {
        self.rows.keys().cloned().collect()
    }
}

/// Whether a path may lead nowhere.
fn is_search(path: &str) -> bool {
    path.contains(['*', '['])
}

/// The path of the table that a row stands in.
pub fn table_of(row: &str) -> &str {
    let above = row.strip_suffix('.').unwrap();
    &above[..=above.rfind('.').unwrap()]
}

/// Segments of a path; a dot in brackets is none between segments.
fn split(path: &str) -> Vec<String> {
    let (mut segments, mut segment, mut in_brackets) = (Vec::new(), String::new(), false);
    for letter in path.chars() {
        match letter {
            '.' if !in_brackets => segments.push(core::mem::take(&mut segment)),
            other => {
                in_brackets = other == '[' || in_brackets && other != ']';
                segment.push(other);
            }
        }
    }
    segments.extend((!segment.is_empty()).then_some(segment));
    segments
}
