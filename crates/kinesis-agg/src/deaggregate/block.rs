//! Blocks: how many blobs are read before they are checked.
//!
//! Enough to fill all lanes of MD5, also when one blob is much longer than the
//! others; few enough for a cache that several cores share.

/// The most blobs in a block: what MD5 sorts by length at once.
pub(super) const MOST: usize = 1024;

/// Bytes that no block needs to go beyond, unless blobs are long.
const ENOUGH: usize = 2 << 20;

/// How many times the longest blob a block holds: the lanes run dry only while
/// the last ones end.
const LONGEST: usize = 64;

/// A block has a multiple of so many blobs, which is all lanes.
const LANES: usize = 16;

/// The number of the first blob of the last block of `blobs`.
pub(super) fn last_of(blobs: &[&[u8]]) -> usize {
    let (mut bytes, mut longest) = (0, 0);
    for (count, blob) in (1..MOST).zip(blobs.iter().rev()) {
        bytes += blob.len();
        longest = longest.max(blob.len());
        if count % LANES == 0 && bytes >= ENOUGH.max(LONGEST * longest) {
            return blobs.len() - count;
        }
    }
    blobs.len().saturating_sub(MOST)
}

#[cfg(test)]
mod tests {
    use super::{ENOUGH, MOST, last_of};
    use alloc::vec;

    /// Blocks are of all lanes, and end as soon as they may.
    #[test]
    fn blocks_end_as_soon_as_they_may() {
        let bytes = vec![0; ENOUGH];
        for (len, block) in [(0, MOST), (5_000, 432), (50_000, 64), (ENOUGH, 64)] {
            for count in [0, 1, block, block + 1, 3 * block] {
                let blobs = vec![&bytes[..len]; count];
                let first = last_of(&blobs);
                assert_eq!(first, count.saturating_sub(block), "{count} of {len}");
            }
        }
        // A long one at the end asks for company, wherever that stands.
        let mut blobs = vec![&bytes[..5_000]; 2_000];
        blobs[1_990] = &bytes[..100_000];
        assert_eq!(last_of(&blobs), 2_000 - MOST);
    }
}
