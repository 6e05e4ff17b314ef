//! Rows as a list of paths, and requests by the letter: every question goes through all rows.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::requests::{Entry, Operation};
use crate::schema::{Kind, Table, chain, names};

/// Values by full path.
pub type Values = BTreeMap<String, String>;

#[derive(Debug, Clone)]
pub struct World {
    tables: Vec<Table>,
    /// By path, the values that were set of the parameters in their order.
    rows: BTreeMap<String, Vec<Option<String>>>,
    /// The highest number that each table gave out.
    highest: BTreeMap<String, u32>,
}

impl World {
    pub fn new(tables: &[Table]) -> Self {
        let mut world = Self::empty(tables);
        world.fill("R.");
        world
    }

    fn empty(tables: &[Table]) -> Self {
        Self { tables: tables.to_vec(), rows: BTreeMap::new(), highest: BTreeMap::new() }
    }

    /// Makes the rows that the fixed tables in a row lack, and in the rows below it.
    fn fill(&mut self, above: &str) {
        for table in 0..self.tables.len() {
            let Some(most) = self.tables[table].fixed else { continue };
            let path = above.to_string() + &names(&self.tables, table);
            if without_numbers(&path) != supported_path(&self.tables, table) {
                continue;
            }
            while self.count(&path) < most as usize {
                let row = self.make(&path, table);
                self.make_up_key(&row);
                self.fill(&row);
            }
        }
    }

    fn count(&self, table: &str) -> usize {
        self.rows.keys().filter(|row| table_of(row) == table).count()
    }

    /// Makes a row in a table by its path.
    fn make(&mut self, path: &str, table: usize) -> String {
        let number = self.highest.entry(path.to_string()).or_default();
        *number += 1;
        let row = format!("{path}{number}.");
        self.rows.insert(row.clone(), vec![None; self.tables[table].kinds.len()]);
        row
    }

    /// A key that nobody gave is the number of the row, or the next that is free.
    fn make_up_key(&mut self, row: &str) {
        let table = self.number_of_table(row);
        if !self.tables[table].key || self.rows[row][0].is_some() {
            return;
        }
        let others = self.rows.keys().filter(|other| table_of(other) == table_of(row) && *other != row);
        let others: BTreeSet<String> = others.map(|other| self.value(other, 0)).collect();
        let key = |number: u32| match self.tables[table].kinds[0] {
            Kind::Number => number.to_string(),
            _ => format!("cpe-{number}"),
        };
        let number = *numbers(row).last().unwrap();
        let made_up = (number..).map(key).find(|key| !others.contains(key));
        self.rows.get_mut(row).unwrap()[0] = made_up;
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
        let value = &self.value(row, parameter[1..].parse().unwrap());
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
        self.all(Operation::Add, &[(path.to_string(), table, settings.to_vec())])
    }

    pub fn set(&mut self, path: &str, table: usize, settings: &[(String, String)]) -> bool {
        self.all(Operation::Set, &[(path.to_string(), table, settings.to_vec())])
    }

    pub fn delete(&mut self, path: &str) -> bool {
        self.all(Operation::Delete, &[(path.to_string(), 0, Vec::new())])
    }

    /// Does all entries of a request or none; whether that was done. What is changed or deleted is looked for in the world
    /// as it was before.
    pub fn all(&mut self, operation: Operation, entries: &[Entry]) -> bool {
        let mut after = self.clone();
        let done = entries.iter().all(|(path, table, settings)| match operation {
            Operation::Add => after.add_one(path, *table, settings),
            Operation::Set => after.set_one(path, self.targets(path), *table, settings),
            Operation::Delete => after.delete_one(&self.targets(path)),
        });
        done && self.take(after)
    }

    fn add_one(&mut self, path: &str, table: usize, settings: &[(String, String)]) -> bool {
        let parents = self.targets(path);
        for parent in &parents {
            let row = self.make(parent, table);
            if self.tables[table].fixed.is_some() || !self.apply(&row, table, settings) {
                return false;
            }
            self.fill(&row);
        }
        is_search(path) || !parents.is_empty()
    }

    fn set_one(
        &mut self,
        path: &str,
        rows: BTreeSet<String>,
        table: usize,
        settings: &[(String, String)],
    ) -> bool {
        rows.iter().all(|row| self.apply(row, table, settings)) && (is_search(path) || !rows.is_empty())
    }

    /// The commands that an Operate runs; `None` where it fails.
    pub fn operate(&self, path: &str) -> Option<BTreeSet<String>> {
        let rows: BTreeSet<String> = self.targets(path).iter().map(|row| format!("{row}Run()")).collect();
        (is_search(path) || !rows.is_empty()).then_some(rows)
    }

    /// Rows that were there before the request; one of a fixed table stays as long as that does, and is refused also
    /// where another entry has deleted the row around it.
    fn delete_one(&mut self, gone: &BTreeSet<String>) -> bool {
        let is_fixed = |row: &String| self.tables[self.number_of_table(row)].fixed.is_some();
        if gone.iter().any(is_fixed) {
            return false;
        }
        self.rows.retain(|row, _| !gone.iter().any(|gone| row.starts_with(gone)));
        self.highest.retain(|table, _| !gone.iter().any(|gone| table.starts_with(gone)));
        self.clean_references();
        true
    }

    /// Empties strong references that lead nowhere.
    fn clean_references(&mut self) {
        for (row, at) in self.dangling() {
            self.rows.get_mut(&row).unwrap()[at] = Some(String::new());
        }
    }

