//! What `deaggregate` counts, and says at its end.

use kinesis_agg::Report;

use crate::exit::Outcome;
use crate::notice;

/// What is said at the end.
#[derive(Debug, Default)]
pub(super) struct Counts {
    records: u64,
    /// Records that were no aggregate though they should have been something.
    pub(super) malformed: u64,
    dropped_aggregates: u64,
    dropped_user_records: u64,
    unplaceable: u64,
    /// User records with a key that is no UTF-8.
    pub(super) not_utf8: u64,
    /// Records that the output's format has no place for.
    pub(super) left_out: u64,
    /// User records with tags that it has no place for.
    pub(super) lost_tags: u64,
}

impl Counts {
    /// Counts a batch of `records`, as the library reports it.
    pub(super) const fn add(&mut self, records: usize, report: &Report) {
        self.records += records as u64;
        self.malformed += report.damaged as u64;
        self.dropped_aggregates += report.dropped_aggregates as u64;
        self.dropped_user_records += report.dropped_user_records as u64;
        self.unplaceable += report.unplaceable as u64;
    }

    /// Adds what another thread counted.
    pub(super) const fn add_all(&mut self, other: &Self) {
        let Self {
            records,
            malformed,
            dropped_aggregates,
            dropped_user_records,
            unplaceable,
            not_utf8,
            left_out,
            lost_tags,
        } = *other;
        self.records += records;
        self.malformed += malformed;
        self.dropped_aggregates += dropped_aggregates;
        self.dropped_user_records += dropped_user_records;
        self.unplaceable += unplaceable;
        self.not_utf8 += not_utf8;
        self.left_out += left_out;
        self.lost_tags += lost_tags;
    }

    /// The exit code's side of it.
    pub(super) const fn outcome(&self) -> Outcome {
        match self.malformed + self.left_out + self.lost_tags {
            0 => Outcome::Fine,
            _ => Outcome::Malformed,
        }
    }

    /// Says on stderr what is out of the ordinary.
    pub(super) fn say(&self) {
        let (records, whole) = (self.records, self.dropped_aggregates);
        if records == 0 {
            notice::say(&"no records in the input");
        }
        for (count, text) in [
            (
                self.malformed,
                format!("of {records} records malformed; passed through"),
            ),
            (
                self.left_out,
                format!("of {records} records left out: they are not in the output"),
            ),
            (
                self.lost_tags,
                "user records had tags, which a PutRecords request has no place for".to_owned(),
            ),
            (
                self.dropped_user_records,
                format!(
                    "user records dropped by --range-policy; aggregates dropped whole: {whole}"
                ),
            ),
            (
                self.unplaceable,
                "user records in no range: their explicit hash key is no hash key".to_owned(),
            ),
            (
                self.not_utf8,
                "user records with a key that is not UTF-8, shown with U+FFFD".to_owned(),
            ),
        ] {
            if count > 0 {
                notice::say(&format_args!("{count} {text}"));
            }
        }
    }
}
