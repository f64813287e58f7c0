//! Writes what the targets start from: the testkit's vectors, and the samples of
//! the JSON shapes.
//!
//! ```text
//! cargo run --example seeds FOLDER    FOLDER/<target>/<name of the seed>
//! ```
//!
//! `cargo xtask fuzz` calls it, so a new vector is a seed at once. The targets that
//! make up user records have no seeds of this kind: theirs is the committed corpus.

use kinesis_agg_events::{encode_base64, encode_hex};
use kinesis_agg_testkit::{TestRecord, frame, naive, vectors};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Longer vectors show nothing that shorter ones do not, and take their time.
const LONGEST: usize = 2_000;

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/kinesis-agg-events/tests/samples"
);

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("which folder?"));
    };
    write_vectors(&folder)?;
    write_many_keys(&folder)?;
    write_samples(&folder.join("events"))?;
    write_texts(&folder.join("events"))
}

fn write_vectors(folder: &Path) -> io::Result<()> {
    for vector in vectors::all() {
        for (number, blob) in vector.blobs.iter().enumerate() {
            if blob.len() > LONGEST {
                continue;
            }
            let name = format!("{}-{number}", vector.id.replace('/', "-"));
            write(&folder.join("frame_decoder"), &name, blob)?;
            if let Ok(message) = frame::open(blob) {
                write(&folder.join("message_decoder"), &name, message)?;
                write(&folder.join("differential"), &name, message)?;
            }
        }
    }
    Ok(())
}

/// More partition keys than are hashed together, each used: longer than mutations
/// of the others get.
fn write_many_keys(folder: &Path) -> io::Result<()> {
    let record = |number: usize| TestRecord::new(&number.to_string(), b"");
    let message = naive::encode_message(&Vec::from_iter((0..1_100).map(record)));
    for target in ["message_decoder", "differential"] {
        write(&folder.join(target), "many_keys", &message)?;
    }
    Ok(())
}

fn write_samples(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(SAMPLES)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            write(folder, name, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

/// The texts that stand for bytes, alone: all bytes, in each of them.
fn write_texts(folder: &Path) -> io::Result<()> {
    let bytes = Vec::from_iter(0..=u8::MAX);
    let (mut base64, mut hex) = (Vec::new(), Vec::new());
    encode_base64(&bytes, &mut base64);
    encode_hex(&bytes, &mut hex);
    write(folder, "base64", &base64)?;
    write(folder, "hex", &hex)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), bytes)
}
