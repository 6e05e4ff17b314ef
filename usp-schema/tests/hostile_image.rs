//! Images that are damaged, cut or made to deceive: refused, or read without harm.
// A panic is how a test reports.
#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/forge.rs"]
mod forge;
#[path = "support/mounted.rs"]
mod mounted;
#[path = "support/sample.rs"]
mod sample;
#[path = "support/walk.rs"]
mod walk;

use mounted::mounted;
use proptest::prelude::*;
use sample::sample;
use usp_schema::{ImageError, Schema};

#[test]
fn a_cut_or_damaged_image_is_refused() {
    let schema = sample().build().unwrap();
    let image = schema.as_bytes();
    assert_eq!(Schema::from_vec(image).unwrap(), schema);
    assert_eq!(Schema::from_vec(b"PK".as_slice()).unwrap_err(), ImageError::NotAnImage);
    for cut in 0..image.len() {
        assert!(Schema::from_vec(&image[..cut]).is_err(), "cut at {cut}");
    }
    let mut other = image.to_vec();
    other[4] = 99;
    assert_eq!(Schema::from_vec(other).unwrap_err(), ImageError::Format { found: 99 });
    let mut other = image.to_vec();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(Schema::from_vec(other).unwrap_err(), ImageError::Fingerprint);
}

/// Whether an image that somebody has meddled with, but kept the fingerprint right, is refused for this.
#[track_caller]
fn refused(meddle: impl FnOnce(&mut Vec<u8>), what: &str) {
    refused_of(sample().build().unwrap(), meddle, what);
}

