//! The works that are timed, and who does them: a contest for each work.
//!
//! The first contestant is `ours`, but for digests: there the crate `md-5` is
//! the first, and ours go by the names of their paths. Who measures picks from
//! the scores by name.

use std::collections::HashSet;

use kinesis_agg::{Deaggregator, RangePolicy, seal_many};
use kinesis_agg_md5::Path;
use kinesis_agg_testkit::frame;

use crate::contest::Contest;
use crate::corpus::{Aggregate, Corpus};
use crate::{c_abi, others, ours};

/// Our work with the MD5 by the crate `md-5`, one after the other.
pub const MD5_AT_THE_END: &str = "md-5 at the end";

/// Our work through the C ABI.
pub const BY_C: &str = "C ABI";

/// The MD5 of each message: other crates, then ours by `paths`.
pub fn digest<'m>(messages: &'m [&'m [u8]], paths: impl IntoIterator<Item = Path>) -> Contest<'m> {
    let mut contest = Contest::new();
    for (name, digest_each) in others::DIGESTERS {
        let mut digests = Vec::new();
        contest.add(name, move || digest_each(messages, &mut digests));
    }
    for path in paths {
        let mut digests = Vec::new();
        contest.add(path.name(), move || {
            path.digest_many(messages, &mut digests);
        });
    }
    contest
}

/// Reading aggregates without checksum.
pub fn parse(corpus: &Corpus) -> Contest<'_> {
    let reader = || Deaggregator::new().unverified();
    let (mut usual, mut text, mut plain) = (reader(), reader(), reader().plain());
    let mut contest = Contest::new();
    contest.add("ours", move || {
        corpus.walk_each(|it| ours::walk(&mut usual, &it.blob));
    });
    contest.add("keys as text", move || {
        corpus.walk_each(|it| ours::walk_text(&mut text, &it.blob));
    });
    contest.add("plain", move || {
        corpus.walk_each(|it| ours::walk(&mut plain, &it.blob));
    });
    for (name, walk) in others::READERS {
        contest.add(name, move || corpus.walk_each(|it| walk(&it.message)));
    }
    contest
}

/// Reading aggregates with their checksums, one by one.
pub fn one_by_one(corpus: &Corpus) -> Contest<'_> {
    let mut deaggregator = Deaggregator::new();
    let mut contest = Contest::new();
    contest.add("ours", move || {
        corpus.walk_each(|it| ours::walk(&mut deaggregator, &it.blob));
    });
    let (name, walk) = others::MD5_AND_PROST;
    contest.add(name, move || corpus.walk_each(|it| walk(&it.blob)));
    contest
}

/// Reading all aggregates together, with their checksums.
pub fn batch(corpus: &Corpus) -> Contest<'_> {
    let keep_all = Deaggregator::new();
    let in_range = Deaggregator::with_range(ours::lower_half(), RangePolicy::KeepInRange);
    let mut contest = Contest::new();
    for (name, mut deaggregator) in [("ours", keep_all), ("in range", in_range)] {
        let blobs = corpus.blobs();
        contest.add(name, move || ours::walk_batch(&mut deaggregator, &blobs));
    }
    let (mut by_c, blobs) = (c_abi::Deaggregator::default(), corpus.blobs());
    contest.add(BY_C, move || Some(by_c.walk_batch(&blobs)));
    let (name, walk) = others::MD5_AND_PROST;
    contest.add(name, move || corpus.walk_each(|it| walk(&it.blob)));
    contest
}

/// Packing aggregates without any MD5.
pub fn push(corpus: &Corpus) -> Contest<'_> {
    let mut aggregator = ours::aggregator();
    let mut contest = Contest::new();
    contest.add("ours", move || {
        ours::push_all(&mut aggregator, corpus.user_records())
    });
    for (name, encode) in others::WRITERS {
        contest.add(name, move || corpus.encode_each(encode));
    }
    contest
}

/// Packing aggregates and sealing them together.
///
/// [`MD5_AT_THE_END`] packs as ours does, and then digests what sealing would
/// digest: each message and each partition key of its table.
pub fn flush(corpus: &Corpus) -> Contest<'_> {
    let [mut aggregator, mut same] = [(), ()].map(|()| ours::aggregator());
    let mut contest = Contest::new();
    contest.add("ours", move || {
        seal_many(ours::push_all(&mut aggregator, corpus.user_records()))
    });
    let (digested, mut digests) = (digested(corpus), Vec::new());
    contest.add(MD5_AT_THE_END, move || {
        let full = ours::push_all(&mut same, corpus.user_records());
        others::md5_each(&digested, &mut digests);
        full
    });
    for (name, encode) in others::WRITERS {
        contest.add(name, move || {
            let messages = corpus.encode_each(encode);
            Vec::from_iter(messages.iter().map(|message| frame::seal(message)))
        });
    }
    contest
}

/// What sealing the aggregates of a corpus digests.
fn digested(corpus: &Corpus) -> Vec<&[u8]> {
    let messages = corpus.aggregates.iter().map(|it| &it.message[..]);
    messages
        .chain(corpus.aggregates.iter().flat_map(hashed_keys))
        .collect()
}

/// The partition keys of an aggregate whose hash keys nobody gave.
fn hashed_keys(aggregate: &Aggregate) -> HashSet<&[u8]> {
    let user_records = aggregate.user_records.iter();
    let hashed = user_records.filter(|it| it.explicit_hash_key.is_none());
    hashed.map(|it| it.partition_key.as_bytes()).collect()
}
