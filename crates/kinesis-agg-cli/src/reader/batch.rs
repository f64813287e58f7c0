//! What pieces of text hold: records, each with its data decoded.
//!
//! ```text
//! text     line, line, document, …    as they were read
//! blobs    blob, blob, blob, …        their data
//! items    record, record, …          which borrow from the text
//! ```
//!
//! A document of many records is handed on in parts, so that it takes little more
//! memory than its text, whatever stands in it.

use std::fmt;
use std::ops::Range;

use serde_json::value::RawValue;

use kinesis_agg_events::{
    DataError, Document, DocumentError, HexError, Record, RecordError, Shape, decode_base64,
    decode_base64_json, decode_hex,
};

use super::chunk::{Chunk, Piece};
use super::hint::Hint;
use super::{Framing, Line, Reader, Sink, wrapped};
use crate::exit::Failure;
use crate::notice::{self, Place};
use crate::number::counted;

/// Bytes of blobs that make a batch full.
const ENOUGH: usize = 1024 * 1024;

/// Items that make a batch full.
const ITEMS: usize = 500;

/// Records in a row, and the blobs that they point into.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    /// The name of the file, ready for stderr.
    pub(crate) file: &'a str,
    pub(crate) items: Vec<Item<'a>>,
    blobs: &'a mut Vec<u8>,
}

/// What comes next in the input.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most of them are the large one")]
pub(crate) enum Item<'a> {
    /// A document begins.
    Open(Document<'a>),
    /// A record, of the document that is open if one is.
    Record(Found<'a>),
    /// The document ends.
    Close,
}

/// A record, or what stands in its place.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) place: Place,
    /// All of it, as it was read.
    pub(crate) text: &'a [u8],
    /// What it says, if it is JSON.
    pub(crate) record: Option<Record<'a>>,
    /// Where its data lies, unless something is wrong.
    blob: Result<Range<usize>, Fault>,
}

/// Why a record gives no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The record is wrong.
    Record(RecordError),
    /// The document that begins in this line is wrong.
    Document(DocumentError, u64),
    /// A line is no JSON, but something else.
    Line(RecordError, Hint),
    /// A line is no base64.
    Base64(DataError),
    /// A line is no hexadecimal.
    Hex(HexError),
}

impl Fault {
    /// A short name that stays the same, beside those of
    /// [`NotAggregated`](kinesis_agg::NotAggregated).
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Record(error) | Self::Line(error, _) => error.name(),
            Self::Document(error, _) => error.name(),
            Self::Base64(_) | Self::Hex(_) => "bad-data",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(error) => error.reason().fmt(formatter),
            Self::Line(error, hint) => write!(formatter, "{}; {hint}", error.reason()),
            Self::Document(DocumentError::NotJson { is_cut: true, .. }, line) => {
                write!(
                    formatter,
                    "no JSON object: the document opened in line {line} is not closed"
                )
            }
            Self::Document(error, _) => error.reason().fmt(formatter),
            Self::Base64(error) => write!(formatter, "the line is {error}"),
            Self::Hex(error) => write!(formatter, "the line is {error}"),
        }
    }
}

impl Batch<'_> {
    /// The data of `found`, one of these.
    pub(crate) fn blob<'b>(&'b self, found: &'b Found<'_>) -> Result<&'b [u8], &'b Fault> {
        let span = found.blob.as_ref()?;
        Ok(&self.blobs[span.clone()])
    }

    /// The records, without what stands around them.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Found<'_>> {
        self.items.iter().filter_map(|item| match item {
            Item::Record(found) => Some(found),
            Item::Open(_) | Item::Close => None,
        })
    }

    fn is_full(&self) -> bool {
        self.blobs.len() >= ENOUGH || self.items.len() >= ITEMS
    }

    fn clear(&mut self) {
        self.items.clear();
        self.blobs.clear();
        self.blobs.shrink_to(2 * ENOUGH);
    }
}

/// Hands what `chunk` holds to `sink`.
pub(super) fn hand_out(
    reader: Reader,
    chunk: &mut Chunk,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    let Chunk {
        file,
        framing,
        text,
        pieces,
        blobs,
        ..
    } = chunk;
    let (framing, file, text, pieces) = (*framing, &**file, &**text, &**pieces);
    let mut batch = Batch {
        file,
        items: Vec::new(),
        blobs,
    };
    batch.blobs.clear();
    if let Framing::Lines(Line::Base64 | Line::Hex) = framing {
        say_blank(file, text, pieces);
    }
    let mut rest = pieces;
    while let Some((piece, behind)) = rest.split_first() {
        if let Framing::Lines(line @ (Line::Base64 | Line::Hex)) = framing {
            let joined = wrapped::join(line, text, rest, batch.blobs);
            if let Some((count, blob)) = joined {
                batch.add_joined(&text[piece.start..rest[count - 1].end], piece.place, blob);
                rest = &rest[count..];
                continue;
            }
        }
        rest = behind;
        let text = &text[piece.start..piece.end];
        match framing {
            Framing::Lines(line) => batch.add_line(reader, line, text, piece.place, sink)?,
            Framing::Documents(shape) => {
                let document = match shape {
                    Some(shape) => Document::read_as(text, shape),
                    None => Document::read(text),
                };
                batch.add_document(reader, document, text, piece.place, sink)?;
            }
            Framing::Whole => batch.add_blob(text, piece.place, |bytes| Ok(as_it_is(text, bytes))),
        }
        if batch.is_full() {
            sink.take(&batch)?;
            batch.clear();
        }
    }
    sink.take(&batch)
}

