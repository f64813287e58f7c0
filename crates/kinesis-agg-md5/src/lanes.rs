//! Many messages at once, each in a lane of the vectors.
//!
//! Plain loop:
//!
//! ```text
//! for each message:
//!     state = the initial one
//!     for each block of the message, padding included:
//!         state += 64 steps(state, block)
//! ```
//!
//! A step waits for the one before, so one message leaves most of a core idle;
//! but no message waits for another. The departures:
//!
//! 1. **Lanes.** A vector holds the same word of several states, and 64 steps on
//!    vectors do a block of each message: a *group* of lanes. Two groups side by
//!    side fill the waits of each other.
//! 2. **Refill.** Lanes run as many blocks as all of them have; then those that
//!    are through their message hand over the digest, and take the next.
//! 3. **Longest first** ([`order`](crate::order)), so that no long message is
//!    left alone at the end, and messages of about the same length run in step.
//! 4. **The end game.** When no message is left to take, the last lane moves into
//!    each gap. Groups that are empty stop, and the last message goes on alone,
//!    by `single`.
//! 5. **Short messages**, of one block, need none of this: they fill the lanes
//!    together and are through at once. Partition keys are such.
//! 6. **Out of step.** Large buffers begin at the same place of a page. Lanes
//!    that read them in step want the same few sets of the caches, eight lines
//!    each, and 16 lanes push each other out. So the first group runs some
//!    blocks ahead, once.
//!
//! No heap: lanes, order and padding are on the stack, 10 KB with AVX2, and
//! 17 KB with AVX-512.
//!
//! What it buys, with AVX2, in times of `md-5` one by one (`cargo run --release
//! -p kinesis-agg-bench --bin md5`; Zen 3, the machine shared with other work):
//!
//! | messages | with | without |
//! |---|---|---|
//! | 16 of 25 KB | 11.7 (1, 2) | 7.1 with one group, 1.27 with one lane |
//! | 64 of 5 KB to 1 MB | 10.6 (3) | 9.3 in the order given |
//! | 10,000 of 0.1 to 1.9 KB | 7.1 (3) | 4.6 in the order given |
//! | 8, 4, 2 of 25 KB | 7.1, 3.6, 1.8 (4) | the same, by eight lanes |
//! | 10,000 keys of 36 bytes | 8.2 (5) | 6.1 for keys of 100, which refill |
//! | 64 of 1 MiB, side by side | 10.8 (6) | 9.0 |
//!
//! With AVX-512, on a Sapphire Rapids: 17 for 16 of 25 KB, 21 for 64 of them, 18
//! for 64 of 5 KB to 1 MB, 13 for the keys.
//!
//! Lost: prefetching in the kernel, 64 to 512 bytes ahead: nothing but noise, and
//! it is `unsafe` in the oldest Rust that we promise.
//! Three groups of lanes: see [`kernels`](crate::kernels).

use crate::kernels::{Kernel, States};
use crate::message::{BLOCK, End, SHORT, pad_short};
use crate::order::Order;
use crate::rounds::INITIAL;
use crate::{Digest, single};

/// Bytes after which a cache of 64 sets begins again; a page, too.
const PAGE: usize = 4096;

/// Blocks that the first group runs ahead when it is in step with another.
const AHEAD: usize = 16;

/// Bytes that each lane has left when that is worth the time.
const LONG: usize = 4 * PAGE;

/// A message on its way through a lane.
#[derive(Clone, Copy)]
struct Lane<'m> {
    /// The place of its digest.
    place: usize,
    /// Bytes of the whole message.
    len: usize,
    /// Bytes that no block was taken of yet; under a block when `end` is made.
    rest: &'m [u8],
    end: End,
}

impl<'m> Lane<'m> {
    const IDLE: Self = Self {
        place: 0,
        len: 0,
        rest: &[],
        end: End::NONE,
    };

    fn start(&mut self, place: usize, message: &'m [u8]) {
        self.place = place;
        self.len = message.len();
        self.set_rest(message);
    }

    fn set_rest(&mut self, rest: &'m [u8]) {
        self.rest = rest;
        if rest.len() < BLOCK {
            self.end.set(rest, self.len);
        }
    }

    /// Blocks that lie one after the other: first those of the message, then
    /// those of its padded end.
    fn blocks(&self) -> &[u8] {
        if self.rest.len() < BLOCK {
            self.end.blocks()
        } else {
            self.rest
        }
    }

    /// Takes away so many of [`blocks`](Self::blocks). Returns whether they were
    /// the last.
    fn advance(&mut self, blocks: usize) -> bool {
        if self.rest.len() < BLOCK {
            self.end.advance(blocks);
            return self.end.blocks().is_empty();
        }
        self.set_rest(&self.rest[blocks * BLOCK..]);
        false
    }
}

