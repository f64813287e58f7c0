//! Tells the linker that Node.js brings the symbols of Node-API, or `wasm/` does.

/// What `wasm/` uses, beside what napi exports. Without the first one, each export would
/// run the constructors of the C library again.
const EXPORTS: [&str; 5] = [
    "__wasm_call_ctors",
    "__stack_pointer",
    "malloc",
    "free",
    "napi_register_wasm_v1",
];

/// Of WebAssembly, in bytes.
const MAX_MEMORY: u32 = 1 << 31;

fn main() {
    let family = std::env::var("CARGO_CFG_TARGET_FAMILY").unwrap_or_default();
    if family == "wasm" {
        webassembly();
    } else {
        napi_build::setup();
    }
}

/// napi-build would link the runtime of emnapi.
fn webassembly() {
    for name in EXPORTS {
        println!("cargo::rustc-link-arg=--export={name}");
    }
    println!("cargo::rustc-link-arg=--export-table");
    // Addresses come to JavaScript as signed numbers: so they are none below 0.
    println!("cargo::rustc-link-arg=--max-memory={MAX_MEMORY}");
    println!("cargo::rustc-link-arg=--import-undefined");
}
