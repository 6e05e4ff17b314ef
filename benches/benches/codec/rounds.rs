//! Paired rounds: every round times all cases, so that a busy machine slows them alike.

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

/// Something to time.
pub struct Case<'a> {
    run: Box<dyn FnMut() -> usize + 'a>,
}

impl<'a> Case<'a> {
    pub fn new(run: impl FnMut() -> usize + 'a) -> Self {
        Self { run: Box::new(run) }
    }

    fn time(&mut self, times: usize) -> f64 {
        let start = Instant::now();
        for _ in 0..times {
            black_box((self.run)());
        }
        start.elapsed().max(Duration::from_nanos(1)).as_secs_f64()
    }
}

const ROUNDS: usize = 15;

/// The share of the first case's time that each case takes: of three medians the best.
pub fn shares(cases: &mut [Case<'_>], size: usize) -> Vec<f64> {
    let times = (400_000 / size).clamp(3, 2_000);
    for case in &mut *cases {
        case.time(times / 3 + 1);
    }
    let mut best = vec![f64::INFINITY; cases.len()];
    for _ in 0..3 {
        let mut ratios = vec![Vec::with_capacity(ROUNDS); cases.len()];
        for round in 0..ROUNDS {
            let mut seconds = vec![0.0; cases.len()];
            for turn in 0..cases.len() {
                let at = (turn + round) % cases.len();
                seconds[at] = cases[at].time(times);
            }
            for (ratios, time) in ratios.iter_mut().zip(&seconds) {
                ratios.push(time / seconds[0]);
            }
        }
        for (best, ratios) in best.iter_mut().zip(&mut ratios) {
            ratios.sort_by(f64::total_cmp);
            *best = best.min(ratios[ROUNDS / 2]);
        }
    }
    best
}
