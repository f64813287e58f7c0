//! A second, slow decoder that follows protobuf-java 4.27 rule by rule.
//!
//! ```text
//! decode ── AggregatedRecord ── merge loop: tag, switch on the whole tag
//!              ├─ known field    → keep
//!              └─ any other tag  → unknown field ── group → its own loop
//! ```
//!
//! It judges accept or reject for any bytes, and what an accepted message
//! holds, because the KCL parses with protobuf-java. Every check stands below
//! the rule it follows, in our words. Strings stay bytes, as they do in Java
//! until somebody reads them. Nothing here is fast, and nothing knows what the
//! indexes mean.
//!
//! Recursion is bounded by the limit of 100, so plain recursion is safe.
//!
//! Source: protobuf-java 4.27.5: `CodedInputStream` over an array,
//! `UnknownFieldSet`, and what protoc generates for proto2; rules 2 to 4 of the
//! vectors' README, which hold for every vector.

use std::fmt;

/// How many messages and groups may lie inside each other, the outermost
/// message not counted.
pub const RECURSION_LIMIT: u32 = 100;

/// A decoded `AggregatedRecord`. Borrows from the message's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message<'m> {
    /// The partition keys, as they stand on the wire.
    pub partition_keys: Vec<&'m [u8]>,
    /// The explicit hash keys, as they stand on the wire.
    pub explicit_hash_keys: Vec<&'m [u8]>,
    /// The records in order.
    pub records: Vec<Record<'m>>,
}

/// A decoded `Record`. Its indexes are unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record<'m> {
    /// Index in the table of partition keys.
    pub partition_key_index: u64,
    /// Index in the table of explicit hash keys, if set.
    pub explicit_hash_key_index: Option<u64>,
    /// Data.
    pub data: &'m [u8],
    /// Tags in order.
    pub tags: Vec<Tag<'m>>,
}

/// A decoded `Tag`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag<'m> {
    /// Key, as it stands on the wire.
    pub key: &'m [u8],
    /// Value, if set, as it stands on the wire.
    pub value: Option<&'m [u8]>,
}

/// Why protobuf-java refuses a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    /// Where in the message the offending item starts: a tag, a varint, a
    /// length, or the record or tag that lacks a required field. In bytes.
    pub offset: usize,
    /// What is wrong with it.
    pub kind: ErrorKind,
}

/// What is wrong, by the names of protobuf-java's exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input, or the message around, ends inside this item.
    Truncated,
    /// A length is negative as a signed 32-bit number.
    NegativeSize,
    /// A varint of more than ten bytes.
    MalformedVarint,
    /// Field number 0.
    InvalidTag,
    /// A group or a message ends with a tag that is not its own.
    InvalidEndTag,
    /// Wire type 6 or 7.
    InvalidWireType,
    /// More than [`RECURSION_LIMIT`] messages and groups inside each other.
    RecursionLimit,
    /// A required field is missing: its name.
    Uninitialized(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at byte {} of the message", self.kind, self.offset)
    }
}

impl std::error::Error for Error {}

/// Parses `message` as `AggregatedRecord.parseFrom(byte[])` does.
///
/// # Errors
///
/// [`Error`] for what protobuf-java refuses. The first broken rule is named,
/// missing required fields last, as in Java.
///
/// # Examples
///
/// ```
/// use kinesis_agg_testkit::protobuf_java::{ErrorKind, decode};
///
/// let message = decode(b"\x0a\x01k\x1a\x04\x08\x00\x1a\x00").unwrap();
/// assert_eq!(message.partition_keys, [b"k"]);
/// assert_eq!(message.records[0].partition_key_index, 0);
///
/// let error = decode(b"\x1a\x02\x08\x00").unwrap_err();
/// assert_eq!(error.kind, ErrorKind::Uninitialized("data"));
/// ```
pub fn decode(message: &[u8]) -> Result<Message<'_>, Error> {
    let mut input = Input::new(message);
    let parsed = ParsedMessage::parse(&mut input)?;
    // Rule: after the loop over the outermost message, the last tag read must
    // be the 0 of the end of the input. An end of group stops the loop too.
    input.check_last_tag_was(0)?;
    // Rule: required fields are looked for when all is parsed.
    parsed.initialized()
}

/// A message as far as parsed: required fields may still be missing.
#[derive(Default)]
struct ParsedMessage<'m> {
    partition_keys: Vec<&'m [u8]>,
    explicit_hash_keys: Vec<&'m [u8]>,
    records: Vec<ParsedRecord<'m>>,
}

#[derive(Default)]
struct ParsedRecord<'m> {
    offset: usize,
    partition_key_index: Option<u64>,
    explicit_hash_key_index: Option<u64>,
    data: Option<&'m [u8]>,
    tags: Vec<ParsedTag<'m>>,
}

#[derive(Default)]
struct ParsedTag<'m> {
    offset: usize,
    key: Option<&'m [u8]>,
    value: Option<&'m [u8]>,
}

