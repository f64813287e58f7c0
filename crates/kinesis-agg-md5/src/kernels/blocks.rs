//! The loop over blocks, written once for all vectors, in their own words.

use crate::message::BLOCK;

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
                let mut staged = [[[0; BLOCK]; $lanes]; [$($group),*].len()];
                $(for lane in 0..$lanes {
                    let rest = &blocks[$group][lane][at..];
                    staged[$group][lane] = *rest.first_chunk().expect("a whole block");
                })*
                let words = [$(load_words!(&staged[$group])),*];
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

/// The words of the blocks of a group.
macro_rules! load_words {
    ($blocks:expr) => {{
        let [w0, w1, w2, w3] = load_quarter!($blocks, 0);
        let [w4, w5, w6, w7] = load_quarter!($blocks, 1);
        let [w8, w9, w10, w11] = load_quarter!($blocks, 2);
        let [w12, w13, w14, w15] = load_quarter!($blocks, 3);
        [
            w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15,
        ]
    }};
}

/// The words of a quarter of the blocks.
macro_rules! load_quarter {
    ($blocks:expr, $quarter:literal) => {
        transpose([
            row($blocks, 0, $quarter),
            row($blocks, 1, $quarter),
            row($blocks, 2, $quarter),
            row($blocks, 3, $quarter),
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

/// The two halves of a quarter of a block.
#[inline]
pub(crate) fn halves(block: &[u8; BLOCK], quarter: usize) -> [u64; 2] {
    let (bytes, _) = block[quarter * BLOCK / 4..].split_at(BLOCK / 4);
    [0, 8].map(|at| u64::from_le_bytes(*bytes[at..].first_chunk().expect("eight")))
}

pub(crate) use {kernel, lane_step, load_quarter, load_words};
