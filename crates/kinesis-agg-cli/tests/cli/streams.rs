//! Input without end, output that nobody reads, lines that are too long.

use std::io::{BufRead, BufReader, Read, Write};
use std::thread;

use kinesis_agg_testkit::{TestRecord, naive};
use serde_json::json;

use crate::program::{base64, kinesis_record, program, run, wait};

/// A reader that has seen enough, as `head` does, is no error and no message.
#[test]
fn broken_pipes_are_quiet() {
    for command in ["deaggregate", "aggregate --max-count 1"] {
        let mut child = program(command).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let feeder = thread::spawn(move || {
            let line = b"{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\n";
            // Ends when the program does.
            while stdin.write_all(line).is_ok() {}
        });
        let mut first = [0; 1];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let ran = wait(child);
        feeder.join().unwrap();
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{command}");
    }
}

/// What cannot be written ends in exit code 3, with each message once.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk() {
    for (command, said) in [
        (
            "deaggregate",
            "kinesis-agg: <stdin>:1:1: no JSON object: it does not begin with a brace\n",
        ),
        (
            "aggregate",
            "kinesis-agg: <stdin>:1:1: left out: no JSON object: it does not begin with a brace\n\
             kinesis-agg: 1 of 2 user records left out: they are in no record\n",
        ),
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut child = program(command).stdout(full).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin
            .write_all(b"what?\n{\"PartitionKey\":\"k\",\"Data\":\"\"}\n")
            .unwrap();
        drop(stdin);
        let ran = wait(child);
        let stderr = format!("{said}kinesis-agg: stdout: No space left on device (os error 28)\n");
        assert_eq!((ran.said(), ran.code), (stderr, 3), "{command}");
    }
}

/// A line over the limit stops the program with a name, a number and exit code 4,
/// after what came before it; with a higher limit it goes through.
#[test]
fn long_lines() {
    let before = "{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\n";
    let long = json!({"PartitionKey": "k", "Data": base64(vec![b'x'; 5000])});
    let input = format!("{before}\n{long}\n{before}");
    for command in ["deaggregate", "aggregate", "deaggregate --from lambda"] {
        let ran = run(&format!("{command} --max-line 1000"), &input);
        let what = if command.ends_with("lambda") {
            "document"
        } else {
            "line"
        };
        let said = ran.said();
        let last = said.lines().last().unwrap_or_default();
        let expected = format!(
            "kinesis-agg: <stdin>:3: the {what} is longer than 1000 bytes (--max-line): reading \
             stopped here, since skipping it would lose it"
        );
        assert_eq!(last, expected, "{command}");
        assert_eq!((ran.code, ran.lines().len()), (4, 1), "{command}");
    }
    let ran = run("deaggregate --max-line 6KiB", &input);
    assert!(
        ran.stderr.contains("longer than 6 KiB (--max-line)"),
        "{}",
        ran.stderr
    );
    assert_eq!(run("deaggregate --max-line 7KiB", &input).fine().len(), 3);
    // The limit is for one line, not for all of them.
    let ran = run("deaggregate --max-line 1000", before.repeat(1000));
    assert_eq!(ran.fine().len(), 1000);
}

/// 200 MiB, or 100, go through, and the program never takes more than 64 MiB.
#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_input() {
    let user_records = |len: usize, count: usize| {
        let records = vec![TestRecord::new("customer-7", &vec![b'x'; len]); count];
        kinesis_record(naive::encode(&records))
    };
    // Large blobs of tiny user records, which become much output, and of large
    // ones; plain records; bad lines.
    let tiny = user_records(0, 20_000);
    let large = user_records(1000, 1000);
    let plain = kinesis_record(vec![0; 1000]);
    let bad = format!("{}\n", "?".repeat(1_000_000));
    let lines = [(tiny, 1), (large, 30), (plain.repeat(500), 8), (bad, 4)];
    let piece = String::from_iter(lines.iter().map(|(line, times)| line.repeat(*times)));

    for (command, total) in [
        ("deaggregate --threads 1", 100 << 20),
        ("deaggregate --threads 8", 200 << 20),
        ("aggregate --group-by none", 100 << 20),
    ] {
        let mut child = program(command).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let readers = [
            thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink())),
            thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink())),
        ];
        for _ in 0..=total / piece.len() {
            stdin.write_all(piece.as_bytes()).unwrap();
        }
        // The pipe holds 64 KiB, so nearly all was read by now.
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        drop(stdin);
        let out = readers.map(|reader| reader.join().unwrap().unwrap());
        assert_eq!(child.wait().unwrap().code(), Some(1), "{command}");
        assert!(out[0] > total as u64 / 2, "{command} wrote {out:?} bytes");

        let peak = peak(&status);
        assert!(peak < 64 << 20, "{command} took {peak} bytes");
    }
}

/// The most memory that a process took so far, by its `/proc/…/status`.
#[cfg(target_os = "linux")]
fn peak(status: &str) -> usize {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap().trim().trim_end_matches(" kB");
    peak.parse::<usize>().unwrap() * 1024
}

/// An event takes a small multiple of its size, whatever stands in it.
#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_records_of_an_event() {
    for (record, size) in [
        ("0", 1 << 20),
        (r#"{"kinesis":{"data":""}}"#, 4 << 20),
        (r#"{"Aggregated":0,"a":{},"kinesis":0}"#, 4 << 20),
    ] {
        let count = size / (record.len() + 1);
        let records = format!("{record},").repeat(count);
        let event = format!("{{\"Records\":[{records}{record}]}}\n");
        let mut child = program("deaggregate").spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let messages = thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        let feeder = thread::spawn(move || {
            stdin.write_all(event.as_bytes()).unwrap();
            stdin
        });
        let mut line = String::new();
        for _ in 0..=count {
            line.clear();
            stdout.read_line(&mut line).unwrap();
            assert!(line.starts_with('{') && line.ends_with("}\n"), "{line}");
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        drop(feeder.join().unwrap());
        messages.join().unwrap().unwrap();
        child.wait().unwrap();
        let peak = peak(&status);
        assert!(peak < 24 << 20, "{record} took {peak} bytes");
    }
}

/// Blank lines, long keys of many user records, and records that say much cost no
/// more than their length: all of these ended after minutes once.
#[test]
fn nothing_is_quadratic() {
    let blank = "\n".repeat(1 << 17);
    run(
        "deaggregate",
        format!("{{\"Data\":\"aGk=\"}}\n{blank}{{\"Data\":\"aGk=\"}}\n"),
    )
    .fine();
    let packed = run("aggregate --partition-key k", &blank).lines();
    let counts = packed
        .iter()
        .map(|line| line["UserRecords"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), 1 << 17);

    let key = "k".repeat(100_000);
    let records = vec![TestRecord::new(&key, b""); 5_000];
    let blob = naive::encode(&records);
    let line = kinesis_record(&blob);
    assert_eq!(run("verify --hash-key-range 0-0", &line).code, 4);
    assert_eq!(run("inspect", &line).code, 0);
}
