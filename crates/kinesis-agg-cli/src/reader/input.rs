//! Files, folders and stdin, cut into lines.
//!
//! Reads in large pieces and remembers where it is. A line is copied once, to
//! where the command wants it; one longer than the limit is an error before it
//! takes more memory. What a line means is for others to say.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::vec;

use walkdir::{DirEntry, FilterEntry, WalkDir};

use crate::exit::Failure;
use crate::interrupt;
use crate::notice::{self, Place};

/// Bytes that one read asks for: few enough that they stay in the processor's cache
/// until they were looked at.
const PIECE: usize = 64 * 1024;

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The files that are to be read, one after the other: those that were named, each
/// file in the folders, by name, and stdin for `-` and when nothing was named.
#[derive(Debug)]
pub(crate) struct Files {
    paths: vec::IntoIter<PathBuf>,
    /// The folder that is being walked.
    folder: Option<(PathBuf, Walk)>,
    max_line: usize,
}

type Walk = FilterEntry<walkdir::IntoIter, fn(&DirEntry) -> bool>;

impl Files {
    /// Those at `paths`.
    pub(crate) fn at(paths: &[PathBuf], max_line: usize) -> Self {
        let paths = if paths.is_empty() {
            vec![PathBuf::from("-")]
        } else {
            paths.to_vec()
        };
        Self {
            paths: paths.into_iter(),
            folder: None,
            max_line,
        }
    }

    /// Bytes in all, if only files were named. Folders are not walked twice.
    pub(crate) fn total(&self) -> Option<u64> {
        let sizes = self.paths.as_slice().iter().map(|path| {
            let metadata = fs::metadata(path).ok()?;
            metadata.is_file().then_some(metadata.len())
        });
        let total = sizes.sum::<Option<u64>>()?;
        (total > 0).then_some(total)
    }

    /// Opens the next; `None` when there is none.
    pub(crate) fn open_next(&mut self) -> Option<Result<Input, Failure>> {
        loop {
            if let Some(input) = self.open_in_folder() {
                return Some(input);
            }
            let path = self.paths.next()?;
            if !path.is_dir() {
                return Some(Input::open(&path, self.max_line));
            }
            let walk = WalkDir::new(&path).sort_by_file_name().into_iter();
            self.folder = Some((path, walk.filter_entry(is_shown)));
        }
    }

    /// The same in the folder that is being walked, and in the folders inside. What
    /// is no file, as a pipe, is named.
    fn open_in_folder(&mut self) -> Option<Result<Input, Failure>> {
        let (folder, walk) = self.folder.as_mut()?;
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if entry.path().is_file() => {
                    return Some(Input::open(entry.path(), self.max_line));
                }
                Ok(entry) => {
                    let name = printable(entry.path());
                    notice::say(&format_args!("{name}: no file, left alone"));
                }
                Err(error) => {
                    return Some(Err(Failure::Read {
                        name: printable(error.path().unwrap_or(folder)),
                        error: error.into(),
                    }));
                }
            }
        }
        self.folder = None;
        None
    }
}

/// Hidden files and folders are left alone.
fn is_shown(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    entry.depth() == 0 || !name.starts_with(b".")
}

/// A file or stdin that is being read.
pub(crate) struct Input {
    name: String,
    reader: Box<dyn Read + Send>,
    /// What was read and not consumed lies from `start` to `end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    max_line: usize,
    /// What pieces of it are called: line, document or file.
    piece: &'static str,
    /// Lines consumed, and bytes of the one that follows.
    lines: u64,
    columns: u64,
}

