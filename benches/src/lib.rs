//! Benches: see the `benches` folder; this crate holds what they share.
