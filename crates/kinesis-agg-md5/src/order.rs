//! Which message goes next: the longest of a window.
//!
//! A window bounds what sorting needs: four bytes a message on the stack, and
//! no heap. Messages of the next window follow those of this one into the
//! lanes, so a window costs nothing but that its order is its own.

use crate::message::blocks_behind_first;

/// Messages that are sorted together: as many as a place has bits for.
const WINDOW: usize = 1 << PLACE_BITS;

/// Bits of a key that hold the place in the window; those above count blocks.
const PLACE_BITS: u32 = 10;

/// The number of blocks that counts as any above it.
const MOST_BLOCKS: u32 = u32::MAX >> PLACE_BITS;

/// Memory for the order of a window.
pub(crate) struct Order {
    keys: [u32; WINDOW],
}

impl Order {
    pub(crate) const fn new() -> Self {
        Self { keys: [0; WINDOW] }
    }

    /// Cuts messages into windows of about the same size, so that none is a
    /// poor rest.
    pub(crate) fn windows<'a, 'm>(messages: &'a [&'m [u8]]) -> core::slice::Chunks<'a, &'m [u8]> {
        let windows = messages.len().div_ceil(WINDOW).max(1);
        messages.chunks(messages.len().div_ceil(windows).max(1))
    }

    /// The places of `window`, which is one of [`windows`](Self::windows): those
    /// of the most blocks first, and otherwise in order.
    pub(crate) fn sort(&mut self, window: &[&[u8]]) -> &[u32] {
        let keys = &mut self.keys[..window.len()];
        let mut next = 0;
        for (place, message) in (0..).zip(window) {
            let blocks = blocks_behind_first(message.len());
            if blocks > 0 {
                let blocks = u32::try_from(blocks).map_or(MOST_BLOCKS, |it| it.min(MOST_BLOCKS));
                keys[next] = (MOST_BLOCKS - blocks) << PLACE_BITS | place;
                next += 1;
            }
        }
        let long = &mut keys[..next];
        long.sort_unstable();
        for key in long {
            *key %= 1 << PLACE_BITS;
        }
        // Partition keys have one block, and most messages are such: they need no sort.
        for (place, message) in (0..).zip(window) {
            if blocks_behind_first(message.len()) == 0 {
                keys[next] = place;
                next += 1;
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, WINDOW};
    use alloc::{vec, vec::Vec};

    /// More blocks come first; messages of as many blocks stay in their order.
    #[test]
    fn the_longest_comes_first() {
        let bytes = [0; 1_000];
        let lengths = [3, 56, 1_000, 55, 64, 1_000, 0];
        let window = lengths.map(|len| &bytes[..len]);
        assert_eq!(Order::new().sort(&window), [2, 5, 1, 4, 0, 3, 6]);
    }

    /// Windows are of about the same size, and hold each message once.
    #[test]
    fn no_window_is_a_poor_rest() {
        for count in [0, 1, WINDOW, WINDOW + 1, 5 * WINDOW / 2] {
            let messages = vec![&[][..]; count];
            let sizes = Vec::from_iter(Order::windows(&messages).map(<[_]>::len));
            assert_eq!(sizes.iter().sum::<usize>(), count);
            for size in &sizes {
                assert!(
                    *size <= WINDOW && size + sizes.len() > sizes[0],
                    "{sizes:?}"
                );
            }
        }
    }
}
