//! How to export a table: the SOQL and the `sf` command that bring it.

use serde::{Deserialize, Serialize};

use super::Table;

/// How to export a table that was not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Recipe {
    /// The table that the export fills.
    pub table: String,
    /// The query.
    pub soql: String,
    /// The command of the Salesforce CLI that runs it.
    pub command: String,
    /// The vendor does not document the field names: the query shows all fields of 200 rows, to find them.
    pub finds_fields: bool,
}

/// How to export `table` from an org whose package has the namespace `prefix` (without underscores; none: unmanaged).
///
/// Only documented fields are asked for. Where those would not tell the table's main facts, the query asks for all fields.
pub fn recipe(table: &Table, prefix: Option<&str>) -> Recipe {
    let api = |name: &str| match prefix {
        Some(prefix) if !table.standard && name.ends_with("__c") => format!("{prefix}__{name}"),
        _ => name.to_string(),
    };
    let documented: Vec<String> = table.columns.iter().filter_map(|column| column.field.as_deref()).map(api).collect();
    let main_facts = table.marks.first().into_iter().flatten();
    let finds_fields = main_facts.clone().any(|name| table.column(name).is_none_or(|index| table.columns[index].field.is_none()));
    let object = api(&table.object);
    let soql = if finds_fields {
        format!("SELECT FIELDS(ALL) FROM {object} LIMIT 200")
    } else {
        format!("SELECT {} FROM {object}", documented.join(", "))
    };
    let how = if table.name == "audit_log" { "sf data export bulk --wait 60" } else { "sf data query" };
    let file = &table.name;
    let command =
        format!("{how} --query \"{soql}\" --result-format csv --output-file {file}.csv --target-org <alias of the source org>");
    Recipe { table: table.name.clone(), soql, command, finds_fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::table;

    #[test]
    fn documented_fields_take_the_prefix_of_the_package() {
        let found = recipe(table("audit_log").expect("a table"), Some("NS"));
        assert!(found.soql.starts_with("SELECT Id, Name, NS__SObjectType__c, "), "{}", found.soql);
        assert!(found.soql.ends_with(" FROM NS__DataSyncAuditLog__c"), "{}", found.soql);
        assert!(!found.finds_fields);
    }

    #[test]
    fn standard_objects_take_no_prefix() {
        let found = recipe(table("apex_job").expect("a table"), Some("NS"));
        assert!(found.soql.ends_with("CompletedDate FROM AsyncApexJob"), "{}", found.soql);
    }

    #[test]
    fn undocumented_fields_are_looked_for() {
        let found = recipe(table("sync_job").expect("a table"), Some("NS"));
        assert_eq!(found.soql, "SELECT FIELDS(ALL) FROM NS__DataSyncJob__c LIMIT 200");
        assert!(found.finds_fields);
    }
}
