//! Images that nobody built: the damage is in the structure, length and fingerprint are right.

/// Makes length and fingerprint right; what is too short for them stays as it is.
pub fn repair(image: &mut [u8]) {
    let length = image.len() as u32;
    if let Some(stated) = image.get_mut(16..20) {
        stated.copy_from_slice(&length.to_le_bytes());
        let fingerprint = fingerprint(&image[16..]);
        image[8..16].copy_from_slice(&fingerprint.to_le_bytes());
    }
}

/// The fingerprint, written down a second time.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325 ^ bytes.len() as u64;
    let mut step = |word: u64| hash = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64).rotate_left(29);
    let words = bytes.chunks_exact(8);
    let rest = words.remainder();
    words.for_each(|word| step(word.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte))));
    rest.iter().for_each(|&byte| step(byte.into()));
    hash ^ (hash >> 32)
}
