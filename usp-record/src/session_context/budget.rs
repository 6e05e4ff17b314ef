//! A limit on what all Session Contexts hold together.

use core::ops::{Deref, DerefMut};

use super::SessionContext;

/// Bytes that all Session Contexts of an Endpoint may hold together, in Records that came too early,
/// Records that may have to be sent again, Messages that are not complete and Messages that wait.
///
/// [`SessionConfig::buffer_bytes`](super::SessionConfig::buffer_bytes) bounds what one peer may cost;
/// with this, many peers do not cost more than memory there is. Whoever holds the Session Contexts
/// holds the budget beside them and reaches each of them through [`open`](Self::open); one that is
/// dropped is given back before, with [`release`](Self::release). A Session Context that is used
/// without the budget keeps the room that it was lent last.
///
/// ```
/// use usp_record::{Instant, Rng, SendError, SessionBudget, SessionConfig, SessionContext};
/// # struct Generator;
/// # impl Rng for Generator {
/// #     fn fill(&mut self, bytes: &mut [u8]) {
/// #         bytes.fill(7);
/// #     }
/// # }
///
/// let mut one = SessionContext::new("doc::agent".parse()?, "doc::one".parse()?, SessionConfig::DEFAULT);
/// let mut two = SessionContext::new("doc::agent".parse()?, "doc::two".parse()?, SessionConfig::DEFAULT);
/// let (now, mut rng) = (Instant::from_secs(1), Generator);
///
/// let mut budget = SessionBudget::new(2_000);
/// budget.open(&mut one).send(vec![7; 1_400], now, &mut rng)?;
/// assert_eq!(budget.open(&mut two).send(vec![7; 1_400], now, &mut rng), Err(SendError::Full));
/// budget.release(&mut one);
/// budget.open(&mut two).send(vec![7; 1_400], now, &mut rng)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SessionBudget {
    limit: usize,
    used: usize,
}

/// A [`SessionContext`] while it draws on a [`SessionBudget`], which counts again when this is
/// dropped.
#[derive(Debug)]
pub struct BudgetedSession<'b> {
    budget: &'b mut SessionBudget,
    session: &'b mut SessionContext,
}

impl SessionBudget {
    /// Nothing is used yet of this many bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, used: 0 }
    }

    /// The bytes that all Session Contexts together may hold.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// The bytes that they held when each was used last.
    pub const fn used(&self) -> usize {
        self.used
    }

    /// Lends a Session Context all that the others do not use.
    ///
    /// Where that is not enough, sending fails with [`SendError::Full`](super::SendError::Full),
    /// a Record that came too early or a Message in parts ends the Session Context, and the oldest of
    /// the Records that may have to be sent again are forgotten, as with every limit of one peer.
    ///
    /// A Session Context belongs to one budget for as long as it lives.
    pub fn open<'b>(&'b mut self, session: &'b mut SessionContext) -> BudgetedSession<'b> {
        let others = self.used.saturating_sub(session.charged);
        session.allowance = self.limit.saturating_sub(others);
        BudgetedSession { budget: self, session }
    }

    /// Takes back what a Session Context uses, because it is about to be dropped. It can hold nothing
    /// any more until it is opened again.
    pub fn release(&mut self, session: &mut SessionContext) {
        self.used = self.used.saturating_sub(session.charged);
        session.charged = 0;
        session.allowance = 0;
    }
}

impl Deref for BudgetedSession<'_> {
    type Target = SessionContext;

    fn deref(&self) -> &SessionContext {
        self.session
    }
}

impl DerefMut for BudgetedSession<'_> {
    fn deref_mut(&mut self) -> &mut SessionContext {
        self.session
    }
}

impl Drop for BudgetedSession<'_> {
    fn drop(&mut self) {
        let held = self.session.buffered_bytes();
        let others = self.budget.used.saturating_sub(self.session.charged);
        self.budget.used = others.saturating_add(held);
        self.session.charged = held;
    }
}
