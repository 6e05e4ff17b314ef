//! The table of figures, and how many of them miss their bars.

use std::process::ExitCode;

pub struct Figures {
    /// Whether times are taken at all.
    pub measure: bool,
    missed: usize,
}

impl Figures {
    pub fn new(measure: bool) -> Self {
        println!("{:<52} {:>12} {:>12} {:>8} {:>6}", "case", "ours", "other", "figure", "bar");
        Self { measure, missed: 0 }
    }

    /// The round in the middle of all rounds, by the figure. The first time is ours, the second what it is compared
    /// with.
    pub fn add<const N: usize>(
        &mut self,
        name: &str,
        rounds: &[[f64; N]],
        figure: impl Fn(&[f64; N]) -> f64,
        bar: f64,
    ) {
        if !self.measure {
            return;
        }
        let mut rounds: Vec<&[f64; N]> = rounds.iter().collect();
        rounds.sort_by(|a, b| figure(a).total_cmp(&figure(b)));
        let middle = rounds[rounds.len() / 2];
        self.row(name, [middle[0], middle[1]], figure(middle), bar);
    }

    pub fn row(&mut self, name: &str, [ours, other]: [f64; 2], figure: f64, bar: f64) {
        let verdict = if figure <= bar { "" } else { "  MISSED" };
        self.missed += usize::from(figure > bar);
        println!("{name:<52} {ours:>9.0} ns {other:>9.0} ns {figure:>8.2} {bar:>6.1}{verdict}");
    }

    /// A figure that is counted, and no time.
    #[allow(dead_code, reason = "not every bench counts")]
    pub fn count(&mut self, name: &str, figure: f64, bar: f64) {
        let verdict = if figure <= bar { "" } else { "  MISSED" };
        self.missed += usize::from(figure > bar);
        println!("{name:<52} {:>12} {:>12} {figure:>8.2} {bar:>6.1}{verdict}", "", "");
    }

    pub fn outcome(&self) -> ExitCode {
        if self.missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The time in the middle.
pub fn middle(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
