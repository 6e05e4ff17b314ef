//! What most objects lack: the record behind the row of one.

use crate::image::layout::details as bits;
use crate::image::{RecordReader, RecordWriter};
use crate::terms::Version;

/// What the details of an object say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Details {
    pub(crate) version: Version,
    pub(crate) min_entries: u32,
    pub(crate) max_entries: Option<u32>,
    /// The place of the unique keys; of a mount, the string that is the specification of what is mounted.
    pub(crate) keys: Option<u16>,
    /// Counted from the first parameter of the object above, as is the discriminator.
    pub(crate) num_entries: Option<u16>,
    pub(crate) discriminator: Option<u16>,
    /// Counted from the first parameter of the object itself.
    pub(crate) enable: Option<u16>,
}

impl Details {
    /// Reads a record; `None` when it is not one.
    pub(crate) fn read(record: &mut RecordReader<'_>) -> Option<Self> {
        let present = record.u16()?;
        let (version, min_entries) = (Version::unpack(record.u16()?), record.u32()?);
        let max_entries = record.optional()?;
        let mut part = |bit: u16| Some(if present & bit == 0 { None } else { Some(record.u16()?) });
        let keys = part(bits::KEYS)?;
        let num_entries = part(bits::NUM_ENTRIES)?;
        let discriminator = part(bits::DISCRIMINATOR)?;
        let enable = part(bits::ENABLE)?;
        (present & !bits::ALL == 0).then_some(Self {
            version,
            min_entries,
            max_entries,
            keys,
            num_entries,
            discriminator,
            enable,
        })
    }

    /// Whether a record has one of the parts that most objects lack, without reading all of it.
    pub(crate) fn has(record: &mut RecordReader<'_>, part: u16) -> bool {
        record.u16().is_some_and(|present| present & part != 0)
    }

    /// Writes the record.
    pub(crate) fn write(&self, out: &mut RecordWriter) {
        let parts = [
            (bits::KEYS, self.keys),
            (bits::NUM_ENTRIES, self.num_entries),
            (bits::DISCRIMINATOR, self.discriminator),
            (bits::ENABLE, self.enable),
        ];
        out.number(parts.iter().fold(0, |all, &(bit, part)| if part.is_some() { all | bit } else { all }));
        out.number(self.version.pack());
        out.number(self.min_entries);
        out.optional(self.max_entries);
        parts.into_iter().filter_map(|(_, part)| part).for_each(|part| out.number(part));
    }
}