/// Blank lines between others may have been the data of empty records.
fn say_blank(file: &str, text: &[u8], pieces: &[Piece]) {
    let is_blank = |piece: &&Piece| text[piece.start..piece.end].trim_ascii().is_empty();
    let last = pieces.iter().rposition(|piece| !is_blank(&piece));
    let blank = pieces[..last.unwrap_or(0)].iter().filter(is_blank);
    let blank = Vec::from_iter(blank);
    if let Some(first) = blank.first() {
        let lines = counted(
            blank.len() as u64,
            "blank line is no record",
            "blank lines are no records",
        );
        notice::say_at(file, first.place, &lines);
    }
}

impl<'a> Batch<'a> {
    /// Adds a line. Blank ones are nothing, but where text is data.
    fn add_line(
        &mut self,
        reader: Reader,
        line: Line,
        text: &'a [u8],
        place: Place,
        sink: &mut impl Sink,
    ) -> Result<(), Failure> {
        let trimmed = unquoted(text.trim_ascii());
        let is_blank = trimmed.is_empty();
        match line {
            Line::Text => {
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                self.add_blob(text, place, |bytes| Ok(as_it_is(text, bytes)));
            }
            _ if is_blank => {}
            Line::Base64 => self.add_blob(text, place, |bytes| {
                decode_base64(trimmed, bytes).map_err(Fault::Base64)
            }),
            Line::Hex => self.add_blob(text, place, |bytes| {
                decode_hex(trimmed, bytes).map_err(Fault::Hex)
            }),
            Line::Json { or_document } => {
                return self.add_json_line(reader, or_document, text, place, sink);
            }
        }
        Ok(())
    }

    /// Adds a line that should be a record; or, if it has no data, a document.
    fn add_json_line(
        &mut self,
        reader: Reader,
        or_document: bool,
        text: &'a [u8],
        place: Place,
        sink: &mut impl Sink,
    ) -> Result<(), Failure> {
        let record = match simdutf8::compat::from_utf8(text) {
            Ok(line) => Record::read(line, Shape::Ndjson),
            Err(error) => Err(RecordError::NotObject {
                offset: error.valid_up_to(),
                what: "no UTF-8".to_owned(),
            }),
        };
        let has_data = record.as_ref().is_ok_and(|record| record.data().is_ok());
        if or_document && !has_data {
            let document = Document::read(text).ok();
            if let Some(document) = document.filter(is_no_line) {
                return self.add_document(reader, Ok(document), text, place, sink);
            }
        }
        if record.is_err() && self.add_objects(reader, text, place) {
            return Ok(());
        }
        self.add_record(reader, record, text, place);
        Ok(())
    }

    /// Adds the objects of a line that has several, one behind the other. False if
    /// it has other things.
    fn add_objects(&mut self, reader: Reader, text: &'a [u8], place: Place) -> bool {
        let Ok(objects) = str::from_utf8(text).map_err(drop).and_then(objects) else {
            return false;
        };
        for (start, object) in objects {
            let record = Record::read(object, Shape::Ndjson);
            let place = place.at(start as u64 + 1);
            self.add_record(reader, record, object.as_bytes(), place);
        }
        true
    }

    fn add_record(
        &mut self,
        reader: Reader,
        record: Result<Record<'a>, RecordError>,
        text: &'a [u8],
        place: Place,
    ) {
        if let Some(blob) = self.string(&record, text) {
            return self.add_joined(text, place, blob);
        }
        let blob = match &record {
            Err(error) => Err(error.clone()),
            Ok(record) => record.decode_data_as(reader.json, self.blobs),
        };
        let offset = blob.as_ref().err().and_then(RecordError::offset);
        self.items.push(Item::Record(Found {
            // The place of a record in a document is its number.
            place: match offset {
                Some(offset) if place.record.is_none() => place.at(offset as u64 + 1),
                _ => place,
            },
            text,
            record: record.ok(),
            blob: blob.map_err(|error| fault(error, text)),
        }));
    }

