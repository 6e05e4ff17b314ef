//! What a request may cost.

/// Bounds on the work and memory that one request may take, and on what the model holds.
///
/// Beyond a bound a request, or the path of it that went too far, is answered with error 7005 (Resources
/// exceeded), and what was not answered with success has changed nothing. The bounds on work hold for all paths of
/// a request together.
///
/// Paths are parsed under the default limits of [`usp_path::Limits`]; one that is longer, deeper or has more Expression
/// Components is answered with 7005 as well.
///
/// ```
/// use usp_datamodel::Limits;
///
/// let small = Limits { max_rows: 64, max_results: 10_000, ..Limits::default() };
/// assert_eq!(small.max_matches, 1_000_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows of one table, unless the schema says fewer. Default 1,000,000.
    pub max_rows: usize,
    /// Most rows of all tables together. Default 4,000,000.
    pub max_all_rows: usize,
    /// Most objects that the paths of a request may lead to, those on the way counted. Default 1,000,000.
    pub max_matches: usize,
    /// Most rows that the Search Expressions of a request may be tried on, objects behind references counted.
    /// Default 4,000,000.
    pub max_comparisons: usize,
    /// Most parameters, objects and settings that a request may ask for, change or be told of. Default 4,000,000.
    pub max_results: usize,
    /// Most bytes of the Message that answers a request, Response or Error; known before a change is made. Faults and
    /// paths that are kept for the answer while a request is worked on count as they arise, also those that it does
    /// not hold in the end, and so does what the searches of a Set of several entries, or the paths of such a Delete,
    /// have found, with 20 bytes for each object. The answer to an Operate is not bounded, since what was run cannot be
    /// taken back. Default 64 MiB.
    pub max_answer: usize,
    /// Most times that a request with `allow_partial` is tried again because what is left of it still conflicts.
    /// Default 32.
    pub max_rounds: usize,
    /// Most asynchronous commands that run or wait at the same time. Default 1,000.
    pub max_operations: usize,
    /// Most requests that wait for values, or for commands to end, at the same time. Values that others would have to
    /// wait for cannot be read, and such commands are refused. Default 256.
    pub max_parked: usize,
    /// Most bytes that the requests that wait hold together, with the values that they have been told. Default 4 MiB.
    pub max_parked_bytes: usize,
    /// Most values, or ends of commands, that one request may wait for. Default 10,000.
    pub max_pending_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_rows: 1_000_000,
            max_all_rows: 4_000_000,
            max_matches: 1_000_000,
            max_comparisons: 4_000_000,
            max_results: 4_000_000,
            max_answer: 64 << 20,
            max_rounds: 32,
            max_operations: 1_000,
            max_parked: 256,
            max_parked_bytes: 4 << 20,
            max_pending_values: 10_000,
        }
    }
}
