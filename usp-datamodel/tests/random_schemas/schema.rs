//! Random schemas: tables in tables, some behind a single object, some with a key, some with a fixed number of rows; a
//! command in each.

use proptest::prelude::*;
use usp_datamodel::schema::{
    CommandSpec, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, ReferenceSpec,
    ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    /// References to rows.
    Strong,
    Weak,
}

/// A table. Its parameters are P0, P1, …; the first is its key where it has one.
#[derive(Debug, Clone)]
pub struct Table {
    pub parent: Option<usize>,
    /// Whether it stands in a single object of its own.
    pub behind: bool,
    pub key: bool,
    /// How many rows it has, if it always has the same.
    pub fixed: Option<u32>,
    pub kinds: Vec<Kind>,
}

/// All tables; those above come first.
pub fn tables() -> impl Strategy<Value = Vec<Table>> {
    let plain = [Kind::Text, Kind::Number, Kind::Flag];
    let all = [&plain[..], &[Kind::Strong, Kind::Weak]].concat();
    let (first, more) =
        (prop::sample::select(plain.to_vec()), prop::collection::vec(prop::sample::select(all), 0..3));
    let kinds = (first, more).prop_map(|(first, more)| [&[first][..], &more].concat());
    let fixed = prop_oneof![4 => Just(None), 1 => (1..3_u32).prop_map(Some)];
    let table = (any::<prop::sample::Index>(), any::<bool>(), any::<bool>(), fixed, kinds);
    prop::collection::vec(table, 1..5).prop_map(|tables| {
        type Drawn = (prop::sample::Index, bool, bool, Option<u32>, Vec<Kind>);
        let table = |(number, (parent, behind, key, fixed, kinds)): (usize, Drawn)| {
            let parent = Some(parent.index(number + 1)).filter(|&parent| parent < number);
            let key = key && kinds[0] != Kind::Flag;
            Table { parent, behind, key, fixed, kinds }
        };
        tables.into_iter().enumerate().map(table).collect()
    })
}

/// Tables, and others of which some are the same.
pub fn other_tables() -> impl Strategy<Value = (Vec<Table>, Vec<Table>)> {
    (tables(), tables(), prop::collection::vec(0..4_u8, 5)).prop_map(|(first, drawn, keep)| {
        let mut second = drawn;
        for (at, table) in first.iter().enumerate().filter(|(at, _)| keep[*at] > 0) {
            // A table stands behind the one that it is in.
            if at < second.len() {
                second[at] = table.clone();
            } else if at == second.len() {
                second.push(table.clone());
            }
        }
        (first, second)
    })
}

/// The names that lead to a table from the row above it, or from the root.
pub fn names(tables: &[Table], table: usize) -> String {
    if tables[table].behind { format!("S{table}.T{table}.") } else { format!("T{table}.") }
}

/// The tables that lead to a table, itself the last.
pub fn chain(tables: &[Table], table: usize) -> Vec<usize> {
    let above = tables[table].parent.map(|parent| chain(tables, parent)).unwrap_or_default();
    above.into_iter().chain([table]).collect()
}

pub fn build(tables: &[Table]) -> Schema {
    let mut builder = SchemaBuilder::new("R:1.0", "urn:example:r");
    let root = builder.object(None, ObjectSpec::single("R")).unwrap();
    let mut objects = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        let mut above = table.parent.map_or(root, |parent| objects[parent]);
        if table.behind {
            above = builder.object(Some(above), ObjectSpec::single(format!("S{number}"))).unwrap();
        }
        let spec = ObjectSpec {
            access: ObjectAccess::AddDelete,
            min_entries: table.fixed.unwrap_or(0),
            max_entries: table.fixed,
            ..ObjectSpec::table(format!("T{number}"))
        };
        let object = builder.object(Some(above), spec).unwrap();
        for (at, kind) in table.kinds.iter().enumerate() {
            let primitive = match kind {
                Kind::Text | Kind::Strong | Kind::Weak => PrimitiveType::String,
                Kind::Number => PrimitiveType::UnsignedInt,
                Kind::Flag => PrimitiveType::Boolean,
            };
            let reference = matches!(kind, Kind::Strong | Kind::Weak).then(|| ReferenceSpec {
                strong: *kind == Kind::Strong,
                target: ReferenceTarget::Any,
                parents: Vec::new(),
            });
            let spec = ParameterSpec {
                access: ParameterAccess::ReadWrite,
                ..ParameterSpec::new(format!("P{at}"), SyntaxSpec { reference, ..SyntaxSpec::new(primitive) })
            };
            builder.parameter(object, spec).unwrap();
        }
        builder.command(object, CommandSpec::new("Run()")).unwrap();
        if table.key {
            builder.unique_key(object, true, &["P0"]).unwrap();
        }
        objects.push(object);
    }
    builder.build().unwrap()
}

/// The paths of the commands, supported.
pub fn commands(tables: &[Table]) -> Vec<String> {
    let path = |table| {
        let names: Vec<String> = chain(tables, table).into_iter().map(|at| names(tables, at)).collect();
        format!("R.{}{{i}}.Run()", names.join("{i}."))
    };
    (0..tables.len()).map(path).collect()
}
