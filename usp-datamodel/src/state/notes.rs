//! What the holder of a model must not forget, and the schema has no place for.

use alloc::string::{String, ToString};

use crate::model::DataModel;
use crate::state::StateWriter;

/// # Notes
///
/// A note is a text under a name of the holder's choice, saved with the rows: it is in each
/// [`snapshot`](Self::snapshot), its changes are among the deltas ([`drain_deltas`](Self::drain_deltas)), and
/// [`restore`](Self::restore) brings it back. No request sees it. An Agent notes when a timer ends, for instance.
///
/// ```
/// # use usp_datamodel::{DataModel, schema::{ObjectSpec, SchemaBuilder}};
/// # let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home-1-0-0");
/// # builder.object(None, ObjectSpec::single("Home"))?;
/// # let schema = builder.build()?;
/// let mut model = DataModel::new(schema.clone());
/// model.set_note("restart/key", Some("K-17"));
///
/// let mut again = DataModel::new(schema);
/// again.restore([&*model.snapshot()])?;
/// assert_eq!(again.note("restart/key"), Some("K-17"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
impl DataModel {
    /// Makes or replaces a note; `None` removes it.
    pub fn set_note(&mut self, name: &str, text: Option<&str>) {
        if self.note(name) == text {
            return;
        }
        match text {
            Some(text) => self.notes.insert(name.to_string(), text.to_string()),
            None => self.notes.remove(name),
        };
        if self.deltas.is_some() {
            let mut writer = StateWriter::new(self);
            writer.note(name, text);
            let delta = writer.finish();
            self.deltas.get_or_insert_default().push(delta);
        }
    }

    /// The text of a note.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.get(name).map(String::as_str)
    }

    /// The notes whose names begin with a text, by their names.
    pub fn notes<'m>(&'m self, prefix: &'m str) -> impl Iterator<Item = (&'m str, &'m str)> + 'm {
        let named = self.notes.iter_from(prefix).take_while(move |(name, _)| name.starts_with(prefix));
        named.map(|(name, text)| (&**name, &**text))
    }
}
