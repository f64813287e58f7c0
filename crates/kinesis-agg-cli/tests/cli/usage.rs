//! Arguments: what is refused, and what the help says.

use crate::program::{example, run};

/// Wrong arguments end in exit code 2, with the reason.
#[test]
fn wrong_arguments() {
    let lambda_event = example("lambda-event.json");
    for (arguments, said) in [
        ("", "Usage: kinesis-agg <COMMAND>"),
        ("inspct", "unrecognized subcommand"),
        (
            "deaggregate --from xml",
            "[possible values: auto, ndjson, get-records, put-records, lambda,",
        ),
        ("deaggregate --to csv", "pipes, data]"),
        (
            "deaggregate --hash-key-range 7",
            "give START-END, both in decimal",
        ),
        (
            "deaggregate --hash-key-range 9-7",
            "the end is below the start",
        ),
        (
            "deaggregate --hash-key-range x-7",
            "\"x\" is no hash key: 0 to 2^128-1",
        ),
        (
            "deaggregate --range-policy keep-all",
            "--hash-key-range <START-END>",
        ),
        ("deaggregate --max-line 0", "this is no size"),
        (
            "aggregate --max-size 11MiB",
            "a maximum size of 11534336 bytes is above 10485760",
        ),
        ("aggregate --max-size 1M", "a number with KiB, MiB, GiB"),
        ("aggregate --max-count 0", "a maximum of 0 leaves no room"),
        (
            "aggregate --group-by key",
            "[possible values: hash-key, shard, pinned, none]",
        ),
        (
            "aggregate --group-by shard",
            "--group-by shard and pinned need --shards FILE",
        ),
        (
            "aggregate --group-by pinned",
            "--group-by shard and pinned need --shards FILE",
        ),
        (
            "aggregate --shards x",
            "--shards is for --group-by shard and pinned",
        ),
        (
            &format!("aggregate --group-by shard --shards {lambda_event}"),
            "no answer of ListShards: Shards is missing, at line ",
        ),
    ] {
        let ran = run(arguments, "");
        assert_eq!(ran.code, 2, "{arguments}");
        assert!(ran.stderr.contains(said), "{arguments}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments}");
    }
}

/// Files that are not there end in exit code 3; what came before them is out.
#[test]
fn unreadable_files() {
    for arguments in [
        "deaggregate - no\u{1b}such.ndjson",
        "aggregate --group-by none - no\u{1b}such.ndjson",
        "aggregate --group-by shard --shards no\u{1b}such.ndjson",
    ] {
        let ran = run(arguments, "{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}");
        assert_eq!(ran.code, 3, "{arguments}: {}", ran.stderr);
        let said = ran.said();
        let last = said.lines().last().unwrap_or_default();
        let name = "no\\u{1b}such.ndjson: ";
        assert!(last.starts_with(&format!("kinesis-agg: {name}")), "{last}");
        let lines = usize::from(!arguments.contains("shards"));
        assert_eq!(ran.lines().len(), lines, "{arguments}");
    }
}

/// Files behind one that cannot be read are read all the same, and the exit code
/// stays 3 whatever is in them.
#[test]
fn files_behind_an_unreadable_one() {
    for (command, records) in [("deaggregate", 3), ("aggregate", 2)] {
        let ran = run(
            &format!(
                "{command} no-such-1 - no-such-2 {}",
                example("records.ndjson")
            ),
            "{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\n?\n",
        );
        assert!(ran.lines().len() > records, "{command}: {}", ran.stdout);
        let said = |start: &str| ran.stderr.lines().any(|line| line.starts_with(start));
        for name in ["no-such-1: ", "<stdin>:2:1: ", "no-such-2: "] {
            assert!(said(&format!("kinesis-agg: {name}")), "{}", ran.stderr);
        }
        assert_eq!(ran.code, 3, "{command}");
    }
}

/// The help of each command has its options and examples; the version is the
/// package's.
#[test]
fn help_and_version() {
    let version = format!("kinesis-agg {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(run("--version", "").stdout, version);
    for (arguments, parts) in [
        (
            "--help",
            &[
                "deaggregate  Takes",
                "aggregate    Packs",
                "Examples:",
                "  130  Ctrl-C",
            ][..],
        ),
        (
            "deaggregate --help",
            &[
                "--from <FORMAT>",
                "--hash-key-range <START-END>",
                "drop-aggregate",
                "Examples:",
            ],
        ),
        (
            "aggregate --help",
            &[
                "--max-size <BYTES>",
                "[default: 1MiB]",
                "--shards <FILE>",
                "Examples:",
            ],
        ),
    ] {
        let ran = run(arguments, "");
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{arguments}");
        let files = ran.stdout.split_whitespace();
        for file in files.filter(|word| word.contains("examples/")) {
            let name = file.strip_prefix("examples/data/").unwrap_or(file);
            assert!(std::path::Path::new(&example(name)).exists(), "{file}");
        }
        for part in parts {
            assert!(
                ran.stdout.contains(part),
                "{arguments}: no {part:?} in\n{}",
                ran.stdout
            );
        }
    }
}
