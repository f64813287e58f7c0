//! Corpora as files: partition keys and data, for programs in any language.
//!
//! ```text
//! | length of the key | key, UTF-8 | length of the data | data |   again and again
//!   4 bytes                          4 bytes                      lowest byte first
//! ```
//!
//! A file holds either Kinesis records, aggregated ones among them, or user
//! records. Two files with the same user records are the same bytes.

use anyhow::{Context, Result};

/// A partition key and data, borrowed from the file.
pub type Pair<'file> = (&'file str, &'file [u8]);

/// Appends a pair.
///
/// # Panics
///
/// When either is 4 GiB or more.
pub fn write(file: &mut Vec<u8>, partition_key: &str, data: &[u8]) {
    for part in [partition_key.as_bytes(), data] {
        let len = u32::try_from(part.len()).expect("records are below 4 GiB");
        file.extend_from_slice(&len.to_le_bytes());
        file.extend_from_slice(part);
    }
}

/// All pairs of a file.
///
/// # Errors
///
/// The file ends within a pair, or a key is no UTF-8.
pub fn read(mut file: &[u8]) -> Result<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    while !file.is_empty() {
        let pair = take_pair(&mut file);
        pairs.push(pair.with_context(|| format!("pair {} is damaged", pairs.len()))?);
    }
    Ok(pairs)
}

fn take_pair<'file>(file: &mut &'file [u8]) -> Option<Pair<'file>> {
    let key = str::from_utf8(take(file)?).ok()?;
    Some((key, take(file)?))
}

fn take<'file>(file: &mut &'file [u8]) -> Option<&'file [u8]> {
    let (len, rest) = file.split_first_chunk()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (part, rest) = rest.split_at_checked(len)?;
    *file = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    /// What was written is read again; a file cut anywhere else is an error.
    #[test]
    fn pairs_come_back() {
        let pairs = [("", &b""[..]), ("k", b"data"), ("\u{e9}", &[0; 300])];
        let mut file = Vec::new();
        let mut ends = vec![0];
        for (partition_key, data) in pairs {
            write(&mut file, partition_key, data);
            ends.push(file.len());
        }
        for end in 0..=file.len() {
            let whole = ends.iter().position(|at| *at == end);
            assert_eq!(read(&file[..end]).ok().map(|read| read.len()), whole);
        }
        assert_eq!(read(&file).unwrap(), pairs);
    }
}
