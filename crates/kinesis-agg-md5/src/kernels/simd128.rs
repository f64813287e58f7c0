//! Four lanes to a vector, by WebAssembly's `simd128`.

use crate::kernels::blocks::{halves, kernel, lane_step, load_quarter, load_words};
use crate::kernels::{Kernel, States};
use crate::message::BLOCK;
use crate::rounds::rounds;
#[allow(
    clippy::wildcard_imports,
    reason = "each of them says where it is from"
)]
use core::arch::wasm32::*;

/// This module is built only where the whole build has `simd128`: a WebAssembly
/// module cannot ask.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Simd128;

impl Kernel<4> for Simd128 {
    #[inline]
    fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline]
    fn run(self, states: &mut [States<4>], blocks: &[[&[u8]; 4]], count: usize) {
        run(states, blocks, count);
    }
}

kernel!("simd128", 4);

#[inline]
#[target_feature(enable = "simd128")]
fn load(&[a, b, c, d]: &[u32; 4]) -> v128 {
    u32x4(a, b, c, d)
}

#[inline]
#[target_feature(enable = "simd128")]
fn store(words: v128) -> [u32; 4] {
    [
        u32x4_extract_lane::<0>(words),
        u32x4_extract_lane::<1>(words),
        u32x4_extract_lane::<2>(words),
        u32x4_extract_lane::<3>(words),
    ]
}

/// A quarter of the block of a lane: one load, once compiled.
#[inline]
#[target_feature(enable = "simd128")]
fn row(blocks: &[[u8; BLOCK]; 4], lane: usize, quarter: usize) -> v128 {
    let [low, high] = halves(&blocks[lane], quarter);
    u64x2(low, high)
}

/// Four words of each lane, from a quarter of each lane's block.
#[inline]
#[target_feature(enable = "simd128")]
fn transpose([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let (ab, cd) = (low_words(a, b), low_words(c, d));
    let (ab_high, cd_high) = (high_words(a, b), high_words(c, d));
    [
        u64x2_shuffle::<0, 2>(ab, cd),
        u64x2_shuffle::<1, 3>(ab, cd),
        u64x2_shuffle::<0, 2>(ab_high, cd_high),
        u64x2_shuffle::<1, 3>(ab_high, cd_high),
    ]
}

#[inline]
#[target_feature(enable = "simd128")]
fn low_words(x: v128, y: v128) -> v128 {
    u32x4_shuffle::<0, 4, 1, 5>(x, y)
}

#[inline]
#[target_feature(enable = "simd128")]
fn high_words(x: v128, y: v128) -> v128 {
    u32x4_shuffle::<2, 6, 3, 7>(x, y)
}

#[inline]
#[target_feature(enable = "simd128")]
fn add(x: v128, y: v128) -> v128 {
    u32x4_add(x, y)
}

#[inline]
#[target_feature(enable = "simd128")]
fn splat(word: u32) -> v128 {
    u32x4_splat(word)
}

#[inline]
#[target_feature(enable = "simd128")]
fn rotate_left<const LEFT: u32, const RIGHT: u32>(x: v128) -> v128 {
    v128_or(u32x4_shl(x, LEFT), u32x4_shr(x, RIGHT))
}

/// Engines make one instruction of it, or three, as the machine has them.
#[inline]
#[target_feature(enable = "simd128")]
fn f(early: v128, b: v128, c: v128, d: v128) -> v128 {
    add(early, v128_bitselect(c, d, b))
}

#[inline]
#[target_feature(enable = "simd128")]
fn g(early: v128, b: v128, c: v128, d: v128) -> v128 {
    add(add(early, v128_andnot(c, d)), v128_and(b, d))
}

#[inline]
#[target_feature(enable = "simd128")]
fn h(early: v128, b: v128, c: v128, d: v128) -> v128 {
    add(early, v128_xor(b, v128_xor(c, d)))
}

#[inline]
#[target_feature(enable = "simd128")]
fn i(early: v128, b: v128, c: v128, d: v128) -> v128 {
    add(early, v128_xor(c, v128_or(b, v128_not(d))))
}
