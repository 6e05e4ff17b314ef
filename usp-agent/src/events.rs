//! Events that the Agent raises or watches for by itself (TR-181): Boot!, Periodic!, thresholds, transfers.

pub(crate) mod boot;
pub(crate) mod periodic;
pub(crate) mod read_values;
pub(crate) mod thresholds;
pub(crate) mod transfers;
