//! Eight lanes to a vector, by AVX2.

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

/// The proof that the processor has AVX2, and the system keeps its registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Kernel<8> for Avx2 {
    #[inline]
    fn detect() -> Option<Self> {
        #[cfg(feature = "std")]
        let detected = std::arch::is_x86_feature_detected!("avx2");
        #[cfg(not(feature = "std"))]
        let detected = cfg!(target_feature = "avx2");
        detected.then_some(Self(()))
    }

    #[inline]
    #[allow(unsafe_code, reason = "needs AVX2")]
    fn run(self, states: &mut [States<8>], blocks: &[[&[u8]; 8]], count: usize) {
        // SAFETY: a value of this type comes from `detect` alone, where AVX2 is.
        unsafe { run(states, blocks, count) }
    }
}

kernel!("avx2", 8);

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: &[u32; 8]) -> __m256i {
    let w = words.map(u32::cast_signed);
    _mm256_setr_epi32(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7])
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(words: __m256i) -> [u32; 8] {
    [
        _mm256_extract_epi32::<0>(words),
        _mm256_extract_epi32::<1>(words),
        _mm256_extract_epi32::<2>(words),
        _mm256_extract_epi32::<3>(words),
        _mm256_extract_epi32::<4>(words),
        _mm256_extract_epi32::<5>(words),
        _mm256_extract_epi32::<6>(words),
        _mm256_extract_epi32::<7>(words),
    ]
    .map(i32::cast_unsigned)
}

/// A quarter of the blocks of the lanes `lane` and `lane + 4`: with halves so
/// paired, no shuffle of [`transpose`] has to cross the halves of a vector.
#[inline]
#[target_feature(enable = "avx2")]
fn row(blocks: &[[u8; BLOCK]; 8], lane: usize, quarter: usize) -> __m256i {
    let low = _mm256_castsi128_si256(quarter_of(&blocks[lane], quarter));
    _mm256_inserti128_si256::<1>(low, quarter_of(&blocks[lane + 4], quarter))
}

/// Four words of each lane, from a quarter of each lane's block.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    let (ab, cd) = (_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm256_unpackhi_epi32(a, b), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab, cd),
        _mm256_unpackhi_epi64(ab, cd),
        _mm256_unpacklo_epi64(ab_high, cd_high),
        _mm256_unpackhi_epi64(ab_high, cd_high),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(x: __m256i, y: __m256i) -> __m256i {
    _mm256_add_epi32(x, y)
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u32) -> __m256i {
    _mm256_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(x: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_slli_epi32::<LEFT>(x), _mm256_srli_epi32::<RIGHT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn f(early: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
    let mixed = _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d)));
    add(early, mixed)
}

#[inline]
#[target_feature(enable = "avx2")]
fn g(early: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
    add(
        add(early, _mm256_andnot_si256(d, c)),
        _mm256_and_si256(b, d),
    )
}

#[inline]
#[target_feature(enable = "avx2")]
fn h(early: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
    add(early, _mm256_xor_si256(b, _mm256_xor_si256(c, d)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn i(early: __m256i, b: __m256i, c: __m256i, d: __m256i) -> __m256i {
    let not_d = _mm256_xor_si256(d, _mm256_set1_epi32(-1));
    add(early, _mm256_xor_si256(c, _mm256_or_si256(b, not_d)))
}
