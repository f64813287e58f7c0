//! One message, as fast as its own chain of steps allows.
//!
//! Plain loop:
//!
//! ```text
//! state = the initial one
//! for each block of the message, padding included:
//!     state += 64 steps(state, block)
//! ```
//!
//! Each step waits for the `b` of the one before: the mixing, the sum, the
//! rotation, the last sum, four or five cycles in all. 64 steps of 4.5 cycles
//! are 288 cycles a block, and nothing can be faster. What the compiler makes of
//! the plain loop takes 363 (the crate `md-5` does, too). The departures:
//!
//! 1. The second mixing function, `(b & d) | (c & !d)`, has no bit in both
//!    halves, so it is two sums; the half without `b` is added early. 1.03 times
//!    `md-5`.
//! 2. All that does not wait for `b` is summed first, and stays so. Left alone,
//!    the compiler reorders the sum, for fewer instructions and a longer chain;
//!    so [`Order::settle`] hides from it that a sum is one. 1.27 times `md-5`:
//!    285 cycles.
//! 3. With AVX-512 any mixing function is one instruction, so a step takes four
//!    cycles and a block 256 ([`avx512`]). 1.43 times `md-5`, 1.13 times (2).
//!
//! Measured with `cargo run --release -p kinesis-agg-bench --bin md5`, (1) and
//! (2) on a Zen 3, (3) on a Sapphire Rapids. Not taken: 64 steps of hand-written
//! assembly, 1.26 times `md-5` in a prototype: no faster than (2), and hard to
//! read.

#![allow(clippy::inline_always, reason = "a call costs more than a step")]

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod avx512;

use crate::Digest;
use crate::message::{BLOCK, End};
use crate::rounds::{INITIAL, rounds};

/// What the compiler may know of a sum.
trait Order {
    /// Returns `sum`.
    fn settle(sum: u32) -> u32;
}

/// Sums in the order of the compiler: the plain twin.
struct AsCompiled;

impl Order for AsCompiled {
    #[inline(always)]
    fn settle(sum: u32) -> u32 {
        sum
    }
}

/// Sums in the order in which they are written.
struct AsWritten;

impl Order for AsWritten {
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    #[inline(always)]
    fn settle(sum: u32) -> u32 {
        sum
    }

    #[cfg(all(target_arch = "x86_64", not(miri)))]
    #[inline(always)]
    #[allow(unsafe_code, reason = "assembly, though there is none in it")]
    fn settle(mut sum: u32) -> u32 {
        // SAFETY: a comment is no instruction. The register that it is said to
        // read and write keeps what it holds, and so does everything else.
        unsafe {
            core::arch::asm!(
                "/* {0:e} is settled */",
                inout(reg) sum,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
        sum
    }
}

macro_rules! step {
    ($state:ident, $words:ident, $mix:ident, $word:literal, $shift:literal, $constant:literal) => {
        let [a, b, c, d] = $state;
        let early = a.wrapping_add($words[$word]).wrapping_add($constant);
        let sum = $mix::<O>(early, b, c, d);
        $state = [d, b.wrapping_add(sum.rotate_left($shift)), b, c];
    };
}

/// Runs the full blocks of `blocks`.
#[inline]
fn compress<O: Order>(state: &mut [u32; 4], blocks: &[u8]) {
    for block in blocks.chunks_exact(BLOCK) {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        let mut next = *state;
        rounds!(step, next, words);
        for (sum, word) in state.iter_mut().zip(next) {
            *sum = sum.wrapping_add(word);
        }
    }
}

// The mixing functions, each added to what was summed `early`.

#[inline(always)]
fn f<O: Order>(early: u32, b: u32, c: u32, d: u32) -> u32 {
    O::settle(early).wrapping_add(d ^ (b & (c ^ d)))
}

#[inline(always)]
fn g<O: Order>(early: u32, b: u32, c: u32, d: u32) -> u32 {
    O::settle(early.wrapping_add(c & !d)).wrapping_add(b & d)
}

#[inline(always)]
fn h<O: Order>(early: u32, b: u32, c: u32, d: u32) -> u32 {
    O::settle(early).wrapping_add(b ^ O::settle(c ^ d))
}

#[inline(always)]
fn i<O: Order>(early: u32, b: u32, c: u32, d: u32) -> u32 {
    O::settle(early).wrapping_add(c ^ (b | !d))
}

/// The MD5 of `message`, its blocks run by `compress`.
#[inline(always)]
fn digest_by(compress: impl Fn(&mut [u32; 4], &[u8]), message: &[u8]) -> Digest {
    let mut state = INITIAL;
    compress(&mut state, message);
    let mut end = End::NONE;
    end.set(message.chunks_exact(BLOCK).remainder(), message.len());
    compress(&mut state, end.blocks());
    to_digest(state)
}

/// The MD5 of `message`.
pub(crate) fn digest(message: &[u8]) -> Digest {
    digest_by(resume, message)
}

/// The same in ordinary registers, whatever else there is.
pub(crate) fn digest_in_registers(message: &[u8]) -> Digest {
    digest_by(compress::<AsWritten>, message)
}

/// The plain twin of both.
pub(crate) fn digest_plain(message: &[u8]) -> Digest {
    digest_by(compress::<AsCompiled>, message)
}

/// Runs the full blocks of `blocks`, as [`digest`] does.
#[inline]
pub(crate) fn resume(state: &mut [u32; 4], blocks: &[u8]) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if let Some(avx512) = avx512::Avx512::detect() {
        avx512.compress(state, blocks);
        return;
    }
    compress::<AsWritten>(state, blocks);
}

/// The state after the last block, as bytes.
#[inline]
pub(crate) fn to_digest(state: [u32; 4]) -> Digest {
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}
