//! Ingests bytes as a file and checks what was said of them.

use synclens::ingest::{Input, Options, Silent, ingest};
use synclens::store::{Dataset, Durability};

/// Every row of the file is stored or kept aside. A file that is no export may be refused.
pub fn must_close(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("there is room");
    let store = Dataset::open_or_create(&folder.path().join("store"), Durability::Temporary).expect("a store is made");
    if let Ok(accounts) = ingest(&[Input::Path(path)], &store, &Options::default(), &Silent) {
        for account in accounts {
            assert_eq!(account.rows_read, account.rows_stored + account.rows_rejected);
        }
    }
}
