//! The command line: what can be asked for, and the text of `--help`.
//!
//! Only says what is asked for; `values` reads what stands there. All else is up
//! to the commands.

#![expect(clippy::doc_markdown, reason = "comments here are the text of --help")]

mod values;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use kinesis_agg::HashKeyRange;

pub(crate) use values::{Color, Encoding, From, GroupBy, Policy, To};

/// Takes aggregated Kinesis records apart, makes them, and tells what is in them.
///
/// The Kinesis Producer Library (KPL) packs many user records into one Kinesis
/// record, and the Kinesis Client Library (KCL) takes them apart. This program reads and writes that format, without ever losing a user
/// record. Its commands are filters: files, folders or stdin in, stdout out.
/// Everything else they have to say goes to stderr.
#[derive(Debug, Parser)]
#[command(name = "kinesis-agg", version, verbatim_doc_comment, after_long_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Takes Kinesis records apart: prints the user records inside
    ///
    /// A line of NDJSON has PartitionKey, ExplicitHashKey (if any), Data (base64),
    /// SequenceNumber (if known), SubSequenceNumber (from 0 in each Kinesis record),
    /// ApproximateArrivalTimestamp (if known), Aggregated, Tags (if any), and InRange
    /// if a range was given; then all other fields of its Kinesis record, if that came
    /// with the same names. Fields of the names that it writes are replaced.
    ///
    /// In the format that came in, what stands around a record and around the records
    /// stays as it was. In another format there is what both know; what a format
    /// cannot do without is made up, never a shard: numbers from 1, the time of now,
    /// account 000000000000 in us-east-1, names as STREAM, ROLE and APP.
    ///
    /// A record that is no aggregate passes through. In NDJSON it gets
    /// "Aggregated":false, NotAggregated with the reason, and Offset if a byte of the
    /// data is to blame. The reason "magic" is the ordinary one: a plain record. The
    /// others are malformed, are named on stderr, and end in exit code 1:
    ///
    ///   too-short, too-long, checksum, malformed, index-outside-table
    ///                 the data begins like an aggregate and is none
    ///   bad-data      the data is no base64
    ///   no-data       the record has no data
    ///   stands-twice  a field that counts, such as Data or kinesis, stands there twice
    ///   no-kinesis    a record of a Lambda event has no kinesis object
    ///   no-records    a document has no list of records
    ///   too-deep      objects and lists nest more than 128 deep
    ///   not-json      no JSON object at all: Line has the input's bytes in base64
    ///
    /// Messages name file and line, and the byte in it if one is to blame; in a
    /// document the line where it begins and the record's number, counted from 0.
    ///
    /// So no record of the input is missing in NDJSON; other formats have no place for
    /// what is no record, which is then named and left out. Where a key is not UTF-8
    /// it has U+FFFD, as the KCL shows it.
    #[command(verbatim_doc_comment, after_help = DEAGGREGATE_EXAMPLES)]
    Deaggregate(Deaggregate),
    /// Packs user records into Kinesis records
    ///
    /// A user record has a partition key, an explicit hash key (if any), data, and
    /// tags (if any: a list of Key and, if any, Value); other fields are ignored, and
    /// none of these may stand there twice. So it takes the output of "kinesis-agg
    /// deaggregate". With --partition-key, each line of text is the data of one.
    ///
    /// A line of NDJSON has PartitionKey, ExplicitHashKey (if any) and Data, to be
    /// sent as they are; UserRecords, their count; and HashKeySpan, from the lowest to
    /// the highest hash key inside. When the service answers with a shard that does not
    /// own all of that span, send all of the user records again: a KCL reader drops
    /// such an aggregate whole. A user record that is alone leaves unframed.
    ///
    /// A Kinesis record comes out when it is full, when too many are open, and at the
    /// end of the input: there is no timer. What was saved is told on stderr. It works in
    /// one thread: what shares a Kinesis record depends on all that came before.
    ///
    /// What is no user record, or what Kinesis would not take, is left out, named on
    /// stderr with the reason, and ends in exit code 1. All others come out.
    #[command(verbatim_doc_comment, after_help = AGGREGATE_EXAMPLES)]
    Aggregate(Aggregate),
    /// Shows what is in Kinesis records, for people
    ///
    /// A line for each record: what it is, how many user records and keys it has, how
    /// many bytes, and how much of them is overhead; under it, why one is damaged. Then
    /// a summary: sizes, keys, counts, and what the records cost, one by one and as
    /// they are.
    ///
    /// With --explain, all bytes of each record, field by field: where they lie, and
    /// what they mean; or the byte where it goes wrong, and why.
    ///
    /// What comes from the records is escaped.
    #[command(verbatim_doc_comment, after_help = INSPECT_EXAMPLES)]
    Inspect(Inspect),
    /// Checks Kinesis records: exit code 4 and a list when one is damaged, or would be lost
    ///
    /// Found are records that begin like an aggregate and are none; records that cannot
    /// be read, and aggregates that were encoded twice; with --hash-key-range, user
    /// records outside of that range; with --shards, aggregates with user records that
    /// lie outside of the shard where their Kinesis record lies or will land, which a
    /// reader of the Kinesis Client Library (KCL) drops whole, and aggregates of which
    /// nobody tells the shard.
    ///
    /// The list goes to stdout, a finding a line.
    #[command(verbatim_doc_comment, after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
    /// Prints what a shell needs to complete commands, options and their values
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Prints the manual page, or writes those of all commands to a folder
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Folder to write the pages to
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Deaggregate {
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    pub(crate) to: To,
    /// How data is written, to ndjson and data
    #[arg(long, value_name = "ENCODING", default_value = "base64")]
    pub(crate) data: Encoding,
    /// Name of the stream in requests of put-records
    #[arg(long, value_name = "NAME", default_value = "STREAM")]
    pub(crate) stream_name: String,
    /// Tells of each user record whether it is in this range of hash keys
    ///
    /// START and END are decimal and both included: those of the shard that the
    /// records were read from. A user record whose explicit hash key is no number
    /// from 0 to 2^128-1 lies nowhere: its InRange is false.
    #[arg(long, value_name = "START-END", verbatim_doc_comment, value_parser = values::hash_key_range)]
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
    pub(crate) filter: FilterOptions,
    #[command(flatten)]
    pub(crate) threads: ThreadOptions,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Aggregate {
    /// Format of the output
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    pub(crate) to: To,
    /// How the data of the user records stands in ndjson and in lines
    ///
    /// [default: base64, and utf8 in lines]
    #[arg(long, value_name = "ENCODING", verbatim_doc_comment)]
    pub(crate) data: Option<Encoding>,
    /// Partition key of user records that have none of their own
    ///
    /// Without --from, each line of text is the data of a user record.
    #[arg(long, value_name = "KEY", verbatim_doc_comment)]
    pub(crate) partition_key: Option<String>,
    /// Name of the stream in requests of put-records
    #[arg(long, value_name = "NAME", default_value = "STREAM")]
    pub(crate) stream_name: String,
    /// Largest Kinesis record: its data and partition key, up to 10MiB
    ///
    /// The KPL's own limit is 51200. Above 1MiB the stream's record limit must have
    /// been raised.
    #[arg(
        long,
        value_name = "BYTES",
        verbatim_doc_comment,
        default_value = "1MiB",
        value_parser = values::max_size
    )]
    pub(crate) max_size: usize,
    /// Most user records in a Kinesis record [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = values::max_count)]
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
    pub(crate) filter: FilterOptions,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Lays out all bytes of each record
    #[arg(long)]
    pub(crate) explain: bool,
    /// With --explain: all user records, however many there are
    #[arg(long, requires = "explain")]
    pub(crate) all: bool,
    /// A JSON object a record, and one for the summary, for machines
    #[arg(long)]
    pub(crate) json: bool,
    /// What the KCL would do with each record in this range of hash keys
    #[arg(long, value_name = "START-END", value_parser = values::hash_key_range)]
    pub(crate) hash_key_range: Option<HashKeyRange>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Columns of the output [default: those of the terminal, else 80]
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) width: Option<usize>,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// User records must lie in this range of hash keys
    #[arg(long, value_name = "START-END", value_parser = values::hash_key_range)]
    pub(crate) hash_key_range: Option<HashKeyRange>,
    /// Each aggregate must lie in the shard where it lands: what "aws kinesis list-shards" prints
    #[arg(long, value_name = "FILE", conflicts_with = "hash_key_range")]
    pub(crate) shards: Option<PathBuf>,
    /// A JSON object a finding, for machines
    #[arg(long)]
    pub(crate) json: bool,
    /// Says nothing on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) threads: ThreadOptions,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct FilterOptions {
    /// Stops at the first record that is malformed, with exit code 4
    ///
    /// What came before it goes out.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) strict: bool,
    /// Says nothing on stderr but why it stopped
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ThreadOptions {
    /// Threads that work on the input [default: one a core, 8 at most]
    ///
    /// The output and the messages are the same with any number, and in the same
    /// order. Each thread takes some 6 MiB, or a small multiple of the longest line or
    /// document. What deaggregate writes in other formats than ndjson and data is the
    /// work of one thread.
    #[arg(long, value_name = "COUNT", verbatim_doc_comment)]
    threads: Option<NonZeroUsize>,
}

