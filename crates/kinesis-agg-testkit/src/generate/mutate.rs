//! Damage: bytes flipped, cut, inserted, deleted, moved, or overwritten with
//! numbers that a parser trips over.

use super::Dice;
use crate::frame::{MAGIC, SUM_LEN, seal};

/// Varints at the edges: of a byte, of 31, 32, 63 and 64 bits, too long, cut.
const VARINTS: [&[u8]; 14] = [
    b"\x00",
    b"\x01",
    b"\x7F",
    b"\x80\x01",
    b"\x80\x00",
    b"\xFF\x7F",
    b"\xFF\xFF\xFF\xFF\x07",
    b"\x80\x80\x80\x80\x08",
    b"\xFF\xFF\xFF\xFF\x0F",
    b"\x80\x80\x80\x80\x10",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00",
    b"\x80",
];

/// Tags of the format, of groups, of wire types that there are not, of field 0.
const TAGS: [u8; 16] = [
    0x0A, 0x12, 0x1A, 0x08, 0x10, 0x22, 0x0B, 0x0C, 0x1B, 0x1C, 0x09, 0x0D, 0x0E, 0x0F, 0x00, 0x02,
];

/// `bytes`, damaged in one to four places. Now and then they come out whole.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::generate::mutate;
///
/// assert_eq!(mutate(3, b"some bytes"), mutate(3, b"some bytes"));
/// ```
pub fn mutate(seed: u64, bytes: &[u8]) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let mut bytes = bytes.to_vec();
    for _ in 0..dice.between(1, 4) {
        damage(&mut dice, &mut bytes);
    }
    bytes
}

/// A blob whose message is damaged and whose frame is whole, so that the damage
/// reaches the parser.
pub fn mutate_message(seed: u64, blob: &[u8]) -> Vec<u8> {
    seal(&mutate(seed, inside(blob)))
}

/// `blob` with a good frame: magic number and MD5 made anew around what lies
/// between them. A blob without room for a frame is taken as the message.
pub fn reseal(blob: &[u8]) -> Vec<u8> {
    seal(inside(blob))
}

/// What lies between magic number and MD5.
fn inside(blob: &[u8]) -> &[u8] {
    let end = blob.len().saturating_sub(SUM_LEN);
    blob.get(MAGIC.len()..end).unwrap_or(blob)
}

fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let place = dice.below(bytes.len() + 1);
    // The end of a short stretch that starts at `place`.
    let end = bytes.len().min(place + dice.between(1, 8));
    match dice.below(8) {
        0 | 1 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << dice.below(8);
            }
        }
        2 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte = *dice.pick(&TAGS);
            }
        }
        3 if dice.chance(30) => bytes.truncate(place),
        3 => {
            let length = dice.between(1, 8);
            let inserted = dice.bytes(length);
            bytes.splice(place..place, inserted);
        }
        4 => {
            bytes.drain(place..end);
        }
        5 => {
            // A stretch from elsewhere over this one.
            let from = dice.below(bytes.len() + 1);
            let until = bytes.len().min(from + dice.between(1, 24));
            let copy = bytes[from..until].to_vec();
            bytes.splice(place..end, copy);
        }
        6 => {
            // Overwritten, not inserted: the lengths around still hold.
            let varint = *dice.pick(&VARINTS);
            for (to, from) in bytes[place..].iter_mut().zip(varint) {
                *to = *from;
            }
        }
        _ => {
            let varint = dice.pick(&VARINTS).to_vec();
            bytes.splice(place..bytes.len().min(place + 1), varint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{mutate, mutate_message, reseal};
    use crate::frame::NotFramed;
    use crate::generate::{Profile, user_records};
    use crate::{frame, naive, protobuf_java};

    /// Any bytes can be damaged, the empty ones too.
    #[test]
    fn any_bytes_can_be_damaged() {
        for seed in 0..2_000 {
            mutate(seed, b"");
            mutate(seed, b"a");
            let resealed = reseal(&mutate(seed, &frame::seal(b"abc")));
            assert!(matches!(
                frame::open(&resealed),
                Ok(_) | Err(NotFramed::TooShort)
            ));
        }
    }

    /// Damage inside a whole frame is sometimes accepted and sometimes not.
    #[test]
    fn damage_reaches_the_parser() {
        let blob = naive::encode(&user_records(1, 6, Profile::MIXED));
        let accepted = (0..2_000)
            .filter(|&seed| {
                let damaged = mutate_message(seed, &blob);
                let message = frame::open(&damaged).expect("the frame is whole");
                protobuf_java::decode(message).is_ok()
            })
            .count();
        assert!((200..1_800).contains(&accepted), "{accepted} of 2000");
    }
}
