//! synclens turns exports of iSyncSF's audit log into answers: what failed, why, what to fix first, what to retry,
//! what can be rolled back.
//!
//! It is a pipeline of rooms that data walks through once, in one direction:
//!
//! ```text
//! exports -> ingest -> store -> engine + queries -> diagnosis -> report, plan
//! ```
//!
//! A lower room never names a higher one. [`schema`], [`message`] and [`text`] are leaves.

#[cfg(feature = "engine")]
pub mod cli;
#[cfg(feature = "engine")]
pub mod config;
#[cfg(feature = "engine")]
pub mod diagnosis;
#[cfg(feature = "engine")]
pub mod engine;
pub mod error;
pub mod ingest;
pub mod message;
#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod query;
#[cfg(feature = "engine")]
pub mod report;
pub mod sample;
pub mod schema;
#[cfg(feature = "engine")]
pub mod shell;
pub mod store;
pub mod table;
pub mod text;
