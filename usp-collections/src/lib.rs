//! Sorted maps and sets, and sorting, with little code for each kind of element. `no_std`, with `alloc`.
//!
//! The engine and the Agent have some thirty kinds of maps and sort some twenty kinds of lists. The standard library
//! compiles its own anew for each kind: a `BTreeMap` into 5 kB of a program built for size, a sort into 2 to 5 kB. These
//! take a tenth of that:
//!
//! - [`SortedMap`] and [`SortedSet`] find in O(log n). Up to 128 entries are a sorted list. Of more, the numbers are kept
//!   in order, in blocks, and the entries stand as they came.
//! - [`sort`], [`sort_by_key`] and [`sort_and_dedup`] sort numbers of elements, with code that all kinds share, and move
//!   the elements afterwards.
//!
//! ```
//! use usp_collections::SortedMap;
//!
//! let mut rows = SortedMap::new();
//! rows.insert("Device.Hosts.Host.2.", 60);
//! rows.insert("Device.Hosts.Host.1.", 30);
//! *rows.get_or_insert_with("Device.Hosts.Host.1.", || 0) += 1;
//! assert_eq!(rows.first(), Some((&"Device.Hosts.Host.1.", &31)));
//! assert_eq!(rows.iter_from("Device.Hosts.Host.10.").next(), Some((&"Device.Hosts.Host.2.", &60)));
//! ```
//!
//! Nothing here knows USP.
//!
//! # Limits
//!
//! To add an entry in the middle moves 128 entries or numbers at most and, where a block is full, the pointers behind it,
//! of which there are up to n / 64: with many millions of entries a `BTreeMap` is the better choice. All entries are one
//! piece of memory, which is copied when it has to grow, and becomes smaller when three quarters of them are gone. To
//! change values in order (`iter_mut`, `values_mut`) and to take the whole map apart moves entries into order first.
//!
//! # Minimum Rust version
//!
//! Rust 1.89.

#![no_std]

extern crate alloc;

mod map;
mod order;
mod set;
mod sorting;

pub use map::{IntoIter, Iter, SortedMap};
pub use set::SortedSet;
pub use sorting::{sort, sort_and_dedup, sort_by_key};
