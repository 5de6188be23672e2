//! SQL over a store: formats, scripts, transcripts, named queries, and SQL that wants more than it may.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use crate::harness::{Run, Workdir, golden, project};

/// A folder with the sample data in a store.
pub fn stored(store: &str) -> Workdir {
    let work = Workdir::new();
    work.run(&["ingest", &project().join("sample_data").display().to_string(), "--store", store, "--quiet"]).exits(0);
    work
}

/// Runs `synclens sql` with a script on standard input.
fn piped(work: &Workdir, arguments: &[&str], script: &str) -> Run {
    let mut command = work.command(&[&["sql"], arguments].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("the pipe takes it");
    Run(child.wait_with_output().expect("it ends"))
}

/// Every file below a folder with its content, to see whether anything changed.
fn content(work: &Workdir, name: &str) -> Vec<(String, Vec<u8>)> {
    fn walk(path: &std::path::Path, found: &mut Vec<(String, Vec<u8>)>) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).expect("a folder") {
                walk(&entry.expect("an entry").path(), found);
            }
        } else {
            found.push((path.display().to_string(), std::fs::read(path).expect("a file")));
        }
    }
    let mut found = Vec::new();
    walk(&work.path(name), &mut found);
    found.sort();
    found
}

#[test]
fn a_transcript_of_a_script_is_as_it_was() {
    let work = stored("synclens-store");
    let script = std::fs::read_to_string(project().join("tests/shell/transcript.sql")).expect("the script");
    let run = piped(&work, &[], &script).exits(0);
    golden("shell/transcript.txt", &run.stdout());
    assert_eq!(run.stderr(), "");
}

#[test]
fn every_format_holds_the_same_rows() {
    let work = stored("synclens-store");
    let sql = "select object, sum(records)::bigint as records, list(distinct job_id order by job_id) as jobs, timestamp '2026-03-03 08:00:00' as day
        from outcome where object in ('Account', 'Asset') group by object order by object";
    let csv = work.run(&["sql", sql, "--format", "csv"]).exits(0).stdout();
    assert_eq!(csv.lines().next(), Some("object,records,jobs,day"));
    assert!(
        csv.lines().nth(1).is_some_and(|line| line.starts_with("Account,")
            && line.contains("\"[\"\"")
            && line.ends_with(",2026-03-03T08:00:00Z")),
        "{csv}"
    );
    let json = work.run(&["sql", sql, "--format", "json"]).exits(0).json();
    let lines = work.run(&["sql", sql, "--format", "ndjson"]).exits(0).stdout();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(json, serde_json::Value::Array(lines));
    assert!(json[0]["jobs"].is_array());
    for ending in ["csv", "tsv", "json", "ndjson", "md", "txt", "parquet", "xlsx"] {
        let file = format!("rows.{ending}");
        let run = work.run(&["sql", sql, "-o", &file]).exits(0);
        assert_eq!(run.stdout(), "", "{file}");
        assert!(work.path(&file).metadata().expect("the file").len() > 0, "{file}");
    }
    let back = work
        .run(&[
            "sql",
            "select count(*) as rows from 'rows.parquet' p join 'rows.csv' c using (object, records)",
            "--format",
            "csv",
        ])
        .exits(0);
    assert_eq!(back.stdout(), "rows\n2\n");
    assert_eq!(
        work.run(&["sql", sql, "-o", "rows.docx"]).exits(2).stderr().lines().next(),
        Some("error: the ending of 'rows.docx' stands for no format")
    );
}

#[test]
fn a_failing_statement_ends_a_file_with_its_line() {
    let work = stored("synclens-store");
    work.write("ask.sql", "-- two statements\nselect 1 as one;\n\nselect\n  statuscode\nfrom audit_log;\nselect 3 as three;\n");
    let run = work.run(&["sql", "-f", "ask.sql", "--format", "csv"]).exits(2);
    assert_eq!(run.stdout(), "one\n1\n");
    let stderr = run.stderr();
    assert!(stderr.starts_with("error: ask.sql, line 5: referenced column \"statuscode\" not found in FROM clause\n      statuscode\n      ^^^^^^^^^^\n"), "{stderr}");
    assert!(stderr.contains("hint: candidate bindings: ") && stderr.contains("status_code"), "{stderr}");
}

