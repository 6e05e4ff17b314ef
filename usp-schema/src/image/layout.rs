//! The layout of an image: sections of rows of fixed width, and two pools.
//!
//! All numbers are little endian; nothing needs alignment; offsets are relative, so that the image works from any
//! address and lives in read-only memory.
//!
//! ```text
//! 0   magic "USPI"
//! 4   u16 format version, u16 zero
//! 8   u64 fingerprint of everything from byte 16 on
//! 16  u32 length of the whole image
//! 20  u16 name, u16 specification (strings)
//! 24  u16 objects of the model (the argument objects follow them in the object table)
//! 26  u8 record shift: places of records are counted in units of 1 << this bytes
//! 27  u8 bits of a parameter row that are its name
//! 28  u32 zero
//! 32  for each section: u32 offset, u32 length in bytes
//! ```
//!
//! The sections stand behind the directory, one after the other and without gaps, so that the first offset says how
//! many there are: all of them, or all but the descriptions.
//!
//! Objects stand in pre-order with children sorted by name, parameters, commands and events of an object stand
//! together sorted by name, in the order of their objects: a sub-tree is an interval in each of the four tables. The
//! argument objects of each command (input, then output) and event follow the model in the same order.
//!
//! What is mounted below a table is one object more for each mount: it has the name of the mount and the specification
//! of what is mounted, holds nothing but the mounted objects, and stands behind the children of the table, mounts
//! sorted by name.
//!
//! What many rows have in common stands once. A parameter is a name and a shape, which is all but its name; many shapes
//! have the same flags and version. What most objects lack is in a record of theirs, found only when asked for. A
//! string is known by its number: where it is in the texts is told by groups of [`string::GROUP`] strings, and texts
//! may overlap, so that `Interface` is the beginning of `InterfaceNumberOfEntries`.

/// The first four bytes of an image.
pub(crate) const MAGIC: [u8; 4] = *b"USPI";
/// Raised whenever the layout changes: an image of another version is refused.
pub(crate) const FORMAT: u16 = 3;
/// Where the bytes begin that the fingerprint covers.
pub(crate) const FINGERPRINTED: usize = 16;
/// Columns of the header.
pub(crate) mod header {
    pub(crate) const NAME: usize = 20;
    pub(crate) const SPECIFICATION: usize = 22;
    pub(crate) const MODEL_OBJECTS: usize = 24;
    /// From here on: the record shift, the bits of a name, zeros.
    pub(crate) const WIDTHS: usize = 26;
}

/// Where the section directory begins.
pub(crate) const DIRECTORY: usize = 32;
/// How many sections there are at least.
pub(crate) const REQUIRED_SECTIONS: usize = 10;
/// How many sections there are at most.
pub(crate) const SECTIONS: usize = 11;
/// How many objects deep a model may be. TR-181 is 14 deep; whoever walks a schema may recurse.
pub(crate) const MAX_DEPTH: usize = 64;
/// The longest name of an element, in bytes. The longest of TR-181 2.19 has 56.
pub(crate) const MAX_NAME: usize = 255;
/// The longest record, in bytes: what is read to answer a question about one parameter. The longest of TR-181 2.19
/// has 301.
pub(crate) const MAX_RECORD: usize = 1 << 14;
/// The longest string, in bytes.
pub(crate) const MAX_STRING: usize = (1 << 14) - 1;
/// All texts together have fewer bytes, shared ones counted once.
pub(crate) const MAX_TEXTS: usize = 1 << 24;
/// The greatest record shift: with it each record, however long, takes one unit.
pub(crate) const MAX_RECORD_SHIFT: u8 = 14;
/// "Nothing" in a 16-bit column.
pub(crate) const NONE16: u16 = u16::MAX;

