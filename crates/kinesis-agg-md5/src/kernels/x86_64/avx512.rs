//! Sixteen lanes to a vector, by AVX-512.
//!
//! Half the instructions of AVX2 to a step: any function of three words is one,
//! and so is a rotation.

use super::quarter_of;
use crate::kernels::blocks::{kernel, lane_step, load_quarter, load_words};
use crate::kernels::{Kernel, States, ternary};
use crate::message::BLOCK;
use crate::rounds::rounds;
#[allow(
    clippy::wildcard_imports,
    reason = "each of them says where it is from"
)]
use core::arch::x86_64::*;

/// The proof that the processor has AVX-512, its foundation, and the system keeps
/// its registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Kernel<16> for Avx512 {
    #[inline]
    fn detect() -> Option<Self> {
        #[cfg(feature = "std")]
        let detected = std::arch::is_x86_feature_detected!("avx512f");
        #[cfg(not(feature = "std"))]
        let detected = cfg!(target_feature = "avx512f");
        detected.then_some(Self(()))
    }

    #[inline]
    #[allow(unsafe_code, reason = "needs AVX-512")]
    fn run(self, states: &mut [States<16>], blocks: &[[&[u8]; 16]], count: usize) {
        // SAFETY: a value of this type comes from `detect` alone, where AVX-512 is.
        unsafe { run(states, blocks, count) }
    }
}

kernel!("avx512f", 16);

#[inline]
#[target_feature(enable = "avx512f")]
fn load(words: &[u32; 16]) -> __m512i {
    let w = words.map(u32::cast_signed);
    _mm512_setr_epi32(
        w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], w[12], w[13],
        w[14], w[15],
    )
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(words: __m512i) -> [u32; 16] {
    let quarters = [
        _mm512_extracti32x4_epi32::<0>(words),
        _mm512_extracti32x4_epi32::<1>(words),
        _mm512_extracti32x4_epi32::<2>(words),
        _mm512_extracti32x4_epi32::<3>(words),
    ];
    let mut stored = [0; 16];
    for (quarter, stored) in quarters.into_iter().zip(stored.as_chunks_mut::<4>().0) {
        *stored = [
            _mm_extract_epi32::<0>(quarter),
            _mm_extract_epi32::<1>(quarter),
            _mm_extract_epi32::<2>(quarter),
            _mm_extract_epi32::<3>(quarter),
        ]
        .map(i32::cast_unsigned);
    }
    stored
}

/// A quarter of the blocks of every fourth lane from `lane` on: so combined, no
/// shuffle of [`transpose`] has to cross the quarters of a vector.
#[inline]
#[target_feature(enable = "avx512f")]
fn row(blocks: &[[u8; BLOCK]; 16], lane: usize, quarter: usize) -> __m512i {
    let row = _mm512_castsi128_si512(quarter_of(&blocks[lane], quarter));
    let row = _mm512_inserti32x4::<1>(row, quarter_of(&blocks[lane + 4], quarter));
    let row = _mm512_inserti32x4::<2>(row, quarter_of(&blocks[lane + 8], quarter));
    _mm512_inserti32x4::<3>(row, quarter_of(&blocks[lane + 12], quarter))
}

/// Four words of each lane, from a quarter of each lane's block.
#[inline]
#[target_feature(enable = "avx512f")]
fn transpose([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab, cd) = (_mm512_unpacklo_epi32(a, b), _mm512_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm512_unpackhi_epi32(a, b), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(ab, cd),
        _mm512_unpackhi_epi64(ab, cd),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ]
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(x: __m512i, y: __m512i) -> __m512i {
    _mm512_add_epi32(x, y)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u32) -> __m512i {
    _mm512_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(x: __m512i) -> __m512i {
    _mm512_rol_epi32::<LEFT>(x)
}

/// The mixing function of this `TABLE`.
#[inline]
#[target_feature(enable = "avx512f")]
fn mixed<const TABLE: i32>(early: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
    add(early, _mm512_ternarylogic_epi32::<TABLE>(b, c, d))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn f(early: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
    mixed::<{ ternary::F }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn g(early: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
    mixed::<{ ternary::G }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn h(early: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
    mixed::<{ ternary::H }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn i(early: __m512i, b: __m512i, c: __m512i, d: __m512i) -> __m512i {
    mixed::<{ ternary::I }>(early, b, c, d)
}
