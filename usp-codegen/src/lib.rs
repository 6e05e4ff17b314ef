//! From TR-106 XML to a schema image and typed Rust, out of a build script.