impl ThreadOptions {
    /// How many there are to be. With more than eight, memory would pass 64 MiB, and
    /// whoever cuts the input does not keep up.
    pub(crate) fn count(self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, |cores| cores.get().min(8));
        self.threads.map_or_else(cores, NonZeroUsize::get)
    }
}

#[derive(Clone, Debug, Args)]
pub(crate) struct InputOptions {
    /// Files to read, one after the other, and folders with all files in them but
    /// hidden ones; stdin for "-" and when there are none
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Format of the input
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) from: From,
    /// Longest line, document or raw file; a longer one ends in exit code 4
    ///
    /// Memory stays within a small multiple of it, however long the input is.
    #[arg(
        long,
        value_name = "BYTES",
        verbatim_doc_comment,
        default_value = "32MiB",
        value_parser = values::size
    )]
    pub(crate) max_line: usize,
}

const AFTER_HELP: &str = "\
Examples:
  kinesis-agg deaggregate examples/data/lambda-event.json
  kinesis-agg inspect --explain examples/data/captured-record.bin

Exit codes:
  0    all went well; also when the reader of the output went away
  1    some of the input is malformed: passed through, or named on stderr
  2    wrong usage
  3    reading or writing failed; files that can be read are read all the same
  4    verify found something; --strict stopped; or a line or a document is too long
       (--max-line), where reading stopped, since going on would have lost it
  130  Ctrl-C: what was read by then is out";