    fn dangling(&self) -> Vec<(String, usize)> {
        let mut dangling = Vec::new();
        for (row, values) in &self.rows {
            let kinds = &self.tables[self.number_of_table(row)].kinds;
            for (at, (kind, value)) in kinds.iter().zip(values).enumerate() {
                let value = value.as_deref().unwrap_or_default();
                if *kind == Kind::Strong && !value.is_empty() && !self.rows.contains_key(&format!("{value}."))
                {
                    dangling.push((row.clone(), at));
                }
            }
        }
        dangling
    }

    fn apply(&mut self, row: &str, table: usize, settings: &[(String, String)]) -> bool {
        settings.iter().all(|(parameter, value)| {
            let at: usize = parameter[1..].parse().unwrap();
            let value = self.tables[table].kinds.get(at).and_then(|&kind| canonical(kind, value));
            value.is_some_and(|value| {
                self.rows.get_mut(row).unwrap()[at] = Some(value);
                true
            })
        })
    }

    /// The value that a parameter has, set or not.
    fn value(&self, row: &str, at: usize) -> String {
        let null = match self.tables[self.number_of_table(row)].kinds[at] {
            Kind::Text | Kind::Strong | Kind::Weak => "",
            Kind::Number => "0",
            Kind::Flag => "false",
        };
        self.rows[row][at].clone().unwrap_or_else(|| null.to_string())
    }

    /// The same rows under other tables; `None` where two rows would have one key, or a fixed table too many rows.
    pub fn replaced(&self, tables: &[Table]) -> Option<World> {
        let mut after = World::empty(tables);
        let supported: Vec<String> = (0..tables.len()).map(|table| supported_path(tables, table)).collect();
        let table_at = |path: &str| supported.iter().position(|known| *known == without_numbers(path));
        let highest = self.highest.iter().filter(|(table, _)| table_at(table).is_some());
        after.highest = highest.map(|(table, number)| (table.clone(), *number)).collect();
        let mut before = self.clone();
        before.rows.retain(|row, _| table_at(table_of(row)).is_some());
        before.clean_references();
        for (row, values) in &before.rows {
            let Some(table) = table_at(table_of(row)) else { continue };
            let kinds = tables[table].kinds.iter().enumerate();
            let value = |(at, kind): (usize, &Kind)| canonical(*kind, values.get(at)?.as_ref()?);
            after.rows.insert(row.clone(), kinds.map(value).collect());
        }
        after.clean_references();
        // Keys that are not there any more are made up.
        let mut rows: Vec<String> = after.rows.keys().cloned().collect();
        rows.sort_by_key(|row| numbers(row));
        for row in &rows {
            after.make_up_key(row);
        }
        for row in ["R.".to_string()].iter().chain(&rows) {
            after.fill(row);
        }
        let is_too_much = |row: &String| {
            tables[after.number_of_table(row)]
                .fixed
                .is_some_and(|most| after.count(table_of(row)) > most as usize)
        };
        if after.rows.keys().any(is_too_much) {
            return None;
        }
        let mut found = World { rows: BTreeMap::new(), ..after.clone() };
        found.take(after).then_some(found)
    }

    /// Becomes what it would be, if keys are unique then and strong references lead somewhere.
    fn take(&mut self, after: World) -> bool {
        let mut keys = BTreeSet::new();
        let unique = after
            .rows
            .iter()
            .filter(|(row, _)| self.tables[after.number_of_table(row)].key)
            .all(|(row, _)| keys.insert((table_of(row), after.value(row, 0))));
        drop(keys);
        if unique && after.dangling().is_empty() {
            *self = after;
            return true;
        }
        false
    }

    pub fn number_of_table(&self, row: &str) -> usize {
        let names: Vec<String> = split(row).into_iter().filter(|segment| segment.starts_with('T')).collect();
        let table: usize = names.last().unwrap()[1..].parse().unwrap();
        assert_eq!(names.len(), chain(&self.tables, table).len());
        table
    }

    pub fn values(&self) -> Values {
        let of_row = |(row, values): (&String, &Vec<Option<String>>)| {
            let value = |at| (format!("{row}P{at}"), self.value(row, at));
            (0..values.len()).map(value).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(of_row).collect()
    }

    pub fn rows(&self) -> BTreeSet<String> {
        self.rows.keys().cloned().collect()
    }
}

/// The text that a value is kept as; `None` for what is none.
pub fn canonical(kind: Kind, value: &str) -> Option<String> {
    match kind {
        Kind::Text => Some(value.to_string()),
        Kind::Strong | Kind::Weak => Some(value.trim_end_matches('.').to_string()),
        Kind::Number => value.parse::<u32>().ok().map(|number| number.to_string()),
        Kind::Flag => match value {
            "true" | "1" => Some("true".to_string()),
            "false" | "0" => Some("false".to_string()),
            _ => None,
        },
    }
}

fn numbers(path: &str) -> Vec<u32> {
    path.split('.').filter_map(|step| step.parse().ok()).collect()
}

/// A path with `{i}` in place of numbers.
fn without_numbers(path: &str) -> String {
    let steps = path.split('.').map(|step| if step.parse::<u32>().is_ok() { "{i}" } else { step });
    steps.collect::<Vec<_>>().join(".")
}

fn supported_path(tables: &[Table], table: usize) -> String {
    let names: Vec<String> = chain(tables, table).into_iter().map(|at| names(tables, at)).collect();
    format!("R.{}", names.join("{i}."))
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
