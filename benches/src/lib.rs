//! What the benchmarks measure: the same work, done by this project and by
//! other protobuf crates.
//!
//! ```text
//! corpus ── user records by size and keys, and the aggregates of them
//!    │
//! ours, others ── the same aggregates, read and written
//!    │
//! walk ── proves that they did the same          pairs ── corpora as files
//! ```
//!
//! `contest` times several ways by turns; `report` has what pages of results have
//! in common.
//!
//! The benches, `ratios`, `md5`, `instructions`, `peers` and `growth` share these
//! and differ in how they measure. Nothing else here takes a time.
#![forbid(unsafe_code)]

pub mod contest;
pub mod corpus;
pub mod others;
pub mod ours;
pub mod pairs;
pub mod report;
pub mod walk;

pub use corpus::{Aggregate, Corpus, Keys, Size};
pub use walk::Walk;

#[cfg(test)]
mod tests {
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
}
