//! Where records go: JSON of some shape, or lines of nothing but data.
//!
//! Records that come in a document go into one of the same kind. Those that come
//! in lines gather in one document, which ends with the output.

use std::io::{self, IsTerminal};
use std::time::{SystemTime, UNIX_EPOCH};

use kinesis_agg::{AggregatedRecord, NotAggregated, UserRecord};
use kinesis_agg_events::{
    Document, Outer, Passed, Record, Shape, WriteError, Writer, encode_base64, encode_hex,
};

use crate::args::{Encoding, To};
use crate::exit::Failure;
use crate::notice::is_printable;

/// Writes records to a buffer.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Json {
        writer: Writer,
        /// A document of the input is open.
        in_document: bool,
    },
    Data {
        encoding: Encoding,
        /// The output goes to a terminal, which must not see control characters.
        escaped: bool,
    },
}

impl Target {
    /// What the user asked for.
    pub(crate) fn new(to: To, encoding: Encoding, stream_name: &str) -> Result<Self, Failure> {
        let Some(shape) = to.shape() else {
            let escaped = encoding == Encoding::Utf8 && io::stdout().is_terminal();
            return Ok(Self::Data { encoding, escaped });
        };
        if shape != Shape::Ndjson && encoding != Encoding::Base64 {
            let text =
                "--data utf8 and hex are for --to ndjson and data: other formats have base64";
            return Err(Failure::Usage(text.to_owned()));
        }
        let writer = Writer::new(shape)
            .with_encoding(encoding.into())
            .with_stream_name(stream_name)
            .with_time(now());
        Ok(Self::Json {
            writer,
            in_document: false,
        })
    }

    /// A document of the input begins.
    pub(crate) fn open(&mut self, document: &Document<'_>, out: &mut Vec<u8>) {
        if let Self::Json {
            writer,
            in_document,
        } = self
        {
            writer.open(Some(document), out);
            *in_document = true;
        }
    }

    /// The document of the input ends.
    pub(crate) fn close(&mut self, out: &mut Vec<u8>) {
        if let Self::Json {
            writer,
            in_document,
        } = self
        {
            writer.close(out);
            *in_document = false;
        }
    }

    /// How many user records had tags that the format has no place for.
    pub(crate) const fn lost_tags(&self) -> u64 {
        match self {
            Self::Json { writer, .. } => writer.lost_tags(),
            Self::Data { .. } => 0,
        }
    }

    /// What user records of `record` share.
    pub(crate) fn outer<'r>(&mut self, record: Option<&Record<'r>>) -> Outer<'r> {
        match self {
            Self::Json { writer, .. } => writer.outer(record),
            Self::Data { .. } => Outer::default(),
        }
    }

    /// A user record of an aggregate.
    pub(crate) fn user_record(
        &mut self,
        outer: &Outer<'_>,
        user_record: &UserRecord<'_>,
        out: &mut Vec<u8>,
    ) {
        match self.writer(out) {
            Ok(writer) => writer.user_record(outer, user_record, out),
            Err(data) => data.push(user_record.data, out),
        }
    }

    /// A Kinesis record that was made.
    pub(crate) fn aggregated(&mut self, record: &AggregatedRecord, out: &mut Vec<u8>) {
        match self.writer(out) {
            Ok(writer) => writer.aggregated(record, out),
            Err(data) => data.push(record.data(), out),
        }
    }

    /// A record that passes through.
    pub(crate) fn record(
        &mut self,
        record: &Record<'_>,
        blob: Option<&[u8]>,
        passed: Passed<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        match (self.writer(out), blob) {
            (Ok(writer), blob) => writer.record(record, blob, passed, out),
            (Err(data), Some(blob)) => {
                data.push(blob, out);
                Ok(())
            }
            (Err(_), None) => Err(WriteError::NoData),
        }
    }

    /// Data that came without a record, and passes through.
    pub(crate) fn blob(
        &mut self,
        blob: &[u8],
        reason: NotAggregated,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        match self.writer(out) {
            Ok(writer) => writer.blob(blob, reason, out),
            Err(data) => {
                data.push(blob, out);
                Ok(())
            }
        }
    }

    /// What is no record.
    pub(crate) fn no_record(
        &mut self,
        text: &[u8],
        name: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        match self.writer(out) {
            Ok(writer) => writer.no_record(text, name, out),
            Err(_) => Err(WriteError::NoData),
        }
    }

    /// The writer, with a document open if its shape has one; or the lines of
    /// data that there are instead.
    fn writer(&mut self, out: &mut Vec<u8>) -> Result<&mut Writer, Lines> {
        match self {
            Self::Json {
                writer,
                in_document,
            } => {
                if !*in_document && !writer.is_open() {
                    writer.open(None, out);
                }
                Ok(writer)
            }
            Self::Data { encoding, escaped } => Err(Lines {
                encoding: *encoding,
                escaped: *escaped,
            }),
        }
    }
}

/// Lines of data.
#[derive(Clone, Copy, Debug)]
struct Lines {
    encoding: Encoding,
    escaped: bool,
}

impl Lines {
    fn push(self, data: &[u8], out: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Base64 => encode_base64(data, out),
            Encoding::Hex => encode_hex(data, out),
            Encoding::Utf8 if self.escaped => push_escaped(data, out),
            // As it is, text or not.
            Encoding::Utf8 => out.extend_from_slice(data),
        }
        out.push(b'\n');
    }
}

/// Text with all that is not printable escaped, but for tabs.
fn push_escaped(data: &[u8], out: &mut Vec<u8>) {
    let mut text = String::new();
    for chunk in data.utf8_chunks() {
        for char in chunk.valid().chars() {
            if char == '\t' || is_printable(char) {
                text.push(char);
            } else {
                text.extend(char.escape_debug());
            }
        }
        text.extend(chunk.invalid().escape_ascii().map(char::from));
    }
    out.extend_from_slice(text.as_bytes());
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::push_escaped;

    /// A terminal sees no control character, and text as it is.
    #[test]
    fn terminals_see_no_control_characters() {
        for (data, expected) in [
            (&b"{\"a\":\t'\\x'}"[..], "{\"a\":\t'\\x'}"),
            (b"\x1b[2J\r\n", "\\u{1b}[2J\\r\\n"),
            ("gerät \u{202e}".as_bytes(), "gerät \\u{202e}"),
            (b"\xff\x00", "\\xff\\0"),
        ] {
            let mut out = Vec::new();
            push_escaped(data, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