/// The sections, in the order of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Rows of [`object`], and one more that says where the parts of the last one end.
    Objects = 0,
    /// For each parameter its name, in as many low bits as the header says, and above them its shape: together three
    /// bytes, and a zero byte at the end of the section; or four bytes in an image with more names and shapes.
    Parameters = 1,
    /// Rows of [`command`].
    Commands = 2,
    /// Rows of [`event`].
    Events = 3,
    /// Lists of u16 object identifiers: the children of an object, sorted by name.
    Children = 4,
    /// Variable-length records: syntaxes, patterns, unique keys and details of objects.
    Records = 5,
    /// The texts of all strings, as UTF-8.
    Texts = 6,
    /// Groups of [`string`]s: where each of them is in the texts.
    Strings = 7,
    /// Rows of [`shape`].
    Shapes = 8,
    /// Rows of [`facts`].
    Facts = 9,
    /// Optional. For each object, parameter, command and event, in this order, the u32 offset at which its
    /// description ends, counted from the beginning of the texts; then the texts, as UTF-8 without gaps.
    Descriptions = 10,
}

/// The bytes of a row of each section; those of parameters differ between images.
pub(crate) const ROW_WIDTHS: [usize; SECTIONS] =
    [object::WIDTH, 1, command::WIDTH, event::WIDTH, 2, 1, 1, string::WIDTH, shape::WIDTH, facts::WIDTH, 1];

/// Columns of an object row. What is in an object ends where that of the next row begins.
pub(crate) mod object {
    pub(crate) const NAME: usize = 0;
    pub(crate) const PARENT: usize = 2;
    pub(crate) const SUBTREE_END: usize = 4;
    /// The first of its children in their section.
    pub(crate) const CHILDREN: usize = 6;
    /// The first of its parameters.
    pub(crate) const PARAMETERS: usize = 8;
    /// The place of a record of [`details`](super::details).
    pub(crate) const DETAILS: usize = 10;
    pub(crate) const FLAGS: usize = 12;
    pub(crate) const WIDTH: usize = 14;

    pub(crate) const TABLE: u16 = 1;
    pub(crate) const ACCESS_SHIFT: u16 = 1;
    pub(crate) const STATUS_SHIFT: u16 = 3;
    pub(crate) const MANDATORY: u16 = 1 << 5;
    pub(crate) const MOUNT_POINT: u16 = 1 << 6;
    pub(crate) const MOUNT: u16 = 1 << 7;
    /// It has commands; which ones they say themselves.
    pub(crate) const COMMANDS: u16 = 1 << 8;
    /// It has events; which ones they say themselves.
    pub(crate) const EVENTS: u16 = 1 << 9;
}

/// Bits of the first number of an object's details. The version and the bounds on the number of rows follow; then,
/// where the bits say so, the place of a record of unique keys (of a mount, the string that is the specification of
/// what is mounted) and numbers of steering parameters, counted from the first of the object that has them.
pub(crate) mod details {
    pub(crate) const KEYS: u16 = 1;
    pub(crate) const NUM_ENTRIES: u16 = 1 << 1;
    pub(crate) const DISCRIMINATOR: u16 = 1 << 2;
    pub(crate) const ENABLE: u16 = 1 << 3;
    pub(crate) const ALL: u16 = KEYS | NUM_ENTRIES | DISCRIMINATOR | ENABLE;
}

/// Columns of a shape: what a parameter is apart from its name.
pub(crate) mod shape {
    /// The place of a record of [`syntax`](super::syntax).
    pub(crate) const SYNTAX: usize = 0;
    pub(crate) const DEFAULT: usize = 2;
    pub(crate) const FACTS: usize = 4;
    pub(crate) const WIDTH: usize = 6;
}

/// Columns of the facts of a parameter.
pub(crate) mod facts {
    pub(crate) const FLAGS: usize = 0;
    pub(crate) const VERSION: usize = 2;
    pub(crate) const WIDTH: usize = 4;