#[test]
fn an_unknown_table_lists_those_there_are() {
    let work = stored("synclens-store");
    let run = work.run(&["sql", "select * from audit_logs"]).exits(2);
    let stderr = run.stderr();
    assert!(
        stderr.contains(
            "error: table with name audit_logs does not exist\n    select * from audit_logs\n                  ^^^^^^^^^^\n"
        ),
        "{stderr}"
    );
    assert!(
        stderr.contains("did you mean 'audit_log'?; the tables are activity, apex_job, application_log, audit_log, "),
        "{stderr}"
    );
    assert!(!stderr.contains("exact_cascade"), "{stderr}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let work = stored("synclens-store");
    for format in ["csv", "table", "json", "ndjson", "markdown"] {
        let mut child = work
            .command(&["sql", "select i, repeat('x', 100) as text from range(20000000) t(i)", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{format}");
    }
}

#[test]
fn results_without_rows_are_valid() {
    let work = stored("synclens-store");
    let sql = "select object, 1 as records from audit_log where false";
    assert_eq!(work.run(&["sql", sql, "--format", "csv"]).exits(0).stdout(), "object,records\n");
    assert_eq!(work.run(&["sql", sql, "--format", "json"]).exits(0).json(), serde_json::json!([]));
    assert_eq!(work.run(&["sql", sql, "--format", "ndjson"]).exits(0).stdout(), "");
    work.run(&["sql", sql, "-o", "none.parquet"]).exits(0);
    assert_eq!(work.run(&["sql", "select count(*) as n from 'none.parquet'", "--format", "csv"]).exits(0).stdout(), "n\n0\n");
}

#[test]
fn every_column_has_its_meaning() {
    let work = stored("synclens-store");
    let columns = work.run(&["sql", ".schema", "--format", "json"]).exits(0).json();
    let lacking: Vec<&serde_json::Value> = columns.as_array().expect("rows").iter().filter(|row| row["meaning"] == "").collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    let tables = work.run(&["sql", ".tables", "--format", "json"]).exits(0).json();
    let lacking: Vec<&serde_json::Value> = tables.as_array().expect("rows").iter().filter(|row| row["a row is"] == "").collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn reference_tables_can_be_joined() {
    let work = stored("synclens-store");
    let sql = "select p.object, count(*) > 0 as any from audit_log a join key_prefix p on p.prefix = left(a.source_id, 3) where a.object = 'Account' group by all";
    assert_eq!(work.run(&["sql", sql, "--format", "csv"]).exits(0).stdout(), "object,any\nAccount,true\n");
    let sql = "select retry from error_code where code = 'UNABLE_TO_LOCK_ROW'";
    assert_eq!(work.run(&["sql", sql, "--format", "csv"]).exits(0).stdout(), "retry\nnow\n");
}

#[test]
fn named_queries_are_listed_explained_and_run() {
    let work = stored("synclens-store");
    let list = work.run(&["query", "--format", "json"]).exits(0).json();
    assert!(
        list.as_array()
            .expect("rows")
            .iter()
            .any(|row| row["query"] == "errors-by-object" && row["title"] == "Failed records by object")
    );
    let help = work.run(&["query", "throughput", "--help"]).exits(0).stdout();
    assert!(
        help.starts_with("throughput: Rows over time\n") && help.contains("minutes") && help.contains("[default: 1]"),
        "{help}"
    );
    let failed = work.run(&["query", "errors-by-object", "--param", "job=no such job", "--format", "csv"]).exits(0).stdout();
    assert_eq!(failed, "object,records,failed,failure_rate\n");
    let wrong = work.run(&["query", "throughput", "--param", "minutes=ten"]).exits(2).stderr();
    assert!(wrong.contains("parameter 'minutes' is of type INTEGER, 'ten' is not"), "{wrong}");
    let wrong = work.run(&["query", "throughput", "--param", "minute=10"]).exits(2).stderr();
    assert!(wrong.contains("has no parameter 'minute'") && wrong.contains("did you mean 'minutes'?"), "{wrong}");
    let wrong = work.run(&["query", "throughputs"]).exits(2).stderr();
    assert!(wrong.contains("there is no query 'throughputs'") && wrong.contains("did you mean 'throughput'?"), "{wrong}");
}

#[test]
fn every_named_query_runs_and_its_examples_hold() {
    let work = stored("synclens-store");
    let folder = project().join("queries/analysis").display().to_string();
    work.run(&["query", "--check", &folder]).exits(0);
    let list = work.run(&["query", "--format", "json"]).exits(0).json();
    let names = list
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["area"] == "analysis")
        .map(|row| row["query"].as_str().expect("a name"));
    for name in names {
        let rows = work.run(&["query", name, "--format", "json"]).exits(0).json();
        assert!(!rows.as_array().expect("rows").is_empty(), "'{name}' says nothing of the sample data");
    }
}

#[test]
fn a_parameter_is_a_value_and_never_sql() {
    let work = stored("synclens-store");
    let hostile = "job=x' or true; drop table job; --";
    let run = work.run(&["query", "errors-by-object", "--param", hostile, "--format", "csv"]).exits(0);
    assert_eq!(run.stdout(), "object,records,failed,failure_rate\n");
}

/// SQL that came with a query file and wants more than to read the store.
const HOSTILE: [&str; 63] = [
    "copy (select 1) to 'stolen.csv'",
    "copy (select 1) to 'synclens-store/stolen.parquet'",
    "select 1; copy (select 1) to 'stolen.csv'",
    "select 1; select 2",
    "attach 'stolen.duckdb' as stolen",
    "detach memory",
    "install httpfs",
    "load httpfs",
    "export database 'stolen'",
    "import database 'stolen'",
    "create table stolen as select 1",
    "insert into job (job_id) values ('x')",
    "update job set status = 'x'",
    "delete from job",
    "drop view audit_log",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "reset lock_configuration",
    "pragma enable_profiling",
    "pragma database_list",
    "call enable_logging('QueryLog', storage = 'file')",
    "begin",
    "checkpoint",
    "prepare p as select 1",
    "explain select 1",
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/hostname')",
    "select * from read_json('secret.json')",
    "select * from read_parquet('secret.parquet')",
    "select * from read_duckdb('secret.duckdb')",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_text('synclens-store/../secret.json')",
    "select * from query('copy (select 1) to ''stolen.csv''')",
    "select * from query('select * from read_text(''/etc/passwd'')')",
    "select * from enable_logging('QueryLog', storage = 'file', storage_path = 'stolen')",
    "select * from read_csv('https://example.com/x.csv')",
    "select getenv('HOME')",
    "with x as (copy (select 1) to 'stolen.csv') select * from x",
    "with x as (copy (select 1) to 'synclens-store/stolen.parquet') select * from x",
    "with x as (insert into job (job_id) values ('x') returning job_id) select * from x",
    "with x as (delete from outcome returning object) select * from x",
    "with x as (update outcome set records = 0 returning object) select * from x",
    "with x as (truncate job) select 1",
    "select * from job where exists (with x as (copy job to 'stolen.csv') select 1)",
    "from json_execute_serialized_sql(json_serialize_sql('with x as (copy job to ''synclens-store/stolen.csv'') from x'))",
    "select * from query('from json_execute_serialized_sql(json_serialize_sql(''from job''))')",
    "from main.QUERY('from job')",
    "execute p",
    "set variable a = 1",
    "create secret stolen (type s3)",
    "from duckdb_secrets()",
    "from duckdb_extensions()",
    "from query_table('/etc/passwd')",
    "from '/etc/passwd'",
    "from parquet_metadata('/etc/passwd')",
    "select list_transform(['/etc/passwd'], lambda file: (select content from read_text(file)))",
    "from read_text(getvariable('file'))",
    "from sqlite_scan('stolen.db', 't')",
    "attach ':memory:' as other",
    "call pragma_version()",
];

#[test]
fn a_query_of_others_only_reads_the_store() {
    for store in ["synclens-store", "synclens.duckdb"] {
        let work = stored(store);
        work.write("secret.json", "{\"secret\": 1}");
        let before = content(&work, store);
        for (number, sql) in HOSTILE.iter().enumerate() {
            work.write(&format!("own/hostile-{number}.sql"), format!("/*\ntitle = \"hostile\"\n*/\n{sql}\n"));
        }
        for (number, sql) in HOSTILE.iter().enumerate() {
            let run = work.run(&["query", &format!("hostile-{number}"), "--queries", "own", "--store", store]);
            assert_eq!(run.0.status.code(), Some(2), "{sql}\n{}", run.stdout());
            assert_eq!(run.stdout(), "", "{sql}");
        }
        assert_eq!(content(&work, store), before, "the store was changed");
        let left = std::fs::read_dir(work.path("."))
            .expect("the folder")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let left: Vec<String> = left.filter(|name| name.contains("stolen")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn the_users_own_sql_reads_other_files_and_leaves_the_store_alone() {
    for store in ["synclens-store", "synclens.duckdb"] {
        let work = stored(store);
        work.write("accounts.csv", "id,owner\n1,Ada\n");
        let before = content(&work, store);
        let sql = |statement: &str| work.run(&["sql", statement, "--store", store, "--format", "csv"]);
        assert_eq!(sql("select owner from 'accounts.csv'").exits(0).stdout(), "owner\nAda\n");
        assert_eq!(sql("create table own as from 'accounts.csv'; select count(*) as n from own").exits(0).stdout(), "n\n1\n");
        for statement in [
            "copy audit_log to 'stolen.parquet'",
            "copy (select 1) to 'synclens-store/stolen.parquet'",
            "explain analyze copy (select 1) to 'stolen.csv'",
            "export database 'stolen'",
            "attach 'stolen.duckdb' as other",
            "detach store_file",
            "install httpfs",
            "delete from stored.audit_log",
            "insert into stored.export select * from stored.export",
            "drop table store_file.audit_log",
            "pragma enable_profiling = 'json'; pragma profiling_output = 'synclens-store/stolen.json'; select 1",
            "set log_query_path = 'synclens-store/stolen.sql'; select 1",
            "call enable_logging('QueryLog', storage = 'file', storage_path = 'synclens-store/stolen'); select 1",
            "with x as (copy audit_log to 'stolen.parquet') from x",
            "with x as (copy job to 'synclens-store/stolen.parquet') from x",
            "from json_execute_serialized_sql(json_serialize_sql('with x as (copy job to ''stolen.csv'') from x'))",
        ] {
            sql(statement).exits(2);
        }
        assert_eq!(content(&work, store), before, "the store was changed");
        assert!(!work.path("stolen.parquet").exists() && !work.path("stolen.csv").exists() && !work.path("stolen").exists());
    }
}

#[test]
fn memory_has_a_bound() {
    let work = stored("synclens-store");
    let sql = "select count(*) from (select distinct md5(i::varchar) as a, repeat('x', 1000) || i as b from range(3000000) t(i))";
    let run = work.run(&["sql", sql, "--memory", "50MB", "--threads", "1"]);
    assert!(run.0.status.code() == Some(0) || run.stderr().contains("MiB used"), "{}", run.stderr());
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_statement() {
    let work = stored("synclens-store");
    let mut child = work
        .command(&[
            "sql",
            "select 1 as ready; select sum(a.i * b.i) from range(1000000000) a(i), range(1000000) b(i)",
            "--format",
            "csv",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    out.read_line(&mut line).expect("the first result");
    let status = std::process::Command::new("/bin/kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
    let mut stderr = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("UTF-8");
    assert_eq!((child.wait().expect("it ends").code(), stderr.as_str()), (Some(130), ""));
}
