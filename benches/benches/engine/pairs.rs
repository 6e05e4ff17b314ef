//! Times taken in turns, so that a busy machine slows all cases alike.

use core::hint::black_box;
use core::time::Duration;
use std::time::Instant;

/// Something to time.
pub type Case<'a> = Box<dyn FnMut() -> usize + 'a>;

/// What the cases of one figure cost, in nanoseconds a call: the round in the middle of all rounds, by the figure.
pub fn rounds<const N: usize>(
    cases: &mut [Case<'_>; N],
    figure: impl Fn(&[f64; N]) -> f64,
) -> (f64, [f64; N]) {
    let calls = cases.each_mut().map(calls_in_a_slice);
    let start = Instant::now();
    let mut rounds = Vec::new();
    while rounds.len() < FEWEST_ROUNDS || (rounds.len() < MOST_ROUNDS && start.elapsed() < TIME_A_FIGURE) {
        let mut times = [0.0; N];
        for turn in 0..N {
            let at = (turn + rounds.len()) % N;
            times[at] = time(calls[at], &mut cases[at]);
        }
        rounds.push((figure(&times), times));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    rounds[rounds.len() / 2]
}

const FEWEST_ROUNDS: usize = 5;
const MOST_ROUNDS: usize = 101;
const TIME_A_FIGURE: Duration = Duration::from_secs(2);
const SLICE: Duration = Duration::from_micros(500);

/// How many calls fill a slice of time; one where a single call takes longer.
fn calls_in_a_slice(case: &mut Case<'_>) -> u32 {
    let mut calls = 1;
    loop {
        let start = Instant::now();
        time(calls, case);
        if start.elapsed() >= SLICE {
            return calls;
        }
        calls *= 2;
    }
}

fn time(calls: u32, case: &mut Case<'_>) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(case());
    }
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}
