//! Tags: the number of a field and how its value is laid out.

/// Wire type of a varint.
pub(crate) const VARINT: u32 = 0;
/// Wire type of eight bytes.
pub(crate) const FIXED64: u32 = 1;
/// Wire type of a length and as many bytes.
pub(crate) const LENGTH_DELIMITED: u32 = 2;
/// Wire type that begins a group: fields up to its end tag.
pub(crate) const GROUP_START: u32 = 3;
/// Wire type that ends a group.
pub(crate) const GROUP_END: u32 = 4;
/// Wire type of four bytes.
pub(crate) const FIXED32: u32 = 5;

/// A tag, cut to 32 bits as protobuf-java cuts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u32);

impl Tag {
    /// The tag of the field `number` with a value of `wire_type`.
    pub(crate) const fn new(number: u32, wire_type: u32) -> Self {
        Self(number << 3 | wire_type)
    }

    /// The number of the field; 0 is not allowed on the wire.
    pub(crate) const fn number(self) -> u32 {
        self.0 >> 3
    }

    /// How the value is laid out.
    pub(crate) const fn wire_type(self) -> u32 {
        self.0 & 7
    }
}
