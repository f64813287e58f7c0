//! The Rust in the project's README, compiled and run as documentation tests.
#![doc = include_str!("../README.md")]
