//! Records and Endpoint Identifiers of TR-369 (USP).
#![no_std]

extern crate alloc;
