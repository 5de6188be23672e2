//! The tool from outside: the real binary on real files. One test binary, since each links DuckDB and Polars.

mod architecture;
mod checks;
mod commands;
mod counts;
mod differences;
#[cfg(unix)]
mod examples;
mod harness;
mod inputs;
mod plans;
mod planted;
#[cfg(unix)]
mod pty;
mod scenarios;
mod shell;
mod store;
#[cfg(unix)]
mod terminal;
mod traced;
