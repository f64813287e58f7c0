//! Base64 between a text and the buffer of a `bytes` object, both ways.
//!
//! Plain loops: three bytes are four characters of six bits each. Departures:
//!
//! 1. Writing has a table of all pairs of characters, 8 KiB: two look-ups for
//!    three bytes instead of four.
//! 2. Reading has a table for each of the four places, 4 KiB, whose entries are
//!    shifted already: what is no character sets a bit that is looked at once.
//!
//! Reading takes the usual form alone; Python's own reader takes the rest.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING: u8 = b'=';

/// The two characters of each number of twelve bits.
static PAIRS: [[u8; 2]; 4096] = pairs();

/// For each of four places, the bits of each character, or [`NONE`].
static PLACES: [[u32; 256]; 4] = [place(18), place(12), place(6), place(0)];

/// Not among the 24 bits of four characters.
const NONE: u32 = 1 << 24;

const fn pairs() -> [[u8; 2]; 4096] {
    let mut pairs = [[0; 2]; 4096];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = [ALPHABET[bits >> 6], ALPHABET[bits & 63]];
        bits += 1;
    }
    pairs
}

const fn place(shift: u32) -> [u32; 256] {
    let mut place = [NONE; 256];
    let mut bits = 0;
    while bits < ALPHABET.len() {
        place[ALPHABET[bits] as usize] = (bits as u32) << shift;
        bits += 1;
    }
    place
}

/// `data` in base64 with padding, as `base64.b64encode` of Python writes it.
pub(super) fn encoded<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, data.len().div_ceil(3) * 4, |out| {
        encode(data, out);
        Ok(())
    })
}

/// The data that `text` is the base64 of; `None` when it is not in the usual
/// form: whole groups of four, padding at the end alone, nothing else.
pub(super) fn decoded<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let (fours, []) = text.as_chunks::<4>() else {
        return Ok(None);
    };
    let padding = match fours.last() {
        Some([_, _, PADDING, PADDING]) => 2,
        Some([_, _, _, PADDING]) => 1,
        _ => 0,
    };
    let mut usual = true;
    let data = PyBytes::new_with(py, fours.len() * 3 - padding, |out| {
        usual = decode(fours, padding, out);
        Ok(())
    })?;
    Ok(usual.then_some(data))
}

/// Fills `out`, which has four bytes for each begun three of `data`.
fn encode(data: &[u8], out: &mut [u8]) {
    let (threes, rest) = data.as_chunks::<3>();
    let (fours, _) = out.as_chunks_mut::<4>();
    for (three, four) in threes.iter().zip(fours.iter_mut()) {
        *four = characters(*three);
    }
    if let Some(four) = fours.get_mut(threes.len()) {
        *four = padded(rest);
    }
}

fn characters([a, b, c]: [u8; 3]) -> [u8; 4] {
    let high = usize::from(a) << 4 | usize::from(b) >> 4;
    let low = usize::from(b & 15) << 8 | usize::from(c);
    let ([a, b], [c, d]) = (PAIRS[high], PAIRS[low]);
    [a, b, c, d]
}

/// The characters of the last one or two bytes.
fn padded(rest: &[u8]) -> [u8; 4] {
    match *rest {
        [a, b] => {
            let [a, b, c, _] = characters([a, b, 0]);
            [a, b, c, PADDING]
        }
        [a] => {
            let [a, b, ..] = characters([a, 0, 0]);
            [a, b, PADDING, PADDING]
        }
        _ => [PADDING; 4],
    }
}

/// Fills `out`, which has three bytes for each of `fours` less `padding`, and
/// tells whether all were characters.
fn decode(fours: &[[u8; 4]], padding: usize, out: &mut [u8]) -> bool {
    let (threes, rest) = out.as_chunks_mut::<3>();
    let mut seen = 0;
    for (four, three) in fours.iter().zip(threes.iter_mut()) {
        let bits = bits(*four);
        seen |= bits;
        let [_, bytes @ ..] = bits.to_be_bytes();
        *three = bytes;
    }
    if let (Some([a, b, c, _]), 1..) = (fours.last(), padding) {
        let c = if padding == 2 { b'A' } else { *c };
        let bits = bits([*a, *b, c, b'A']);
        seen |= bits;
        let [_, bytes @ ..] = bits.to_be_bytes();
        rest.copy_from_slice(&bytes[..rest.len()]);
    }
    seen & NONE == 0
}

fn bits(four: [u8; 4]) -> u32 {
    let places = PLACES.iter().zip(four);
    places.fold(0, |bits, (place, character)| {
        bits | place[usize::from(character)]
    })
}
