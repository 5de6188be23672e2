//! The table `message_group`: every failure group with the first row that has it, written as the rows come, since its texts may be as many
//! as there are rows.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, ListBuilder, RecordBatch, StringBuilder};
use arrow::compute::filter_record_batch;
use rustc_hash::FxHashSet;

use crate::error::{Place, Result};
use crate::message::Message;
use crate::store::part::{FIRST_PART, Part};
use crate::store::tables::{batch, group_text, texts};

/// Failure groups in the order in which they were shown.
#[derive(Debug, Default)]
pub struct Groups {
    ids: Vec<u64>,
    code: StringBuilder,
    root_code: StringBuilder,
    category: StringBuilder,
    root_category: StringBuilder,
    retry: StringBuilder,
    pattern: StringBuilder,
    fields: ListBuilder<StringBuilder>,
    entity: StringBuilder,
    sample: StringBuilder,
}

impl Groups {
    /// Adds the group of a message that was read from the text `sample`.
    pub fn push(&mut self, message: &Message, sample: &str) {
        self.ids.push(message.group_id.0);
        self.code.append_option(message.code.as_deref());
        self.root_code.append_option(message.root_code.as_deref());
        self.category.append_value(message.category.as_str());
        self.root_category.append_value(message.root_category.as_str());
        self.retry.append_value(message.retry.as_str());
        self.pattern.append_value(&message.pattern);
        message.fields.iter().for_each(|field| self.fields.values().append_value(field));
        self.fields.append(true);
        self.entity.append_option(message.entity.as_deref());
        self.sample.append_value(sample);
    }

    /// Takes the groups out, with their ids.
    pub fn take(&mut self) -> Option<(Vec<u64>, RecordBatch)> {
        if self.ids.is_empty() {
            return None;
        }
        let ids = std::mem::take(&mut self.ids);
        let column = |builder: &mut StringBuilder| -> ArrayRef { Arc::new(builder.finish()) };
        let rows = batch(vec![
            ("group_id", texts(ids.iter().map(|id| group_text(*id)))),
            ("code", column(&mut self.code)),
            ("root_code", column(&mut self.root_code)),
            ("category", column(&mut self.category)),
            ("root_category", column(&mut self.root_category)),
            ("retry", column(&mut self.retry)),
            ("pattern", column(&mut self.pattern)),
            ("fields", Arc::new(self.fields.finish())),
            ("entity", column(&mut self.entity)),
            ("sample", column(&mut self.sample)),
        ]);
        Some((ids, rows))
    }
}

/// The file of the groups. Of each group the id alone stays in memory: 10 to 20 bytes.
pub struct GroupFile {
    known: FxHashSet<u64>,
    part: Part,
}

impl GroupFile {
    /// A file below `folder`, which is made when the first group comes.
    pub fn new(folder: &Path) -> Self {
        Self { known: FxHashSet::default(), part: Part::new(folder.join("message_group").join(FIRST_PART)) }
    }

    /// Writes those groups that are not in it yet.
    pub fn extend(&mut self, (ids, rows): (Vec<u64>, RecordBatch)) -> Result<()> {
        let is_new: BooleanArray = ids.into_iter().map(|id| Some(self.known.insert(id))).collect();
        let rows = filter_record_batch(&rows, &is_new).place(|| "cannot tell groups apart".into())?;
        self.part.write(&rows)
    }

    /// Writes the last ones.
    pub fn close(self) -> Result<()> {
        self.part.close()
    }
}
