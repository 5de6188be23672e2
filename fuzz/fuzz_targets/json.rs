//! Any bytes as JSON: the books must close.
#![no_main]

mod books;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| books::must_close("rows.json", text));
