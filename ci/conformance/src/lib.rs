//! Which requirements of TR-369 and which tests of TP-469 the tests of this repository prove.
//!
//! What there is to prove stands in [`Catalogue`], two lists of identifiers. What claims to prove it are tests, found
//! in the [`Sources`]: a test is for `R-GET.1a` when its name begins with `r_get_1a_`, or when `[R-GET.1a]` stands in
//! it or right above it; it is for test 1.46 of TP-469 when its name begins with `tp469_1_46_`. What passes is read
//! from the output of a [`TestRun`], never from a list that is kept by hand. [`page`](fn@page) puts the three together.
//!
//! A requirement that the project does not obey stands in `docs/conformance/not-obeyed.tsv`, by itself or by its
//! chapter, with the reason; all others stand at the code that obeys them. `tests/identifiers.rs` holds the tree to it.
//!
//! The command writes the page, or holds the one in the repository to it:
//!
//! ```sh
//! cargo test --workspace 2>&1 | tee run.log
//! cargo run -p usp-conformance -- docs/conformance.md run.log
//! cargo run -p usp-conformance -- --check docs/conformance.md run.log
//! ```

#![allow(clippy::std_instead_of_alloc, reason = "a program with std")]

mod catalogue;
mod names;
mod page;
mod sources;
mod test_run;

pub use catalogue::{Catalogue, NotObeyed, Requirement, Tp469Test};
pub use names::Subject;
pub use page::page;
pub use sources::{Function, Sources};
pub use test_run::TestRun;
