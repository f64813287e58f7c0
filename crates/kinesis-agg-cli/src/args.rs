//! The command line: what can be asked for, and the text of `--help`.
//!
//! Only says what is asked for. The value types at the foot read what stands on
//! the command line; all else is up to the commands.

#![expect(clippy::doc_markdown, reason = "comments here are the text of --help")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kinesis_agg::{HashKey, HashKeyRange, Options, RangePolicy};

/// Takes aggregated Kinesis records apart and makes them.
///
/// The Kinesis Producer Library (KPL) packs many user records into one Kinesis
/// record. This program reads and writes that format, without ever losing a user
/// record. Its commands are filters: files or stdin in, stdout out, a JSON object
/// a line (NDJSON). Everything else they have to say goes to stderr.
#[derive(Debug, Parser)]
#[command(name = "kinesis-agg", version, verbatim_doc_comment, after_long_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Takes Kinesis records apart: prints the user records inside, one a line
    ///
    /// A line has PartitionKey, ExplicitHashKey (if any), Data (base64),
    /// SequenceNumber (if known), SubSequenceNumber (from 0 in each Kinesis record),
    /// Aggregated, Tags (if any), and InRange if a range was given.
    ///
    /// A record that is no aggregate passes through. Of a line it has all fields as
    /// they are. Of a Lambda event it has those of the object kinesis: PartitionKey,
    /// ExplicitHashKey, Data, SequenceNumber and ApproximateArrivalTimestamp, so named,
    /// and all others as they are; what stands around that object (eventID, ...) is
    /// not kept.
    ///
    /// It gets "Aggregated":false, NotAggregated with the reason, and Offset if a
    /// byte of the data is to blame, but no InRange and no SubSequenceNumber; what an
    /// earlier run wrote there goes. The reason "magic" is the ordinary one: a plain
    /// record. The others are malformed, are named on stderr, and end in exit code 1:
    ///
    ///   too-short, too-long, checksum, malformed, index-outside-table
    ///                 the data begins like an aggregate and is none
    ///   bad-data      Data is no base64
    ///   no-data       the record has no Data
    ///   stands-twice  a field that counts, such as Data or kinesis, stands there twice
    ///   no-kinesis    an entry of a Lambda event has no kinesis object
    ///   no-records    an object among Lambda events has no Records
    ///   not-json      no JSON object at all: Line has the input's bytes in base64
    ///
    /// Messages name file and line, and the byte in it if one is to blame; in a Lambda
    /// event its first line and the record's number, counted from 0.
    ///
    /// So each line of the output is a JSON object, and no record of the input is
    /// missing. Where a key is not UTF-8 it has U+FFFD, as the KCL shows it.
    #[command(verbatim_doc_comment, after_help = DEAGGREGATE_EXAMPLES)]
    Deaggregate(Deaggregate),
    /// Packs user records into Kinesis records: prints those, one a line
    ///
    /// A line of the input has PartitionKey, ExplicitHashKey (if any), Data (base64)
    /// and Tags (if any: a list of Key and, if any, Value); other fields are ignored,
    /// and none of these may stand there twice.
    /// So it takes the output of "kinesis-agg deaggregate".
    ///
    /// A line of the output has PartitionKey, ExplicitHashKey (if any) and Data, to be
    /// sent as they are; UserRecords, their count; and HashKeySpan, from the lowest to
    /// the highest hash key inside. When the service answers with a shard that does not
    /// own all of that span, send all of the user records again: a KCL reader drops
    /// such an aggregate whole. A user record that is alone leaves unframed.
    ///
    /// A Kinesis record comes out when it is full, when too many are open, and at the
    /// end of the input: there is no timer.
    ///
    /// A line that is no user record, or that Kinesis would not take, is left out,
    /// named on stderr with the reason, and ends in exit code 1. All others come out.
    #[command(verbatim_doc_comment, after_help = AGGREGATE_EXAMPLES)]
    Aggregate(Aggregate),
    /// Shows what is in Kinesis records
    Inspect(Inspect),
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long)]
    pub(crate) explain: bool,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long)]
    pub(crate) color: bool,
    #[arg(long, default_value = "80")]
    pub(crate) width: usize,
    #[arg(long, value_parser = hash_key_range)]
    pub(crate) hash_key_range: Option<HashKeyRange>,
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Deaggregate {
    /// Format of the input; told by its first bytes when not given
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<Format>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    pub(crate) to: OutputFormat,
    /// Tells of each user record whether it is in this range of hash keys
    ///
    /// START and END are decimal and both included: those of the shard that the
    /// records were read from. A user record whose explicit hash key is no number
    /// from 0 to 2^128-1 lies nowhere: its InRange is false.
    #[arg(long, value_name = "START-END", verbatim_doc_comment, value_parser = hash_key_range)]
    pub(crate) hash_key_range: Option<HashKeyRange>,
    /// What to do with user records out of the range
    ///
    /// What is dropped is counted on stderr. Records that are no aggregate are never
    /// dropped.
    #[arg(
        long,
        value_name = "POLICY",
        verbatim_doc_comment,
        default_value = "keep-all",
        requires = "hash_key_range"
    )]
    pub(crate) range_policy: Policy,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Aggregate {
    /// Largest Kinesis record: its data and partition key, up to 10MiB
    ///
    /// The KPL's own limit is 51200. Above 1MiB the stream's record limit must have
    /// been raised.
    #[arg(
        long,
        value_name = "BYTES",
        verbatim_doc_comment,
        default_value = "1MiB",
        value_parser = max_size
    )]
    pub(crate) max_size: usize,
    /// Most user records in a Kinesis record [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = max_count)]
    pub(crate) max_count: Option<usize>,
    /// Which user records may share a Kinesis record
    #[arg(long, value_name = "GROUPING", default_value = "hash-key")]
    pub(crate) group_by: GroupBy,
    /// The stream's shards: what "aws kinesis list-shards" prints
    ///
    /// Needed by shard and pinned. Shards with an EndingSequenceNumber are closed.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    pub(crate) shards: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct InputOptions {
    /// Files to read, one after the other; stdin for "-" and when there are none
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Longest line, or Lambda event; a longer one ends in exit code 4
    ///
    /// Memory stays within a small multiple of it, however long the input is.
    #[arg(
        long,
        value_name = "BYTES",
        verbatim_doc_comment,
        default_value = "32MiB",
        value_parser = size
    )]
    pub(crate) max_line: usize,
}

