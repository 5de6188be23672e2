//! Lists the files of `queries/`, so that adding a query is adding one file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("queries");
    let mut list = String::from("&[\n");
    for area in folders(&root)? {
        for file in files(&area)? {
            let relative = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let source = format!("/queries/{relative}");
            // Found when it is compiled, so that one build folder can serve two checkouts.
            let _ = writeln!(list, "    ({relative:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {source:?}))),");
        }
    }
    list.push(']');
    println!("cargo::rerun-if-changed=queries");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("queries.rs"), list)
}

/// `folder` and all folders below it, in a fixed order.
fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut below: Vec<PathBuf> =
        fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    below.sort();
    for path in below {
        found.push(path.clone());
        found.extend(folders(&path)?);
    }
    Ok(found)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "sql"))
        .collect();
    found.sort();
    Ok(found)
}
