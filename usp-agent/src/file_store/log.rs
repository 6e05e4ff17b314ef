//! The bytes of a store: one file that begins with the whole state and goes on with what changed.
//!
//! | part | bytes |
//! |---|---|
//! | header | `USPSTOR`, the version 1, the generation (8), the checksum of those |
//! | batch | the length of its content (4), the checksum of the content, the checksum of those and of generation and position, the content |
//! | content | of each part its length (4) and its bytes |
//!
//! Numbers have their low bytes first; checksums are CRC-32. Each file that replaces another has the next generation: a
//! crash may leave bytes of an older file in the place of new ones, and those must not pass for a batch.

use alloc::vec::Vec;
use core::ops::Range;

use super::crc32::Crc32;

const MAGIC: [u8; 7] = *b"USPSTOR";
const VERSION: u8 = 1;
const HEADER: usize = 20;
const HEAD: usize = 12;

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) generation: u64,
    /// Where the parts are.
    pub(super) parts: Vec<Range<usize>>,
    pub(super) batches: usize,
    /// Bytes of header and first batch.
    pub(super) whole: usize,
    /// Where the last batch ends that is sound.
    pub(super) end: usize,
    /// Whether more follows what is not sound, so that it had been safe once.
    pub(super) goes_on: bool,
}

/// Why a file cannot be read at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It does not begin as a store does.
    NoStore,
    /// Of a later version.
    Version(u8),
    /// Header or first batch are damaged, which were safe before the file got its name.
    Damaged,
}

/// The header of a file.
pub(super) fn header(generation: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    bytes.extend(generation.to_le_bytes());
    bytes.extend(Crc32::new().with(&bytes).value().to_le_bytes());
    bytes
}

/// Writes a batch that begins at this position of the file. `None` for one that is too large for the format.
pub(super) fn batch(generation: u64, position: usize, parts: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::from([0; HEAD]);
    for part in parts {
        bytes.extend(u32::try_from(part.len()).ok()?.to_le_bytes());
        bytes.extend_from_slice(part);
    }
    let content = Crc32::new().with(&bytes[HEAD..]).value();
    let length = u32::try_from(bytes.len() - HEAD).ok()?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes[4..8].copy_from_slice(&content.to_le_bytes());
    let head = head(generation, position, &bytes[..8]);
    bytes[8..HEAD].copy_from_slice(&head.to_le_bytes());
    Some(bytes)
}

/// Reads a file, up to the first batch that is not sound.
pub(super) fn read(bytes: &[u8]) -> Result<Log, Unreadable> {
    if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
        return Err(Unreadable::NoStore);
    }
    match bytes.get(MAGIC.len()) {
        Some(&VERSION) => {}
        Some(&version) => return Err(Unreadable::Version(version)),
        None => return Err(Unreadable::Damaged),
    }
    let generation = bytes.get(8..16).and_then(|found| found.try_into().ok()).map(u64::from_le_bytes);
    let (Some(generation), Some(sum)) = (generation, number(bytes, 16)) else {
        return Err(Unreadable::Damaged);
    };
    if sum != Crc32::new().with(&bytes[..16]).value() {
        return Err(Unreadable::Damaged);
    }
    let mut log = Log { generation, parts: Vec::new(), batches: 0, whole: 0, end: HEADER, goes_on: false };
    while log.end < bytes.len() {
        let content = match content(generation, log.end, bytes) {
            Ok(content) => content,
            Err(goes_on) => {
                log.goes_on = goes_on;
                break;
            }
        };
        log.end = content.end;
        parts(bytes, content, &mut log.parts);
        log.batches += 1;
        if log.batches == 1 {
            log.whole = log.end;
        }
    }
    if log.batches == 0 { Err(Unreadable::Damaged) } else { Ok(log) }
}

/// The content of the batch at a position; an error where it is not sound: whether its length is, and more follows.
fn content(generation: u64, position: usize, bytes: &[u8]) -> Result<Range<usize>, bool> {
    let field = |at| number(bytes, position + at).ok_or(false);
    let (length, sum, head_sum) = (field(0)?, field(4)?, field(8)?);
    if head_sum != head(generation, position, &bytes[position..position + 8]) {
        return Err(false);
    }
    let start = position + HEAD;
    let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length)).ok_or(false)?;
    let content = bytes.get(start..end).ok_or(false)?;
    if Crc32::new().with(content).value() == sum { Ok(start..end) } else { Err(end < bytes.len()) }
}