/// A format of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A Kinesis record a line: Data, and what else there is
    Ndjson,
    /// AWS Lambda events of a Kinesis stream, one after the other
    Lambda,
}

/// A format of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// A record a line
    Ndjson,
}

/// What becomes of user records out of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Keep everything; InRange tells
    KeepAll,
    /// Drop those out of the range one by one; keep those that lie nowhere
    KeepInRange,
    /// Drop an aggregate whole when one of its user records is out, as the KCL does
    DropAggregate,
}

impl From<Policy> for RangePolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::KeepAll => Self::KeepAll,
            Policy::KeepInRange => Self::KeepInRange,
            Policy::DropAggregate => Self::DropAggregate,
        }
    }
}

/// Which user records share an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    /// Those of one hash key: safe through splits and merges, packs least
    HashKey,
    /// Those of one shard: packs well; needs --shards
    Shard,
    /// Those of one shard, under one explicit hash key: safe through splits; needs --shards
    Pinned,
    /// Any: only for readers that look at no hash key range, as Lambda
    None,
}

const AFTER_HELP: &str = "\
Example:
  kinesis-agg deaggregate examples/data/lambda-event.json

Exit codes:
  0    all went well; also when the reader of the output went away
  1    some of the input is malformed: passed through, or named on stderr
  2    wrong usage
  3    reading or writing failed; files that can be read are read all the same
  4    a line or an event is too long (--max-line): reading stopped, since going on
       would have lost it
  130  Ctrl-C";

