//! The tool from outside: the real binary on real files. One test binary, since each links DuckDB and Polars.

mod architecture;
mod checks;
mod commands;
mod counts;
mod harness;
mod inputs;
mod plans;
mod planted;
mod scenarios;
mod shell;
