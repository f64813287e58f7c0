//! A record byte by byte: each field of a blob with its offset, its bytes and
//! what they mean.
//!
//! ```text
//!   offset  bytes                        meaning
//!        0  f3 89 9a c2                  magic
//!        4  0a 03 6d 69 61               partition key 0: mia
//!        9  1a 09                        user record 0, 9 bytes
//!       11    08 00                        partition key index 0 → mia
//!       13    1a 05 63 6c 69 63 6b         data, 5 bytes of text: click
//!       20  ad 0f fe b6 …  f9 9a 36      ✓ checksum: the MD5 of the message
//! ```
//!
//! What the bytes are is the library's `layout`; here it is put in words. Where
//! something is wrong the byte is pointed at. Of a long aggregate the first and
//! the last fields of each kind are shown, and those at fault.

mod fault;
mod heading;
mod hex;
mod left_out;
mod meaning;

use std::io::{self, Write};

use kinesis_agg::layout::{Layout, Part, Piece};
use kinesis_agg::{IndexOutsideTable, NotAggregated};

use super::InspectOptions;
use super::line::{Line, Tone};
use super::list::Row;
use super::text::wrap;
use crate::number::thousands;
use heading::heading;
use hex::Hex;
use left_out::LeftOut;
use meaning::Meaning;

/// Least columns of an offset, and of the space behind each column.
const OFFSET: usize = 8;
const GAP: usize = 2;

/// Rows of a plain record, whose bytes have no meaning here.
const PLAIN_ROWS: usize = 8;

/// A blob that is being laid out.
struct Blob<'o> {
    options: InspectOptions,
    /// Columns of an offset.
    offset: usize,
    hex: Hex,
    out: &'o mut dyn Write,
    outside: Option<IndexOutsideTable>,
    left_out: LeftOut,
    /// Where the record and the tag that were begun last end.
    record_end: usize,
    tag_end: usize,
}

/// Writes all about one record.
pub(super) fn write(row: Row<'_>, options: InspectOptions, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\n")?;
    let heading = heading(row, options);
    let mut heading = heading.iter();
    heading.try_for_each(|line| line.write(options.color, out))?;
    let bytes = *row.found.blob.as_ref().unwrap_or(&&[][..]);
    if bytes.is_empty() {
        return Ok(());
    }
    let layout = Layout::of(bytes);
    let outside = match layout.verdict() {
        Some(NotAggregated::IndexOutsideTable(outside)) => Some(outside),
        _ => None,
    };
    let offset_width = OFFSET.max(thousands(bytes.len() as u64).len() + 2);
    let mut blob = Blob {
        options,
        offset: offset_width,
        hex: Hex::new(options.width.saturating_sub(offset_width + GAP)),
        out,
        outside,
        left_out: LeftOut::new(&layout, options.all),
        record_end: 0,
        tag_end: 0,
    };
    blob.write(layout)
}

