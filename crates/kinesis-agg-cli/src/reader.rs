//! Reads Kinesis records, or user records, from files of any format.
//!
//! ```text
//! input     files, folders and stdin; bytes, lines, places
//! format    which of the formats a file has, by its first bytes
//! framing   where each JSON document ends
//! chunk     lines, documents or a file in a row, cut from the input
//! hint      what a line looks like that is none of them
//! wrapped   base64 and hexadecimal that a tool cut into lines
//! batch     what each line, document or file of a chunk holds, decoded
//!             -> Sink: a command, which takes records in the order of the input
//! threads   the same with a chunk, and a sink, for each of many threads
//! ```
//!
//! Streams: holds a chunk of text and a batch of its records, never the input.

mod batch;
mod chunk;
mod format;
mod framing;
mod hint;
mod input;
mod threads;
mod wrapped;

use kinesis_agg_events::{DataEncoding, Shape};

use crate::args::{Encoding, From, InputOptions};
use crate::exit::Failure;
use crate::progress;

pub(crate) use batch::{Batch, Fault, Found, Item};
pub(crate) use input::printable;
pub(crate) use threads::Parallel;

use chunk::{Chunk, Chunks};
use input::{Files, Input};

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

/// How the files are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    from: From,
    /// Of the data in lines of JSON, and of lines of text.
    json: DataEncoding,
    lines: Encoding,
}

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
        let files = Files::at(&options.files, options.max_line);
        progress::start(files.total());
        let mut chunks = Chunks::of(self, files);
        let read = self.read_chunks(&mut chunks, sink);
        progress::finish();
        read.map(|()| chunks.unread())
    }

    fn read_chunks(self, chunks: &mut Chunks, sink: &mut impl Sink) -> Result<(), Failure> {
        let mut chunk = Chunk::new();
        while chunks.cut(&mut chunk)? {
            batch::hand_out(self, &mut chunk, sink)?;
            progress::advance(chunk.text.len());
            if chunk.may_wait {
                sink.flush()?;
            }
        }
        Ok(())
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
