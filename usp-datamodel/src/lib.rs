//! An in-memory TR-181 data model engine: instances, resolver, transactions, request handling.
#![no_std]

extern crate alloc;
