// Automatically generated mod.rs
pub mod aggregated_record;
