//! The tables as data: columns, types, the headers under which exports name them, and how to export them.

mod header;
mod label;
mod position;
mod recipe;

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

pub use header::{Header, Source, normalise};
pub use position::{LAST_ORDER, POSITION, last_order, position};
pub use recipe::{Recipe, recipe};

/// A table that an export can fill.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Name in the store, in queries and for `--table`.
    pub name: String,
    /// API name of the Salesforce object, without namespace prefix.
    #[serde(default)]
    pub object: String,
    /// One sentence: what a row is.
    pub doc: String,
    /// An object of the Salesforce platform itself: it takes no namespace prefix.
    #[serde(default)]
    pub standard: bool,
    /// Raw text of bad rows is never kept, since it may hold secrets or personal data.
    #[serde(default)]
    pub masked: bool,
    /// A header is this table's if it names every column of one of these lists.
    #[serde(default)]
    marks: Vec<Vec<String>>,
    /// The same, for headers without custom fields of another object.
    #[serde(default)]
    alone: Vec<Vec<String>>,
    /// Columns that tell rows apart in exports without ids; all of them where none is named.
    #[serde(default)]
    pub apart: Vec<String>,
    /// The columns, in the order in which they are stored.
    #[serde(deserialize_with = "columns_in_order")]
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Name in the store and in queries.
    pub name: String,
    /// How its values are read and stored.
    pub kind: Kind,
    /// One sentence: what a value is, with its unit.
    pub doc: String,
    /// The documented API name of the field, where there is one.
    pub field: Option<String>,
    /// Headers that name the column, normalised, the preferred one first.
    headers: Vec<String>,
    /// Headers that name the record behind the column by its name instead of its id, normalised.
    names: Vec<String>,
    /// Name of the column, or header, that gives the value where the column's own header is not there.
    otherwise: Option<String>,
}

/// Fields that every object of the platform has, so that they tell none.
const PLATFORM_FIELDS: [&str; 4] = ["Id", "Name", "CreatedDate", "LastModifiedDate"];

impl Column {
    /// Whether few other objects have such a field.
    fn is_telling(&self) -> bool {
        self.field.as_deref().is_none_or(|field| !PLATFORM_FIELDS.contains(&field))
    }
}

/// How the values of a column are read and stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// A Salesforce id, kept in its 18-character form.
    Id,
    /// Text as it stands.
    Text,
    /// A 32-bit whole number.
    Integer,
    /// A 64-bit whole number.
    Bigint,
    /// True or false.
    Boolean,
    /// A moment in UTC, in microseconds.
    Timestamp,
    /// A list of texts.
    Texts,
}

impl Kind {
    /// The SQL type of the column.
    pub fn sql(self) -> &'static str {
        match self {
            Kind::Id | Kind::Text => "VARCHAR",
            Kind::Integer => "INTEGER",
            Kind::Bigint => "BIGINT",
            Kind::Boolean => "BOOLEAN",
            Kind::Timestamp => "TIMESTAMP",
            Kind::Texts => "VARCHAR[]",
        }
    }
}

impl Table {
    /// The position of a column, by its name in the store.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether a name stands in for the id of a row that has none.
    pub fn is_keyed_by_name(&self) -> bool {
        self.columns.first().is_some_and(|key| key.otherwise.as_deref() == Some("name"))
    }
}

/// Every table that an export can fill, the audit log first.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| parse(include_str!("tables.toml")));
    &TABLES
}

/// The tables that are made of exports and kept with them: books, failure groups, references, rejects, cubes.
pub fn made() -> &'static [Table] {
    static MADE: LazyLock<Vec<Table>> = LazyLock::new(|| parse(include_str!("made.toml")));
    &MADE
}

/// What is known of a table or view that queries read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name.
    pub name: String,
    /// One sentence: what a row is.
    pub doc: String,
    /// Columns that mean something else than in the table of the store, or that no such table has.
    #[serde(default)]
    columns: std::collections::BTreeMap<String, String>,
}

/// The tables and views that queries read beside those of the store.
pub fn views() -> &'static [View] {
    #[derive(Deserialize)]
    struct File {
        view: Vec<View>,
    }
    static VIEWS: LazyLock<Vec<View>> = LazyLock::new(|| {
        toml::from_str::<File>(include_str!("views.toml")).expect("the project's own views are well-formed").view
    });
    &VIEWS
}

/// What a row of a table or view is.
pub fn meaning(table: &str) -> Option<&'static str> {
    let view = views().iter().find(|view| view.name == table).map(|view| view.doc.as_str());
    view.or_else(|| tables().iter().chain(made()).find(|known| known.name == table).map(|known| known.doc.as_str()))
}

/// What a value of a column means.
pub fn column_meaning(table: &str, column: &str) -> Option<&'static str> {
    let of_view = views().iter().find(|view| view.name == table).and_then(|view| view.columns.get(column));
    let of_table = |known: &'static Table| known.column(column).map(|at| known.columns[at].doc.as_str());
    let stored = || tables().iter().chain(made());
    of_view
        .map(String::as_str)
        .or_else(|| stored().find(|known| known.name == table).and_then(of_table))
        .or_else(|| (column == "export_id").then_some("The export that holds the row."))
        .or_else(|| stored().find_map(of_table))
}

fn parse(text: &str) -> Vec<Table> {
    #[derive(Deserialize)]
    struct File {
        table: Vec<Table>,
    }
    toml::from_str::<File>(text).expect("the project's own tables are well-formed").table
}

/// The table with this name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.name == name)
}

/// The table that holds a Salesforce object, by its API name in any spelling (`NS__DataSyncJob__c`, `datasyncjob`).
pub fn table_of_object(object: &str) -> Option<&'static Table> {
    let wanted = normalise(object).key;
    tables().iter().find(|table| normalise(&table.object).key == wanted)
}

/// The audit log, the one table that is always needed.
pub fn audit_log() -> &'static Table {
    &tables()[0]
}

/// Reads the columns as a list, since their order is the order in the store.
fn columns_in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Column>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        r#type: Kind,
        doc: String,
        field: Option<String>,
        #[serde(default)]
        headers: Vec<String>,
        #[serde(default)]
        names: Vec<String>,
        otherwise: Option<String>,
    }
    struct Columns;
    impl<'de> Visitor<'de> for Columns {
        type Value = Vec<Column>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("columns")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Column>, A::Error> {
            let mut columns = Vec::new();
            while let Some((name, entry)) = map.next_entry::<String, Entry>()? {
                let keys = |spellings: &[String]| -> Vec<String> {
                    let translated = spellings.iter().flat_map(|text| label::translations(text));
                    spellings.iter().cloned().chain(translated).map(|text| normalise(&text).key).collect()
                };
                let mut headers = keys(&entry.headers);
                headers.extend(entry.field.as_deref().map(|field| normalise(field).key));
                headers.push(normalise(&name).key);
                columns.push(Column {
                    kind: entry.r#type,
                    doc: entry.doc,
                    field: entry.field,
                    headers,
                    names: keys(&entry.names),
                    otherwise: entry.otherwise,
                    name,
                });
            }
            Ok(columns)
        }
    }
    deserializer.deserialize_map(Columns)
}
