//! Gives the shared library its name for the dynamic linker: a program that was
//! linked with it asks for `libkinesis_agg.so.0` when it starts.
//!
//! The number is `KAGG_ABI_VERSION`. The file gets that name when it is
//! installed: see `CMakeLists.txt`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let argument = match system.as_str() {
        "linux" | "android" | "freebsd" | "netbsd" | "openbsd" => "-Wl,-soname,libkinesis_agg.so.0",
        "macos" => "-Wl,-install_name,@rpath/libkinesis_agg.0.dylib",
        _ => return,
    };
    println!("cargo:rustc-cdylib-link-arg={argument}");
}
