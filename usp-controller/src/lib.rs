//! A sans-IO USP Controller (TR-369).
#![no_std]

extern crate alloc;
