//! `docs/benchmarks.md`.

use core::fmt::Write;

use crate::figures::Figure;

/// One bench with its figures.
#[derive(Debug)]
pub struct Section {
    /// The name of the bench.
    pub bench: &'static str,
    /// What it measures, and against what.
    pub about: &'static str,
    /// What it has found.
    pub figures: Vec<Figure>,
    /// Where and when, as [`machine::facts`](crate::machine::facts) tells.
    pub facts: String,
}

/// The page.
pub fn page(sections: &[Section]) -> String {
    let mut page = String::from(
        "# Benchmarks\n\n\
         <!-- Written by `cargo run --release -p usp-benches`. Do not edit. -->\n\n\
         Nobody writes this page: `cargo run --release -p usp-benches` runs all benches, one after the other, and writes it \
         with its plots. With names of benches behind `--` it runs those, and leaves the others as they are.\n\n\
         A figure without a unit is a ratio: our time divided by that of a peer, of a floor, or of ourselves at another \
         size, taken in the same minute on the same machine. Bars are what we hold ourselves to; a bench fails where one \
         is missed. In the plots, a bar that ends left of the line is within.\n",
    );
    let missed: Vec<&str> = sections
        .iter()
        .flat_map(|section| &section.figures)
        .filter(|figure| figure.is_missed())
        .map(|figure| &*figure.name)
        .collect();
    let all =
        sections.iter().flat_map(|section| &section.figures).filter(|figure| figure.bar.is_some()).count();
    _ = write!(page, "\nOf {all} bars, {} are missed", missed.len());
    page.push_str(if missed.is_empty() { ".\n" } else { ":\n\n" });
    for name in missed {
        _ = writeln!(page, "- {name}");
    }
    for section in sections {
        write_section(section, &mut page);
    }
    page
}

fn write_section(Section { bench, about, figures, facts }: &Section, page: &mut String) {
    _ = write!(page, "\n## {bench}\n\n{about}\n\n{facts}.\n");
    _ = write!(page, "\n![The figures of the bench {bench}, against their bars](benchmarks/{bench}.svg)\n");
    if figures.iter().any(|figure| figure.bar.is_none()) {
        _ = write!(page, "\n![The same, with peers](benchmarks/{bench}-peers.svg)\n");
    }
    page.push_str("\n| case | ours | other | figure | bar |\n|---|--:|--:|--:|--:|\n");
    for figure in figures {
        let [ours, other] = match figure.times {
            Some(times) => times.map(duration),
            None => [const { String::new() }; 2],
        };
        let bar = figure.bar.map(|bar| format!("{bar}")).unwrap_or_default();
        let missed = if figure.is_missed() { " missed" } else { "" };
        let value = format!("{} {}", significant(figure.figure), figure.unit);
        _ = writeln!(page, "| {} | {ours} | {other} | {} | {bar}{missed} |", figure.name, value.trim_end());
    }
}

/// Three digits that count.
fn significant(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_string(),
        size if size < 0.01 => format!("{value:.4}"),
        size if size < 1.0 => format!("{value:.3}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Nanoseconds, in the unit that suits.
fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        time if time < 1e3 => format!("{} ns", significant(time)),
        time if time < 1e6 => format!("{} µs", significant(time / 1e3)),
        time if time < 1e9 => format!("{} ms", significant(time / 1e6)),
        time => format!("{} s", significant(time / 1e9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, figure: f64, bar: Option<f64>) -> Figure {
        Figure { name: name.into(), times: Some([1500.0, 2.5e6]), figure, unit: String::new(), bar }
    }

    #[test]
    fn the_page_says_what_was_found_and_what_is_missed() {
        let figures = vec![
            figure("Get / prost", 0.25, Some(0.3)),
            figure("Set / prost", 3.126, Some(3.0)),
            figure("Get: peer / prost", 0.5, None),
        ];
        let facts = "2 cores, 1970-01-01".into();
        let page = page(&[Section { bench: "engine", about: "Reads.", figures, facts }]);
        assert!(page.contains("Of 2 bars, 1 are missed:\n\n- Set / prost\n"), "{page}");
        assert!(page.contains("## engine\n\nReads.\n\n2 cores, 1970-01-01.\n"), "{page}");
        assert!(page.contains("| Get / prost | 1.50 µs | 2.50 ms | 0.250 | 0.3 |"), "{page}");
        assert!(page.contains("| Set / prost | 1.50 µs | 2.50 ms | 3.13 | 3 missed |"), "{page}");
        assert!(page.contains("| Get: peer / prost | 1.50 µs | 2.50 ms | 0.500 |  |"), "{page}");
        assert!(page.contains("(benchmarks/engine-peers.svg)"), "{page}");
    }
}