impl Blob<'_> {
    fn write(&mut self, layout: Layout<'_>) -> io::Result<()> {
        self.header()?;
        let mut pieces = layout.peekable();
        while let Some(piece) = pieces.next() {
            if self.left_out.shows(&piece) {
                let is_last = pieces.peek().is_none();
                self.piece(&piece, is_last)?;
            }
        }
        self.say_left_out()
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        line.write(self.options.color, self.out)
    }

    fn header(&mut self) -> io::Result<()> {
        self.line(&Line::default())?;
        let mut line = Line::default();
        line.right(Tone::Quiet, "offset", self.offset);
        line.push(Tone::Quiet, "  bytes");
        line.fill(self.meaning_column());
        line.push(Tone::Quiet, "meaning");
        self.line(&line)
    }

    const fn meaning_column(&self) -> usize {
        self.offset + GAP + self.hex.columns() + GAP
    }

    /// Says what was left out before this, if anything.
    fn say_left_out(&mut self) -> io::Result<()> {
        let room = self.options.width.saturating_sub(self.offset + GAP);
        let Some(text) = self.left_out.take(room) else {
            return Ok(());
        };
        let mut line = Line::default();
        line.right(Tone::Quiet, "…", self.offset);
        line.fill(self.offset + GAP);
        line.push(Tone::Quiet, text);
        self.line(&line)
    }

    fn piece(&mut self, piece: &Piece<'_>, is_last: bool) -> io::Result<()> {
        self.say_left_out()?;
        match piece.part {
            Part::Plain => self.plain(piece),
            Part::Fault { .. } => self.fault(piece, is_last),
            Part::Checksum {
                computed,
                holds: false,
            } => self.wrong_checksum(piece, &computed),
            _ => self.field(piece),
        }
    }

    /// How deep the piece lies: in the message, in a record, in a tag.
    fn depth(&mut self, piece: &Piece<'_>) -> usize {
        let start = piece.offset;
        let fields = start + piece.bytes.len();
        match piece.part {
            Part::Record { len } => self.record_end = fields.saturating_add(len),
            Part::Tag { len } => {
                self.tag_end = fields.saturating_add(len);
                return 1;
            }
            _ if start < self.tag_end => return 2,
            _ if start < self.record_end => return 1,
            _ => {}
        }
        0
    }

    /// A row of offset, bytes, and words.
    fn row(
        &mut self,
        offset: Option<usize>,
        depth: usize,
        hex: Line,
        meaning: Meaning<'_>,
    ) -> io::Result<()> {
        let mut line = Line::default();
        let offset = offset.map_or_else(String::new, |offset| thousands(offset as u64));
        line.right(Tone::Quiet, &offset, self.offset);
        line.fill(self.offset + GAP + 2 * depth);
        line.append(hex);
        line.fill(self.meaning_column() + 2 * depth);
        let room = self.options.width.saturating_sub(line.width());
        line.append(meaning.line(room));
        self.line(&line)
    }

    fn field(&mut self, piece: &Piece<'_>) -> io::Result<()> {
        let depth = self.depth(piece);
        let outside = self.outside;
        let outside = outside.filter(|outside| fault::stands_in(outside.offset, piece));
        let tone = match outside {
            Some(_) => Tone::Bad,
            None => meaning::tone(&piece.part),
        };
        let hex = self.hex.shortened(piece.bytes, piece.header_len, tone);
        let meaning = Meaning::of(piece, outside.is_some());
        self.row(Some(piece.offset), depth, hex, meaning)?;
        if let Some(outside) = outside {
            self.point_at(
                outside.offset - piece.offset,
                depth,
                &fault::outside(&outside),
            )?;
        }
        Ok(())
    }

    /// The bytes of a plain record, and their text.
    fn plain(&mut self, piece: &Piece<'_>) -> io::Result<()> {
        let rows = if self.options.all {
            usize::MAX
        } else {
            PLAIN_ROWS
        };
        let per_row = self.hex.bytes_of_rows();
        for (at, bytes) in piece.bytes.chunks(per_row).take(rows).enumerate() {
            let hex = self.hex.shortened(bytes, 0, Tone::Plain);
            let offset = piece.offset + at * per_row;
            self.row(Some(offset), 0, hex, Meaning::ascii(bytes))?;
        }
        let shown = piece.bytes.len().min(per_row.saturating_mul(rows));
        self.left_out.add_bytes(piece.bytes.len() - shown);
        Ok(())
    }

    /// The bytes that were not read, and in them the one at fault.
    fn fault(&mut self, piece: &Piece<'_>, is_cut: bool) -> io::Result<()> {
        let Part::Fault { malformed, missing } = piece.part else {
            return Ok(());
        };
        let (depth, bytes) = (self.depth(piece), piece.bytes);
        let hex = self.hex.begun(bytes, Tone::Bad);
        let meaning = Meaning::unread(bytes.len());
        self.row(Some(piece.offset), depth, hex, meaning)?;
        let mut byte = malformed.offset.saturating_sub(piece.offset);
        if byte > 0 && !self.hex.begins_with(byte, bytes.len()) {
            let rest = bytes.get(byte..).unwrap_or_default();
            let hex = self.hex.begun(rest, Tone::Bad);
            let offset = Some(malformed.offset);
            self.row(offset, depth, hex, Meaning::default())?;
            byte = 0;
        }
        let text = fault::malformed(piece, &malformed, missing, is_cut);
        self.point_at(byte, depth, &text)
    }

    /// A wrong checksum, and the right one below it.
    fn wrong_checksum(&mut self, piece: &Piece<'_>, computed: &[u8]) -> io::Result<()> {
        let found = Meaning::bad("checksum: not the MD5 of the message");
        self.in_full(Some(piece.offset), piece.bytes, computed, found)?;
        let right = Meaning::plain("this would be right");
        self.in_full(None, computed, piece.bytes, right)
    }

    /// All of `bytes`, those that differ from `other` marked.
    fn in_full(
        &mut self,
        offset: Option<usize>,
        bytes: &[u8],
        other: &[u8],
        meaning: Meaning<'_>,
    ) -> io::Result<()> {
        let per_row = self.hex.bytes_of_rows();
        let mut meaning = Some(meaning);
        for (at, (row, others)) in bytes.chunks(per_row).zip(other.chunks(per_row)).enumerate() {
            let hex = hex::differing(row, others);
            let offset = offset.map(|offset| offset + at * per_row);
            self.row(offset, 0, hex, meaning.take().unwrap_or_default())?;
        }
        Ok(())
    }

    /// Marks the byte number `byte` of the row above, and says why.
    fn point_at(&mut self, byte: usize, depth: usize, why: &str) -> io::Result<()> {
        let column = self.offset + GAP + 2 * depth + self.hex.column_of(byte);
        let room = self.options.width.saturating_sub(column + 5).max(20);
        for (at, text) in wrap(why, room).into_iter().enumerate() {
            let mut line = Line::default();
            line.fill(column);
            line.push(Tone::Bad, if at == 0 { "^^ " } else { "   " });
            line.push(Tone::Bad, text);
            self.line(&line)?;
        }
        Ok(())
    }
}
