//! Copies rows of exports from part files to a part file that several exports share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array as _, AsArray, RecordBatch, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::part::{self, Batches, Groups, schema_of};
use super::tables;
use crate::error::{Error, Place, Result};
use crate::schema;

/// Part files of a table.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The files.
    pub files: &'a [PathBuf],
    /// The export whose rows they hold, where the rows do not say so themselves.
    pub export_id: Option<&'a str>,
}

/// The column that says which export a row is of.
const OWNER: &str = "export_id";

/// The column that says whether an audit row has failed.
const FAILED: &str = "failed";

/// The schema of a table in files that several exports share.
fn shared_schema(table: &str) -> Result<SchemaRef> {
    let known = schema::tables().iter().chain(schema::made()).find(|known| known.name == table);
    let known = known.ok_or_else(|| Error::new(format!("the store has a table '{table}' that this version does not know")))?;
    let mut fields: Vec<Arc<Field>> = schema_of(known).fields().to_vec();
    fields.push(Arc::new(Field::new(OWNER, DataType::Utf8, true)));
    Ok(Arc::new(Schema::new(fields)))
}

/// Writes the rows of those exports that `keep` lets through as the part file `to`; without any it writes none.
///
/// No row group of the audit log holds rows of two exports, so that the rows of one can be read alone, or failed rows with others, so that those
/// can.
pub fn copy(table: &str, sources: &[Source], keep: &dyn Fn(&str) -> bool, to: &Path) -> Result<()> {
    let schema = shared_schema(table)?;
    let mut target: Option<(Batches, Kept)> = None;
    for source in sources {
        for path in source.files {
            part::read(path, Groups::All, None, &mut |batch| {
                let owned = source.export_id.map(|owner| owned(batch, owner));
                for (kept, rows) in kept_apart(&conform(owned.as_ref().unwrap_or(batch), &schema)?) {
                    if !keep(&kept.owner) {
                        continue;
                    }
                    match &mut target {
                        Some((file, last)) => {
                            if table == "audit_log" && *last != kept {
                                file.end_group()?;
                            }
                            *last = kept;
                            file.write(&rows)?;
                        }
                        None => target.insert((Batches::create(to, schema.clone(), true)?, kept)).0.write(&rows)?,
                    }
                }
                Ok(())
            })?;
        }
    }
    target.map_or(Ok(()), |(file, _)| file.close())
}

/// The rows of a batch with the export that owns them.
pub fn owned(batch: &RecordBatch, owner: &str) -> RecordBatch {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| (field.name().as_str(), Arc::clone(column)));
    let owner = (OWNER, tables::texts(std::iter::repeat_n(Some(owner), batch.num_rows())));
    tables::batch(columns.chain([owner]).collect())
}

/// The columns of `schema` from a batch; null where the batch has none.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema.fields().iter().map(|field| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(Arc::clone(column)),
        Some(column) => cast(column, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    });
    let conform = || RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_, _>>()?);
    conform().place(|| "cannot copy rows".into())
}

/// What the rows of a row group have in common.
#[derive(PartialEq, Eq)]
struct Kept {
    /// The export.
    owner: String,
    /// Whether they have failed, where they are audit rows.
    failed: Option<bool>,
}

/// Runs of rows that may share a row group.
fn kept_apart(batch: &RecordBatch) -> Vec<(Kept, RecordBatch)> {
    let owners = batch.column(batch.num_columns() - 1).as_string::<i32>();
    let failed = batch.column_by_name(FAILED).and_then(|column| column.as_boolean_opt());
    let kept = |row: usize| (owners.value(row), failed.filter(|failed| failed.is_valid(row)).map(|failed| failed.value(row)));
    let mut runs = Vec::new();
    let mut begin = 0;
    while begin < owners.len() {
        let (owner, failed) = kept(begin);
        let length = (begin..owners.len()).take_while(|row| kept(*row) == (owner, failed)).count();
        runs.push((Kept { owner: owner.to_string(), failed }, batch.slice(begin, length)));
        begin += length;
    }
    runs
}
