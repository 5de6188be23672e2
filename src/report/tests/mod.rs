//! The formats from outside: whole outputs, hostile and large reports, and that all formats tell the same.

mod fixture;
mod golden;
