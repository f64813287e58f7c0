//! The kernels: 64 steps on vectors, for each kind of vector that there is.
//!
//! [`kernel!`] is the loop over blocks, written once. The module of a vector
//! gives it the words: what `add` is, how words are loaded, how the mixing
//! functions are made. All of it is safe code inside functions with a
//! `target_feature`; entering one is `unsafe`, and happens in one place for each
//! vector, where a value of the kernel's type proves that its instructions are
//! there.
//!
//! What keeps it fast, and is to be kept by whoever changes it:
//!
//! - Everything in a kernel is inlined. A function with a `target_feature` is so
//!   only when it is small, and a closure in one may never be: so loops are
//!   written as loops, and the large pieces are macros. One call left over costs
//!   half the speed or more, and no test fails: see the benchmark `md5`.
//! - The words of a group are made by text for each group, not by a loop over
//!   groups, which would keep them in memory twice.
//! - The second mixing function is two sums, as in [`single`](crate::single).
//!   Hiding sums from the compiler, as there, changes nothing here.
//!
//! - Blocks are copied to the stack first, each at once. Words are taken a
//!   quarter of a block at a time from all lanes, and lines of the cache that
//!   are gone between two quarters cost 8 %.
//!
//! What bounds it, on a Zen 3 with AVX2: 16 blocks, two groups of eight, take
//! about 1,300 vector instructions. At four sums or logic and two shifts or
//! shuffles a cycle these are 330 cycles; it takes 490, as the steps of two
//! groups do not fill all waits of each other: 11.8 times `md-5`. A group alone
//! takes 400, bound by its chain of steps: 7.1 times.
//!
//! With AVX-512 a step is six instructions instead of ten, for sixteen lanes. On
//! a Sapphire Rapids, which starts two of them a cycle, 32 blocks are about 940
//! of them, or 470 cycles; it takes 600: 21 times `md-5`. There AVX2 makes 11
//! times.
//!
//! Lost:
//!
//! - Three groups: 12 to 13 times `md-5` from the L2 cache, but 10 % slower from
//!   beyond it and for messages of mixed lengths, as 24 lanes are harder to feed.
//!   Three groups of SSE2 gain 0 to 8 % for many messages, and lose 15 % for 16.
//! - Loading the next block while this one runs: 20 % slower, as the compiler
//!   runs out of registers.
//! - A shuffle for rotations by 16: the compiler does so by itself.

#[cfg(any(
    all(
        target_arch = "aarch64",
        target_endian = "little",
        target_feature = "neon"
    ),
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "x86_64", target_feature = "sse2"),
))]
pub(crate) mod blocks;
#[cfg(all(
    target_arch = "aarch64",
    target_endian = "little",
    target_feature = "neon"
))]
mod neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod x86_64;

#[cfg(all(
    target_arch = "aarch64",
    target_endian = "little",
    target_feature = "neon"
))]
pub(crate) use neon::Neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) use simd128::Simd128;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) use x86_64::{Avx2, Avx512, Sse2, ternary};

use crate::message::BLOCK;
use crate::single;

/// The states of a group of lanes: the first word of each lane, the second of
/// each, and so on.
pub(crate) type States<const LANES: usize> = [[u32; LANES]; 4];

/// Vectors of so many lanes. A value is the proof that the machine has them.
pub(crate) trait Kernel<const LANES: usize>: Copy {
    /// The proof, if the machine has such vectors.
    fn detect() -> Option<Self>;

    /// Runs the first `count` blocks of each lane; one or two groups.
    ///
    /// # Panics
    ///
    /// When there are fewer blocks, or not as many groups of them as of states.
    fn run(self, states: &mut [States<LANES>], blocks: &[[&[u8]; LANES]], count: usize);
}

/// No vectors: each lane by itself. For tests of all that is around a kernel,
/// on any machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneByOne;

impl<const LANES: usize> Kernel<LANES> for OneByOne {
    fn detect() -> Option<Self> {
        Some(Self)
    }

    fn run(self, states: &mut [States<LANES>], blocks: &[[&[u8]; LANES]], count: usize) {
        assert_eq!(states.len(), blocks.len());
        for (states, blocks) in states.iter_mut().zip(blocks) {
            for (lane, blocks) in blocks.iter().enumerate() {
                let mut state = states.each_ref().map(|words| words[lane]);
                single::resume(&mut state, &blocks[..count * BLOCK]);
                for (words, word) in states.iter_mut().zip(state) {
                    words[lane] = word;
                }
            }
        }
    }
}
