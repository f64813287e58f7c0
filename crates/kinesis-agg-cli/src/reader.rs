//! Reads Kinesis records, or user records, from files of any format.
//!
//! ```text
//! input     files, folders and stdin; bytes, lines, places
//! format    which of the formats a file has, by its first bytes
//! framing   where each JSON document ends
//! hint      what a line looks like that is none of them
//! wrapped   base64 and hexadecimal that a tool cut into lines
//! batch     what each line, document or file holds, decoded
//!             -> Sink: a command, which takes records in the order of the input
//! ```
//!
//! Streams: holds a batch of records and the text they stand in, never the input.
//! A batch goes to the sink when it is large, at the end of each file, and
//! whenever the input may let us wait, so that nothing that came in stays behind.

mod batch;
mod format;
mod framing;
mod hint;
mod input;
mod wrapped;

use kinesis_agg_events::{DataEncoding, Shape};

use crate::args::{Encoding, From, InputOptions};
use crate::exit::Failure;
use crate::notice::Place;
use crate::progress;

pub(crate) use batch::{Batch, Fault, Found, Item};
pub(crate) use input::printable;
use input::{Input, Paths};

/// Takes what was read.
pub(crate) trait Sink {
    /// Takes the records of `batch`, in the order of the input.
    fn take(&mut self, batch: &Batch<'_>) -> Result<(), Failure>;

    /// Nothing more may come for a while: writes what waits.
    fn flush(&mut self) -> Result<(), Failure>;
}

/// How a file is cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A piece a line.
    Lines(Line),
    /// JSON documents one after the other, each of this shape, if that is known.
    Documents(Option<Shape>),
    /// All of the file.
    Whole,
}

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A record as JSON.
    Json {
        /// A line may be a document, too.
        or_document: bool,
    },
    /// Data in base64.
    Base64,
    /// Data in hexadecimal.
    Hex,
    /// Data as it is.
    Text,
}

/// A piece of the text that was read.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Where it lies in the text.
    start: usize,
    end: usize,
    place: Place,
}

/// How the files are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    from: From,
    /// Of the data in lines of JSON, and of lines of text.
    json: DataEncoding,
    lines: Encoding,
}

/// Bytes of text that make a batch.
const ENOUGH: usize = 1024 * 1024;

/// Bytes of text that are kept for the next batch.
const KEPT: usize = 8 * 1024 * 1024;

/// Pieces that make a batch.
const PIECES: usize = 500;

impl Reader {
    /// Reads the format `from`. The data of NDJSON is in base64 and that of lines
    /// is text, unless another `encoding` is asked for.
    pub(crate) fn new(from: From, encoding: Option<Encoding>) -> Self {
        Self {
            from,
            json: encoding.unwrap_or(Encoding::Base64).into(),
            lines: encoding.unwrap_or(Encoding::Utf8),
        }
    }

    /// Hands all that the files hold to `sink`. Tells how many files could not be
    /// read: each is named.
    pub(crate) fn read(
        self,
        options: &InputOptions,
        sink: &mut impl Sink,
    ) -> Result<usize, Failure> {
        let mut text = Vec::new();
        let paths = Paths::of(&options.files);
        progress::start(paths.total());
        let read = Input::each(&paths, options.max_line, |mut input| {
            self.read_input(&mut input, &mut text, sink)
        });
        progress::finish();
        read
    }

    /// Reads one file. What comes before a failure goes out too.
    fn read_input(
        self,
        input: &mut Input,
        text: &mut Vec<u8>,
        sink: &mut impl Sink,
    ) -> Result<(), Failure> {
        let framing = self.framing(input)?;
        let max_line = input.max_line();
        let mut pieces = Vec::new();
        let mut wrapped = wrapped::Open::default();
        loop {
            let piece = next_piece(input, framing, text);
            let at_end = !matches!(piece, Ok(Some(_)));
            if let Ok(Some(piece)) = &piece {
                if let Framing::Lines(line) = framing {
                    wrapped.add(line, &text[piece.start..piece.end], max_line);
                }
                pieces.push(piece.clone());
            }
            let is_open = !at_end && wrapped.is_open();
            let is_full = (text.len() >= ENOUGH || pieces.len() >= PIECES) && !is_open;
            if at_end || is_full || (input.may_wait() && !is_open) {
                batch::hand_out(self, framing, input.name(), text, &pieces, sink)?;
                progress::advance(text.len());
                pieces.clear();
                text.clear();
                text.shrink_to(KEPT);
            }
            if at_end || (input.may_wait() && !is_open) {
                sink.flush()?;
            }
            if at_end {
                return piece.map(drop);
            }
        }
    }

    fn framing(self, input: &mut Input) -> Result<Framing, Failure> {
        let framing = match self.from {
            From::Auto => format::framing_of(input)?,
            From::Ndjson => Framing::Lines(Line::Json { or_document: false }),
            From::Raw => Framing::Whole,
            From::Base64 => Framing::Lines(Line::Base64),
            From::Hex => Framing::Lines(Line::Hex),
            From::Lines => Framing::Lines(match self.lines {
                Encoding::Base64 => Line::Base64,
                Encoding::Hex => Line::Hex,
                Encoding::Utf8 => Line::Text,
            }),
            named => Framing::Documents(named.shape()),
        };
        input.call_pieces(match framing {
            Framing::Lines(_) => "line",
            Framing::Documents(_) => "document",
            Framing::Whole => "file",
        });
        if !matches!(framing, Framing::Whole | Framing::Lines(Line::Text)) {
            input.skip_white_space()?;
        }
        Ok(framing)
    }
}

/// Appends the next piece to `text`; `None` at the end.
fn next_piece(
    input: &mut Input,
    framing: Framing,
    text: &mut Vec<u8>,
) -> Result<Option<Piece>, Failure> {
    let start = text.len();
    let place = match framing {
        Framing::Lines(_) => input.read_line(text)?,
        Framing::Documents(_) => framing::read_document(input, text)?,
        Framing::Whole => input.read_whole(text)?,
    };
    Ok(place.map(|place| Piece {
        start,
        end: text.len(),
        place,
    }))
}
