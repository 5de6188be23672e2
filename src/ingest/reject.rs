//! Rows that could not be stored, kept with their place and the reason.

/// A row that was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its data row, from 1.
    pub row_number: u64,
    /// The physical line where it begins, from 1; none where the file has no lines.
    pub line: Option<u64>,
    /// Where it begins in the decompressed file, in bytes; none where the file is no text.
    pub offset: Option<u64>,
    /// The column at fault, where one is.
    pub column: Option<String>,
    /// Why it was not stored.
    pub reason: String,
    /// Its text, cut at `RAW_BYTES`; none for tables that may hold secrets.
    pub raw: Option<String>,
}

/// Bytes of a rejected row that are kept: enough for any row of an audit log but a damaged one.
const RAW_BYTES: usize = 16 << 10;

/// The text of a rejected row as it is kept.
pub fn raw_text(bytes: &[u8]) -> String {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut text = String::from_utf8_lossy(&line[..line.len().min(RAW_BYTES)]).into_owned();
    if line.len() > RAW_BYTES {
        text.push('…');
    }
    text
}
