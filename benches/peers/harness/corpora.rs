//! The corpora of the contest, and the files that all programs read.
//!
//! ```text
//! NAME.aggregates       Kinesis records: an outer partition key and an aggregate
//! NAME.user-records     the user records in them, in the same order
//! ```
//!
//! The form of the files is that of `pairs` in the library.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kinesis_agg_bench::{Keys, Size, pairs};

use crate::peer::Work;
use crate::results;

/// Aggregates of 50 KB in each: 9 MB, close to the largest answer to GetRecords.
const AGGREGATES: usize = 180;

/// The corpus of the chart and of quick runs.
pub(crate) const USUAL: &str = "100B-four-each";

/// User records, and the aggregates of them.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) name: String,
    pub(crate) user_records: usize,
    bytes: usize,
    made: kinesis_agg_bench::Corpus,
}

/// Where the files of a corpus lie.
#[derive(Debug)]
pub(crate) struct Files {
    aggregates: PathBuf,
    user_records: PathBuf,
    /// How many user records there are.
    pub(crate) count: usize,
}

/// All corpora, or those of a quick run, made when their turn comes.
pub(crate) fn all(quick: bool) -> impl Iterator<Item = Corpus> {
    let sizes = [20, 100, 1024, 5120].map(Size::Exactly).into_iter();
    let sizes = sizes.chain([Size::UpTo(2000)]);
    let keys = [Keys::FourEach, Keys::Distinct];
    let all = sizes.flat_map(move |size| keys.map(|keys| (size, keys)));
    let wanted = move |(size, keys): &(Size, Keys)| {
        !quick || format!("{}-{}", size.name(), keys.name()) == USUAL
    };
    all.filter(wanted)
        .map(|(size, keys)| Corpus::new(size, keys))
}

impl Corpus {
    fn new(size: Size, keys: Keys) -> Self {
        let corpus = kinesis_agg_bench::Corpus::new(size, keys, AGGREGATES);
        Self {
            name: corpus.name.clone(),
            user_records: corpus.user_record_count(),
            bytes: corpus.size(),
            made: corpus,
        }
    }

    /// # Errors
    ///
    /// The files cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<Files> {
        let folder = folder.join("corpora");
        std::fs::create_dir_all(&folder)?;
        let (mut aggregates, mut user_records) = (Vec::new(), Vec::new());
        for aggregate in &self.made.aggregates {
            let first = aggregate.user_records.first();
            let outer = first.map_or("", |first| &first.partition_key);
            pairs::write(&mut aggregates, outer, &aggregate.blob);
        }
        for user_record in self.made.user_records() {
            let data = &user_record.data;
            pairs::write(&mut user_records, &user_record.partition_key, data);
        }
        let write = |kind: &str, bytes: Vec<u8>| {
            let file = folder.join(format!("{}.{kind}", self.name));
            let written = std::fs::write(&file, bytes);
            written.with_context(|| format!("cannot write {}", file.display()))?;
            anyhow::Ok(file)
        };
        Ok(Files {
            aggregates: write("aggregates", aggregates)?,
            user_records: write("user-records", user_records)?,
            count: self.user_records,
        })
    }

    pub(crate) fn describe(&self) -> results::Corpus {
        results::Corpus {
            name: self.name.clone(),
            aggregates: self.made.aggregates.len(),
            bytes: self.bytes,
            user_records: self.user_records,
        }
    }
}

impl Files {
    /// What goes into the work.
    pub(crate) fn input(&self, work: Work) -> &Path {
        match work {
            Work::Deaggregate => &self.aggregates,
            Work::Aggregate => &self.user_records,
        }
    }

    /// The user records that come out of either work.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn expected(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.user_records).context("cannot read the user records")
    }
}
