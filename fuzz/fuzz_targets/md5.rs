//! Any messages, cut out of any bytes: each path that the machine has gives the
//! digests of the crate `md-5`.
//!
//! Each message lies in memory of its own, so that the sanitizer sees a byte read
//! beyond its end.
#![no_main]

use arbitrary::Arbitrary;
use kinesis_agg_md5::{Path, digest, digest_many};
use libfuzzer_sys::fuzz_target;
use md5::{Digest, Md5};

/// How long the messages are, and what they are made of.
#[derive(Arbitrary, Debug)]
struct Cuts<'a> {
    lengths: Vec<Length>,
    bytes: &'a [u8],
}

#[derive(Arbitrary, Debug)]
enum Length {
    Any(u16),
    Short(u8),
    /// Around a multiple of a block, where the padding takes another one.
    Block {
        blocks: u8,
        past: i8,
    },
}

impl Length {
    fn get(&self) -> usize {
        match *self {
            Self::Any(length) => length.into(),
            Self::Short(length) => length.into(),
            Self::Block { blocks, past } => {
                let length = i32::from(blocks % 16) * 64 + i32::from(past % 10);
                usize::try_from(length).unwrap_or(0)
            }
        }
    }
}

/// Bytes in all messages together: enough for all lanes, and quick.
const MOST: usize = 1 << 16;

fuzz_target!(|cuts: Cuts<'_>| {
    let messages = messages(&cuts);
    let slices = Vec::from_iter(messages.iter().map(|message| &message[..]));
    let of_md5 = |message: &&[u8]| <[u8; 16]>::from(Md5::digest(message));
    let expected = Vec::from_iter(slices.iter().map(of_md5));
    // What was in it before does not matter.
    let mut digests = vec![[7; 16]; 3];
    for path in Path::all() {
        path.digest_many(&slices, &mut digests);
        assert_eq!(digests, expected, "{}", path.name());
    }
    digest_many(&slices, &mut digests);
    assert_eq!(digests, expected);
    for (message, expected) in slices.iter().zip(&expected) {
        assert_eq!(digest(message), *expected);
    }
});

/// Pieces of the bytes, taken round and round.
fn messages(cuts: &Cuts<'_>) -> Vec<Box<[u8]>> {
    let mut left = MOST;
    let mut bytes = cuts.bytes.iter().copied().cycle();
    let mut messages = Vec::new();
    for length in cuts.lengths.iter().map(Length::get) {
        if length > left {
            break;
        }
        left -= length;
        let message = bytes.by_ref().take(length);
        messages.push(message.collect());
    }
    messages
}
