//! A sans-IO USP Agent (TR-369).
#![no_std]

extern crate alloc;
