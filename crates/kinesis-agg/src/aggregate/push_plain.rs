//! Adding the usual user record: without explicit hash key and tags, into an open
//! aggregate that surely has room for it.
//!
//! The plain twin is [`push_checked`](Aggregator::push_checked), which takes all that this
//! does not. What it buys: 394 instructions instead of 613 for a user record of 100 B with
//! the key of the one before, copies included (`cargo xtask instructions`, workload
//! `push-100B-one-key`).

use super::Aggregator;
use super::push::{MAX_PARTITION_KEY_CHARS, body_len_plain, surely_takes, write_record};
use crate::NewUserRecord;

impl Aggregator {
    /// Adds a user record of a plain kind to the open aggregate, if that surely has room:
    /// most are such. What [`push_checked`](Self::push_checked) does with it, without its
    /// exact sizes. Returns whether it was added.
    #[inline]
    pub(super) fn push_plain(&mut self, record: &NewUserRecord<'_>) -> bool {
        let key = record.partition_key.as_bytes();
        if record.explicit_hash_key.is_some()
            || record.has_tags()
            || !(1..=MAX_PARTITION_KEY_CHARS).contains(&key.len())
            || self.count == 0
            || self.count >= self.options.max_count()
        {
            return false;
        }
        // Then it would also fit alone.
        let size = self.framed_size(&self.first.partition_key);
        if surely_takes(record).saturating_add(size) > self.options.max_size() {
            return false;
        }
        let place = self.partition_keys.find(key);
        let index = self.partition_keys.add(place, key);
        let body = body_len_plain(record.data.len(), index);
        write_record(&mut self.records, record, body, index, None);
        self.partition_keys.mark_to_hash(index);
        self.count += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::push::Checked;
    use crate::{Aggregator, NewUserRecord, Options, OuterPartitionKey, PushErrorKind, Tag};
    use crate::{Unsealed, seal_many};
    use alloc::string::String;
    use alloc::vec::Vec;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn push_the_long_way(
        aggregator: &mut Aggregator,
        record: &NewUserRecord<'_>,
    ) -> Result<Option<Unsealed>, PushErrorKind> {
        let checked = Checked::new(record)?;
        aggregator.push_checked(record, &checked)
    }

    /// Limits that are met often.
    fn options() -> impl Strategy<Value = Options> {
        (300_usize..4_000, 1_usize..50, any::<bool>()).prop_map(|(size, count, kpl)| {
            let options = Options::new().with_max_size(size).expect("in range");
            let options = options.with_max_count(count).expect("not 0");
            if kpl {
                options.with_outer_partition_key(OuterPartitionKey::Kpl)
            } else {
                options
            }
        })
    }

    /// A partition key, the length of the data, and whether explicit hash key and tags
    /// come with it.
    fn user_record() -> impl Strategy<Value = (String, usize, [bool; 2])> {
        (
            prop_oneof![8 => "[a-c]{1,2}", 1 => "[aé]{0,300}"],
            prop_oneof![8 => 0_usize..200, 1 => 0_usize..5_000],
            [0.05, 0.05].map(prop::bool::weighted),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 4 } else { 256 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Whatever comes, in whatever order: the same aggregates as the long way gives,
        /// and the same refused.
        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            options in options(),
            records in vec(user_record(), 0..100),
        ) {
            let mut short = Aggregator::with_seed(options.clone(), 3);
            let mut long = Aggregator::with_seed(options, 3);
            let [mut shorts, mut longs] = [Vec::new(), Vec::new()];
            let tags = [Tag::new("colour", None)];
            let data = [7; 5_000];
            for (key, len, [is_explicit, is_tagged]) in &records {
                let mut record = NewUserRecord::new(key, &data[..*len]);
                if *is_explicit {
                    record = record.with_explicit_hash_key("77");
                }
                if *is_tagged {
                    record = record.with_tags(&tags);
                }
                let taken = push_the_long_way(&mut long, &record);
                match short.push(record) {
                    Ok(full) => {
                        longs.extend(taken.expect("taken by the short way"));
                        shorts.extend(full);
                    }
                    Err(refused) => {
                        prop_assert_eq!(taken.expect_err("refused by the short way"), refused.kind);
                    }
                }
                prop_assert_eq!(short.size(), long.size());
            }
            shorts.extend(short.finish());
            longs.extend(long.finish());
            prop_assert!(seal_many(shorts) == seal_many(longs));
        }
    }
}
