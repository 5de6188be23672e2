//! The store: a dataset of Parquet files whose catalogue is the file system.

pub mod dataset;

pub use dataset::Dataset;
