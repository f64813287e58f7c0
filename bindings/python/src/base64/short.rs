//! What is too short for vectors, in base64.
//!
//! Plain code: three bytes are four characters, each looked up in the alphabet, and `=`
//! stands for those that would come of no byte. Departures from it:
//!
//! 1. Characters are looked up in pairs.
//! 2. While eight bytes are left, they are read at once, and six of them used.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const BITS: usize = 0xfff;

/// The two characters of twelve bits.
static PAIRS: [[u8; 2]; BITS + 1] = {
    let mut pairs = [[0; 2]; BITS + 1];
    let mut bits = 0;
    while bits <= BITS {
        pairs[bits] = [ALPHABET[bits >> 6], ALPHABET[bits & 63]];
        bits += 1;
    }
    pairs
};

/// The length of so many bytes in base64.
pub(super) fn encoded_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

/// Writes `data` to `out`, which has the `encoded_len` of it.
pub(super) fn encode(mut data: &[u8], out: &mut [u8]) {
    let sixes = data.len().saturating_sub(2) / 6;
    let (of_sixes, out) = out.split_at_mut(sixes * 8);
    for eight in of_sixes.as_chunks_mut().0 {
        let read = data.first_chunk().copied().unwrap_or_default();
        *eight = eight_characters(u64::from_be_bytes(read) >> 16);
        data = data.get(6..).unwrap_or_default();
    }
    let (threes, rest) = data.as_chunks();
    let (fours, last) = out.split_at_mut(threes.len() * 4);
    for (three, four) in threes.iter().zip(fours.as_chunks_mut().0) {
        *four = four_characters(three);
    }
    match rest {
        [one] => last.copy_from_slice(&with_padding(four_characters(&[*one, 0, 0]), 2)),
        [one, two] => last.copy_from_slice(&with_padding(four_characters(&[*one, *two, 0]), 1)),
        _ => {}
    }
}

fn pair(bits: u64) -> [u8; 2] {
    PAIRS[bits as usize & BITS]
}

/// Of 48 bits.
fn eight_characters(bits: u64) -> [u8; 8] {
    let [[a, b], [c, d], [e, f], [g, h]] = [36, 24, 12, 0].map(|shift| pair(bits >> shift));
    [a, b, c, d, e, f, g, h]
}

fn four_characters(&[a, b, c]: &[u8; 3]) -> [u8; 4] {
    let bits = u32::from_be_bytes([0, a, b, c]).into();
    let [[a, b], [c, d]] = [pair(bits >> 12), pair(bits)];
    [a, b, c, d]
}

fn with_padding(mut characters: [u8; 4], padding: usize) -> [u8; 4] {
    characters[4 - padding..].fill(b'=');
    characters
}
