//! The Rust in the project's README, compiled and run as documentation tests.
#![allow(clippy::doc_markdown, reason = "the README names products, too")]
#![doc = include_str!("../README.md")]
