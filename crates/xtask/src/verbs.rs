//! The verbs of `cargo xtask`, a file each.

pub(crate) mod bench;
pub(crate) mod codec;
pub(crate) mod fuzz;
pub(crate) mod go;
pub(crate) mod growth;
pub(crate) mod header;
pub(crate) mod instructions;
pub(crate) mod licenses;
pub(crate) mod peers;
pub(crate) mod soak;
pub(crate) mod test;
