//! A walk over user records: touches all that a consumer touches, and proves
//! what was seen.

use kinesis_agg_testkit::TestRecord;

/// What a walk over user records saw.
///
/// Two walks are equal when they saw the same number of user records with the
/// same lengths and first bytes, in the same order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// How many user records there were.
    pub user_records: usize,
    /// Lengths and first bytes of keys and data, folded in their order.
    pub checksum: u64,
}

impl Walk {
    /// Looks at one user record.
    #[inline]
    pub fn visit(&mut self, partition_key: &[u8], explicit_hash_key: Option<&[u8]>, data: &[u8]) {
        self.user_records += 1;
        let seen = look_at(partition_key)
            .wrapping_add(look_at(data) << 16)
            .wrapping_add(explicit_hash_key.map_or(0, look_at) << 40);
        self.checksum = self.checksum.rotate_left(1).wrapping_add(seen);
    }

    /// The walk over these user records.
    pub fn of<'r>(user_records: impl IntoIterator<Item = &'r TestRecord>) -> Self {
        let mut walk = Self::default();
        for user_record in user_records {
            walk.visit(
                user_record.partition_key.as_bytes(),
                user_record.explicit_hash_key.as_deref().map(str::as_bytes),
                &user_record.data,
            );
        }
        walk
    }
}

/// The length and the first byte; 0 for no bytes.
#[inline]
fn look_at(bytes: &[u8]) -> u64 {
    bytes
        .first()
        .map_or(0, |first| (bytes.len() as u64) << 8 | u64::from(*first))
}
