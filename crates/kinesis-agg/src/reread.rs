//! A record to be sent, out of its parts: for who packs in another language, or
//! kept records somewhere.

use crate::{AggregatedRecord, Deaggregated, Deaggregator, HashKey, HashKeyRange, UserRecord};
use alloc::string::String;
use alloc::vec::Vec;

impl AggregatedRecord {
    /// The record of these parts, which is what was sealed: how many user records
    /// are inside, and their hash keys, are read from its own bytes.
    ///
    /// `framed` says that `data` is an aggregate, and not the bare data of a user
    /// record with these keys. Returns `None` when it is then none, has no user
    /// record, or one whose explicit hash key is no hash key. The checksum is
    /// verified.
    ///
    /// # Examples
    ///
    /// ```
    /// use kinesis_agg::{AggregatedRecord, Aggregator, NewUserRecord, seal_many};
    ///
    /// let mut aggregator = Aggregator::new();
    /// let mut full = aggregator.push(NewUserRecord::new("customer-7", b"click"))?;
    /// full.extend(aggregator.push(NewUserRecord::new("customer-9", b"buy"))?);
    /// let records = seal_many(full.into_iter().chain(aggregator.finish()));
    ///
    /// let sealed = &records[0];
    /// let read = AggregatedRecord::from_parts(
    ///     sealed.partition_key().to_owned(),
    ///     sealed.explicit_hash_key(),
    ///     sealed.data().to_vec(),
    ///     sealed.is_framed(),
    /// );
    /// assert_eq!(read.as_ref(), Some(sealed));
    /// # Ok::<(), kinesis_agg::PushErrorKind>(())
    /// ```
    pub fn from_parts(
        partition_key: String,
        explicit_hash_key: Option<HashKey>,
        data: Vec<u8>,
        framed: bool,
    ) -> Option<Self> {
        let (user_record_count, hash_key_span) = if framed {
            inside(&data)?
        } else {
            let own = || HashKey::of_partition_key(&partition_key);
            (1, HashKeyRange::only(explicit_hash_key.unwrap_or_else(own)))
        };
        Some(Self {
            partition_key,
            explicit_hash_key,
            data,
            user_record_count,
            hash_key_span,
            framed,
        })
    }
}

/// How many user records an aggregate has, and their lowest and highest hash key.
fn inside(data: &[u8]) -> Option<(usize, HashKeyRange)> {
    let mut deaggregator = Deaggregator::new();
    let Deaggregated::Aggregated(mut user_records) = deaggregator.deaggregate(data) else {
        return None;
    };
    let first = HashKeyRange::only(user_records.next()?.hash_key()?);
    user_records.try_fold((1, first), |(count, span), user_record: UserRecord<'_>| {
        Some((count + 1, span.including(user_record.hash_key()?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Aggregator, NewUserRecord, Options, frame, seal_many};
    use alloc::borrow::ToOwned;
    use alloc::format;
    use kinesis_agg_md5 as md5;

    fn framed(message: &[u8]) -> Vec<u8> {
        [&frame::MAGIC[..], message, &md5::digest(message)].concat()
    }

    fn parts(sealed: &AggregatedRecord) -> Option<AggregatedRecord> {
        AggregatedRecord::from_parts(
            sealed.partition_key().to_owned(),
            sealed.explicit_hash_key(),
            sealed.data().to_vec(),
            sealed.is_framed(),
        )
    }

    /// Whatever is sealed comes out of its parts as it was: bare or framed, with
    /// hash keys of all kinds.
    #[test]
    fn what_was_sealed_comes_out_of_its_parts() {
        for max_count in [1, 2, 7, 100] {
            let options = Options::new().with_max_count(max_count).unwrap();
            let mut aggregator = Aggregator::with_seed(options, 7);
            let mut full = Vec::new();
            for number in 0..50_u32 {
                let key = format!("key-{}", number / 3);
                let hash_key = format!("{}", u128::from(number) << 90);
                let mut record = NewUserRecord::new(&key, key.as_bytes());
                if number % 5 == 0 {
                    record = record.with_explicit_hash_key(&hash_key);
                }
                full.extend(aggregator.push(record).unwrap());
            }
            full.extend(aggregator.finish());
            for sealed in seal_many(full) {
                assert_eq!(parts(&sealed).as_ref(), Some(&sealed));
            }
        }
    }

    /// What is called an aggregate and is none is no record; nor is one with
    /// nothing to place it by.
    #[test]
    fn what_is_no_aggregate_is_no_record() {
        let key = || "key".to_owned();
        let from = |data: &[u8]| AggregatedRecord::from_parts(key(), None, data.to_vec(), true);
        let good = framed(b"\x0a\x01k\x1a\x04\x08\x00\x1a\x00");
        assert!(from(&good).is_some());
        assert!(from(&good[..good.len() - 1]).is_none());
        assert!(from(b"bare").is_none());
        assert!(from(&framed(b"\x0a\x01k")).is_none());
        let no_hash_key = b"\x0a\x01k\x12\x01x\x1a\x06\x08\x00\x10\x00\x1a\x00";
        assert!(from(&framed(no_hash_key)).is_none());
    }
}