// Rule for all three loops: the switch is on the whole tag, so a known field
// number under another wire type is an unknown field. Tag 0 is the end of the
// input or of the limit. An end of group, wherever it comes from, ends the
// loop; the caller then sees that the last tag was not 0.
impl<'m> ParsedMessage<'m> {
    fn parse(input: &mut Input<'m>) -> Result<Self, Error> {
        let mut message = Self::default();
        loop {
            match input.read_tag()? {
                0 => break,
                0x0A => message.partition_keys.push(input.read_bytes()?),
                0x12 => message.explicit_hash_keys.push(input.read_bytes()?),
                0x1A => message
                    .records
                    .push(input.read_message(ParsedRecord::parse)?),
                tag => {
                    if !input.merge_field_from(tag)? {
                        break;
                    }
                }
            }
        }
        Ok(message)
    }

    fn initialized(self) -> Result<Message<'m>, Error> {
        let records = self.records.into_iter().map(ParsedRecord::initialized);
        Ok(Message {
            partition_keys: self.partition_keys,
            explicit_hash_keys: self.explicit_hash_keys,
            records: records.collect::<Result<_, _>>()?,
        })
    }
}

impl<'m> ParsedRecord<'m> {
    fn parse(input: &mut Input<'m>) -> Result<Self, Error> {
        let mut record = Self {
            offset: input.position,
            ..Self::default()
        };
        loop {
            match input.read_tag()? {
                0 => break,
                // Rule: of a repeated singular field the last counts.
                0x08 => record.partition_key_index = Some(input.read_raw_varint64()?),
                0x10 => record.explicit_hash_key_index = Some(input.read_raw_varint64()?),
                0x1A => record.data = Some(input.read_bytes()?),
                0x22 => record.tags.push(input.read_message(ParsedTag::parse)?),
                tag => {
                    if !input.merge_field_from(tag)? {
                        break;
                    }
                }
            }
        }
        Ok(record)
    }

    fn initialized(self) -> Result<Record<'m>, Error> {
        let missing = |field| Error {
            offset: self.offset,
            kind: ErrorKind::Uninitialized(field),
        };
        let tags = self.tags.into_iter().map(ParsedTag::initialized);
        Ok(Record {
            partition_key_index: self
                .partition_key_index
                .ok_or_else(|| missing("partition_key_index"))?,
            explicit_hash_key_index: self.explicit_hash_key_index,
            data: self.data.ok_or_else(|| missing("data"))?,
            tags: tags.collect::<Result<_, _>>()?,
        })
    }
}

impl<'m> ParsedTag<'m> {
    fn parse(input: &mut Input<'m>) -> Result<Self, Error> {
        let mut parsed = Self {
            offset: input.position,
            ..Self::default()
        };
        loop {
            match input.read_tag()? {
                0 => break,
                // Rule: of a repeated singular field the last counts.
                0x0A => parsed.key = Some(input.read_bytes()?),
                0x12 => parsed.value = Some(input.read_bytes()?),
                tag => {
                    if !input.merge_field_from(tag)? {
                        break;
                    }
                }
            }
        }
        Ok(parsed)
    }

    fn initialized(self) -> Result<Tag<'m>, Error> {
        Ok(Tag {
            key: self.key.ok_or(Error {
                offset: self.offset,
                kind: ErrorKind::Uninitialized("key"),
            })?,
            value: self.value,
        })
    }
}

/// `CodedInputStream` over an array.
struct Input<'m> {
    buffer: &'m [u8],
    position: usize,
    /// Where the innermost message ends; at the outermost one, nowhere. It may
    /// lie beyond the buffer.
    current_limit: usize,
    last_tag: u32,
    last_tag_offset: usize,
    recursion_depth: u32,
}

/// `Integer.MAX_VALUE`, the limit of the outermost message.
const NO_LIMIT: usize = i32::MAX as usize;

impl<'m> Input<'m> {
    fn new(buffer: &'m [u8]) -> Self {
        Self {
            buffer,
            position: 0,
            current_limit: NO_LIMIT,
            last_tag: 0,
            last_tag_offset: 0,
            recursion_depth: 0,
        }
    }

