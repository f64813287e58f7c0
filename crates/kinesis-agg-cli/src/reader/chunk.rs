//! Cuts files into chunks: pieces of text in a row, each whole.
//!
//! ```text
//! file    line line line line line line line …
//! chunk   '-------------' '------------' …      about a mebibyte of text each
//! ```
//!
//! A chunk ends when it is large, at the end of its file, and whenever the input
//! may let us wait, so that nothing that came in stays behind. What its pieces hold
//! is for `batch` to say, which may do so in any thread.

use super::input::{Files, Input};
use super::{Framing, Reader, framing, wrapped};
use crate::exit::Failure;
use crate::notice::{self, Place};

/// Bytes of text that make a chunk: few enough for the processor's cache, and
/// enough for many checksums at once.
const ENOUGH: usize = 1024 * 1024;

/// Bytes of text that are kept for the next chunk.
const KEPT: usize = 8 * 1024 * 1024;

/// Pieces that make a chunk.
const PIECES: usize = 500;

/// A piece of the text that was read.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Where it lies in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) place: Place,
}

/// Pieces of one file, and the memory that they and their data take.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The name of the file, ready for stderr.
    pub(super) file: String,
    pub(super) framing: Framing,
    pub(super) text: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
    /// The next may be long in coming.
    pub(super) may_wait: bool,
    /// Room for the data: see `batch`.
    pub(super) blobs: Vec<u8>,
}

impl Chunk {
    /// Nothing was cut yet.
    pub(super) const fn new() -> Self {
        Self {
            file: String::new(),
            framing: Framing::Whole,
            text: Vec::new(),
            pieces: Vec::new(),
            may_wait: true,
            blobs: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.pieces.clear();
        self.text.clear();
        self.text.shrink_to(KEPT);
    }
}

/// Cuts files into chunks, in their order.
pub(super) struct Chunks {
    reader: Reader,
    files: Files,
    current: Option<Current>,
    /// What ended the current file, before the chunk that came before it was
    /// handed out.
    failure: Option<Failure>,
    has_failed: bool,
    unread: usize,
}

/// The file that is being cut.
struct Current {
    input: Input,
    framing: Framing,
    wrapped: wrapped::Open,
}

impl Chunks {
    /// Those of `files`.
    pub(super) const fn of(reader: Reader, files: Files) -> Self {
        Self {
            reader,
            files,
            current: None,
            failure: None,
            has_failed: false,
            unread: 0,
        }
    }

    /// How many files could not be read: each was named.
    pub(super) const fn unread(&self) -> usize {
        self.unread
    }

    /// Cuts the next into `chunk`. False when there is none, or after a failure.
    ///
    /// A file that cannot be read is named, and the others are read all the same, as
    /// `cat` does.
    pub(super) fn cut(&mut self, chunk: &mut Chunk) -> Result<bool, Failure> {
        chunk.clear();
        while !self.has_failed {
            match self.try_cut(chunk) {
                Err(failure @ Failure::Read { .. }) => {
                    notice::say_why(&failure);
                    self.unread += 1;
                }
                Err(failure) => {
                    self.has_failed = true;
                    return Err(failure);
                }
                cut => return cut,
            }
        }
        Ok(false)
    }

    fn try_cut(&mut self, chunk: &mut Chunk) -> Result<bool, Failure> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let mut current = match self.current.take() {
            Some(current) => current,
            None => match self.files.open_next() {
                Some(input) => Current::of(self.reader, input?)?,
                None => return Ok(false),
            },
        };
        current.input.name().clone_into(&mut chunk.file);
        chunk.framing = current.framing;
        match current.fill(chunk) {
            Ok(true) => self.current = Some(current),
            Ok(false) => {}
            // What came before it goes out first.
            Err(failure) => self.failure = Some(failure),
        }
        Ok(true)
    }
}

impl Current {
    fn of(reader: Reader, mut input: Input) -> Result<Self, Failure> {
        Ok(Self {
            framing: reader.framing(&mut input)?,
            input,
            wrapped: wrapped::Open::default(),
        })
    }

    /// Fills `chunk`. False when the file is at its end.
    fn fill(&mut self, chunk: &mut Chunk) -> Result<bool, Failure> {
        loop {
            chunk.may_wait = true;
            let Some(piece) = self.next_piece(&mut chunk.text)? else {
                return Ok(false);
            };
            if let Framing::Lines(line) = self.framing {
                let text = &chunk.text[piece.start..piece.end];
                self.wrapped.add(line, text, self.input.max_line());
            }
            chunk.pieces.push(piece);
            chunk.may_wait = self.input.may_wait();
            let is_full = chunk.text.len() >= ENOUGH || chunk.pieces.len() >= PIECES;
            if (is_full || chunk.may_wait) && !self.wrapped.is_open() {
                return Ok(true);
            }
        }
    }

    /// Appends the next piece to `text`; `None` at the end.
    fn next_piece(&mut self, text: &mut Vec<u8>) -> Result<Option<Piece>, Failure> {
        let start = text.len();
        let place = match self.framing {
            Framing::Lines(_) => self.input.read_line(text)?,
            Framing::Documents(_) => framing::read_document(&mut self.input, text)?,
            Framing::Whole => self.input.read_whole(text)?,
        };
        Ok(place.map(|place| Piece {
            start,
            end: text.len(),
            place,
        }))
    }
}