    pub(crate) const ACCESS_SHIFT: u16 = 0;
    pub(crate) const STATUS_SHIFT: u16 = 2;
    pub(crate) const NOTIFY_SHIFT: u16 = 4;
    pub(crate) const DEFAULT_SHIFT: u16 = 6;
    pub(crate) const SECURED: u16 = 1 << 9;
    pub(crate) const HIDDEN: u16 = 1 << 10;
    pub(crate) const COMMAND: u16 = 1 << 11;
    pub(crate) const MANDATORY: u16 = 1 << 12;
    /// The version is that of the object, and not in its column.
    pub(crate) const VERSION_OF_OBJECT: u16 = 1 << 13;
}

/// A group of strings: three bytes that say where it begins in the texts, then two bytes for each string. The first is
/// how much further on the string begins, the second its length; but from [`LONG`](string::LONG) on the second is the
/// high part of the length of a string that begins where the group does, and the first is the low part.
pub(crate) mod string {
    pub(crate) const GROUP: usize = 16;
    pub(crate) const WIDTH: usize = 3 + 2 * GROUP;
    /// The length from which on strings begin groups; above it in a second byte are the high bits of the length.
    pub(crate) const LONG: u8 = 192;
}

/// Columns of a command row.
pub(crate) mod command {
    pub(crate) const NAME: usize = 0;
    pub(crate) const OBJECT: usize = 2;
    pub(crate) const INPUT: usize = 4;
    pub(crate) const OUTPUT: usize = 6;
    pub(crate) const VERSION: usize = 8;
    pub(crate) const FLAGS: usize = 10;
    pub(crate) const WIDTH: usize = 12;

    pub(crate) const ASYNC: u16 = 1;
    pub(crate) const STATUS_SHIFT: u16 = 1;
}

/// Columns of an event row.
pub(crate) mod event {
    pub(crate) const NAME: usize = 0;
    pub(crate) const OBJECT: usize = 2;
    pub(crate) const ARGUMENTS: usize = 4;
    pub(crate) const VERSION: usize = 6;
    pub(crate) const FLAGS: usize = 8;
    pub(crate) const WIDTH: usize = 10;

    pub(crate) const STATUS_SHIFT: u16 = 0;
}

/// Bits of a syntax record's first byte pair: primitive type, then what follows.
pub(crate) mod syntax {
    pub(crate) const LIST: u16 = 1;
    pub(crate) const NESTED_BRACKETS: u16 = 1 << 1;
    pub(crate) const UNITS: u16 = 1 << 2;
    pub(crate) const DATA_TYPE: u16 = 1 << 3;
    pub(crate) const SIZES: u16 = 1 << 4;
    pub(crate) const RANGES: u16 = 1 << 5;
    pub(crate) const PATTERNS: u16 = 1 << 6;
    pub(crate) const ENUMERATION: u16 = 1 << 7;
    pub(crate) const ENUMERATION_REF: u16 = 1 << 8;
    pub(crate) const REFERENCE: u16 = 1 << 9;
    pub(crate) const INNER_LIST: u16 = 1 << 10;
    /// No facet, but what follows the record.
    pub(crate) const END: u16 = 1 << 15;
}

/// A 64-bit fingerprint: tells images apart and detects damage; no protection against forgery.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325 ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let mut buffer = [0; 8];
        buffer.copy_from_slice(word);
        hash = (hash ^ u64::from_le_bytes(buffer)).wrapping_mul(PRIME).rotate_left(29);
    }
    for &byte in words.remainder() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME).rotate_left(29);
    }
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn each_byte_counts_in_the_fingerprint() {
        let bytes: [u8; 19] = core::array::from_fn(|i| i as u8);
        let whole = fingerprint(&bytes);
        for at in 0..bytes.len() {
            let mut changed = bytes;
            changed[at] ^= 1;
            assert_ne!(fingerprint(&changed), whole, "byte {at}");
        }
        assert_ne!(fingerprint(&bytes[..18]), whole);
    }
}
