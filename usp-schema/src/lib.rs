//! TR-106 values and facets, and the compiled schema image of a TR-181 data model.
#![no_std]

extern crate alloc;