const DEAGGREGATE_EXAMPLES: &str = "\
Examples:
  What is in a Lambda event:
    kinesis-agg deaggregate examples/data/lambda-event.json

  The data of all user records in what GetRecords answered, as text:
    aws kinesis get-records --shard-iterator \"$ITERATOR\" |
      kinesis-agg deaggregate --to data --data utf8

  The same event with its aggregates taken apart, to try a function with:
    kinesis-agg deaggregate --to lambda examples/data/lambda-event.json

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

  Lines of text, all under one partition key, sent to a stream, a request a line:
    kinesis-agg aggregate --partition-key web --to put-records --stream-name orders log.txt |
      split -l 1 - put.
    for request in put.*; do
      aws kinesis put-records --cli-binary-format base64 --cli-input-json \"file://$request\"
    done
  That takes version 2 of the AWS CLI: version 1 encodes the data a second time.";

const INSPECT_EXAMPLES: &str = "\
Examples:
  What is in an event, and what it costs:
    kinesis-agg inspect examples/data/lambda-event.json

  Each byte of a captured record:
    kinesis-agg inspect --explain examples/data/captured-record.bin

  A record pasted from somewhere, in base64 or hexadecimal:
    pbpaste | kinesis-agg inspect --explain

  What the KCL would drop in the lower half of a stream:
    kinesis-agg inspect examples/data/lambda-event.json \\
      --hash-key-range 0-170141183460469231731687303715884105727";

const VERIFY_EXAMPLES: &str = "\
Examples:
  Whether a capture is sound:
    kinesis-agg verify examples/data/lambda-event.json

  Whether a KCL reader would get all of what is about to be sent:
    kinesis-agg verify --shards examples/data/shards.json put.json";

const MAN_EXAMPLES: &str = "\
Examples:
  kinesis-agg man | man -l -
  kinesis-agg man --folder ~/.local/share/man/man1";

const COMPLETIONS_EXAMPLES: &str = "\
Examples, once their folders are there:
  kinesis-agg completions bash > ~/.local/share/bash-completion/completions/kinesis-agg
  kinesis-agg completions zsh  > ~/.zfunc/_kinesis-agg
  kinesis-agg completions fish > ~/.config/fish/completions/kinesis-agg.fish";

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    /// clap's own check of the definitions.
    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
