//! Ingests bytes as a file and counts what the store holds of them.

use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use synclens::ingest::{Account, Input, Options, Outcome, Silent, ingest};
use synclens::store::{Dataset, Durability};

/// Every row of the file is in the store or kept aside there. A file that is no export may be refused.
pub fn must_close(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("there is room");
    let store = folder.path().join("store");
    let dataset = Dataset::open_or_create(&store, Durability::Temporary).expect("a store is made");
    if let Ok(accounts) = ingest(&[Input::Path(path)], &dataset, &Options::default(), &Silent) {
        for account in accounts.iter().filter(|account| account.outcome == Outcome::Stored) {
            let rows = |table: &str| rows(&store, account, table);
            assert_eq!((account.rows_stored, account.rows_rejected), (rows(&account.table), rows("reject")));
            assert_eq!(account.rows_read, account.rows_stored + account.rows_rejected);
        }
    }
}

/// The rows of a table of an export, counted in its files.
fn rows(store: &Path, account: &Account, table: &str) -> u64 {
    let folder = store.join(format!("export_id={}", account.export_id)).join(table);
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    let rows = files.map(|file| {
        let file = File::open(file.expect("it is listed").path()).expect("it is there");
        SerializedFileReader::new(file).expect("it is Parquet").metadata().file_metadata().num_rows() as u64
    });
    rows.sum()
}
