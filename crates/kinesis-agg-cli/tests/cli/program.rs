//! Runs the program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

/// What became of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The lines of the output, each as JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        lines(&self.stdout)
    }

    /// The same, for a run without anything to complain of.
    #[track_caller]
    pub(crate) fn fine(&self) -> Vec<Value> {
        assert_eq!((self.code, &*self.said()), (0, ""), "{}", self.stdout);
        self.lines()
    }

    /// What stderr says, but for what was saved.
    pub(crate) fn said(&self) -> String {
        let lines = self.stderr.split_inclusive('\n');
        let is_saving = |line: &&str| {
            let said = line.strip_prefix("kinesis-agg: ").unwrap_or_default();
            said.starts_with("before: ") || said.starts_with("after:  ")
        };
        lines.filter(|line| !is_saving(line)).collect()
    }
}

/// The lines of NDJSON.
pub(crate) fn lines(ndjson: &str) -> Vec<Value> {
    let line = |line| serde_json::from_str(line).expect("each line is JSON");
    ndjson.lines().map(line).collect()
}

/// The program, not yet started.
pub(crate) fn program(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinesis-agg"));
    command
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program with these arguments, parted by spaces, and this stdin.
pub(crate) fn run(arguments: &str, stdin: impl AsRef<[u8]>) -> Ran {
    let mut child = program(arguments).spawn().expect("the program starts");
    let (mut pipe, stdin) = (child.stdin.take().expect("piped"), stdin.as_ref().to_vec());
    // A program that refuses its arguments reads nothing.
    let feeder = thread::spawn(move || drop(pipe.write_all(&stdin)));
    let ran = wait(child);
    feeder.join().expect("the feeder does not panic");
    ran
}

/// Waits for the end of the program.
pub(crate) fn wait(child: Child) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("the program ends");
    Ran {
        code: status.code().expect("no signal ended it"),
        stdout: String::from_utf8(stdout).expect("the output is text"),
        stderr: String::from_utf8(stderr).expect("the messages are text"),
    }
}

/// A file of this crate's `tests/expected`, or of `examples/data`.
pub(crate) fn file(folder: &str, name: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match folder {
        "expected" => here.join("tests/expected").join(name),
        _ => here.join("../../examples").join(folder).join(name),
    }
}

/// A file of `examples/data`, as an argument.
pub(crate) fn example(name: &str) -> String {
    file("data", name).display().to_string()
}

/// The content of such a file.
pub(crate) fn content(folder: &str, name: &str) -> String {
    std::fs::read_to_string(file(folder, name)).expect("the file is there")
}

/// Bytes in base64.
pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes in a field `Data`.
pub(crate) fn data(line: &Value) -> Vec<u8> {
    let data = line["Data"].as_str().expect("a line has data");
    BASE64_STANDARD.decode(data).expect("it is base64")
}

/// A line of input: a Kinesis record with this blob.
pub(crate) fn kinesis_record(blob: impl AsRef<[u8]>) -> String {
    let data = base64(blob);
    format!(r#"{{"PartitionKey":"outer","Data":"{data}","SequenceNumber":"7"}}"#) + "\n"
}

/// A Lambda event of the same records.
pub(crate) fn lambda_event(blobs: &[&[u8]]) -> Value {
    let record = |blob: &&[u8]| {
        json!({
            "eventSource": "aws:kinesis",
            "kinesis": {"partitionKey": "outer", "sequenceNumber": "7", "data": base64(blob)},
        })
    };
    json!({"Records": Vec::from_iter(blobs.iter().map(record))})
}