    /// The bytes up to the limit or the end of the buffer, whichever is first.
    fn rest(&self) -> &'m [u8] {
        let end = self.current_limit.min(self.buffer.len());
        &self.buffer[self.position..end]
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error {
            offset: self.position,
            kind,
        }
    }

    fn read_tag(&mut self) -> Result<u32, Error> {
        self.last_tag_offset = self.position;
        // Rule: at the end of the input, or at the limit, the tag is 0.
        if self.rest().is_empty() {
            self.last_tag = 0;
            return Ok(0);
        }
        // Rule: a tag is a varint cut to 32 bits.
        self.last_tag = self.read_raw_varint32()?;
        // Rule: field number 0 is an error; so is a tag that is 0 but for its
        // upper bits, and any wire type with that number.
        if field_number(self.last_tag) == 0 {
            return Err(Error {
                offset: self.last_tag_offset,
                kind: ErrorKind::InvalidTag,
            });
        }
        Ok(self.last_tag)
    }

    fn check_last_tag_was(&self, tag: u32) -> Result<(), Error> {
        // Rule: all 32 bits of the tag must be the expected ones.
        if self.last_tag == tag {
            return Ok(());
        }
        Err(Error {
            offset: self.last_tag_offset,
            kind: ErrorKind::InvalidEndTag,
        })
    }

    fn read_raw_varint64(&mut self) -> Result<u64, Error> {
        let start = self.position;
        let mut value = 0;
        // Rule: at most ten bytes, minimal or not. Bits beyond the 64th fall off
        // the tenth.
        for shift in (0..64).step_by(7) {
            let Some(&byte) = self.rest().first() else {
                return Err(self.error(ErrorKind::Truncated));
            };
            self.position += 1;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Error {
            offset: start,
            kind: ErrorKind::MalformedVarint,
        })
    }

    fn read_raw_varint32(&mut self) -> Result<u32, Error> {
        // Rule: a varint of up to ten bytes, of which the low 32 bits count.
        #[expect(clippy::cast_possible_truncation, reason = "the rule")]
        Ok(self.read_raw_varint64()? as u32)
    }

    /// A length: a varint cut to 32 bits, signed.
    fn read_size(&mut self) -> Result<usize, Error> {
        let start = self.position;
        let size = self.read_raw_varint32()?.cast_signed();
        // Rule: a negative length is an error. (Java finds it where the length
        // is used, before anything else is read.)
        usize::try_from(size).map_err(|_| Error {
            offset: start,
            kind: ErrorKind::NegativeSize,
        })
    }

    fn read_raw_bytes(&mut self, size: usize) -> Result<&'m [u8], Error> {
        // Rule: the bytes must lie before the limit and the end of the input.
        let Some(bytes) = self.rest().get(..size) else {
            return Err(self.error(ErrorKind::Truncated));
        };
        self.position += size;
        Ok(bytes)
    }

    fn read_bytes(&mut self) -> Result<&'m [u8], Error> {
        let size = self.read_size()?;
        self.read_raw_bytes(size)
    }

    fn read_message<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let size = self.read_size()?;
        // Rule: a message takes one of the hundred levels.
        self.check_recursion_limit()?;
        // Rule: its limit may not lie beyond the limit around it. It may lie
        // beyond the end of the input; that is found when the input has ended.
        let limit = self.position + size;
        if limit > self.current_limit {
            return Err(self.error(ErrorKind::Truncated));
        }
        let outer_limit = std::mem::replace(&mut self.current_limit, limit);
        self.recursion_depth += 1;
        let message = parse(self)?;
        // Rule: it must have ended at the end, not at an end of group.
        self.check_last_tag_was(0)?;
        self.recursion_depth -= 1;
        // Rule: its limit must be reached.
        if self.position != limit {
            return Err(self.error(ErrorKind::Truncated));
        }
        self.current_limit = outer_limit;
        Ok(message)
    }

    fn check_recursion_limit(&self) -> Result<(), Error> {
        // Rule: no hundred-and-first level.
        if self.recursion_depth < RECURSION_LIMIT {
            return Ok(());
        }
        Err(self.error(ErrorKind::RecursionLimit))
    }

    /// Reads an unknown field; false when `tag` ends a group.
    fn merge_field_from(&mut self, tag: u32) -> Result<bool, Error> {
        match tag & 7 {
            0 => self.read_raw_varint64().map(|_| true),
            1 => self.read_raw_bytes(8).map(|_| true),
            2 => self.read_bytes().map(|_| true),
            3 => self.read_group(field_number(tag)).map(|()| true),
            // Rule: not an error here; it ends the loop that read the tag.
            4 => Ok(false),
            5 => self.read_raw_bytes(4).map(|_| true),
            // Rule: wire types 6 and 7 are errors.
            _ => Err(Error {
                offset: self.last_tag_offset,
                kind: ErrorKind::InvalidWireType,
            }),
        }
    }

    fn read_group(&mut self, number: u32) -> Result<(), Error> {
        // Rule: a group takes one of the hundred levels.
        self.check_recursion_limit()?;
        self.recursion_depth += 1;
        // Rule: everything inside is an unknown field, up to the first end of
        // group, or the end of the input or limit.
        loop {
            let tag = self.read_tag()?;
            if tag == 0 || !self.merge_field_from(tag)? {
                break;
            }
        }
        // Rule: that end of group must be of the same field number, all 32 bits.
        self.check_last_tag_was(number << 3 | 4)?;
        self.recursion_depth -= 1;
        Ok(())
    }
}

/// The upper 29 bits of a tag.
fn field_number(tag: u32) -> u32 {
    tag >> 3
}
