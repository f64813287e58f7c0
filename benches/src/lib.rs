//! What the benchmarks measure: the same work, done by this project and by
//! other crates.
//!
//! ```text
//! corpus ── user records by size and keys, and the aggregates of them
//!    │                                           messages ── what is digested
//! ours, c_abi, others ── the same aggregates, read and written; the same digests
//!    │
//! walk ── proves that they did the same          pairs ── corpora as files
//!    │
//! works ── a contest for each work               report ── pages of results
//! ```
//!
//! `contest` times several ways by turns.
//!
//! The benches, `goals`, `ratios`, `md5`, `instructions`, `peers` and `growth` share
//! these and differ in how they measure. Nothing else here takes a time.
#![deny(unsafe_code)]

pub mod c_abi;
pub mod contest;
pub mod corpus;
pub mod messages;
pub mod others;
pub mod ours;
pub mod pairs;
pub mod report;
pub mod walk;
pub mod works;

pub use corpus::{Aggregate, Corpus, Keys, Size};
pub use walk::Walk;

#[cfg(test)]
mod tests {
    use super::messages::Batch;
    use super::{Corpus, Keys, Size, Walk, others, ours};
    use kinesis_agg::Deaggregator;
    use kinesis_agg_testkit::frame;

    /// All that is measured, but for the batches, and data of hardly any bytes.
    fn corpora() -> impl Iterator<Item = Corpus> {
        let tiny = [0, 1].map(|size| Corpus::new(Size::Exactly(size), Keys::FourEachExplicit, 2));
        tiny.into_iter()
            .chain(Corpus::to_read())
            .chain(Corpus::to_write())
    }

    /// All readers hand out the same user records: those that were put in.
    #[test]
    fn all_readers_read_the_same() {
        let unverified = || Deaggregator::new().unverified();
        for corpus in corpora() {
            for aggregate in &corpus.aggregates {
                let expected = Walk::of(&aggregate.user_records);
                let blob = &aggregate.blob;
                for (reader, walk) in [
                    ("ours", ours::walk(&mut Deaggregator::new(), blob)),
                    ("unverified", ours::walk(&mut unverified(), blob)),
                    ("plain", ours::walk(&mut unverified().plain(), blob)),
                    ("text", ours::walk_text(&mut unverified(), blob)),
                ] {
                    assert_eq!(walk, Some(expected), "{reader}, {}", corpus.name);
                }
                for (reader, walk) in others::READERS {
                    let walk = walk(&aggregate.message);
                    assert_eq!(walk, Some(expected), "{reader}, {}", corpus.name);
                }
            }
        }
    }

    /// A batch hands out what its aggregates hold.
    #[test]
    fn a_batch_is_all_of_its_aggregates() {
        for corpus in corpora() {
            let walk = ours::walk_batch(&mut Deaggregator::new(), &corpus.blobs());
            assert_eq!(walk, Some(Walk::of(corpus.user_records())));
        }
    }

    /// All writers write the same bytes.
    #[test]
    fn all_writers_write_the_same() {
        for corpus in corpora() {
            for aggregate in &corpus.aggregates {
                for (writer, encode) in others::WRITERS {
                    let blob = frame::seal(&encode(&aggregate.user_records));
                    assert_eq!(blob, aggregate.blob, "{writer}, {}", corpus.name);
                }
            }
        }
    }

    /// All MD5 are the same.
    #[test]
    fn all_digesters_digest_the_same() {
        let batch = Batch::mixed(50, "0 to 300 B", 0, 300);
        let bytes = batch.bytes();
        let messages = batch.cut(&bytes);
        let expected = Vec::from_iter(messages.iter().map(|it| kinesis_agg_md5::digest(it)));
        // What was there goes.
        let mut digests = vec![[1; 16]];
        for (digester, digest_each) in others::DIGESTERS {
            digest_each(&messages, &mut digests);
            assert_eq!(digests, expected, "{digester}");
        }
    }
}
