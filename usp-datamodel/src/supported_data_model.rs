//! A schema with what the engine works out of it, made once for many models.

use alloc::sync::Arc;
use core::fmt;

use usp_schema::Schema;

use crate::commands::operations;
use crate::layout::Layout;

/// What all models of one kind of device share: a [`Schema`], and what the engine prepares from it: Unique Keys,
/// initial values, what is special about each parameter.
///
/// [`DataModel::new`](crate::DataModel::new) takes a schema as well, and prepares it for that model alone: some 25 kB
/// for one of a thousand parameters. Who has many models in one process, such as a simulator of a fleet, makes this
/// once. It is cheap to clone.
///
/// ```
/// use usp_datamodel::schema::{ObjectSpec, SchemaBuilder};
/// use usp_datamodel::{DataModel, SupportedDataModel};
///
/// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
/// builder.object(None, ObjectSpec::single("Device"))?;
///
/// let supported = SupportedDataModel::new(builder.build()?);
/// let fleet: Vec<DataModel> = (0..3).map(|_| DataModel::new(supported.clone())).collect();
/// assert_eq!(fleet[2].schema().name(), "Device:2.19");
/// # Ok::<(), usp_datamodel::schema::BuildError>(())
/// ```
#[derive(Clone)]
pub struct SupportedDataModel {
    pub(crate) schema: Schema,
    pub(crate) layout: Arc<Layout>,
}

impl SupportedDataModel {
    /// Prepares a schema.
    pub fn new(schema: Schema) -> Self {
        // A Controller may run a command twice under one key (T14).
        let requests = operations::requests(&schema).map(|requests| requests.id());
        let layout = Layout::new(&schema, requests);
        Self { schema, layout: Arc::new(layout) }
    }

    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}

impl From<Schema> for SupportedDataModel {
    fn from(schema: Schema) -> Self {
        Self::new(schema)
    }
}

impl fmt::Debug for SupportedDataModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportedDataModel").field("schema", &self.schema).finish_non_exhaustive()
    }
}
