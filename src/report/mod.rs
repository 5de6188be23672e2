//! The report: one model, and one renderer a format.

pub mod model;
