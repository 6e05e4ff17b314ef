//! What a request may cost.

/// Bounds on the work and memory that one request may take, and on what the model holds.
///
/// Beyond a bound the request is answered with error 7005 (Resources exceeded) and nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows of one table, unless the schema says fewer. Default 1,000,000.
    pub max_rows: usize,
    /// Most objects that one path of a request may lead to. Default 1,000,000.
    pub max_matches: usize,
    /// Most rows that the Search Expressions of one path may be tried on. Default 4,000,000.
    pub max_comparisons: usize,
    /// Most parameters and objects in one answer. Default 4,000,000.
    pub max_results: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_rows: 1_000_000,
            max_matches: 1_000_000,
            max_comparisons: 4_000_000,
            max_results: 4_000_000,
        }
    }
}
