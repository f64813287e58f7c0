//! Sections of `README.md`: what they print are files of the repository, and what
//! they tell to type prints what they show.

use anyhow::{Context, Result, ensure};

use crate::{command, workspace};

/// A section of `README.md`.
pub(super) struct Section {
    text: String,
}

impl Section {
    /// The lines from `heading` to the next of its kind.
    ///
    /// # Errors
    ///
    /// There is no such section.
    pub(super) fn read(heading: &str) -> Result<Self> {
        let text = workspace::read("README.md")?;
        let text = section(&text, heading)
            .with_context(|| format!("README.md has no section {heading}"))?
            .to_owned();
        Ok(Self { text })
    }

    /// The fenced blocks of a language.
    pub(super) fn blocks(&self, language: &str) -> Vec<&str> {
        let of_language = all_blocks(&self.text).filter(|(found, _)| *found == language);
        of_language.map(|(_, content)| content).collect()
    }

    /// A block of `language` is the file, whole.
    ///
    /// # Errors
    ///
    /// None is.
    pub(super) fn prints(&self, language: &str, file: &str) -> Result<()> {
        let content = workspace::read(file)?;
        ensure!(
            self.blocks(language).contains(&content.as_str()),
            "README.md does not print {file} as it is"
        );
        Ok(())
    }

    /// A block shows the output.
    ///
    /// # Errors
    ///
    /// None does.
    pub(super) fn shows(&self, output: &str) -> Result<()> {
        println!("{output}");
        let mut blocks = all_blocks(&self.text);
        ensure!(
            blocks.any(|(_, block)| block == output),
            "README.md does not show this output"
        );
        Ok(())
    }

    /// Types the commands of all blocks of `sh`; their output has in it what the
    /// section shows as `text` and as `json`.
    ///
    /// # Errors
    ///
    /// A command fails, or prints something else.
    pub(super) fn runs_as_shown(&self) -> Result<()> {
        let commands = self.blocks("sh").concat();
        println!("{commands}");
        let output = command::read(command::at_root("sh").args(["-e", "-c", &commands]))?;
        println!("{output}");
        for language in ["text", "json"] {
            for expected in self.blocks(language) {
                ensure!(
                    output.contains(expected),
                    "README.md shows something else than its commands print:\n{expected}"
                );
            }
        }
        Ok(())
    }
}

fn section<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = text.find(&format!("\n{heading}\n"))?;
    let rest = &text[start + 1..];
    Some(rest.find("\n## ").map_or(rest, |end| &rest[..end]))
}

/// Language and content of each.
fn all_blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = text.split("```").skip(1).step_by(2);
    inside.filter_map(|block| block.split_once('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section ends where the next begins, and its blocks keep their order.
    #[test]
    fn blocks_of_a_section_are_found() {
        let text = "# T\n\n## A\n```sh\nno\n```\n\n## B\n```sh\none\n```\n\
                    ```text\nout\n```\n```sh\ntwo\n```\n## C\n```sh\nno\n```\n";
        let text = section(text, "## B").unwrap().to_owned();
        let section = Section { text };
        assert_eq!(section.blocks("sh"), ["one\n", "two\n"]);
        assert_eq!(all_blocks(&section.text).count(), 3);
        assert!(super::section(&section.text, "## D").is_none());
    }

    /// What the section does not show, and a file that it does not print, fail.
    #[test]
    fn what_is_not_shown_is_an_error() {
        let text = "```text\nout\n```\n".to_owned();
        let section = Section { text };
        assert!(section.shows("out\n").is_ok());
        assert!(section.shows("out").is_err());
        assert!(section.prints("text", "README.md").is_err());
    }
}