    /// Data that stands alone as a JSON string: what a query for it prints.
    fn string(
        &mut self,
        record: &Result<Record<'_>, RecordError>,
        text: &[u8],
    ) -> Option<Range<usize>> {
        let text = text.trim_ascii();
        if record.is_ok() || !text.starts_with(b"\"") {
            return None;
        }
        decode_base64_json(str::from_utf8(text).ok()?, self.blobs).ok()
    }

    /// Adds a blob that stood on many lines.
    fn add_joined(&mut self, text: &'a [u8], place: Place, blob: Range<usize>) {
        self.items.push(Item::Record(Found {
            place,
            text,
            record: None,
            blob: Ok(blob),
        }));
    }

    fn add_blob(
        &mut self,
        text: &'a [u8],
        place: Place,
        decode: impl FnOnce(&mut Vec<u8>) -> Result<Range<usize>, Fault>,
    ) {
        let blob = decode(self.blobs);
        self.items.push(Item::Record(Found {
            place,
            text,
            record: None,
            blob,
        }));
    }

    /// Adds a document, and hands on what is full.
    fn add_document(
        &mut self,
        reader: Reader,
        document: Result<Document<'a>, DocumentError>,
        text: &'a [u8],
        place: Place,
        sink: &mut impl Sink,
    ) -> Result<(), Failure> {
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                self.add_no_document(text, place, error);
                return Ok(());
            }
        };
        self.items.push(Item::Open(document));
        let whole = Place::line(place.line);
        document.each_record(|number, text, record| {
            let place = if document.is_bare_record() {
                whole
            } else {
                whole.record(number)
            };
            self.add_record(reader, record, text.as_bytes(), place);
            if self.is_full() {
                sink.take(self)?;
                self.clear();
            }
            Ok(())
        })?;
        self.items.push(Item::Close);
        Ok(())
    }

    fn add_no_document(&mut self, text: &'a [u8], place: Place, error: DocumentError) {
        self.items.push(Item::Record(Found {
            place: place_of(&error, text, place),
            text,
            record: None,
            blob: Err(Fault::Document(error, place.line)),
        }));
    }
}

/// Whether a line without `Data` is a document all the same: an object with a list
/// of records, or a record of another shape, or a list of them, that has data.
fn is_no_line(document: &Document<'_>) -> bool {
    let is_object = document.text().starts_with('{');
    if is_object && !document.is_bare_record() {
        return true;
    }
    let mut has_data = false;
    // Only the first record is looked at.
    let _ = document.each_record(|_, _, record| {
        let data = record.as_ref().map(Record::data);
        has_data = matches!(data, Ok(Ok(data)) if data.starts_with('"'));
        Err(())
    });
    has_data && !(is_object && document.shape() == Shape::Ndjson)
}

/// What is wrong with a record, and what its text looks like instead.
fn fault(error: RecordError, text: &[u8]) -> Fault {
    let is_json = !matches!(error, RecordError::NotObject { .. });
    match Hint::of(text).filter(|_| !is_json) {
        Some(hint) => Fault::Line(error, hint),
        None => Fault::Record(error),
    }
}

/// The JSON objects in `line`, and where each begins; fails if there is anything
/// else, or fewer than two.
fn objects(line: &str) -> Result<Vec<(usize, &str)>, ()> {
    let mut values = serde_json::Deserializer::from_str(line).into_iter::<&RawValue>();
    let mut objects = Vec::new();
    while let Some(value) = values.next() {
        let object = value.map_err(drop)?.get();
        if !object.starts_with('{') {
            return Err(());
        }
        objects.push((values.byte_offset() - object.len(), object));
    }
    if objects.len() < 2 {
        return Err(());
    }
    Ok(objects)
}

/// A line of a list of strings, without what makes it one.
fn unquoted(text: &[u8]) -> &[u8] {
    let bare = text.strip_suffix(b",").unwrap_or(text);
    let bare = bare
        .strip_prefix(b"\"")
        .and_then(|bare| bare.strip_suffix(b"\""));
    bare.unwrap_or(text)
}

/// Where in the file `error` is.
fn place_of(error: &DocumentError, text: &[u8], place: Place) -> Place {
    let Some(offset) = error.offset() else {
        return Place::line(place.line);
    };
    let before = &text[..offset.min(text.len())];
    match memchr::memrchr(b'\n', before) {
        None => place.at(place.column.unwrap_or(1) + before.len() as u64),
        Some(last) => {
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            Place::line(place.line + lines).at((before.len() - last) as u64)
        }
    }
}

fn as_it_is(text: &[u8], bytes: &mut Vec<u8>) -> Range<usize> {
    let start = bytes.len();
    bytes.extend_from_slice(text);
    start..bytes.len()
}