impl Input {
    fn open(path: &Path, max_line: usize) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let name = "<stdin>".to_owned();
            return match interrupt::stdin() {
                Ok(stdin) => Ok(Self::new(name, stdin, max_line)),
                Err(error) => Err(Failure::Read { name, error }),
            };
        }
        let name = printable(path);
        match File::open(path) {
            Ok(file) => Ok(Self::new(name, interrupt::reader(file), max_line)),
            Err(error) => Err(Failure::Read { name, error }),
        }
    }

    pub(crate) fn new(name: String, reader: Box<dyn Read + Send>, max_line: usize) -> Self {
        Self {
            name,
            reader,
            buffer: vec![0; PIECE],
            start: 0,
            end: 0,
            at_end: false,
            max_line,
            piece: "line",
            lines: 0,
            columns: 0,
        }
    }

    /// The name, ready for stderr.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What its pieces are called when one is too long.
    pub(crate) const fn call_pieces(&mut self, piece: &'static str) {
        self.piece = piece;
    }

    /// The place of the next byte.
    pub(crate) const fn place(&self) -> Place {
        Place::line(self.lines + 1).at(self.columns + 1)
    }

    /// Bytes that a line, a document or a raw file may have.
    pub(crate) const fn max_line(&self) -> usize {
        self.max_line
    }

    /// Whether all of the input was read, if not consumed.
    pub(crate) const fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// True when the next read may wait for whoever writes the input: nothing
    /// that was read is left, but for the end of a line.
    pub(crate) fn may_wait(&self) -> bool {
        matches!(self.peeked(), b"" | b"\n" | b"\r\n")
    }

    /// What was read and not consumed.
    pub(crate) fn peeked(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// The same, with at least one byte of it unless the input is at its end.
    pub(crate) fn peek(&mut self) -> Result<&[u8], Failure> {
        if self.start == self.end {
            self.read_more()?;
        }
        Ok(self.peeked())
    }

    /// Reads on behind what was not consumed. False when there is no more, or no
    /// room for it.
    pub(crate) fn read_more(&mut self) -> Result<bool, Failure> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.at_end || self.end == self.buffer.len() {
            return Ok(false);
        }
        let len = loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => interrupt::check()?,
                Ok(len) => break len,
                Err(error) => {
                    let name = self.name.clone();
                    return Err(Failure::Read { name, error });
                }
            }
        };
        self.end += len;
        self.at_end = len == 0;
        Ok(len > 0)
    }

    /// Consumes `len` bytes of what was read.
    pub(crate) fn consume(&mut self, len: usize) {
        let bytes = &self.buffer[self.start..self.start + len];
        match memchr::memrchr(b'\n', bytes) {
            None => self.columns += len as u64,
            Some(last) => {
                self.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.columns = (len - last - 1) as u64;
            }
        }
        self.start += len;
    }

    /// Consumes `len` bytes of what was read and appends them to `text`, which
    /// has a line, or a document, from `first` on that begins at `place`.
    pub(crate) fn take(
        &mut self,
        len: usize,
        text: &mut Vec<u8>,
        first: usize,
        place: Place,
    ) -> Result<(), Failure> {
        self.copy(len, text, first, place)?;
        self.consume(len);
        Ok(())
    }

    fn copy(
        &self,
        len: usize,
        text: &mut Vec<u8>,
        first: usize,
        place: Place,
    ) -> Result<(), Failure> {
        let total = text.len() - first + len;
        if total > self.max_line {
            return Err(Failure::TooLong {
                name: self.name.clone(),
                what: self.piece,
                line: place.line,
                max: self.max_line,
            });
        }
        text.extend_from_slice(&self.peeked()[..len]);
        Ok(())
    }

    /// Appends the next line to `text`, without its line feed, and tells its
    /// place; `None` at the end.
    pub(crate) fn read_line(&mut self, text: &mut Vec<u8>) -> Result<Option<Place>, Failure> {
        let (first, place) = (text.len(), Place::line(self.lines + 1));
        loop {
            let peeked = self.peek()?;
            let len = peeked.len();
            if len == 0 {
                return Ok((text.len() > first).then_some(place));
            }
            let end = memchr::memchr(b'\n', peeked);
            let len = end.unwrap_or(len);
            self.copy(len, text, first, place)?;
            // Without a line feed: nothing to be counted.
            self.start += len;
            self.columns += len as u64;
            if end.is_some() {
                self.consume(1);
                return Ok(Some(place));
            }
        }
    }

    /// Appends all that is left to `text`, and tells its place; `None` at the end.
    pub(crate) fn read_whole(&mut self, text: &mut Vec<u8>) -> Result<Option<Place>, Failure> {
        let (first, place) = (text.len(), self.place());
        loop {
            let len = self.peek()?.len();
            if len == 0 {
                return Ok((text.len() > first).then_some(place));
            }
            self.take(len, text, first, place)?;
        }
    }

    /// Consumes white space, and a byte order mark if the input begins with one.
    pub(crate) fn skip_white_space(&mut self) -> Result<(), Failure> {
        if self.lines == 0 && self.columns == 0 {
            while self.peeked().len() < BYTE_ORDER_MARK.len()
                && BYTE_ORDER_MARK.starts_with(self.peeked())
                && self.read_more()?
            {}
            if self.peeked().starts_with(BYTE_ORDER_MARK) {
                self.consume(BYTE_ORDER_MARK.len());
            }
        }
        loop {
            let peeked = self.peek()?;
            let (len, white) = (peeked.len(), white_space(peeked));
            self.consume(white);
            if white < len || len == 0 {
                return Ok(());
            }
        }
    }
}