/// Lanes; those that are `active` come first.
struct Lanes<'m, 'd, K, const LANES: usize, const GROUPS: usize> {
    kernel: K,
    digests: &'d mut [Digest],
    active: usize,
    running: [[Lane<'m>; LANES]; GROUPS],
    states: [States<LANES>; GROUPS],
}

/// Puts the MD5 of each of `messages` in its place of `digests`.
pub(crate) fn digest_many<K: Kernel<LANES>, const LANES: usize, const GROUPS: usize>(
    kernel: K,
    messages: &[&[u8]],
    digests: &mut [Digest],
) {
    if messages.iter().all(|message| message.len() <= SHORT) {
        let digests = digests.chunks_mut(LANES * GROUPS);
        for (digests, messages) in digests.zip(messages.chunks(LANES * GROUPS)) {
            let states = run_short::<K, LANES, GROUPS>(kernel, messages.iter().copied());
            for (at, digest) in digests.iter_mut().enumerate() {
                *digest = single::to_digest(state(&states, at));
            }
        }
        return;
    }

    let mut lanes = Lanes::<K, LANES, GROUPS> {
        kernel,
        digests,
        active: 0,
        running: [[Lane::IDLE; LANES]; GROUPS],
        states: [[[0; LANES]; 4]; GROUPS],
    };
    let mut order = Order::new();
    let mut first = 0;
    for window in Order::windows(messages) {
        let places = order.sort(window);
        let message = |place: &u32| window[*place as usize];
        let long = places.partition_point(|place| message(place).len() > SHORT);
        for place in &places[..long] {
            lanes.push(first + *place as usize, message(place));
        }
        for places in places[long..].chunks(LANES * GROUPS) {
            let states = run_short::<K, LANES, GROUPS>(kernel, places.iter().map(message));
            for (at, place) in places.iter().enumerate() {
                lanes.digests[first + *place as usize] = single::to_digest(state(&states, at));
            }
        }
        first += window.len();
    }
    lanes.finish();
}

impl<'m, K: Kernel<LANES>, const LANES: usize, const GROUPS: usize>
    Lanes<'m, '_, K, LANES, GROUPS>
{
    /// Gives `message` a lane: when all are active, as soon as one is through.
    fn push(&mut self, place: usize, message: &'m [u8]) {
        while self.active == LANES * GROUPS {
            self.advance();
        }
        self.running.as_flattened_mut()[self.active].start(place, message);
        set_state(&mut self.states, self.active, INITIAL);
        self.active += 1;
    }

    /// Sees all messages through.
    fn finish(&mut self) {
        while self.active > 1 {
            self.advance();
        }
        if self.active == 1 {
            self.finish_alone();
        }
    }

    fn finish_alone(&mut self) {
        let lane = &mut self.running[0][0];
        let mut state = state(&self.states, 0);
        loop {
            let blocks = lane.blocks();
            let count = blocks.len() / BLOCK;
            single::resume(&mut state, blocks);
            if lane.advance(count) {
                self.digests[lane.place] = single::to_digest(state);
                return;
            }
        }
    }

    /// Runs as many blocks as all active lanes have.
    fn advance(&mut self) {
        let active = &self.running.as_flattened()[..self.active];
        // Idle lanes of the last group run along on the blocks of the first lane;
        // nobody looks at their states.
        let mut blocks = [[active[0].blocks(); LANES]; GROUPS];
        let mut shortest = usize::MAX;
        for (blocks, lane) in blocks.as_flattened_mut().iter_mut().zip(active) {
            *blocks = lane.blocks();
            shortest = shortest.min(blocks.len());
        }
        let groups = self.active.div_ceil(LANES);
        let in_step = groups > 1 && same_sets(blocks[0][0], blocks[groups - 1][0]);
        let (groups, count) = if in_step && shortest >= LONG {
            (1, AHEAD)
        } else {
            (groups, shortest / BLOCK)
        };
        let states = &mut self.states[..groups];
        self.kernel.run(states, &blocks[..groups], count);
        // From the last to the first: the last active lane is done with already
        // when it moves into a gap.
        for at in (0..self.active.min(groups * LANES)).rev() {
            if self.running.as_flattened_mut()[at].advance(count) {
                self.settle(at);
            }
        }
    }

    /// Hands over the digest of a lane that is through, and moves the last
    /// active one into its place.
    fn settle(&mut self, at: usize) {
        let running = self.running.as_flattened_mut();
        self.digests[running[at].place] = single::to_digest(state(&self.states, at));
        self.active -= 1;
        if at < self.active {
            running[at] = running[self.active];
            let state = state(&self.states, self.active);
            set_state(&mut self.states, at, state);
        }
    }
}

/// Whether blocks fall into the same sets of the first cache: their addresses
/// are alike in the bits that count bytes of a page.
#[inline]
fn same_sets(x: &[u8], y: &[u8]) -> bool {
    (x.as_ptr().addr() ^ y.as_ptr().addr()) % PAGE < BLOCK
}

/// The state of the lane `at`.
#[inline]
fn state<const LANES: usize>(states: &[States<LANES>], at: usize) -> [u32; 4] {
    states[at / LANES].each_ref().map(|words| words[at % LANES])
}

/// Sets the state of the lane `at`.
#[inline]
fn set_state<const LANES: usize>(states: &mut [States<LANES>], at: usize, state: [u32; 4]) {
    for (words, word) in states[at / LANES].iter_mut().zip(state) {
        words[at % LANES] = word;
    }
}

/// The states after up to as many messages as there are lanes, each of at most
/// [`SHORT`] bytes.
#[inline]
fn run_short<'m, K: Kernel<LANES>, const LANES: usize, const GROUPS: usize>(
    kernel: K,
    messages: impl ExactSizeIterator<Item = &'m [u8]>,
) -> [States<LANES>; GROUPS] {
    let groups = messages.len().div_ceil(LANES);
    let mut padded = [[[0; BLOCK]; LANES]; GROUPS];
    for (block, message) in padded.as_flattened_mut().iter_mut().zip(messages) {
        pad_short(block, message);
    }
    let mut blocks = [[&[][..]; LANES]; GROUPS];
    for (blocks, block) in blocks
        .as_flattened_mut()
        .iter_mut()
        .zip(padded.as_flattened())
    {
        *blocks = block;
    }
    let mut states = [INITIAL.map(|word| [word; LANES]); GROUPS];
    kernel.run(&mut states[..groups], &blocks[..groups], 1);
    states
}
