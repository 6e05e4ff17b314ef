//! What the benches share: the table of their figures, and the page that is made of the tables of all.
//!
//! `cargo bench -p usp-benches` runs the benches. `cargo run --release -p usp-benches` runs them one after the other
//! and writes `docs/benchmarks.md` with its plots.

pub mod figures;
pub mod machine;
pub mod page;
pub mod plot;

/// The name of a bench, and what is said of it on the page: what is measured, and what it is compared with.
pub const BENCHES: [(&str, &str); 6] = [
    (
        "path",
        "Reading and printing path expressions, against splitting and joining the same text and against serde_json_path, \
         which reads the same query as JSONPath.",
    ),
    (
        "codec",
        "Reading and writing Messages in Records, as a share of what plain prost types take. Below are quick-protobuf, \
         rusp-lib and, as the floor, copying the bytes once.",
    ),
    (
        "codegen",
        "From the XML of TR-181 2.19.1 to a schema image, against one pass of quick-xml over the same text, and what an \
         image costs afterwards.",
    ),
    (
        "engine",
        "Reads of the data model engine in tables of up to 1,000,000 rows, against standard collections, loops by hand, \
         and plain prost building and encoding the same answer.",
    ),
    (
        "engine_changes",
        "Set, Add and Delete, against the same with other sizes, against standard collections, and against decoding the \
         request with plain prost.",
    ),
    (
        "agent",
        "An Agent from Record to Record, against plain prost decoding the request and encoding the answer; many Agents \
         in one process; changes that are watched; what is safe on the disk, against bare appends.",
    ),
];
