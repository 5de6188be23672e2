//! One connection to the engine: runs statements with bound parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use duckdb::{AppenderParams, Connection, InterruptHandle, Statement, ToSql};
use serde::de::DeserializeOwned;

use super::deferred::Deferred;
use super::guard;
use super::rows::{Rows, narrow, typed_rows};
use crate::error::{Error, Place, Result};

/// A value that is bound to a parameter, never pasted into SQL.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
}

impl ToSql for Value {
    fn to_sql(&self) -> duckdb::Result<duckdb::types::ToSqlOutput<'_>> {
        match self {
            Value::Null => Ok(duckdb::types::ToSqlOutput::Owned(duckdb::types::Value::Null)),
            Value::Int(value) => value.to_sql(),
            Value::Float(value) => value.to_sql(),
            Value::Text(value) => value.to_sql(),
            Value::Bool(value) => value.to_sql(),
        }
    }
}

/// Values by parameter name, without the `$`.
pub type Parameters = BTreeMap<String, Value>;

/// One connection; several share the engine's tables and run side by side.
pub struct Session {
    pub(super) connection: Connection,
    /// Tables that are filled when a statement names them.
    pub(super) deferred: Arc<Deferred>,
}

impl Session {
    /// Runs one SELECT that came with a query file, and nothing else.
    pub fn select(&self, sql: &str, parameters: &Parameters) -> Result<Rows> {
        guard::single_select(&self.connection, sql)?;
        self.query(sql, parameters)
    }

    /// Runs one SELECT that came with a query file, and hands its rows on as they come.
    pub fn stream_select(
        &self,
        sql: &str,
        parameters: &Parameters,
        each: &mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Result<SchemaRef> {
        guard::single_select(&self.connection, sql)?;
        self.stream(sql, parameters, each)
    }

    /// Runs a statement and collects its rows. Parameters that the statement does not name are passed over.
    pub fn query(&self, sql: &str, parameters: &Parameters) -> Result<Rows> {
        self.deferred.fill(&self.connection, sql)?;
        query(&self.connection, sql, parameters)
    }

    /// Runs a statement without parameters, and gives its rows as values of a type whose fields are named as the columns.
    pub fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>> {
        self.rows_with(sql, &Parameters::new())
    }

    /// Like [`Session::rows`], with the values of parameters.
    pub fn rows_with<T: DeserializeOwned>(&self, sql: &str, parameters: &Parameters) -> Result<Vec<T>> {
        typed_rows(&self.query(sql, parameters)?)
    }

    /// Runs a statement and hands its rows on as they come, so that memory does not grow with the result.
    pub fn stream(
        &self,
        sql: &str,
        parameters: &Parameters,
        each: &mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Result<SchemaRef> {
        self.deferred.fill(&self.connection, sql)?;
        stream(&self.connection, sql, parameters, each)
    }

    /// How long a statement may wait beside others for tables that are filled from rows.
    pub fn weight(&self, sql: &str) -> usize {
        self.deferred.weight(sql)
    }

    /// Whether a table is yet to be filled.
    pub fn waits(&self, table: &str) -> bool {
        self.deferred.waits(table)
    }

    /// Runs statements whose rows nobody wants.
    pub fn run(&self, sql: &str) -> Result<()> {
        self.deferred.fill(&self.connection, sql)?;
        run(&self.connection, sql)
    }

    /// Stops what the session runs, from another thread.
    pub fn interrupt(&self) -> Arc<InterruptHandle> {
        self.connection.interrupt_handle()
    }

    /// Another connection to the same tables.
    pub fn another(&self) -> Result<Session> {
        let connection = self.connection.try_clone().place(|| "cannot open a further connection to the engine".into())?;
        Ok(Session { connection, deferred: Arc::clone(&self.deferred) })
    }
}

/// Runs a statement and collects its rows.
pub(super) fn query(connection: &Connection, sql: &str, parameters: &Parameters) -> Result<Rows> {
    let mut statement = connection.prepare(sql).map_err(worded)?;
    let values = values(&statement, parameters)?;
    // Not as a stream: its reader would look for rows again and again while others still make them.
    let rows = statement.query_arrow(values.as_slice()).map_err(worded)?;
    let schema = narrowed_schema(&rows.get_schema());
    let batches: Vec<RecordBatch> = rows.map(narrow).collect();
    let schema = batches.first().map_or(schema, |batch| batch.schema());
    Ok(Rows { schema, batches })
}

/// Runs a statement and hands its rows on as they come.
pub(super) fn stream(
    connection: &Connection,
    sql: &str,
    parameters: &Parameters,
    each: &mut dyn FnMut(RecordBatch) -> Result<()>,
) -> Result<SchemaRef> {
    let mut statement = connection.prepare(sql).map_err(worded)?;
    let values = values(&statement, parameters)?;
    let rows = statement.stream_arrow(values.as_slice()).map_err(worded)?;
    let schema = narrowed_schema(&rows.get_schema());
    for batch in rows {
        each(narrow(batch.map_err(worded)?))?;
    }
    Ok(schema)
}

/// The values of a statement's parameters, in its order.
fn values<'a>(statement: &Statement, parameters: &'a Parameters) -> Result<Vec<&'a dyn ToSql>> {
    (1..=statement.parameter_count())
        .map(|index| {
            let name = statement.parameter_name(index).map_err(worded)?;
            let value = parameters.get(&name).ok_or_else(|| Error::new(format!("parameter ${name} has no value")))?;
            Ok::<&dyn ToSql, Error>(value)
        })
        .collect()
}

/// Runs statements whose rows nobody wants.
pub(super) fn run(connection: &Connection, sql: &str) -> Result<()> {
    connection.execute_batch(sql).map_err(worded)
}

/// Adds rows to a table, each a list of values as [`duckdb::params`] makes it.
pub(super) fn append<R: AppenderParams>(connection: &Connection, table: &str, rows: impl IntoIterator<Item = R>) -> Result<()> {
    let place = || format!("cannot fill the table '{table}'");
    let mut appender = connection.appender(table).place(place)?;
    rows.into_iter().try_for_each(|row| appender.append_row(row)).place(place)?;
    appender.flush().place(place)
}

/// The schema that [`narrow`] gives, for results without a row.
fn narrowed_schema(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Decimal128(_, 0) => Field::new(field.name(), DataType::Int64, true),
            _ => field.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// DuckDB's message without the name of its class in front.
fn worded(error: duckdb::Error) -> Error {
    let text = error.to_string();
    let text = text.split_once(" Error: ").map_or(text.as_str(), |(_, rest)| rest);
    Error::new(text.trim())
}