/// A path, fit for a terminal.
pub(crate) fn printable(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}

/// How many bytes of white space `bytes` begins with.
pub(crate) fn white_space(bytes: &[u8]) -> usize {
    let is_white = |byte: &&u8| byte.is_ascii_whitespace();
    bytes.iter().take_while(is_white).count()
}

#[cfg(test)]
mod tests {
    use super::{Input, PIECE};
    use std::io::Read;

    /// Gives one byte at a time, as a slow pipe does.
    struct Drops<R>(R);

    impl<R: Read> Read for Drops<R> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let len = buffer.len().min(1);
            self.0.read(&mut buffer[..len])
        }
    }

    fn lines(bytes: &'static [u8]) -> Vec<(u64, String)> {
        let [whole, drops] = [false, true].map(|slow| {
            let reader: Box<dyn Read + Send> = if slow {
                Box::new(Drops(bytes))
            } else {
                Box::new(bytes)
            };
            let mut input = Input::new("test".to_owned(), reader, 8);
            input.skip_white_space().unwrap();
            let mut lines = Vec::new();
            let mut text = Vec::new();
            while let Some(place) = input.read_line(&mut text).unwrap() {
                lines.push((place.line, String::from_utf8(text.clone()).unwrap()));
                text.clear();
            }
            lines
        });
        assert_eq!(whole, drops);
        whole
    }

    /// Lines come with their numbers, the last with or without its line feed.
    #[test]
    fn lines_and_their_numbers() {
        let line = |number, text: &str| (number, text.to_owned());
        for (bytes, expected) in [
            (&b""[..], vec![]),
            (b"\n \n", vec![]),
            (b"a", vec![line(1, "a")]),
            (b"a\n", vec![line(1, "a")]),
            (b"\n\na\n\nb", vec![line(3, "a"), line(4, ""), line(5, "b")]),
            (b"\xef\xbb\xbfa\r\nb", vec![line(1, "a\r"), line(2, "b")]),
            (b"12345678\n", vec![line(1, "12345678")]),
        ] {
            assert_eq!(lines(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    /// A line without end is an error once it passes the limit, not when memory
    /// is used up.
    #[test]
    fn endless_lines_are_refused() {
        let reader = Box::new(std::io::repeat(b'x'));
        let mut input = Input::new("test".to_owned(), reader, 12 * PIECE);
        let mut text = Vec::new();
        let failure = input.read_line(&mut text).unwrap_err();
        assert!(text.capacity() <= 16 * PIECE, "{}", text.capacity());
        let start = "test:1: the line is longer than 768 KiB (--max-line)";
        assert!(failure.to_string().starts_with(start), "{failure}");
    }
}
