//! Path expressions of TR-369 (USP): parse, print, compare; search expressions; supported paths.
#![no_std]

extern crate alloc;
