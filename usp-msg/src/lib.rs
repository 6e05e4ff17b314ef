//! Messages of TR-369 (USP): every request, response and error, encoded and decoded.
#![no_std]

extern crate alloc;
