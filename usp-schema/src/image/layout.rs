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
//! 20  u32 name, u32 specification (string pool offsets)
//! 28  u32 objects of the model (the argument objects follow them in the object table)
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

/// The first four bytes of an image.
pub(crate) const MAGIC: [u8; 4] = *b"USPI";
/// Raised whenever the layout changes: an image of another version is refused.
pub(crate) const FORMAT: u16 = 2;
/// Where the bytes begin that the fingerprint covers.
pub(crate) const FINGERPRINTED: usize = 16;
/// Where the section directory begins.
pub(crate) const DIRECTORY: usize = 32;
/// How many sections there are at least.
pub(crate) const REQUIRED_SECTIONS: usize = 7;
/// How many sections there are at most.
pub(crate) const SECTIONS: usize = 8;
/// How many objects deep a model may be. TR-181 is 14 deep; whoever walks a schema may recurse.
pub(crate) const MAX_DEPTH: usize = 64;
/// The longest name of an element, in bytes. The longest of TR-181 2.19 has 56.
pub(crate) const MAX_NAME: usize = 255;
/// The longest record, in bytes: what is read to answer a question about one parameter. The longest of TR-181 2.19
/// has 301.
pub(crate) const MAX_RECORD: usize = 1 << 14;
/// The first prefix byte of a string of so many bytes and more; two bytes of seven bits each follow.
pub(crate) const LONG_STRING: u8 = 0x7F;
/// The longest string that the pool can hold, in bytes.
pub(crate) const MAX_STRING: usize = (1 << 14) - 1;
/// "Nothing" in a 16-bit column.
pub(crate) const NONE16: u16 = u16::MAX;
/// "Nothing" in a 32-bit column.
pub(crate) const NONE32: u32 = u32::MAX;

/// The sections, in the order of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Rows of [`object`].
    Objects = 0,
    /// Rows of [`parameter`].
    Parameters = 1,
    /// Rows of [`command`].
    Commands = 2,
    /// Rows of [`event`].
    Events = 3,
    /// Lists of u16 object identifiers: the children of an object, sorted by name.
    Children = 4,
    /// Variable-length records: syntaxes and unique keys.
    Records = 5,
    /// Length-prefixed UTF-8; the prefix is UTF-8 as well, so that the whole pool is.
    Strings = 6,
    /// Optional. For each object, parameter, command and event, in this order, the u32 offset at which its
    /// description ends, counted from the beginning of the texts; then the texts, as UTF-8 without gaps.
    Descriptions = 7,
}

/// Columns of an object row.
pub(crate) mod object {
    pub(crate) const NAME: usize = 0;
    pub(crate) const PARENT: usize = 4;
    pub(crate) const SUBTREE_END: usize = 6;
    pub(crate) const CHILDREN: usize = 8;
    pub(crate) const CHILD_COUNT: usize = 12;
    pub(crate) const PARAMETER_COUNT: usize = 14;
    pub(crate) const PARAMETERS: usize = 16;
    pub(crate) const COMMANDS: usize = 20;
    pub(crate) const COMMAND_COUNT: usize = 22;
    pub(crate) const EVENTS: usize = 24;
    pub(crate) const EVENT_COUNT: usize = 26;
    pub(crate) const KEYS: usize = 28;
    /// Of a mount, which has no keys: the string that is the specification of what is mounted.
    pub(crate) const SPECIFICATION: usize = KEYS;
    pub(crate) const MIN_ENTRIES: usize = 32;
    pub(crate) const MAX_ENTRIES: usize = 36;
    pub(crate) const NUM_ENTRIES: usize = 40;
    pub(crate) const ENABLE: usize = 44;
    pub(crate) const DISCRIMINATOR: usize = 48;
    pub(crate) const VERSION: usize = 52;
    pub(crate) const FLAGS: usize = 54;
    pub(crate) const WIDTH: usize = 56;

    pub(crate) const TABLE: u16 = 1;
    pub(crate) const ACCESS_SHIFT: u16 = 1;
    pub(crate) const STATUS_SHIFT: u16 = 3;
    pub(crate) const MANDATORY: u16 = 1 << 5;
    pub(crate) const MOUNT_POINT: u16 = 1 << 6;
    pub(crate) const MOUNT: u16 = 1 << 7;
}

/// Columns of a parameter row.
pub(crate) mod parameter {
    pub(crate) const NAME: usize = 0;
    pub(crate) const SYNTAX: usize = 4;
    pub(crate) const DEFAULT: usize = 8;
    pub(crate) const OBJECT: usize = 12;
    pub(crate) const VERSION: usize = 14;
    pub(crate) const FLAGS: usize = 16;
    pub(crate) const WIDTH: usize = 18;

    pub(crate) const ACCESS_SHIFT: u16 = 0;
    pub(crate) const STATUS_SHIFT: u16 = 2;
    pub(crate) const NOTIFY_SHIFT: u16 = 4;
    pub(crate) const DEFAULT_SHIFT: u16 = 6;
    pub(crate) const SECURED: u16 = 1 << 9;
    pub(crate) const HIDDEN: u16 = 1 << 10;
    pub(crate) const COMMAND: u16 = 1 << 11;
    pub(crate) const MANDATORY: u16 = 1 << 12;
}

/// Columns of a command row.
pub(crate) mod command {
    pub(crate) const NAME: usize = 0;
    pub(crate) const OBJECT: usize = 4;
    pub(crate) const INPUT: usize = 6;
    pub(crate) const OUTPUT: usize = 8;
    pub(crate) const VERSION: usize = 10;
    pub(crate) const FLAGS: usize = 12;
    pub(crate) const WIDTH: usize = 14;

    pub(crate) const ASYNC: u16 = 1;
    pub(crate) const STATUS_SHIFT: u16 = 1;
}

/// Columns of an event row.
pub(crate) mod event {
    pub(crate) const NAME: usize = 0;
    pub(crate) const OBJECT: usize = 4;
    pub(crate) const ARGUMENTS: usize = 6;
    pub(crate) const VERSION: usize = 8;
    pub(crate) const FLAGS: usize = 10;
    pub(crate) const WIDTH: usize = 12;

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
