//! The report: one model, and one renderer a format.
//!
//! Every renderer is a function of a [`Report`](model::Report) alone, so that all formats tell the same findings and the
//! same report gives the same bytes. Texts from exports are foreign: each renderer shows them without letting them act.

pub mod assemble;
pub mod budget;
pub mod csv;
pub mod entries;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod outline;
pub mod redact;
pub mod status;
pub mod terminal;
pub mod words;
pub mod xlsx;

#[cfg(test)]
mod tests;
