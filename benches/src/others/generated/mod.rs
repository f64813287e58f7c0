// @generated

pub mod aggregated_record;
