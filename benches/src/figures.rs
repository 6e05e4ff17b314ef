//! The figures of one bench, and how many of them miss their bars.

use std::path::PathBuf;
use std::process::ExitCode;

/// The environment variable that names the folder for the figures of each bench, in a file by its name.
pub const RESULTS: &str = "USP_BENCH_RESULTS";

/// One line of a bench.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was measured and what it is compared with: `Add at 1000000 rows / at 1000`.
    pub name: String,
    /// Nanoseconds of ours and of the other, where times were taken.
    pub times: Option<[f64; 2]>,
    /// The figure: ours divided by the other, or a number of units.
    pub figure: f64,
    /// The unit; empty for a ratio.
    pub unit: String,
    /// What the figure may be at most; `None` where it is only told, such as that of a peer.
    pub bar: Option<f64>,
}

impl Figure {
    /// Whether the figure is above its bar.
    pub fn is_missed(&self) -> bool {
        // One that is no number is none that was met.
        self.bar.is_some_and(|bar| self.figure.is_nan() || self.figure > bar)
    }

    /// One line of a file: fields with tabs between them.
    fn to_line(&self) -> String {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let [ours, other] = self.times.map_or([None; 2], |times| times.map(Some)).map(number);
        let (figure, bar) = (self.figure, number(self.bar));
        format!("{}\t{ours}\t{other}\t{figure}\t{}\t{bar}\n", self.name, self.unit)
    }

    /// Reads a line that [`Figures::outcome`] has written; `None` where it is no such line.
    pub fn from_line(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, ours, other, figure, unit, bar] = fields[..] else { return None };
        let number = |text: &str| match text {
            "" => Some(None),
            text => text.parse::<f64>().ok().map(Some),
        };
        Some(Self {
            name: name.to_string(),
            times: number(ours)?.zip(number(other)?).map(|(ours, other)| [ours, other]),
            figure: number(figure)??,
            unit: unit.to_string(),
            bar: number(bar)?,
        })
    }
}

/// The figures of a bench, printed as they come.
#[derive(Debug)]
pub struct Figures {
    /// Whether figures are taken at all: not where `cargo test` tries each case once.
    pub measure: bool,
    bench: &'static str,
    figures: Vec<Figure>,
}

impl Figures {
    /// No figures yet, of the bench with this name. Prints the head of the table.
    pub fn new(bench: &'static str, measure: bool) -> Self {
        if measure {
            println!("{:<64} {:>13} {:>13} {:>9} {:>7}", "case", "ours", "other", "figure", "bar");
        }
        Self { measure, bench, figures: Vec::new() }
    }

    /// The round in the middle of all rounds, by the figure. The first time is ours, the second that of the other.
    pub fn add<const N: usize>(
        &mut self,
        name: &str,
        rounds: &[[f64; N]],
        figure: impl Fn(&[f64; N]) -> f64,
        bar: f64,
    ) {
        let mut rounds: Vec<&[f64; N]> = rounds.iter().collect();
        rounds.sort_by(|a, b| figure(a).total_cmp(&figure(b)));
        match rounds.get(rounds.len() / 2) {
            Some(middle) => self.row(name, [middle[0], middle[1]], figure(middle), bar),
            None => self.count(name, f64::NAN, "", bar),
        }
    }

    /// A ratio, with the two times in nanoseconds that it comes from.
    pub fn row(&mut self, name: &str, times: [f64; 2], figure: f64, bar: f64) {
        self.push(name, Some(times), figure, "", Some(bar));
    }

    /// A figure that is counted, or whose times are not told.
    pub fn count(&mut self, name: &str, figure: f64, unit: &str, bar: f64) {
        self.push(name, None, figure, unit, Some(bar));
    }

    /// The ratio of a peer, which has no bar.
    pub fn peer(&mut self, name: &str, figure: f64) {
        self.push(name, None, figure, "", None);
    }

    fn push(&mut self, name: &str, times: Option<[f64; 2]>, figure: f64, unit: &str, bar: Option<f64>) {
        if !self.measure {
            return;
        }
        let figure = Figure { name: name.to_string(), times, figure, unit: unit.to_string(), bar };
        let [ours, other] = match times {
            Some(times) => times.map(|time| format!("{time:.0} ns")),
            None => [const { String::new() }; 2],
        };
        let bar = bar.map(|bar| format!("{bar:.2}")).unwrap_or_default();
        let verdict = if figure.is_missed() { "  MISSED" } else { "" };
        println!("{name:<64} {ours:>13} {other:>13} {:>9.3} {bar:>7} {unit}{verdict}", figure.figure);
        self.figures.push(figure);
    }

    /// How the bench ends: with a failure where a bar is missed. Where [`RESULTS`] names a folder, the figures are
    /// written to a file there.
    pub fn outcome(&self) -> ExitCode {
        if let Some(folder) = std::env::var_os(RESULTS).filter(|_| self.measure) {
            let lines: String = self.figures.iter().map(Figure::to_line).collect();
            let file = PathBuf::from(folder).join(self.bench).with_extension("tsv");
            if let Err(error) = std::fs::write(&file, lines) {
                eprintln!("{}: {error}", file.display());
                return ExitCode::FAILURE;
            }
        }
        let is_empty = self.measure && self.figures.is_empty();
        let is_missed = self.figures.iter().any(Figure::is_missed);
        if is_empty || is_missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

/// The time in the middle.
pub fn middle(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_missed() {
        let mut figures = Figures::new("none", true);
        assert_eq!(figures.outcome(), ExitCode::FAILURE);
        figures.add::<2>("no rounds", &[], |[ours, other]| ours / other, 1.0);
        assert!(figures.figures[0].is_missed());
        figures.figures.clear();
        figures.count("met", 1.0, "", 1.0);
        assert_eq!(figures.outcome(), ExitCode::SUCCESS);
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let timed = Figure {
            name: "Add at 1000 rows / at 10".into(),
            times: Some([1234.5, 0.25]),
            figure: 4938.0,
            unit: String::new(),
            bar: Some(2.0),
        };
        let counted = Figure { times: None, unit: "kB".into(), bar: None, ..timed.clone() };
        for figure in [timed, counted] {
            let line = figure.to_line();
            assert_eq!(Figure::from_line(line.trim_end_matches('\n')), Some(figure));
        }
        for line in ["", "name\t1\t2\t3\t", "name\t\t\tmany\t\t", "name\tx\t2\t3\t\t1"] {
            assert_eq!(Figure::from_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_figure_above_its_bar_is_missed() {
        let figure =
            |figure, bar| Figure { name: String::new(), times: None, figure, unit: String::new(), bar };
        assert!(figure(2.1, Some(2.0)).is_missed());
        assert!(!figure(2.0, Some(2.0)).is_missed());
        assert!(!figure(9.0, None).is_missed());
    }
}
