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
    refused_byte(objects, 6, 1, "sub-tree of an object");
    refused_byte(objects, 56 + 6, 2, "sub-tree of an object");
    // Interface. has the parameters of Device..
    refused_byte(objects, 56 + 16, 0, "parameters of an object");
    // The output of Reset() is its input as well, or is nobody's.
    refused_byte(commands, 8, 4, "output of a command");
    refused(
        |image| {
            let output = begin_of(image, commands) + 8;
            image[output..output + 2].fill(0xFF);
        },
        "owner of an argument object",
    );
    // Alias and Enable change their names.
    refused(
        |image| {
            let row = begin_of(image, parameters);
            (0..4).for_each(|byte| image.swap(row + 18 + byte, row + 2 * 18 + byte));
        },
        "name of a parameter",
    );
}

/// Whether the image with mounts is refused for bytes at columns of an object.
#[track_caller]
fn refused_mount(object: &str, changes: &[(usize, u8)], what: &str) {
    let schema = mounted().build().unwrap();
    let row = 56 * schema.object_at(object).unwrap().id().index() as usize;
    let meddle = |image: &mut Vec<u8>| {
        let begin = begin_of(image, 0) + row;
        changes.iter().for_each(|&(column, bits)| image[begin + column] ^= bits);
    };
    refused_of(schema, meddle, what);
}

#[test]
fn mounts_out_of_place_are_refused() {
    // The low byte of the flags: 1 table, 64 mount point, 128 mount.
    let flags = 54;
    let (zigbee, wifi) = ("Device.Proxied.{zigbee}.", "Device.Proxied.{wifi}.");
    // A mount that is none any more has no keys where its specification is, or stands behind another.
    refused_mount(wifi, &[(flags, 128)], "unique keys of an object");
    refused_mount(wifi, &[(28, 255), (29, 255), (30, 255), (31, 255)], "mount");
    refused_mount(zigbee, &[(flags, 128)], "child of an object");
    refused_mount("Device.", &[(flags, 128)], "mount");
    refused_mount("Device.Interface.{i}.Stats.", &[(flags, 128)], "mount");
    refused_mount(zigbee, &[(flags, 1)], "mount");
    refused_mount(zigbee, &[(flags, 64)], "mount");
    // The table of the mounts is none, or no mount point.
    refused_mount("Device.Proxied.{i}.", &[(flags, 64)], "mount");
    refused_mount("Device.Proxied.{i}.", &[(flags, 1)], "mount");
    let renamed = |image: &mut Vec<u8>| {
        let at = image.windows(5).position(|text| text == b"\x04wifi").unwrap();
        image[at..at + 3].copy_from_slice(b"\x01i\x02");
    };
    refused_of(mounted().build().unwrap(), renamed, "mount");
}

#[test]
fn what_is_not_in_the_directory_is_refused() {
    refused(|image| image[6] = 1, "header");
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
