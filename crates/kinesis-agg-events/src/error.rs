//! What is wrong with a document, or with one record of it, and where.

use std::fmt;

use crate::DataError;

/// Why a text holds no Kinesis records at all. Offsets are in bytes, from the
/// start of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is no JSON.
    NotJson {
        /// Where it stops being JSON.
        offset: usize,
        /// What is wrong there, in plain words and without bytes of the text.
        what: String,
        /// Whether more text could have completed it.
        is_cut: bool,
    },
    /// Objects and lists nest deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep {
        /// The first bracket too many.
        offset: usize,
    },
    /// It is JSON, but no object and no list.
    Other {
        /// What it is instead: "a string", say.
        kind: &'static str,
    },
    /// An object without a list of records, and no record itself.
    NoList {
        /// The name of the list.
        list: &'static str,
    },
    /// The list of records stands there twice.
    ListTwice {
        /// The name of the list.
        list: &'static str,
    },
    /// Two fields that may have the records stand side by side: whichever were
    /// read, the other would be lost.
    Ambiguous {
        /// The names of the two.
        fields: [&'static str; 2],
    },
    /// More records than one call takes.
    TooManyRecords {
        /// How many it takes.
        max: usize,
    },
}

impl DocumentError {
    /// A short name that stays the same: `not-json`, `too-deep`, `no-records`,
    /// `stands-twice` or `too-many-records`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotJson { .. } | Self::Other { .. } => "not-json",
            Self::TooDeep { .. } => "too-deep",
            Self::NoList { .. } => "no-records",
            Self::ListTwice { .. } | Self::Ambiguous { .. } => "stands-twice",
            Self::TooManyRecords { .. } => "too-many-records",
        }
    }

    /// Where in the text, where there is one place.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::NotJson { offset, .. } | Self::TooDeep { offset } => Some(*offset),
            _ => None,
        }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(formatter)?;
        at_byte(self.offset(), formatter)
    }
}

impl DocumentError {
    /// What is wrong, without the place: for messages that name it in their own
    /// way.
    pub const fn reason(&self) -> impl fmt::Display + use<'_> {
        DocumentReason(self)
    }
}

/// Ends a message with its place.
fn at_byte(offset: Option<usize>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match offset {
        Some(offset) => write!(formatter, ", at byte {offset}"),
        None => Ok(()),
    }
}

struct DocumentReason<'e>(&'e DocumentError);

impl fmt::Display for DocumentReason<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DocumentError as E;
        match self.0 {
            E::NotJson { what, .. } => write!(formatter, "no JSON object: {what}"),
            E::TooDeep { .. } => {
                let max = crate::MAX_DEPTH;
                write!(formatter, "objects and lists nest more than {max} deep")
            }
            E::Other { kind } => write!(formatter, "no JSON object: it is {kind}"),
            E::NoList { list } => write!(
                formatter,
                "no event and no answer of AWS: it has no list {list}, and no data either"
            ),
            E::Ambiguous {
                fields: [one, other],
            } => {
                write!(formatter, "{one} and {other} stand side by side")
            }
            E::ListTwice { list } => write!(formatter, "{list} stands twice"),
            E::TooManyRecords { max } => write!(formatter, "it has more than {max} records"),
        }
    }
}

impl std::error::Error for DocumentError {}

/// Why one record of a document, or a line, gives no data. The others are not
/// touched by it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// It is no JSON object.
    NotObject {
        /// Where in its text, in bytes.
        offset: usize,
        /// What is wrong there.
        what: String,
    },
    /// A record without the object that has its keys and data.
    NoInner {
        /// The name of that object: `kinesis`.
        inner: &'static str,
    },
    /// A record without data.
    NoData {
        /// The name of the field.
        field: &'static str,
        /// What the record has instead.
        hint: Option<Hint>,
    },
    /// A field that counts stands there twice: whichever is taken may be wrong.
    Twice {
        /// The name of the field.
        field: &'static str,
    },
    /// The data is no base64.
    Data {
        /// The name of the field.
        field: &'static str,
        /// What is wrong with it.
        error: DataError,
    },
    /// A key, or a tag, is another JSON value than it should be.
    Kind {
        /// The name of the field.
        field: &'static str,
        /// What it is.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A field nests deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep {
        /// Where in its text, in bytes.
        offset: usize,
    },
}

/// What a record without data has instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// A list of records: it is a document.
    List,
    /// A field `data` where one named `Data` is looked for.
    LowerCase,
}

impl RecordError {
    /// A short name that stays the same: `not-json`, `no-kinesis`, `no-data`,
    /// `stands-twice`, `bad-data`, `bad-key` or `too-deep`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotObject { .. } => "not-json",
            Self::NoInner { .. } => "no-kinesis",
            Self::NoData { .. } => "no-data",
            Self::Twice { .. } => "stands-twice",
            Self::Data { .. } => "bad-data",
            Self::Kind { .. } => "bad-key",
            Self::TooDeep { .. } => "too-deep",
        }
    }

    /// Where in the text of the record, where there is one place.
    pub const fn offset(&self) -> Option<usize> {
        match self {
            Self::NotObject { offset, .. } | Self::TooDeep { offset } => Some(*offset),
            _ => None,
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(formatter)?;
        at_byte(self.offset(), formatter)
    }
}

impl RecordError {
    /// What is wrong, without the place: for messages that name it in their own
    /// way.
    pub const fn reason(&self) -> impl fmt::Display + use<'_> {
        RecordReason(self)
    }
}

struct RecordReason<'e>(&'e RecordError);

impl fmt::Display for RecordReason<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use RecordError as E;
        match self.0 {
            E::NotObject { what, .. } => write!(formatter, "no JSON object: {what}"),
            E::NoInner { inner } => write!(
                formatter,
                "no record of a Kinesis stream: it has no {inner} object"
            ),
            E::NoData { field, hint } => {
                write!(formatter, "no Kinesis record: it has no {field}")?;
                formatter.write_str(hint.map_or("", Hint::text))
            }
            E::Twice { field } => write!(formatter, "{field} stands twice"),
            E::Data { field, error } => write!(formatter, "{field} is {error}"),
            E::Kind {
                field,
                found,
                expected,
            } => write!(formatter, "{field} is {found}, not {expected}"),
            E::TooDeep { .. } => {
                let max = crate::MAX_DEPTH;
                write!(formatter, "objects and lists nest more than {max} deep")
            }
        }
    }
}

impl std::error::Error for RecordError {}

impl Hint {
    const fn text(self) -> &'static str {
        match self {
            Self::List => ", but a list of records: it is an event, or an answer of AWS",
            Self::LowerCase => ", but data: fields are named as in the AWS SDKs",
        }
    }
}
