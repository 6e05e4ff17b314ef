use std::sync::Arc;

use usp_schema::{PrimitiveType, Status};

use super::Description;
use super::facets::{Facets, List};

/// A named data type: a primitive type with facets, or one that narrows another named type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataType {
    pub(crate) name: String,
    pub(crate) base: Option<Arc<DataType>>,
    pub(crate) primitive: PrimitiveType,
    pub(crate) list: Option<List>,
    pub(crate) facets: Facets,
    pub(crate) status: Status,
    pub(crate) description: Option<Description>,
    pub(crate) line: u32,
}

impl DataType {
    /// Its name, such as `IPv4Address`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The named type that it narrows.
    pub fn base(&self) -> Option<&DataType> {
        self.base.as_deref()
    }

    /// The primitive type at the end of its chain of bases.
    pub fn primitive(&self) -> PrimitiveType {
        self.primitive
    }

    /// Where in its life it is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// What it stands for.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The line on which it is defined. In split sources lines are counted through all files, and
    /// [`Model::location`](crate::Model::location) tells which one it is.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// This type, the type that it narrows, and so on.
    pub fn chain(&self) -> impl Iterator<Item = &DataType> {
        core::iter::successors(Some(self), |data_type| data_type.base())
    }
}
