//! What all pages of results have in common: when and where it was measured,
//! how quiet the machine was, and how files are written and drawn.
//!
//! ```text
//! machine ── which one, and what else ran on it
//! run ────── when, where, by which command, and what to make of it
//! folder ─── results.json, and what is drawn from it
//! number ─── numbers for people      svg ── pictures
//! ```

mod folder;
mod machine;
mod number;
mod run;
mod svg;

pub use folder::Folder;
pub use machine::{Load, Machine, today};
pub use number::{short, tenths};
pub use run::{QUIET, Run};
pub use svg::{Style, Svg};
