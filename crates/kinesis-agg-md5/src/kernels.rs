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
//! What bounds it, on a Zen 3 with AVX2: 16 blocks, two groups of eight, take
//! about 1,300 vector instructions. At four sums or logic and two shifts or
//! shuffles a cycle these are 330 cycles; it takes 495, as the steps of two
//! groups do not fill each other's waits: 11.9 times `md-5`. A group alone takes
//! 400, bound by its chain of steps.
//!
//! Lost: three groups are at 13.5 times `md-5` from the L2 cache and a little
//! ahead for hundreds of messages of one size, and lose a third when the lengths
//! are mixed, as 24 lanes are harder to keep busy.

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
pub(crate) use x86_64::{Avx2, Sse2};

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

/// Makes a function `run` with the feature, for one and for two groups.
///
/// Takes from where it stands: `load` and `store` of a word of all states, `row`
/// and `transpose` for the words of a block, `add`, `splat`, `rotate_left`, and
/// the mixing functions `f`, `g`, `h`, `i`, which add to their first argument.
macro_rules! kernel {
    ($feature:literal, $lanes:literal) => {
        #[target_feature(enable = $feature)]
        fn run(states: &mut [States<$lanes>], blocks: &[[&[u8]; $lanes]], count: usize) {
            match states.len() {
                1 => one(states, blocks, count),
                2 => two(states, blocks, count),
                _ => unreachable!("one or two groups"),
            }
        }
        kernel!($feature, $lanes, one, [0]);
        kernel!($feature, $lanes, two, [0, 1]);
    };
    ($feature:literal, $lanes:literal, $name:ident, [$($group:literal),*]) => {
        #[target_feature(enable = $feature)]
        fn $name(states: &mut [States<$lanes>], blocks: &[[&[u8]; $lanes]], count: usize) {
            let mut sums = [$([
                load(&states[$group][0]),
                load(&states[$group][1]),
                load(&states[$group][2]),
                load(&states[$group][3]),
            ]),*];
            for block in 0..count {
                let at = block * BLOCK;
                let words = [$(load_words!(&blocks[$group], at)),*];
                let mut next = sums;
                rounds!(lane_step, next, words);
                $(for word in 0..4 {
                    sums[$group][word] = add(sums[$group][word], next[$group][word]);
                })*
            }
            $(for word in 0..4 {
                states[$group][word] = store(sums[$group][word]);
            })*
        }
    };
}

/// The words of the blocks of a group that begin at `$at`.
macro_rules! load_words {
    ($blocks:expr, $at:expr) => {{
        let [w0, w1, w2, w3] = load_quarter!($blocks, $at);
        let [w4, w5, w6, w7] = load_quarter!($blocks, $at + BLOCK / 4);
        let [w8, w9, w10, w11] = load_quarter!($blocks, $at + BLOCK / 2);
        let [w12, w13, w14, w15] = load_quarter!($blocks, $at + BLOCK / 4 * 3);
        [
            w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15,
        ]
    }};
}

/// The words of a quarter of the blocks.
macro_rules! load_quarter {
    ($blocks:expr, $at:expr) => {
        transpose([
            row($blocks, 0, $at),
            row($blocks, 1, $at),
            row($blocks, 2, $at),
            row($blocks, 3, $at),
        ])
    };
}

/// A step in all groups.
macro_rules! lane_step {
    ($states:ident, $words:ident, $mix:ident, $word:literal, $shift:literal, $constant:literal) => {
        for (state, words) in $states.iter_mut().zip(&$words) {
            let [a, b, c, d] = *state;
            let early = add(a, add(words[$word], splat($constant)));
            let sum = $mix(early, b, c, d);
            *state = [d, add(b, rotate_left::<$shift, { 32 - $shift }>(sum)), b, c];
        }
    };
}

#[allow(unused_imports, reason = "where there is no kernel")]
use {kernel, lane_step, load_quarter, load_words};
