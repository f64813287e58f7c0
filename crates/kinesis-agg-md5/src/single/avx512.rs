//! One message, in one lane of a vector, by AVX-512.
//!
//! Nothing runs beside it. What it gains is the chain of steps: any mixing
//! function is one instruction, so that each step takes four cycles.

use crate::kernels::blocks::lane_step;
use crate::kernels::ternary;
use crate::message::BLOCK;
use crate::rounds::rounds;
#[allow(
    clippy::wildcard_imports,
    reason = "each of them says where it is from"
)]
use core::arch::x86_64::*;

/// The proof that the processor has AVX-512 for vectors of four words, and the
/// system keeps its registers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx512(());

impl Avx512 {
    /// The proof, if the machine has such vectors.
    #[inline]
    pub(super) fn detect() -> Option<Self> {
        #[cfg(feature = "std")]
        let detected = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512vl");
        #[cfg(not(feature = "std"))]
        let detected = cfg!(all(target_feature = "avx512f", target_feature = "avx512vl"));
        detected.then_some(Self(()))
    }

    /// Runs the full blocks of `blocks`.
    #[inline]
    #[allow(unsafe_code, reason = "needs AVX-512")]
    #[expect(clippy::unused_self, reason = "it is the proof")]
    pub(super) fn compress(self, state: &mut [u32; 4], blocks: &[u8]) {
        // SAFETY: a value of this type comes from `detect` alone, where AVX-512 is.
        unsafe { compress(state, blocks) }
    }
}

#[target_feature(enable = "avx512f,avx512vl")]
fn compress(state: &mut [u32; 4], blocks: &[u8]) {
    let [a, b, c, d] = *state;
    let mut sums = [[splat(a), splat(b), splat(c), splat(d)]];
    for block in blocks.chunks_exact(BLOCK) {
        let mut words = [[_mm_setzero_si128(); 16]];
        for (word, bytes) in words[0].iter_mut().zip(block.chunks_exact(4)) {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            *word = splat(u32::from_le_bytes(bytes));
        }
        let mut next = sums;
        rounds!(lane_step, next, words);
        for (sum, word) in sums[0].iter_mut().zip(next[0]) {
            *sum = add(*sum, word);
        }
    }
    for (word, sum) in state.iter_mut().zip(sums[0]) {
        *word = _mm_cvtsi128_si32(sum).cast_unsigned();
    }
}

/// A word in the first lane, which is the only one that counts.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn splat(word: u32) -> __m128i {
    _mm_cvtsi32_si128(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn add(x: __m128i, y: __m128i) -> __m128i {
    _mm_add_epi32(x, y)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(x: __m128i) -> __m128i {
    _mm_rol_epi32::<LEFT>(x)
}

/// The mixing function of this `TABLE`; the sum of all else comes first, for the
/// reason that [`single`](super) gives.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn mixed<const TABLE: i32>(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    add(settle(early), _mm_ternarylogic_epi32::<TABLE>(b, c, d))
}

/// Hides from the compiler that `sum` is one.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
#[allow(unsafe_code, reason = "assembly, though there is none in it")]
fn settle(mut sum: __m128i) -> __m128i {
    // SAFETY: a comment is no instruction. The register that it is said to read
    // and write keeps what it holds, and so does everything else.
    unsafe {
        core::arch::asm!(
            "/* {0} is settled */",
            inout(xmm_reg) sum,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sum
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn f(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    mixed::<{ ternary::F }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn g(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    mixed::<{ ternary::G }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn h(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    mixed::<{ ternary::H }>(early, b, c, d)
}

#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
fn i(early: __m128i, b: __m128i, c: __m128i, d: __m128i) -> __m128i {
    mixed::<{ ternary::I }>(early, b, c, d)
}
