//! AVX2, where the machine has it, and SSE2, which every x86-64 has.

mod avx2;
mod sse2;

pub(crate) use avx2::Avx2;
pub(crate) use sse2::Sse2;

use super::blocks::halves;
use crate::message::BLOCK;
use core::arch::x86_64::{__m128i, _mm_set_epi64x};

/// A quarter of a block: one load, once compiled.
#[inline]
#[target_feature(enable = "sse2")]
fn quarter_of(block: &[u8; BLOCK], quarter: usize) -> __m128i {
    let [low, high] = halves(block, quarter).map(u64::cast_signed);
    _mm_set_epi64x(high, low)
}
