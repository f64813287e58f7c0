//! Which way many messages go: the best that the machine has, or, in tests and
//! benchmarks, each that it has.

#[cfg(all(
    target_arch = "aarch64",
    target_endian = "little",
    target_feature = "neon"
))]
use crate::kernels::Neon;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::kernels::Simd128;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use crate::kernels::{Avx2, Avx512, Sse2};

use crate::kernels::{Kernel, OneByOne};
use crate::{Digest, lanes, single};
use alloc::vec::Vec;

/// A way to digest many messages.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    name: &'static str,
    is_here: fn() -> bool,
    /// As good as any other where it is not.
    digest_many: fn(&[&[u8]], &mut [Digest]),
}

/// All paths, the best first.
///
/// Two groups of lanes: `kernels` says what one and three cost. Miri takes the
/// lanes in this crate's own tests alone: it needs minutes for them.
const PATHS: &[Path] = &[
    #[cfg(miri)]
    Path::SINGLE,
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Path::in_lanes::<Avx512, 16, 2>("avx512"),
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Path::in_lanes::<Avx2, 8, 2>("avx2"),
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Path::in_lanes::<Sse2, 4, 2>("sse2"),
    #[cfg(all(
        target_arch = "aarch64",
        target_endian = "little",
        target_feature = "neon"
    ))]
    Path::in_lanes::<Neon, 4, 2>("neon"),
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Path::in_lanes::<Simd128, 4, 2>("simd128"),
    #[cfg(not(miri))]
    Path::SINGLE,
    Path::in_lanes::<OneByOne, 4, 2>("one-by-one"),
    Path {
        name: "registers",
        is_here: || true,
        digest_many: |messages, digests| {
            one_by_one(single::digest_in_registers, messages, digests);
        },
    },
    Path {
        name: "plain",
        is_here: || true,
        digest_many: |messages, digests| one_by_one(single::digest_plain, messages, digests),
    },
];

impl Path {
    const SINGLE: Self = Self {
        name: "single",
        is_here: || true,
        digest_many: |messages, digests| one_by_one(crate::digest, messages, digests),
    };

    /// Vectors of so many lanes, so many of them side by side.
    const fn in_lanes<K: Kernel<LANES>, const LANES: usize, const GROUPS: usize>(
        name: &'static str,
    ) -> Self {
        Self {
            name,
            is_here: || K::detect().is_some(),
            digest_many: |messages, digests| match K::detect() {
                Some(kernel) if messages.len() > 1 => {
                    lanes::digest_many::<K, LANES, GROUPS>(kernel, messages, digests);
                }
                _ => one_by_one(crate::digest, messages, digests),
            },
        }
    }

    /// All that this machine has, the best first; the last is the plain twin of
    /// all others.
    pub fn all() -> impl Iterator<Item = Self> {
        PATHS.iter().copied().filter(|path| (path.is_here)())
    }

    /// A name for tests and tables.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// [`digest_many`](crate::digest_many) by this path.
    pub fn digest_many(&self, messages: &[&[u8]], digests: &mut Vec<Digest>) {
        digests.clear();
        digests.resize(messages.len(), [0; 16]);
        (self.digest_many)(messages, digests);
    }
}

/// [`digest_many`](crate::digest_many) by the best path; one message alone asks
/// for none.
pub(crate) fn digest_many(messages: &[&[u8]], digests: &mut Vec<Digest>) {
    let best = if messages.len() > 1 {
        Path::all().next()
    } else {
        None
    };
    best.unwrap_or(Path::SINGLE).digest_many(messages, digests);
}

fn one_by_one(digest: fn(&[u8]) -> Digest, messages: &[&[u8]], digests: &mut [Digest]) {
    for (found, message) in digests.iter_mut().zip(messages) {
        *found = digest(message);
    }
}
