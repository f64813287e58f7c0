//! Many user records in one buffer, as `lib/staging.js` writes them.
//!
//! ```text
//! 12 bytes a record   bytes of its partition key, bytes of its explicit hash key + 1
//!                     or 0, bytes of its data
//! text                of each record its partition key, then its explicit hash key
//! data                of each record
//! ```

use kinesis_agg::NewUserRecord;

const WORDS: usize = 12;

/// The user records in `staged`; `None` when the lengths do not fit, or the text is
/// no UTF-8.
pub(crate) fn read(staged: &[u8], count: usize) -> Option<Vec<NewUserRecord<'_>>> {
    let (words, rest) = staged.split_at_checked(count.checked_mul(WORDS)?)?;
    let lengths = || words.chunks_exact(WORDS).filter_map(lengths);
    let text_len = lengths()
        .map(|[key, explicit, _]| key + explicit.saturating_sub(1))
        .sum();
    let (text, mut data) = rest.split_at_checked(text_len)?;
    let mut text = std::str::from_utf8(text).ok()?;
    let mut records = Vec::with_capacity(count);
    for [key, explicit, data_len] in lengths() {
        let mut record = NewUserRecord::new(take_text(&mut text, key)?, take(&mut data, data_len)?);
        if explicit > 0 {
            record = record.with_explicit_hash_key(take_text(&mut text, explicit - 1)?);
        }
        records.push(record);
    }
    Some(records)
}

fn lengths(words: &[u8]) -> Option<[usize; 3]> {
    let (words, _) = words.as_chunks::<4>();
    let &[key, explicit, data] = words else {
        return None;
    };
    Some([key, explicit, data].map(|word| u32::from_ne_bytes(word) as usize))
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(taken)
}

fn take_text<'a>(text: &mut &'a str, len: usize) -> Option<&'a str> {
    let (taken, rest) = text.split_at_checked(len)?;
    *text = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staged(words: &[[u32; 3]], rest: &[u8]) -> Vec<u8> {
        let words = words.iter().flatten().flat_map(|word| word.to_ne_bytes());
        words.chain(rest.iter().copied()).collect()
    }

    /// Keys, explicit hash keys and data come out as they were laid down.
    #[test]
    fn what_was_staged_is_read() {
        let bytes = staged(&[[1, 0, 2], [2, 3, 0]], "aé17xyunused".as_bytes());
        let records = read(&bytes, 2).unwrap();
        assert_eq!(records[0].partition_key, "a");
        assert_eq!(records[0].explicit_hash_key, None);
        assert_eq!(records[0].data, b"xy");
        assert_eq!(records[1].partition_key, "é");
        assert_eq!(records[1].explicit_hash_key, Some("17"));
        assert_eq!(records[1].data, b"");
    }

    /// Lengths beyond the buffer, or inside a character, are no user records.
    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        for (words, rest) in [
            ([2, 0, 0], &b"a"[..]),
            ([1, 0, 2], b"ab"),
            ([1, 0, 0], "é".as_bytes()),
            ([1, 9, 0], b"a12"),
        ] {
            assert!(read(&staged(&[words], rest), 1).is_none(), "{words:?}");
        }
        assert!(read(b"", 1).is_none());
        assert!(read(b"", usize::MAX).is_none());
    }
}
