//! Four lanes to a vector, by NEON.

use crate::kernels::blocks::{halves, kernel, lane_step, load_quarter, load_words};
use crate::kernels::{Kernel, States};
use crate::message::BLOCK;
use crate::rounds::rounds;
#[allow(
    clippy::wildcard_imports,
    reason = "each of them says where it is from"
)]
use core::arch::aarch64::*;

/// NEON is in every ARM of 64 bits but those without floating point, which this module
/// is not built for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Neon;

impl Kernel<4> for Neon {
    #[inline]
    fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline]
    #[allow(unsafe_code, reason = "needs NEON")]
    fn run(self, states: &mut [States<4>], blocks: &[[&[u8]; 4]], count: usize) {
        // SAFETY: this module is built only where the whole build has NEON.
        unsafe { run(states, blocks, count) }
    }
}

kernel!("neon", 4);

#[inline]
#[target_feature(enable = "neon")]
fn load(words: &[u32; 4]) -> uint32x4_t {
    let [a, b, c, d] = words.map(u64::from);
    let (low, high) = (vcreate_u32(b << 32 | a), vcreate_u32(d << 32 | c));
    vcombine_u32(low, high)
}

#[inline]
#[target_feature(enable = "neon")]
fn store(words: uint32x4_t) -> [u32; 4] {
    [
        vgetq_lane_u32::<0>(words),
        vgetq_lane_u32::<1>(words),
        vgetq_lane_u32::<2>(words),
        vgetq_lane_u32::<3>(words),
    ]
}

/// A quarter of the block of a lane: one load, once compiled.
#[inline]
#[target_feature(enable = "neon")]
fn row(blocks: &[[u8; BLOCK]; 4], lane: usize, quarter: usize) -> uint32x4_t {
    let [low, high] = halves(&blocks[lane], quarter);
    vreinterpretq_u32_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)))
}

/// Four words of each lane, from a quarter of each lane's block.
#[inline]
#[target_feature(enable = "neon")]
fn transpose([a, b, c, d]: [uint32x4_t; 4]) -> [uint32x4_t; 4] {
    let (ab_even, ab_odd) = (wide(vtrn1q_u32(a, b)), wide(vtrn2q_u32(a, b)));
    let (cd_even, cd_odd) = (wide(vtrn1q_u32(c, d)), wide(vtrn2q_u32(c, d)));
    [
        vreinterpretq_u32_u64(vtrn1q_u64(ab_even, cd_even)),
        vreinterpretq_u32_u64(vtrn1q_u64(ab_odd, cd_odd)),
        vreinterpretq_u32_u64(vtrn2q_u64(ab_even, cd_even)),
        vreinterpretq_u32_u64(vtrn2q_u64(ab_odd, cd_odd)),
    ]
}

#[inline]
#[target_feature(enable = "neon")]
fn wide(x: uint32x4_t) -> uint64x2_t {
    vreinterpretq_u64_u32(x)
}

#[inline]
#[target_feature(enable = "neon")]
fn add(x: uint32x4_t, y: uint32x4_t) -> uint32x4_t {
    vaddq_u32(x, y)
}

#[inline]
#[target_feature(enable = "neon")]
fn splat(word: u32) -> uint32x4_t {
    vdupq_n_u32(word)
}

/// A shift that inserts spares the `or`.
#[inline]
#[target_feature(enable = "neon")]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(x: uint32x4_t) -> uint32x4_t {
    vsriq_n_u32::<RIGHT>(vshlq_n_u32::<LEFT>(x), x)
}

/// One instruction chooses between the bits of two vectors.
#[inline]
#[target_feature(enable = "neon")]
fn f(early: uint32x4_t, b: uint32x4_t, c: uint32x4_t, d: uint32x4_t) -> uint32x4_t {
    add(early, vbslq_u32(b, c, d))
}

#[inline]
#[target_feature(enable = "neon")]
fn g(early: uint32x4_t, b: uint32x4_t, c: uint32x4_t, d: uint32x4_t) -> uint32x4_t {
    add(early, vbslq_u32(d, b, c))
}

#[inline]
#[target_feature(enable = "neon")]
fn h(early: uint32x4_t, b: uint32x4_t, c: uint32x4_t, d: uint32x4_t) -> uint32x4_t {
    add(early, veorq_u32(b, veorq_u32(c, d)))
}

#[inline]
#[target_feature(enable = "neon")]
fn i(early: uint32x4_t, b: uint32x4_t, c: uint32x4_t, d: uint32x4_t) -> uint32x4_t {
    add(early, veorq_u32(c, vornq_u32(b, d)))
}
