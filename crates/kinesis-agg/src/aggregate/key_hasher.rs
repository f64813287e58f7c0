//! The hash of the key tables, seeded so that strangers cannot choose keys that
//! collide.

use core::fmt;
use core::hash::Hasher;
use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;

/// Hashes keys with a seed.
///
/// All of foldhash's state is seeded, not only its per-table part: with the
/// fixed rest alone, keys exist that collide under every per-table seed.
#[derive(Clone)]
pub(crate) struct KeyHasher {
    seed: u64,
    shared: SharedSeed,
    #[cfg(test)]
    constant: bool,
}

impl fmt::Debug for KeyHasher {
    /// Without the seed: who reads a log must not learn it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyHasher")
    }
}

impl KeyHasher {
    /// A hasher that anyone with `seed` can predict.
    pub(crate) fn with_seed(seed: u64) -> Self {
        Self {
            seed,
            shared: SharedSeed::from_u64(!seed),
            #[cfg(test)]
            constant: false,
        }
    }

    /// A hasher with the random seed of this process.
    #[cfg(feature = "std")]
    pub(crate) fn of_this_process() -> Self {
        use std::hash::{BuildHasher, RandomState};
        use std::sync::OnceLock;

        static SEED: OnceLock<u64> = OnceLock::new();
        Self::with_seed(*SEED.get_or_init(|| RandomState::new().hash_one(0)))
    }

    /// A hasher that puts all keys into one bucket.
    #[cfg(test)]
    pub(crate) fn constant() -> Self {
        Self {
            constant: true,
            ..Self::with_seed(0)
        }
    }

    /// The hash of `key`.
    #[inline]
    pub(crate) fn hash(&self, key: &[u8]) -> u64 {
        #[cfg(test)]
        if self.constant {
            return 0;
        }
        let mut hasher = FoldHasher::with_seed(self.seed, &self.shared);
        hasher.write(key);
        hasher.finish()
    }
}
