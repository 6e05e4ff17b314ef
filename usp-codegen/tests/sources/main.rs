//! Models that are kept in several files: the published sources, hand-written sets for each rule, and broken ones.

mod broken;
mod facts;
mod published;
mod rules;
mod vendor;
