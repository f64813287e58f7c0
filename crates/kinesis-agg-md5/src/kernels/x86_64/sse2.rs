//! Four lanes to a vector, by SSE2.

use super::quarter_of;
use crate::kernels::blocks::{kernel, lane_step, load_quarter, load_words};
use crate::kernels::{Kernel, States};
use crate::message::BLOCK;
use crate::rounds::rounds;
#[allow(
    clippy::wildcard_imports,
    reason = "each of them says where it is from"
)]
use core::arch::x86_64::*;

/// SSE2 is in every x86-64 but those without floating point, which this module
/// is not built for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sse2;

impl Kernel<4> for Sse2 {
    #[inline]
    fn detect() -> Option<Self> {
        Some(Self)
    }

    #[inline]
    #[allow(unsafe_code, reason = "needs SSE2")]
    fn run(self, states: &mut [States<4>], blocks: &[[&[u8]; 4]], count: usize) {
        // SAFETY: this module is built only where the whole build has SSE2.
        unsafe { run(states, blocks, count) }
    }
}

kernel!("sse2", 4);

#[inline]
#[target_feature(enable = "sse2")]
fn load(words: &[u32; 4]) -> __m128i {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}

#[inline]
#[target_feature(enable = "sse2")]
fn store(words: __m128i) -> [u32; 4] {
    [
        _mm_cvtsi128_si32(words),
        _mm_cvtsi128_si32(_mm_shuffle_epi32::<1>(words)),
        _mm_cvtsi128_si32(_mm_shuffle_epi32::<2>(words)),
        _mm_cvtsi128_si32(_mm_shuffle_epi32::<3>(words)),
    ]
    .map(i32::cast_unsigned)
}

/// A quarter of the block of a lane.
#[inline]
#[target_feature(enable = "sse2")]
fn row(blocks: &[[u8; BLOCK]; 4], lane: usize, quarter: usize) -> __m128i {
    quarter_of(&blocks[lane], quarter)
}

/// Four words of each lane, from a quarter of each lane's block.
#[inline]
#[target_feature(enable = "sse2")]
fn transpose([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
    let (ab, cd) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
    [
        _mm_unpacklo_epi64(ab, cd),
        _mm_unpackhi_epi64(ab, cd),
        _mm_unpacklo_epi64(ab_high, cd_high),
        _mm_unpackhi_epi64(ab_high, cd_high),
    ]
}

#[inline]
#[target_feature(enable = "sse2")]
fn add(x: __m128i, y: __m128i) -> __m128i {
    _mm_add_epi32(x, y)
}

#[inline]
#[target_feature(enable = "sse2")]
fn splat(word: u32) -> __m128i {
    _mm_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "sse2")]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(x: __m128i) -> __m128i {
    _mm_or_si128(_mm_slli_epi32::<LEFT>(x), _mm_srli_epi32::<RIGHT>(x))
}

#[inline]
#[target_feature(enable = "sse2")]
fn f(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    let mixed = _mm_xor_si128(d, _mm_and_si128(b, _mm_xor_si128(c, d)));
    add(early, mixed)
}

#[inline]
#[target_feature(enable = "sse2")]
fn g(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    add(add(early, _mm_andnot_si128(d, c)), _mm_and_si128(b, d))
}

#[inline]
#[target_feature(enable = "sse2")]
fn h(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    add(early, _mm_xor_si128(b, _mm_xor_si128(c, d)))
}

#[inline]
#[target_feature(enable = "sse2")]
fn i(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    let not_d = _mm_xor_si128(d, _mm_set1_epi32(-1));
    add(early, _mm_xor_si128(c, _mm_or_si128(b, not_d)))
}
