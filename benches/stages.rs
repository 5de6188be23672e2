//! The stages of the way from a CSV export to Parquet, one core, one after the other.
//!
//!     cargo bench --bench stages

use std::sync::OnceLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use synclens::ingest::stages::Stages;
use synclens::message::{self, Cache};
use synclens::sample::{self, Quote, Spec};

const ROWS: u64 = 100_000;

fn main() {
    divan::main();
}

fn export() -> &'static Stages {
    static EXPORT: OnceLock<Stages> = OnceLock::new();
    EXPORT.get_or_init(|| {
        let mut text = Vec::new();
        sample::write(&Spec { rows: ROWS, jobs: 5, seed: 1, quote: Quote::All }, &mut text).expect("memory takes all");
        Stages::of(&text).expect("a sample is an export")
    })
}

/// Blocks of whole records, cut by quote parity.
#[divan::bench]
fn cut(bencher: Bencher) {
    let export = export();
    bencher.counter(BytesCount::new(export.bytes())).bench(|| export.cut(1 << 20));
}

/// All fields and records found.
#[divan::bench]
fn index(bencher: Bencher) {
    let export = export();
    bencher.counter(BytesCount::new(export.bytes())).bench(|| export.index());
}

/// The above, and typed columns, failure groups and the cube.
#[divan::bench]
fn decode(bencher: Bencher) {
    let export = export();
    bencher.counter(BytesCount::new(export.bytes())).counter(ItemsCount::new(ROWS)).bench(|| export.decode());
}

/// Typed columns as Parquet pages.
#[divan::bench]
fn encode(bencher: Bencher) {
    let export = export();
    let mut typed = export.decode().expect("a sample is plain CSV");
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| export.encode(&mut typed));
}

/// A message that was not seen before.
#[divan::bench]
fn message(bencher: Bencher) {
    let text = "System.DmlException: Update failed. First exception on row 7 with id 0015g00000ABCDEAA4; first error: \
                UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record or 2 records: 0015g00000ABCDEAA4: []";
    bencher.bench(|| message::read(black_box(text)));
}

/// A message that was seen before.
#[divan::bench]
fn message_again(bencher: Bencher) {
    let mut cache = Cache::new();
    bencher
        .bench_local(|| cache.read(black_box("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--")).group_id);
}
