//! The report as JSON, version 1: the model as it is, written and read back.

use std::io::{Read, Write};

use super::model::{Report, VERSION};
use crate::error::{Error, Place, Result};

/// Writes the report as JSON, with a line break at the end.
pub fn render(report: &Report, out: &mut dyn Write) -> Result<()> {
    let place = || "cannot write the report as JSON".to_owned();
    serde_json::to_writer_pretty(&mut *out, report).place(place)?;
    out.write_all(b"\n").place(place)
}

/// Reads a report that [`render`] wrote; `name` is the file's, for the error.
pub fn read(name: &str, input: impl Read) -> Result<Report> {
    let value: serde_json::Value = serde_json::from_reader(input)
        .place(|| format!("cannot read '{name}' as JSON"))
        .map_err(|error| error.hint("a baseline is a file that `synclens report --format json` wrote"))?;
    let version = value.get("version").and_then(serde_json::Value::as_u64);
    if version != Some(u64::from(VERSION)) {
        let found = version.map_or("no version".to_owned(), |version| format!("version {version}"));
        return Err(Error::new(format!("cannot use '{name}': it has {found}, and this tool reads version {VERSION}"))
            .hint("write it again with `synclens report --format json`"));
    }
    serde_json::from_value(value).place(|| format!("cannot read '{name}' as a report"))
}
