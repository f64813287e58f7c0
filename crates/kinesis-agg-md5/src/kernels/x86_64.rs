//! AVX2, where the machine has it, and SSE2, which every x86-64 has.

mod avx2;
mod sse2;

pub(crate) use avx2::Avx2;
pub(crate) use sse2::Sse2;

use core::arch::x86_64::{__m128i, _mm_set_epi64x};

/// The quarter of a block at `at`: one load, once compiled.
#[inline]
#[target_feature(enable = "sse2")]
#[allow(clippy::cast_possible_truncation, reason = "the half is meant")]
fn quarter(blocks: &[u8], at: usize) -> __m128i {
    let bytes = u128::from_le_bytes(*blocks[at..].first_chunk().expect("a whole block"));
    _mm_set_epi64x((bytes >> 64) as i64, bytes as i64)
}
