//! A folder with `results.json`, and with what is drawn from it: pages and
//! pictures, committed beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The numbers, for programs.
const RESULTS: &str = "results.json";

/// A folder of `benches`, by its name.
#[derive(Clone, Copy, Debug)]
pub struct Folder(pub &'static str);

impl Folder {
    /// Where the folder lies in the sources.
    pub fn path(self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.0)
    }

    /// # Errors
    ///
    /// There are no results, or they are damaged.
    pub fn read<R: DeserializeOwned>(self) -> Result<R> {
        let json = std::fs::read_to_string(self.path().join(RESULTS));
        let json = json.with_context(|| format!("cannot read {RESULTS}"))?;
        serde_json::from_str(&json).with_context(|| format!("{RESULTS} is damaged"))
    }

    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write<R: Serialize>(self, results: &R) -> Result<()> {
        let json = serde_json::to_string_pretty(results)? + "\n";
        self.write_text(RESULTS, &json)
    }

    /// Writes each text to the file of that name.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write_drawn(self, drawn: &[(&str, String)]) -> Result<()> {
        let mut files = drawn.iter();
        files.try_for_each(|(name, text)| self.write_text(name, text))
    }

    /// The names of the files that do not hold the text that was drawn.
    pub fn stale<'n>(self, drawn: &[(&'n str, String)]) -> Vec<&'n str> {
        let differs = |(name, text): &&(&str, String)| {
            let found = std::fs::read_to_string(self.path().join(name));
            found.ok().as_ref() != Some(text)
        };
        let stale = drawn.iter().filter(differs);
        stale.map(|(name, _)| *name).collect()
    }

    fn write_text(self, name: &str, text: &str) -> Result<()> {
        let written = std::fs::write(self.path().join(name), text);
        written.with_context(|| format!("cannot write {name}"))?;
        println!("wrote benches/{}/{name}", self.0);
        Ok(())
    }
}
