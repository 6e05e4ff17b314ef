use usp_codegen::Element;

use crate::arguments::{Format, Kind};
use crate::output::Output;

const COLUMNS: [&str; 7] = ["path", "kind", "type", "access", "units", "default", "status"];

/// Lists elements.
pub(crate) fn print(elements: &[Element], kind: Option<Kind>, format: Option<Format>, output: &mut Output) {
    let chosen = elements.iter().filter(|element| kind.is_none_or(|kind| kind.has(element.kind)));
    let format = format.unwrap_or(if output.is_terminal() { Format::Table } else { Format::Tsv });
    match format {
        Format::Json => chosen.for_each(|element| output.line(&element.to_json())),
        Format::Tsv => {
            output.line(&COLUMNS.join("\t"));
            for element in chosen {
                output.line(&row(element).map(|cell| cell.replace(['\t', '\n', '\r'], " ")).join("\t"));
            }
        }
        Format::Table => table(&chosen.map(row).collect::<Vec<_>>(), output),
    }
}

fn row(element: &Element) -> [String; COLUMNS.len()] {
    let list = if element.list { "list of " } else { "" };
    let declared = element.declared_type.as_deref();
    let access = match element.asynchronous {
        Some(true) => "async",
        Some(false) => "sync",
        None => element.access.or(element.direction.map(|direction| direction.as_str())).unwrap_or_default(),
    };
    [
        element.path.clone(),
        element.kind.as_str().to_owned(),
        declared.map_or_else(String::new, |name| format!("{list}{name}")),
        access.to_owned(),
        element.units.clone().unwrap_or_default(),
        element.default.clone().unwrap_or_default(),
        element.status.unwrap_or_default().to_owned(),
    ]
}

/// Columns as wide as what is in them; those with nothing in them are left out.
fn table(rows: &[[String; COLUMNS.len()]], output: &mut Output) {
    let columns: Vec<(usize, usize)> = (0..COLUMNS.len())
        .filter_map(|column| {
            let widths = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            let widest = widths.max().filter(|width| *width > 0)?;
            Some((column, widest.max(COLUMNS.get(column).map_or(0, |name| name.len()))))
        })
        .collect();
    let mut print = |cells: &[String]| {
        let mut line = String::new();
        for (column, width) in &columns {
            let cell = cells.get(*column).map_or("", String::as_str);
            line.push_str(cell);
            let padding = 2 + width.saturating_sub(cell.chars().count());
            line.extend(core::iter::repeat_n(' ', padding));
        }
        output.line(line.trim_end());
    };
    print(&COLUMNS.map(str::to_uppercase));
    for row in rows {
        print(row);
    }
}
