//! Kinesis records that are ready to be sent, out to Java and back.
//!
//! `AggregatedRecord.java` holds one as two arrays of bytes, and nothing of it stays
//! here: the data, and a head.
//!
//! ```text
//! offset  0       8         9             10             26     42      58
//!         | count | framed? | hash key?   | hash key     | span from..to | partition key, UTF-8
//! ```
//!
//! Numbers have the highest byte first.

use std::borrow::Cow;

use jni::Env;
use jni::objects::{JByteArray, JObjectArray};
use kinesis_agg::{
    AggregatedRecord, Aggregator, Deaggregated, Deaggregator, HashKey, HashKeyRange, Judgement,
    MAX_RECORD_SIZE, NewUserRecord, Options, OuterPartitionKey, PushErrorKind,
};

use crate::arguments::{self, hash_key, hash_key_range, take, text};
use crate::failure::Failure;
use crate::status::ERR_OTHER;

/// Head and data of each, by turns.
pub(crate) fn objects<'local>(
    env: &mut Env<'local>,
    records: &[AggregatedRecord],
) -> Result<JObjectArray<'local>, Failure> {
    let parts = records
        .iter()
        .flat_map(|record| [encode(record).into(), record.data().into()]);
    let parts = Vec::<Cow<'_, [u8]>>::from_iter(parts);
    arguments::objects(env, &parts, |env, part| {
        Ok(env.byte_array_from_slice(part)?.into())
    })
}

/// The same records again.
pub(crate) fn records(
    env: &mut Env<'_>,
    objects: &JObjectArray<'_>,
) -> Result<Vec<AggregatedRecord>, Failure> {
    let len = objects.len(env)?;
    let mut arrays = Vec::with_capacity(len);
    for place in 0..len {
        let element = objects.get_element(env, place)?;
        let array = env.cast_local::<JByteArray<'_>>(element)?;
        arrays.push(arguments::bytes(env, &array)?);
        env.delete_local_ref(array);
    }
    let again = |pair: &[Vec<u8>]| Head::decode(&pair[0])?.packed_again(&pair[1]);
    arrays.chunks_exact(2).map(again).collect()
}

fn encode(record: &AggregatedRecord) -> Vec<u8> {
    let (key, span) = (record.explicit_hash_key(), record.hash_key_span());
    let mut head = Vec::with_capacity(58 + record.partition_key().len());
    head.extend((record.user_record_count() as u64).to_be_bytes());
    head.extend([u8::from(record.is_framed()), u8::from(key.is_some())]);
    for key in [key.unwrap_or(HashKey::MIN), span.start(), span.end()] {
        head.extend(key.get().to_be_bytes());
    }
    head.extend(record.partition_key().as_bytes());
    head
}

pub(crate) struct Head<'a> {
    framed: bool,
    explicit_hash_key: Option<HashKey>,
    span: HashKeyRange,
    partition_key: &'a str,
}

impl<'a> Head<'a> {
    pub(crate) fn decode(mut rest: &'a [u8]) -> Result<Self, Failure> {
        take(&mut rest, 8)?;
        let flags = take(&mut rest, 2)?;
        let key = hash_key(take(&mut rest, 16)?)?;
        Ok(Self {
            framed: flags[0] == 1,
            explicit_hash_key: (flags[1] == 1).then_some(key),
            span: hash_key_range(take(&mut rest, 32)?)?,
            partition_key: text(rest)?,
        })
    }

    /// A small record that is judged as this one: framed or not alike, with the same
    /// hash key, and the same span.
    pub(crate) fn judged(
        &self,
        judge: impl FnOnce(&AggregatedRecord) -> Judgement,
    ) -> Result<i32, Failure> {
        let key = self.explicit_hash_key.map(|key| key.to_string());
        let mut first = NewUserRecord::new(self.partition_key, b"");
        first.explicit_hash_key = key.as_deref();
        let (start, end) = (self.span.start().to_string(), self.span.end().to_string());
        let at = |key| NewUserRecord::new(self.partition_key, b"").with_explicit_hash_key(key);
        let all = [first, at(&start), at(&end)];
        let stands_in = self.pack(if self.framed { &all } else { &all[..1] })?;
        Ok(match judge(&stands_in) {
            Judgement::Delivered => 0,
            Judgement::SendAgain => 1,
            Judgement::UnknownShard => 2,
            Judgement::KeysIgnored => 3,
        })
    }

