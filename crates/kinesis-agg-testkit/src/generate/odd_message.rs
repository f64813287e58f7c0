//! Protobuf that is odd on purpose: what random bytes never reach.
//!
//! ```text
//! message = tables, records, unknown fields, wrong wire types, in any order
//! record  = index, index, data, tags: in any order, again, or missing
//! group   = 1 to 3 deep, or as deep as the limit and one more
//! varint  = minimal or not, with bits above the 32nd or 64th that fall off
//! ```
//!
//! Most messages are accepted, with indexes in and out of their tables; about a
//! third hold one item that no parser may take. Which is which, and what an
//! accepted one holds, is for [`protobuf_java`](crate::protobuf_java) to say:
//! this module only writes.

use super::Dice;

/// A message of oddities, without frame; [`frame::seal`](crate::frame::seal)
/// makes it a blob.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::{frame, generate, protobuf_java};
///
/// let blob = frame::seal(&generate::odd_message(5));
/// let verdict = protobuf_java::decode(frame::open(&blob).unwrap());
/// assert_eq!(verdict.is_ok(), protobuf_java::decode(&generate::odd_message(5)).is_ok());
/// ```
pub fn odd_message(seed: u64) -> Vec<u8> {
    let mut odd = Odd {
        dice: Dice::new(seed),
        // Where the one broken item goes, if there is one.
        broken: None,
        tables: (0, 0),
    };
    odd.message()
}

/// Where an item stands: which fields are known there, under which wire type,
/// and how many levels of the limit are taken.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Message,
    Record,
    Tag,
}

impl Place {
    /// The wire type of each known field, from field 1 on.
    fn known(self) -> &'static [u8] {
        match self {
            Self::Message => &[2, 2, 2],
            Self::Record => &[0, 0, 2, 2],
            Self::Tag => &[2, 2],
        }
    }

    fn depth(self) -> usize {
        match self {
            Self::Message => 0,
            Self::Record => 1,
            Self::Tag => 2,
        }
    }
}

/// How many messages and groups may lie inside each other.
const LIMIT: usize = 100;

struct Odd {
    dice: Dice,
    broken: Option<Place>,
    /// How many partition keys and explicit hash keys there are.
    tables: (usize, usize),
}

impl Odd {
    fn message(&mut self) -> Vec<u8> {
        if self.dice.chance(30) {
            self.broken = Some(*self.dice.pick(&[Place::Message, Place::Record, Place::Tag]));
        }
        self.tables = (self.dice.between(0, 4), self.dice.between(0, 3));
        let mut items = Vec::new();
        for _ in 0..self.tables.0 {
            let key = self.partition_key();
            items.push(self.bytes_field(1, &key));
        }
        for _ in 0..self.tables.1 {
            let key = self.explicit_hash_key();
            items.push(self.bytes_field(2, &key));
        }
        for _ in 0..self.dice.between(0, 4) {
            let record = self.record();
            items.push(self.bytes_field(3, &record));
        }
        self.finish(Place::Message, items)
    }

    fn record(&mut self) -> Vec<u8> {
        let mut items = Vec::new();
        for _ in 0..self.times(97) {
            let index = self.index(self.tables.0);
            items.push(self.varint_field(1, index));
        }
        for _ in 0..self.times(30) {
            let index = self.index(self.tables.1);
            items.push(self.varint_field(2, index));
        }
        for _ in 0..self.times(97) {
            let length = self.dice.between(0, 20);
            let data = self.dice.bytes(length);
            items.push(self.bytes_field(3, &data));
        }
        if self.dice.chance(30) {
            for _ in 0..self.dice.between(1, 2) {
                let tag = self.tag_message();
                items.push(self.bytes_field(4, &tag));
            }
        }
        self.finish(Place::Record, items)
    }

    fn tag_message(&mut self) -> Vec<u8> {
        let mut items = Vec::new();
        for _ in 0..self.times(97) {
            let key = self.partition_key();
            items.push(self.bytes_field(1, &key));
        }
        for _ in 0..self.times(60) {
            let value = self.partition_key();
            items.push(self.bytes_field(2, &value));
        }
        self.finish(Place::Tag, items)
    }

    /// Adds unknown fields and the broken item, mixes, and joins.
    fn finish(&mut self, place: Place, mut items: Vec<Vec<u8>>) -> Vec<u8> {
        if self.dice.chance(30) {
            self.dice.shuffle(&mut items);
        }
        if self.dice.chance(35) {
            for _ in 0..self.dice.between(1, 2) {
                let unknown = self.unknown(place);
                items.insert(self.dice.below(items.len() + 1), unknown);
            }
        }
        if self.broken == Some(place) && self.dice.chance(70) {
            self.broken = None;
            let broken = self.broken_item(place);
            items.insert(self.dice.below(items.len() + 1), broken);
        }
        let mut joined = items.concat();
        if place == Place::Message && self.dice.chance(2) {
            joined.truncate(self.dice.below(joined.len() + 1));
        }
        joined
    }

