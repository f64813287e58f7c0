//! Which version this is.

use libc::c_char;

/// The number of the binary interface: programs built against a header with
/// another number do not fit.
pub const KAGG_ABI_VERSION: u32 = 0;

/// The version of the library that is running, as "MAJOR.MINOR.PATCH".
///
/// The macros `KAGG_VERSION_…` are those of the header. The text lives as long
/// as the program.
#[unsafe(no_mangle)]
pub extern "C" fn kagg_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The number of the binary interface of the library that is running: to be
/// compared with `KAGG_ABI_VERSION` of the header.
#[unsafe(no_mangle)]
pub extern "C" fn kagg_abi_version() -> u32 {
    KAGG_ABI_VERSION
}
