//! What is set differently in two jobs, as far as the evidence and the rows tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::engine::{Parameters, Session, json_rows};
use crate::error::Result;

/// Something that is set differently.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// What it belongs to: `job`, `template`, `template line Contact`, `object setting Contact`, `Contact`.
    pub of: String,
    /// Its name.
    pub name: String,
    /// The values; null where there is none.
    pub values: [Option<String>; 2],
}

const SEQUENCES: &str = "
    select object, [sequence_a, sequence_b] as sequences
    from (select object, min(sequence) filter (job_id = $a) as sequence_a, min(sequence) filter (job_id = $b) as sequence_b from outcome where job_id in ($a, $b) group by object)
    where sequence_a <> sequence_b order by object";

#[derive(Deserialize)]
struct Sequences {
    object: Option<String>,
    sequences: [Option<i64>; 2],
}

/// What the evidence and the rows tell of how the jobs were set up.
pub(super) fn settings(session: &Session, parameters: &Parameters) -> Result<Vec<Setting>> {
    let list = |sql: &str| json_rows(&session.query(sql, parameters)?);
    let mut settings = Vec::new();
    let jobs =
        list("select (job_id = $b)::integer as side, template_id, org_id, created_by from sync_job where job_id in ($a, $b)")?;
    differ("job", &jobs, &mut settings);
    let of_jobs = "join sync_job j using (template_id) where j.job_id in ($a, $b)";
    let side = "select (j.job_id = $b)::integer as side, t.* exclude (template_id";
    let templates = list(&format!("{side}) from template t {of_jobs}"))?;
    differ("template", &templates, &mut settings);
    for (table, key, what) in [("template_line", "line_id", "template line"), ("object_setting", "setting_id", "object setting")]
    {
        let rows = list(&format!("{side}, {key}) from {table} t {of_jobs} order by t.object, t.{key}"))?;
        let mut objects: BTreeMap<String, Vec<Map<String, Json>>> = BTreeMap::new();
        for mut row in rows {
            let object = row.remove("object").and_then(|object| object.as_str().map(str::to_string)).unwrap_or_default();
            objects.entry(object).or_default().push(row);
        }
        for (object, rows) in objects {
            differ(&format!("{what} {object}"), &rows, &mut settings);
        }
    }
    for Sequences { object, sequences } in session.rows_with(SEQUENCES, parameters)? {
        let values = sequences.map(|sequence| sequence.map(|sequence| sequence.to_string()));
        settings.push(Setting { of: object.unwrap_or_default(), name: "Sequence".into(), values });
    }
    Ok(settings)
}

/// Adds the columns in which the first row of one side differs from that of the other. Without both sides there is nothing to compare.
fn differ(of: &str, rows: &[Map<String, Json>], settings: &mut Vec<Setting>) {
    let of_side = |side: i64| rows.iter().find(|row| row.get("side").and_then(Json::as_i64) == Some(side));
    let (Some(a), Some(b)) = (of_side(0), of_side(1)) else { return };
    for (name, value) in a.iter().filter(|(name, _)| *name != "side") {
        let text = |value: &Json| match value {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let values = [text(value), b.get(name).and_then(text)];
        if values[0] != values[1] {
            settings.push(Setting { of: of.into(), name: name.clone(), values });
        }
    }
}
