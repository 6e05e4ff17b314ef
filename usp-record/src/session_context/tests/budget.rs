//! What all Session Contexts hold together.

use alloc::format;
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::link::{Lcg, agent};
use super::{NOW, drain, record};
use crate::record::RecordType;
use crate::session_context_record::PayloadSarState;
use crate::{SendError, SessionBudget, SessionConfig, SessionContext, SessionFailure, SessionOutput};

fn peers<const N: usize>() -> [SessionContext; N] {
    core::array::from_fn(|at| {
        let peer = format!("self::controller-{at}").parse().expect("valid");
        SessionContext::new(agent(), peer, SessionConfig::DEFAULT)
    })
}

#[test]
fn one_peer_cannot_take_what_another_holds() {
    let mut budget = SessionBudget::new(2_000);
    let [mut one, mut two] = peers();
    assert_eq!(budget.open(&mut one).send(alloc::vec![7; 1_400], NOW, &mut Lcg::new(1)), Ok(()));
    assert!((1_400..2_000).contains(&budget.used()), "{}", budget.used());
    assert_eq!(
        budget.open(&mut two).send(alloc::vec![7; 1_400], NOW, &mut Lcg::new(1)),
        Err(SendError::Full)
    );
    // What the peer acknowledges is there for others.
    let id = one.session_id().expect("a Session Context");
    budget.open(&mut one).receive(&record([id, 1, 2, 0], b""), NOW, &mut Lcg::new(1));
    assert_eq!(budget.used(), 0);
    assert_eq!(budget.open(&mut two).send(alloc::vec![7; 1_400], NOW, &mut Lcg::new(1)), Ok(()));
    budget.release(&mut two);
    assert_eq!((budget.used(), budget.limit()), (0, 2_000));
    assert_eq!(two.send(alloc::vec![7; 1], NOW, &mut Lcg::new(1)), Err(SendError::Full));
}

#[test]
fn records_that_come_too_early_count_against_the_budget() {
    let mut budget = SessionBudget::new(800);
    let [mut one, mut two] = peers();
    budget.open(&mut one).receive(&record([7, 3, 1, 0], &[7; 200]), NOW, &mut Lcg::new(1));
    assert!(!drain(&mut one).iter().any(|output| matches!(output, SessionOutput::Restarted { .. })));
    budget.open(&mut two).receive(&record([8, 3, 1, 0], &[7; 200]), NOW, &mut Lcg::new(1));
    let reason = SessionFailure::BufferFull;
    assert!(drain(&mut two).contains(&SessionOutput::Restarted { reason, unacknowledged: 0 }));
    assert!(budget.used() <= budget.limit());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever peers send and are sent, all buffers together stay within the budget, and the budget
    /// knows what they hold.
    #[test]
    fn the_budget_is_kept(
        steps in vec((0usize..4, 0u8..4, 1usize..400, 1u64..6), 1..80),
        limit in 0usize..2_000,
        seed in any::<u64>(),
    ) {
        let mut budget = SessionBudget::new(limit);
        let mut sessions: [SessionContext; 4] = peers();
        let mut rng = Lcg::new(seed);
        for (at, step, size, sequence_id) in steps {
            let session = &mut sessions[at];
            let id = session.session_id().unwrap_or(7);
            if step == 0 {
                let result = budget.open(session).send(alloc::vec![7; size], NOW, &mut rng);
                prop_assert!(matches!(result, Ok(()) | Err(SendError::Full)));
            } else {
                static BYTES: [u8; 400] = [7; 400];
                let mut record = record([id, sequence_id, sequence_id, 0], &BYTES[..size]);
                if let Some(RecordType::SessionContext(content)) = &mut record.record_type {
                    let states = [PayloadSarState::None, PayloadSarState::Begin, PayloadSarState::Inprocess];
                    content.payload_sar_state = states[usize::from(step) - 1].into();
                }
                budget.open(session).receive(&record, NOW, &mut rng);
            }
            drain(&mut sessions[at]);
            let held: Vec<usize> = sessions.iter().map(SessionContext::buffered_bytes).collect();
            prop_assert_eq!(held.iter().sum::<usize>(), budget.used());
            prop_assert!(budget.used() <= limit, "{:?} of {}", held, limit);
        }
    }
}
