//! Hash keys of user records, one MD5 for each key of an aggregate.
//!
//! An aggregate has each key once, in its table, and a user record borrows it from
//! there: where a key lies tells which it is. A key of half a megabyte in a
//! hundred thousand user records is hashed once.

use std::collections::HashMap;

use kinesis_agg::{HashKey, Key, UserRecord};

/// Where the bytes of a key lie: the same for all user records of the same table
/// entry.
pub(crate) fn place(key: Key<'_>) -> (usize, usize) {
    let bytes = key.as_bytes();
    (bytes.as_ptr().addr(), bytes.len())
}

/// Hash keys of the user records of one aggregate, as far as they were asked for.
#[derive(Debug, Default)]
pub(crate) struct HashKeys(HashMap<(usize, usize), Option<HashKey>>);

impl HashKeys {
    /// The hash key of `user_record`; `None` when its explicit one is none.
    pub(crate) fn of(&mut self, user_record: &UserRecord<'_>) -> Option<HashKey> {
        let key = user_record.explicit_hash_key;
        let place = place(key.unwrap_or(user_record.partition_key));
        *self
            .0
            .entry(place)
            .or_insert_with(|| user_record.hash_key())
    }
}