const DEAGGREGATE_EXAMPLES: &str = "\
Examples:
  What is in a Lambda event:
    kinesis-agg deaggregate examples/data/lambda-event.json

  The data of all user records in what GetRecords answered, if it is text:
    aws kinesis get-records --shard-iterator \"$ITERATOR\" | jq -c '.Records[]' |
      kinesis-agg deaggregate | jq -r '.Data | @base64d'

  What the KCL would hand out in the lower half of a stream:
    kinesis-agg deaggregate examples/data/lambda-event.json --range-policy drop-aggregate \\
      --hash-key-range 0-170141183460469231731687303715884105727";

const AGGREGATE_EXAMPLES: &str = "\
Examples:
  Safe in any stream:
    kinesis-agg aggregate examples/data/records.ndjson

  Packed by shard, in the size that the KPL packs:
    kinesis-agg aggregate --group-by shard --shards examples/data/shards.json \\
      --max-size 51200 examples/data/records.ndjson

  Sent to a stream:
    kinesis-agg aggregate examples/data/records.ndjson |
      jq -s '{StreamName: \"orders\", Records: map(del(.UserRecords, .HashKeySpan))}' > put.json
    aws kinesis put-records --cli-input-json file://put.json";

/// Reads a size: a number of bytes, or of a larger unit.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("give bytes, or a number with KiB, MiB, GiB, KB, MB or GB".to_owned()),
    };
    let number = number.parse::<usize>().map_err(|error| error.to_string())?;
    let size = number.checked_mul(unit).filter(|size| *size > 0);
    size.ok_or_else(|| "this is no size".to_owned())
}

fn max_size(text: &str) -> Result<usize, String> {
    let options = Options::new().with_max_size(size(text)?);
    let options = options.map_err(|error| error.to_string())?;
    Ok(options.max_size())
}

fn max_count(text: &str) -> Result<usize, String> {
    let count = text.parse().map_err(|error| format!("{error}"));
    let options = Options::new().with_max_count(count?);
    let options = options.map_err(|error| error.to_string())?;
    Ok(options.max_count())
}

fn hash_key_range(text: &str) -> Result<HashKeyRange, String> {
    let (start, end) = text
        .split_once('-')
        .ok_or("give START-END, both in decimal")?;
    let hash_key = |text: &str| {
        HashKey::from_decimal(text).ok_or(format!("{text:?} is no hash key: 0 to 2^128-1"))
    };
    let range = HashKeyRange::new(hash_key(start)?, hash_key(end)?);
    range.ok_or("the end is below the start".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Cli, hash_key_range, max_count, max_size, size};
    use clap::CommandFactory;

    /// clap's own check of the definitions.
    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Sizes are plain numbers or have a unit; nothing overflows, 0 is none.
    #[test]
    fn sizes() {
        for (text, expected) in [
            ("1", Some(1)),
            ("51200", Some(51_200)),
            ("7B", Some(7)),
            ("64MiB", Some(64 << 20)),
            ("64 mib", Some(64 << 20)),
            ("2kb", Some(2000)),
            ("1GiB", Some(1 << 30)),
            ("0", None),
            ("0MiB", None),
            ("", None),
            ("MiB", None),
            ("1.5MiB", None),
            ("-1", None),
            ("1M", None),
            ("18446744073709551615GiB", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
        assert_eq!(max_size("10MiB"), Ok(10 << 20));
        assert!(max_size("10485761").is_err());
        assert_eq!(max_count("1"), Ok(1));
        assert!(max_count("0").is_err());
    }

    /// Ranges are two decimal hash keys in order.
    #[test]
    fn ranges() {
        let top = "340282366920938463463374607431768211455";
        for text in ["0-0", &format!("0-{top}"), "7-9"] {
            assert_eq!(hash_key_range(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "7",
            "-",
            "7-",
            "-7",
            "9-7",
            "0-0x10",
            "0-340282366920938463463374607431768211456",
        ] {
            assert!(hash_key_range(text).is_err(), "{text}");
        }
    }
}
