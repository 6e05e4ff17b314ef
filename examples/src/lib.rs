//! What the examples share: the data model that the build script generates, and a device and an operator over a network.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

pub mod model {
    //! The embedded data model: its schema image, and types for some of its sub-trees.

    include!(concat!(env!("OUT_DIR"), "/model.rs"));
}

pub mod network;
