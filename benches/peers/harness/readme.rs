//! The part of the project's `README.md` that is drawn from the results: who is
//! how fast on the usual corpus.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kinesis_agg_bench::report::short;

use crate::corpora::USUAL;
use crate::peer::Work;
use crate::results::{Implementation, Results};

/// Comments around the part, which nobody sees.
const BEGIN: &str = "<!-- `cargo xtask peers` writes from here -->\n";
const END: &str = "<!-- to here -->\n";

/// Puts the part into the file.
///
/// # Errors
///
/// The file cannot be read or written, or has no place for it.
pub(crate) fn write(results: &Results) -> Result<()> {
    let path = path();
    let text = std::fs::read_to_string(&path).context("cannot read README.md")?;
    let text = replaced(&text, &part(results)).context("README.md has no place for it")?;
    std::fs::write(&path, text).context("cannot write README.md")?;
    println!("wrote README.md");
    Ok(())
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")
}

/// The text with this part in its place; `None` when it has none.
fn replaced(text: &str, part: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    Some([before, BEGIN, part, END, behind].concat())
}

fn part(results: &Results) -> String {
    let run = &results.run;
    let rows = results.implementations.iter().map(|it| row(results, it));
    format!(
        "\n| implementation | version | take apart | pack |\n|---|---|---:|---:|\n{}\n\
        Nanoseconds of processor time for a user record, and how many times ours that is: `{USUAL}`, \
        user records of 100 bytes, four to a key, 180 aggregates of 50 KB, checksums verified and \
        written. {}; {}; {}; {}.\n",
        rows.collect::<String>(),
        run.machine.processor,
        run.date,
        run.how_quiet(),
        format_args!("`{}`", run.command),
    )
}

fn row(results: &Results, it: &Implementation) -> String {
    let [take_apart, pack] =
        [Work::Deaggregate, Work::Aggregate].map(|work| cell(results, &it.peer, work));
    let (title, version) = (&it.title, &it.version);
    format!("| {title} | {version} | {take_apart} | {pack} |\n")
}

/// A dash for what it does not do.
fn cell(results: &Results, peer: &str, work: Work) -> String {
    let time = |peer| results.row(peer, USUAL, work).map(|row| row.cpu_ns);
    match (time(peer), time("ours")) {
        (None, _) => "-".to_owned(),
        (Some(time), Some(ours)) if peer != "ours" => {
            format!("{} ({}x)", short(time), short(time / ours))
        }
        (Some(time), _) => short(time),
    }
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, part, path, replaced};
    use crate::results::Results;

    /// What stands in the file is drawn from the committed results.
    #[test]
    fn the_part_is_drawn_from_the_results() {
        let text = std::fs::read_to_string(path()).unwrap();
        let part = part(&Results::read().unwrap());
        assert!(
            replaced(&text, &part) == Some(text),
            "`cargo xtask peers --draw`"
        );
    }

    /// Only the part is replaced; without its place nothing is.
    #[test]
    fn the_part_is_replaced() {
        let text = ["before\n", BEGIN, "old\n", END, "behind\n"].concat();
        let expected = ["before\n", BEGIN, "new\n", END, "behind\n"].concat();
        assert_eq!(replaced(&text, "new\n"), Some(expected));
        assert_eq!(replaced("before\n", "new\n"), None);
    }
}