#[track_caller]
fn refused_of(schema: Schema, meddle: impl FnOnce(&mut Vec<u8>), what: &str) {
    let mut image = schema.as_bytes().to_vec();
    meddle(&mut image);
    forge::repair(&mut image);
    match Schema::from_vec(image) {
        Err(ImageError::Inconsistent { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{other:?}"),
    }
}

/// The same where one byte of a section is changed.
#[track_caller]
fn refused_byte(section: usize, offset: usize, to: u8, what: &str) {
    let change = |image: &mut Vec<u8>| {
        let at = begin_of(image, section) + offset;
        image[at] = to;
    };
    refused(change, what);
}

/// Where a section of the image begins.
fn begin_of(image: &[u8], section: usize) -> usize {
    u32::from_le_bytes(image[32 + 8 * section..][..4].try_into().unwrap()) as usize
}

#[test]
fn what_is_shared_or_out_of_order_is_refused() {
    // Objects: Device., Interface., Stats., then the arguments of Boot!, input and output of
    // Reset(), and Result..
    let (objects, parameters, commands, children) = (0, 1, 2, 4);
    // Stats. instead of Interface. for a child of Device.: it has two parents.
    refused_byte(children, 0, 2, "child of an object");
    // Device. ends before Interface., then Interface. before Stats..
    refused_byte(objects, 4, 1, "sub-tree of an object");
    refused_byte(objects, 14 + 4, 2, "sub-tree of an object");
    // Interface. has the parameters of Device., which needs one, the children of Device., or those of others as well.
    refused_byte(objects, 14 + 8, 0, "steering parameter of an object");
    refused_byte(objects, 14 + 6, 0, "sub-tree of an object");
    refused_byte(objects, 2 * 14 + 6, 9, "children of an object");
    refused_byte(objects, 2 * 14 + 8, 99, "parameters of an object");
    // Behind the last object there is nothing but the ends of what is in it.
    refused_byte(objects, 7 * 14, 1, "end of the objects");
    refused_byte(objects, 7 * 14 + 12, 1, "end of the objects");
    refused_byte(objects, 7 * 14 + 6, 2, "children of an object");
    // What most objects lack is nowhere.
    refused_byte(objects, 10 + 1, 0xFF, "details of an object");
    // The output of Reset() is its input as well, or is nobody's.
    refused_byte(commands, 6, 4, "output of a command");
    refused(
        |image| {
            let output = begin_of(image, commands) + 6;
            image[output..output + 2].fill(0xFF);
        },
        "owner of an argument object",
    );
    // Reset() is a command of Stats. or of its own output, which know of none; Device. says that it has one.
    refused_byte(commands, 2, 2, "object of a command");
    refused_byte(commands, 2, 5, "object of a command");
    refused_byte(objects, 12 + 1, 1 | 2, "object of a command");
    refused_byte(objects, 12 + 1, 0, "object of an event");
    // Alias and Enable change their names.
    refused(
        |image| {
            let row = begin_of(image, parameters);
            (0..3).for_each(|byte| image.swap(row + 3 + byte, row + 2 * 3 + byte));
        },
        "name of a parameter",
    );
}

#[test]
fn what_rows_share_is_refused_where_it_is_broken() {
    let (parameters, texts, strings, shapes, facts) = (1, 6, 7, 8, 9);
    refused_byte(parameters, 2, 0xFF, "shape of a parameter");
    // The syntax of a shape, its default where it has one or none, its facts.
    refused_byte(shapes, 1, 0xFF, "syntax of a parameter");
    refused_byte(shapes, 3, 0, "default of a parameter");
    refused_byte(shapes, 5, 1, "facts of a parameter");
    refused_byte(facts, 0, 3, "access of a parameter");
    refused_byte(facts, 1, 1, "default of a parameter");
    // A group of strings begins too far on, a string is longer than the texts, or begins within a character.
    refused_byte(strings, 2, 1, "string");
    refused_byte(strings, 3 + 1, 191, "string");
    refused_byte(strings, 3 + 1, 255, "string");
    refused_byte(texts, 1, 0xC3, "texts");
    // Rows are cut, the byte behind parameters is used, or the rows of the objects have no end.
    refused(|image| shorten(image, facts), "length of a section");
    refused(|image| shorten(image, parameters), "length of a section");
    refused(|image| *end_of(image, parameters) = 1, "length of a section");
    refused(|image| empty(image, 0), "length of a section");
    // More shapes than a parameter can name.
    refused(|image| insert(image, shapes, 6 << 16), "number of shapes");
}

/// The last byte of a section.
fn end_of(image: &mut [u8], section: usize) -> &mut u8 {
    let end = begin_of(image, section + 1);
    &mut image[end - 1]
}

/// Takes the last byte from a section and gives it to the next one.
fn shorten(image: &mut [u8], section: usize) {
    let (begin, next) = (begin_of(image, section), begin_of(image, section + 1) - 1);
    image[36 + 8 * section..][..4].copy_from_slice(&((next - begin) as u32).to_le_bytes());
    image[32 + 8 * (section + 1)..][..4].copy_from_slice(&(next as u32).to_le_bytes());
    let length = u32::from_le_bytes(image[36 + 8 * (section + 1)..][..4].try_into().unwrap()) + 1;
    image[36 + 8 * (section + 1)..][..4].copy_from_slice(&length.to_le_bytes());
}

/// Puts so many zeros before what a section holds.
fn insert(image: &mut Vec<u8>, section: usize, count: usize) {
    let begin = begin_of(image, section);
    image.splice(begin..begin, core::iter::repeat_n(0, count));
    let add = |bytes: &mut [u8]| {
        let number = u32::from_le_bytes(bytes.try_into().unwrap()) + count as u32;
        bytes.copy_from_slice(&number.to_le_bytes());
    };
    let sections = (begin_of(image, 0) - 32) / 8;
    add(&mut image[36 + 8 * section..][..4]);
    (section + 1..sections).for_each(|behind| add(&mut image[32 + 8 * behind..][..4]));
}

/// Gives all of a section to the next one.
fn empty(image: &mut [u8], section: usize) {
    while begin_of(image, section) < begin_of(image, section + 1) {
        shorten(image, section);
    }
}

/// Whether the image with mounts is refused for bytes at columns of an object.
#[track_caller]
fn refused_mount(object: &str, changes: &[(usize, u8)], what: &str) {
    let schema = mounted().build().unwrap();
    let row = row_of(object);
    let meddle = |image: &mut Vec<u8>| {
        let begin = begin_of(image, 0) + row;
        changes.iter().for_each(|&(column, bits)| image[begin + column] ^= bits);
    };
    refused_of(schema, meddle, what);
}

/// Where the row of an object is in the section.
fn row_of(object: &str) -> usize {
    14 * mounted().build().unwrap().object_at(object).unwrap().id().index() as usize
}

#[test]
fn mounts_out_of_place_are_refused() {
    // The low byte of the flags: 1 table, 64 mount point, 128 mount.
    let flags = 12;
    let (zigbee, wifi) = ("Device.Proxied.{zigbee}.", "Device.Proxied.{wifi}.");
    // A mount that is none any more has no keys where its specification is, or stands behind another; one that has
    // the details of Device. has no specification.
    refused_mount(wifi, &[(flags, 128)], "unique keys of an object");
    let bare = |image: &mut Vec<u8>| {
        let (device, mount) = (begin_of(image, 0), begin_of(image, 0) + row_of(wifi));
        image.copy_within(device + 10..device + 12, mount + 10);
    };
    refused_of(mounted().build().unwrap(), bare, "mount");
    refused_mount(zigbee, &[(flags, 128)], "child of an object");
    refused_mount("Device.", &[(flags, 128)], "mount");
    refused_mount("Device.Interface.{i}.Stats.", &[(flags, 128)], "mount");
    refused_mount(zigbee, &[(flags, 1)], "mount");
    refused_mount(zigbee, &[(flags, 64)], "mount");
    // The table of the mounts is none, or no mount point.
    refused_mount("Device.Proxied.{i}.", &[(flags, 64)], "mount");
    refused_mount("Device.Proxied.{i}.", &[(flags, 1)], "mount");
    // In place of wifi its second letter. Each group has three bytes, then a place and a length for each string.
    let renamed = |image: &mut Vec<u8>| {
        let (texts, strings) = (begin_of(image, 6), begin_of(image, 7));
        let at = image[texts..].windows(4).position(|text| text == b"wifi").unwrap();
        let is_wifi = |&place: &usize| {
            let group = strings + (place - strings) / 35 * 35;
            let begin = usize::from(image[group]) | usize::from(image[group + 1]) << 8;
            begin + usize::from(image[place]) == at && image[place + 1] == 4
        };
        let place =
            (0..).map(|number| strings + number / 16 * 35 + 3 + number % 16 * 2).find(is_wifi).unwrap();
        image[place] += 1;
        image[place + 1] = 1;
    };
    refused_of(mounted().build().unwrap(), renamed, "mount");
}

#[test]
fn what_is_not_in_the_directory_is_refused() {
    refused(|image| image[6] = 1, "header");
    refused(|image| image[31] = 1, "header");
    // More than a record is long, more bits than a string has.
    refused(|image| image[26] = 15, "header");
    refused(|image| image[27] = 17, "header");
    refused(|image| image[32] += 1, "section directory");
    refused(|image| image[36] += 1, "section directory");
    refused(|image| image.push(0), "section directory");
}

#[test]
fn a_name_is_no_path() {
    let dotted = |image: &mut Vec<u8>| {
        let at = image.windows(5).position(|text| text == b"Stats").unwrap();
        image[at + 1] = b'.';
    };
    refused(dotted, "name of an object");
}

proptest! {
    #[test]
    fn a_forged_image_is_refused_or_readable(
        has_mounts: bool,
        edits in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4),
    ) {
        let builder = if has_mounts { mounted() } else { sample() };
        let mut image = builder.build().unwrap().as_bytes().to_vec();
        for (at, to) in edits {
            let at = 20 + at % (image.len() - 20);
            image[at] = to;
        }
        forge::repair(&mut image);
        if let Ok(schema) = Schema::from_vec(image) {
            prop_assert!(walk::read_everything(&schema) > 0);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(mut bytes: Vec<u8>) {
        prop_assert!(Schema::from_vec(bytes.clone()).is_err());
        forge::repair(&mut bytes);
        prop_assert!(Schema::from_vec(bytes).is_err());
    }
}
