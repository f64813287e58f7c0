//! AVX-512 and AVX2, where the machine has them, and SSE2, which every x86-64
//! has.

mod avx2;
mod avx512;
mod sse2;

pub(crate) use avx2::Avx2;
pub(crate) use avx512::Avx512;
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

/// The mixing functions as AVX-512 takes any function of three bits `b`, `c` and
/// `d`: a table of its eight results, that for `4 b + 2 c + d` in this bit.
pub(crate) mod ternary {
    const B: i32 = 0b1111_0000;
    const C: i32 = 0b1100_1100;
    const D: i32 = 0b1010_1010;
    const NOT: i32 = 0b1111_1111;

    pub(crate) const F: i32 = (B & C) | ((B ^ NOT) & D);
    pub(crate) const G: i32 = (B & D) | (C & (D ^ NOT));
    pub(crate) const H: i32 = B ^ C ^ D;
    pub(crate) const I: i32 = C ^ (B | (D ^ NOT));
}
