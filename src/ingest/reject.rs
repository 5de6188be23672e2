//! Rows that could not be stored, kept with their place and the reason.

/// A row that was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its data row, from 1.
    pub row_number: u64,
    /// The physical line where it begins, from 1; none in Parquet and Arrow.
    pub line: Option<u64>,
    /// Where it begins in the decompressed file, in bytes; none where there is no line, or the file is in UTF-16 or the like.
    pub offset: Option<u64>,
    /// The column at fault, where one is.
    pub column: Option<String>,
    /// Why it was not stored.
    pub reason: String,
    /// Its text, cut at `RAW_BYTES`; none for tables that may hold secrets.
    pub raw: Option<String>,
}

/// Where a row of text that was made from a file stands in it, and why it is no row, where it is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// As in a reject.
    pub line: Option<u64>,
    /// As in a reject.
    pub offset: Option<u64>,
    /// Why it was not stored.
    pub fault: Option<String>,
}

impl Told {
    /// The header of the field that tells it.
    pub const HEADER: &str = "place";

    /// A place in lines and bytes.
    pub fn at(line: u64, offset: u64) -> Self {
        Self { line: Some(line), offset: Some(offset), fault: None }
    }

    /// The same of what is no row.
    pub fn faulty(self, fault: impl Into<String>) -> Self {
        Self { fault: Some(fault.into()), ..self }
    }

    /// As the text of a field.
    pub fn written(&self) -> String {
        let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
        format!("{}:{}:{}", number(self.line), number(self.offset), self.fault.as_deref().unwrap_or_default())
    }

    /// From the text of a field.
    pub fn read(text: &str) -> Self {
        let mut parts = text.splitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let (line, offset) = (number(), number());
        Self { line, offset, fault: parts.next().filter(|fault| !fault.is_empty()).map(str::to_string) }
    }
}

/// Bytes of a rejected row that are kept: enough for any row of an audit log but a damaged one.
pub const RAW_BYTES: usize = 16 << 10;

/// Why a row with so many fields is none.
pub fn wrong_count(fields: usize, expected: usize) -> String {
    let plural = if fields == 1 { "" } else { "s" };
    format!("{fields} field{plural} where the header has {expected}")
}

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