    /// The record itself, packed anew from its data: what packs is canonical, so the
    /// bytes come out the same.
    fn packed_again(&self, data: &[u8]) -> Result<AggregatedRecord, Failure> {
        let key = self.explicit_hash_key.map(|key| key.to_string());
        if !self.framed {
            let mut bare = NewUserRecord::new(self.partition_key, data);
            bare.explicit_hash_key = key.as_deref();
            return self.pack(&[bare]);
        }
        let mut deaggregator = Deaggregator::new();
        let Deaggregated::Aggregated(user_records) = deaggregator.deaggregate(data) else {
            return Err(Failure::of(ERR_OTHER));
        };
        let user_records = user_records.map(NewUserRecord::try_from);
        let user_records = user_records.collect::<Result<Vec<_>, _>>();
        let again = self.pack(&user_records.map_err(|_| Failure::of(ERR_OTHER))?)?;
        if again.data() != data {
            return Err(Failure::of(ERR_OTHER));
        }
        Ok(again)
    }

    fn pack(&self, records: &[NewUserRecord<'_>]) -> Result<AggregatedRecord, Failure> {
        let mut options = Options::new().with_max_size(MAX_RECORD_SIZE)?;
        if self.framed {
            options = options.with_framed_singles();
        }
        let first = records.first().map(|first| first.partition_key);
        if first != Some(self.partition_key) {
            options = options.with_outer_partition_key(OuterPartitionKey::Kpl);
        }
        if self.explicit_hash_key.is_none() && self.framed {
            options = options.without_outer_hash_key();
        }
        let mut aggregator = Aggregator::with_options(options);
        for record in records {
            let full = aggregator
                .push(record.clone())
                .map_err(PushErrorKind::from)?;
            if !full.is_empty() {
                return Err(Failure::of(ERR_OTHER));
            }
        }
        let packed = aggregator.finish().ok_or(Failure::of(ERR_OTHER))?;
        Ok(packed.seal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(options: Options, keys: &[(&str, Option<&str>)]) -> AggregatedRecord {
        let mut aggregator = Aggregator::with_options(options);
        for (key, explicit) in keys {
            let mut record = NewUserRecord::new(key, b"data");
            record.explicit_hash_key = *explicit;
            assert!(aggregator.push(record).unwrap().is_empty());
        }
        aggregator.finish().unwrap().seal()
    }

    /// Whatever the options, a record comes back from its head and data as it was.
    #[test]
    fn records_come_back_as_they_were() {
        let keys = [("one", None), ("two", Some("7")), ("one", Some("9"))];
        for options in [
            Options::new(),
            Options::new().with_framed_singles(),
            Options::new().without_outer_hash_key(),
            Options::new().with_outer_partition_key(OuterPartitionKey::Kpl),
        ] {
            for count in 1..=keys.len() {
                let record = packed(options.clone(), &keys[..count]);
                let head = encode(&record);
                let again = Head::decode(&head).unwrap().packed_again(record.data());
                assert_eq!(again.unwrap(), record);
            }
        }
    }

    /// What stands in has the span and the hash key of the record.
    #[test]
    fn what_stands_in_is_judged_alike() {
        let keys = [
            ("one", Some("500")),
            ("two", Some("7")),
            ("one", Some("900")),
        ];
        for count in 1..=keys.len() {
            let record = packed(Options::new(), &keys[..count]);
            let head = encode(&record);
            let judged = Head::decode(&head).unwrap().judged(|stands_in| {
                assert_eq!(stands_in.hash_key_span(), record.hash_key_span());
                assert_eq!(stands_in.outer_hash_key(), record.outer_hash_key());
                assert_eq!(stands_in.is_framed(), record.is_framed());
                Judgement::UnknownShard
            });
            assert_eq!(judged.unwrap(), 2);
        }
    }

    /// Heads that Java never made are errors.
    #[test]
    fn odd_heads_are_errors() {
        for len in [0, 1, 9, 57] {
            assert!(Head::decode(&vec![0; len]).is_err());
        }
    }
}