    /// How often a singular field comes: mostly once or not at all.
    fn times(&mut self, percent: usize) -> usize {
        match (self.dice.chance(percent), self.dice.chance(10)) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => self.dice.between(2, 3),
        }
    }

    /// An index mostly inside its table of `size`; else at its end, or around
    /// the numbers where a cut to 31, 32 or 63 bits shows.
    fn index(&mut self, size: usize) -> u64 {
        let size = size as u64;
        if size > 0 && self.dice.chance(90) {
            return self.dice.number() % size;
        }
        let edge = *self
            .dice
            .pick(&[size, size, 1 << 31, 1 << 32, 1 << 40, 1 << 63, 0]);
        edge.wrapping_add(self.dice.number() % 4).wrapping_sub(2)
    }

    fn partition_key(&mut self) -> Vec<u8> {
        const BROKEN: [&[u8]; 8] = [
            b"",
            b"a\x80b",
            b"\xE2\x82",
            b"\xED\xA0\x80",
            b"\xED\xA0z",
            b"\xF0\x9F\x98",
            b"\xF4\x90\x80\x80",
            b"\xC0\x80\xFF",
        ];
        match self.dice.below(6) {
            0 => self.dice.pick(&BROKEN).to_vec(),
            1 => "käse-🧀".into(),
            2 => {
                let length = self.dice.between(0, 6);
                self.dice.bytes(length)
            }
            3 => vec![b'k'; self.dice.between(126, 129)],
            _ => format!("key-{}", self.dice.below(100)).into_bytes(),
        }
    }

    fn explicit_hash_key(&mut self) -> Vec<u8> {
        const ODD: [&str; 16] = [
            "",
            "0",
            "007",
            "-0",
            "-1",
            "+7",
            "+-7",
            "--7",
            "-",
            " 7",
            "1e5",
            "0x10",
            "١٢",
            "340282366920938463463374607431768211455",
            "340282366920938463463374607431768211456",
            "99999999999999999999999999999999999999999999999999",
        ];
        match self.dice.below(10) {
            0..3 => self.dice.pick(&ODD).as_bytes().to_vec(),
            3 => b"7\x80".to_vec(),
            _ => self.dice.wide().to_string().into_bytes(),
        }
    }

    /// A field that is skipped: of a number that nobody knows, or of a known
    /// number under a wire type that is not its own.
    fn unknown(&mut self, place: Place) -> Vec<u8> {
        let known = place.known();
        let (number, not) = if self.dice.chance(40) {
            let field = self.dice.below(known.len());
            (field as u64 + 1, Some(known[field]))
        } else {
            (
                *self
                    .dice
                    .pick(&[5, 15, 16, 2_047, 2_048, 19_000, (1 << 29) - 1]),
                None,
            )
        };
        let wire_type = loop {
            let wire_type = *self.dice.pick(&[0, 1, 2, 3, 5]);
            if Some(wire_type) != not {
                break wire_type;
            }
        };
        match wire_type {
            3 => {
                let depth = self.group_depth(place);
                self.group(number, depth)
            }
            _ => self.plain_field(number, wire_type),
        }
    }

    /// A field that is no group.
    fn plain_field(&mut self, number: u64, wire_type: u8) -> Vec<u8> {
        let payload = match wire_type {
            0 => {
                let value = self.dice.number() >> self.dice.below(64);
                return self.varint_field(number, value);
            }
            1 => self.dice.bytes(8),
            5 => self.dice.bytes(4),
            _ => {
                let length = self.dice.between(0, 12);
                let bytes = self.dice.bytes(length);
                return self.bytes_field(number, &bytes);
            }
        };
        [self.tag(number, wire_type), payload].concat()
    }

    /// Mostly shallow, else around the deepest that is allowed at this place.
    fn group_depth(&mut self, place: Place) -> usize {
        if self.dice.chance(75) {
            self.dice.between(1, 3)
        } else {
            LIMIT - place.depth() - 2 + self.dice.below(4)
        }
    }

    fn group(&mut self, number: u64, depth: usize) -> Vec<u8> {
        let mut bytes = self.tag(number, 3);
        if self.dice.chance(20) {
            let wire_type = *self.dice.pick(&[0, 1, 2, 5]);
            bytes.extend(self.plain_field(number, wire_type));
        }
        if depth > 1 {
            let inner = *self.dice.pick(&[1, 3, number, 77]);
            bytes.extend(self.group(inner, depth - 1));
        }
        bytes.extend(self.tag(number, 4));
        bytes
    }

    /// An item that no parser takes, but for what happens to follow it.
    fn broken_item(&mut self, place: Place) -> Vec<u8> {
        let number = self.dice.between(1, 6) as u64;
        match self.dice.below(10) {
            // An end of group alone, and a group that has no end of its own.
            0 => self.tag(number, 4),
            1 => self.tag(number, 3),
            2 => [self.tag(number, 3), self.tag(number + 1, 4)].concat(),
            // Wire types 6 and 7, and field number 0.
            3 => {
                let wire_type = *self.dice.pick(&[6, 7]);
                self.tag(number, wire_type)
            }
            4 => {
                let wire_type = *self.dice.pick(&[0, 1, 2, 3, 4, 5]);
                [self.tag(0, wire_type), self.dice.bytes(2)].concat()
            }
            // A varint of eleven bytes.
            5 => [self.tag(9, 0), vec![0x80; 10], vec![0]].concat(),
            // Lengths beyond the end, and negative as 32 bits.
            6 => {
                let length = *self
                    .dice
                    .pick(&[200, 1 << 20, (1 << 31) - 1, 1 << 31, u64::MAX]);
                let number = *self.dice.pick(&[1, 2, 3, 4, 9]);
                [self.tag(number, 2), self.varint(length)].concat()
            }
            // Too deep by one to three.
            7 => {
                let depth = LIMIT - place.depth() + self.dice.between(1, 3);
                self.group(number + 4, depth)
            }
            // A fixed-width field with no room but for what follows.
            8 => [self.tag(9, 1), self.dice.bytes(3)].concat(),
            // A continuation bit and what follows.
            _ => vec![0xFF; self.dice.between(1, 3)],
        }
    }

    fn varint_field(&mut self, number: u64, value: u64) -> Vec<u8> {
        [self.tag(number, 0), self.varint(value)].concat()
    }

    /// The length may have bits above the 32nd, which fall off.
    fn bytes_field(&mut self, number: u64, bytes: &[u8]) -> Vec<u8> {
        let length = bytes.len() as u64 | self.high_bits();
        [&self.tag(number, 2), &self.varint(length), bytes].concat()
    }

    /// So may the tag.
    fn tag(&mut self, number: u64, wire_type: u8) -> Vec<u8> {
        let tag = number << 3 | u64::from(wire_type) | self.high_bits();
        self.varint(tag)
    }

    fn high_bits(&mut self) -> u64 {
        if self.dice.chance(2) {
            self.dice.number() << 32
        } else {
            0
        }
    }

    /// A varint, minimal or with up to ten bytes; in the tenth, bits above the
    /// 64th may be set, which fall off.
    fn varint(&mut self, mut value: u64) -> Vec<u8> {
        let length = if self.dice.chance(8) {
            self.dice.between(2, 10)
        } else {
            1
        };
        let mut bytes = Vec::new();
        loop {
            let [low, ..] = (value & 0x7F).to_le_bytes();
            bytes.push(low | 0x80);
            value >>= 7;
            if value == 0 && bytes.len() >= length {
                break;
            }
        }
        let full = bytes.len() == 10;
        let last = bytes.last_mut().expect("a varint has a byte");
        *last &= 0x7F;
        if full && self.dice.chance(50) {
            *last |= self.dice.byte() & 0x7E;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::odd_message;
    use crate::kcl::judge_message;
    use crate::protobuf_java::{ErrorKind, decode};

    /// The odd messages are accepted and refused in good measure, each reason
    /// comes, and the KCL has every outcome for them.
    #[test]
    fn every_kind_of_verdict_comes() {
        let mut outcomes = HashMap::new();
        let mut kinds = HashSet::new();
        for seed in 0..20_000 {
            match decode(&odd_message(seed)) {
                Ok(message) => {
                    let verdict = judge_message(&message, None);
                    let outcome = (verdict.outcome, verdict.thrown);
                    *outcomes.entry(outcome).or_insert(0) += 1;
                }
                Err(error) => {
                    kinds.insert(error.kind);
                }
            }
        }
        let accepted: i32 = outcomes.values().sum();
        assert!((9_000..17_000).contains(&accepted), "{accepted} of 20000");
        assert_eq!(outcomes.len(), 4, "{outcomes:?}");
        assert!(outcomes.values().all(|&count| count > 100), "{outcomes:?}");
        for kind in [
            ErrorKind::Truncated,
            ErrorKind::NegativeSize,
            ErrorKind::MalformedVarint,
            ErrorKind::InvalidTag,
            ErrorKind::InvalidEndTag,
            ErrorKind::InvalidWireType,
            ErrorKind::RecursionLimit,
            ErrorKind::Uninitialized("partition_key_index"),
            ErrorKind::Uninitialized("data"),
            ErrorKind::Uninitialized("key"),
        ] {
            assert!(kinds.contains(&kind), "{kind:?} never came");
        }
    }
}