/// The parts of a content. Its checksum was right, so that it is what was written.
fn parts(bytes: &[u8], content: Range<usize>, parts: &mut Vec<Range<usize>>) {
    let mut at = content.start;
    while let Some(length) = number(&bytes[..content.end], at).and_then(|length| usize::try_from(length).ok())
    {
        let end = (at + 4).saturating_add(length).min(content.end);
        parts.push(at + 4..end);
        at = end;
    }
}

fn head(generation: u64, position: usize, fields: &[u8]) -> u32 {
    let place = Crc32::new().with(&generation.to_le_bytes()).with(&(position as u64).to_le_bytes());
    place.with(fields).value()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(batches: &[&[&str]]) -> Vec<u8> {
        let mut bytes = header(7);
        for parts in batches {
            let parts: Vec<Vec<u8>> = parts.iter().map(|part| part.as_bytes().to_vec()).collect();
            let batch = batch(7, bytes.len(), &parts).unwrap();
            bytes.extend(batch);
        }
        bytes
    }

    fn texts(bytes: &[u8], log: &Log) -> Vec<Vec<u8>> {
        log.parts.iter().map(|part| bytes[part.clone()].to_vec()).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = file(&[&["whole"], &["a", "", "bc"], &[]]);
        let log = read(&bytes).unwrap();
        assert_eq!(texts(&bytes, &log), [&b"whole"[..], b"a", b"", b"bc"]);
        assert_eq!((log.generation, log.batches, log.end, log.goes_on), (7, 3, bytes.len(), false));
        assert_eq!(log.whole, HEADER + HEAD + 4 + 5);
    }

    /// Cut anywhere, all batches that are there whole are read; none is read in part.
    #[test]
    fn a_cut_leaves_whole_batches() {
        let bytes = file(&[&["whole"], &["one"], &["two", "three"]]);
        let ends = [HEADER + HEAD + 9, HEADER + 2 * HEAD + 9 + 7, bytes.len()];
        for cut in 0..=bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count();
            match read(&bytes[..cut]) {
                Ok(log) => {
                    assert_eq!((log.batches, log.end), (whole, ends[whole - 1]), "{cut}");
                    assert!(!log.goes_on);
                }
                Err(Unreadable::NoStore) => assert!(cut < MAGIC.len()),
                Err(error) => assert_eq!((error, whole), (Unreadable::Damaged, 0), "{cut}"),
            }
        }
    }

    /// One bit that flips is found wherever it is: nothing is read from its batch on.
    #[test]
    fn no_flipped_bit_passes() {
        let bytes = file(&[&["whole"], &["one"], &["two"]]);
        let (first, second) = (HEADER + HEAD + 9, HEADER + 2 * HEAD + 9 + 7);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            match (read(&damaged), bit / 8) {
                (Err(Unreadable::NoStore), 0..7) | (Err(Unreadable::Version(_)), 7) => {}
                (Err(error), at) => assert!(error == Unreadable::Damaged && at < first, "{bit}"),
                (Ok(log), at) if at < second => {
                    assert_eq!(log.batches, 1, "{bit}");
                    assert_eq!(log.goes_on, at >= first + HEAD, "{bit}");
                }
                (Ok(log), _) => assert_eq!((log.batches, log.goes_on), (2, false), "{bit}"),
            }
        }
    }

    /// Bytes of another file, or of another place in this one, are no batch.
    #[test]
    fn a_batch_counts_in_its_place_alone() {
        let bytes = file(&[&["whole"]]);
        for (generation, position) in [(7, HEADER), (6, bytes.len()), (8, bytes.len())] {
            let mut other = bytes.clone();
            other.extend(batch(generation, position, &[b"stale".to_vec()]).unwrap());
            assert_eq!(read(&other).unwrap().batches, 1);
        }
    }
}
