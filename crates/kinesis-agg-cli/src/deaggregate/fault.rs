//! What is wrong with an input that holds no blob.

use std::fmt;

use crate::data::BadData;

/// Why there is no blob in what should be a Kinesis record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not JSON, or no object.
    NotJson(String),
    /// It is an object among Lambda events, and has no list `Records`.
    NoRecords,
    /// It is a record of a Lambda event, and has no object `kinesis`.
    NoKinesis,
    /// It has no `Data`.
    NoData(Option<Hint>),
    /// A field that counts stands in it twice.
    Twice(&'static str),
    /// Its `Data` gives no bytes.
    BadData(BadData),
}

/// What an object without `Data` may be instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// It has a list `Records`.
    Records,
    /// It has a field `data`.
    LowerCase,
}

impl Fault {
    /// A short name that stays the same, beside those of
    /// [`NotAggregated`](kinesis_agg::NotAggregated).
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "not-json",
            Self::NoRecords => "no-records",
            Self::NoKinesis => "no-kinesis",
            Self::NoData(_) => "no-data",
            Self::Twice(_) => "stands-twice",
            Self::BadData(_) => "bad-data",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(what) => write!(formatter, "no JSON object: {what}"),
            Self::NoRecords => formatter.write_str(
                "no Lambda event: it has no list Records; a Kinesis record of its own is to stand \
                 on one line",
            ),
            Self::NoKinesis => formatter.write_str(
                "no record of a Kinesis stream: it has no kinesis object; a GetRecords answer is \
                 read as jq -c '.Records[]' prints it",
            ),
            Self::NoData(hint) => {
                formatter.write_str("no Kinesis record: it has no Data")?;
                formatter.write_str(hint.map_or("", Hint::text))
            }
            Self::Twice(name) => write!(formatter, "{name} stands twice"),
            Self::BadData(bad) => bad.fmt(formatter),
        }
    }
}

impl Hint {
    /// What follows on "it has no Data".
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Records => {
                ", but a list Records: it looks like a Lambda event, read with --from lambda, or \
                 like a GetRecords answer, read as jq -c '.Records[]' prints it"
            }
            Self::LowerCase => ", but data: fields are named as in the AWS SDKs",
        }
    }
}
