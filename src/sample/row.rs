//! Audit rows as lines of a CSV file.

use std::io::Write;

use super::Quote;
use super::record::{Clock, Id, write_number};
use super::text::{About, Template};
use crate::error::{Place, Result};

const HEADER: [&str; 17] = [
    "ID",
    "NAME",
    "DSYNC__DATASYNCJOB__C",
    "DSYNC__SOBJECTTYPE__C",
    "DSYNC__STATUSCODE__C",
    "DSYNC__STATUSTEXT__C",
    "DSYNC__ERRORMESSAGE__C",
    "DSYNC__HASERROR__C",
    "DSYNC__DESTINATION_RECORD_ID__C",
    "DSYNC__DESTINATION_ORG_ID__C",
    "DSYNC__SEQUENCE__C",
    "DSYNC__SUBSEQUENCE__C",
    "DSYNC__ISPARENT__C",
    "DSYNC__ORDER__C",
    "DSYNC__UPDATEREQUIRED__C",
    "CREATEDDATE",
    "LASTMODIFIEDDATE",
];

/// Written to the output in pieces of this many bytes.
const PIECE: usize = 1 << 20;

/// One audit row before it is written; times are microseconds after 1970.
pub struct Row<'a> {
    pub job: &'a [u8],
    pub org: &'a [u8],
    pub object: &'a str,
    pub source: Id,
    pub target: Option<Id>,
    pub code: u8,
    pub message: Option<(&'a Template, &'a About)>,
    pub sequence: u64,
    pub depth: u64,
    pub is_parent: bool,
    pub order: u64,
    pub update_required: bool,
    pub created: (&'a mut Clock, u64),
    pub modified: (&'a mut Clock, u64),
}

/// The lines written so far.
pub struct Rows<'a> {
    out: &'a mut dyn Write,
    piece: Vec<u8>,
    quote: Quote,
    pub written: u64,
}

impl<'a> Rows<'a> {
    pub fn new(quote: Quote, out: &'a mut dyn Write) -> Self {
        Self { out, piece: Vec::with_capacity(PIECE + (1 << 14)), quote, written: 0 }
    }

    pub fn header(&mut self) -> Result<()> {
        for name in HEADER {
            self.value(|out| out.extend_from_slice(name.as_bytes()));
        }
        self.end_line()
    }

    pub fn row(&mut self, row: &mut Row) -> Result<()> {
        self.written += 1;
        let audit = Id { prefix: *b"a0K", instance: super::record::SOURCE, number: 2_000_000 + self.written };
        self.value(|out| audit.write(out));
        self.value(|out| row.source.write(out));
        self.value(|out| out.extend_from_slice(row.job));
        self.value(|out| out.extend_from_slice(row.object.as_bytes()));
        self.value(|out| write_number(row.code.into(), out));
        self.value(|out| out.extend_from_slice(status_text(row.code).as_bytes()));
        self.message(row.message);
        self.value(|out| boolean(row.message.is_some(), out));
        self.value(|out| {
            if let Some(target) = row.target {
                target.write(out);
            }
        });
        self.value(|out| out.extend_from_slice(row.org));
        self.value(|out| write_number(row.sequence, out));
        self.value(|out| write_number(row.depth, out));
        self.value(|out| boolean(row.is_parent, out));
        self.value(|out| write_number(row.order, out));
        self.value(|out| boolean(row.update_required, out));
        self.value(|out| row.created.0.write(row.created.1, out));
        self.value(|out| row.modified.0.write(row.modified.1, out));
        self.end_line()
    }

    /// Hands on what is still held back.
    pub fn finish(&mut self) -> Result<()> {
        self.hand_on()?;
        self.out.flush().place(|| "cannot write the sample".into())
    }

    fn hand_on(&mut self) -> Result<()> {
        self.out.write_all(&self.piece).place(|| "cannot write the sample".into())?;
        self.piece.clear();
        Ok(())
    }

    fn message(&mut self, message: Option<(&Template, &About)>) {
        let Some((template, about)) = message else {
            return self.value(|_| ());
        };
        let bare = self.quote == Quote::Minimal && template.needs_quotes;
        if bare {
            self.piece.push(b'"');
        }
        self.value(|out| template.fill(about, out));
        if bare {
            // The closing quote belongs before the comma that `value` has written.
            self.piece.pop();
            self.piece.extend_from_slice(b"\",");
        }
    }

    fn value(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.quote == Quote::All {
            self.piece.push(b'"');
            write(&mut self.piece);
            self.piece.extend_from_slice(b"\",");
        } else {
            write(&mut self.piece);
            self.piece.push(b',');
        }
    }

    fn end_line(&mut self) -> Result<()> {
        self.piece.pop();
        self.piece.push(b'\n');
        if self.piece.len() >= PIECE { self.hand_on() } else { Ok(()) }
    }
}

fn boolean(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// The status text that belongs to a code; each is one that the sample uses.
fn status_text(code: u8) -> &'static str {
    match code {
        1 => "Insert Error",
        2 => "Updated",
        3 => "Update Error",
        4 => "Existing (Skipped)",
        5 => "Source N/A",
        6 => "Default",
        7 => "Inserted",
        9 => "Pre-processing",
        _ => "Sent to File Migration Service",
    }
}
