//! The shell as a person uses it: a pseudo-terminal types, presses keys and reads the screen.

use std::time::Duration;

use crate::harness::{Workdir, golden};
use crate::pty::Terminal;
use crate::shell::stored;

const TAB: &str = "\t";
const UP: &str = "\u{1b}[A";
const CTRL_C: &str = "\u{3}";
const CTRL_D: &str = "\u{4}";

/// The shell over a store, at its first prompt; its screen is so high that little is paged.
fn open(work: &Workdir, arguments: &[&str]) -> Terminal {
    open_with_rows(work, arguments, 500)
}

fn open_with_rows(work: &Workdir, arguments: &[&str], rows: u16) -> Terminal {
    work.write("pager", "echo PAGED\ncat\n");
    let mut command = work.command(&[&["sql"], arguments].concat());
    command.env("TERM", "xterm").env("NO_COLOR", "1").env("PAGER", "/bin/sh pager");
    let terminal = Terminal::open(&command, 120, rows);
    terminal.prompt();
    terminal
}

#[track_caller]
fn leave(mut terminal: Terminal) -> String {
    terminal.press(".exit\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    screen
}

#[test]
fn a_session_is_as_it_was() {
    let work = stored("synclens-store");
    let mut terminal = open(&work, &["--quiet"]);
    for typed in [
        ".help",
        ".schema key_prefix",
        "select object, count(*) as records\r  from audit_log -- not the failures alone\r  where object like 'A%'\rgroup by object\rorder by object;",
        "select objekt from audit_log;",
        "select 1; select 2;",
        ".mode csv",
        "select 'a,b' as text, null as nothing;",
        ".mode json",
        "select 'a,b' as text, null as nothing;",
        ".mode table",
        ".output rows.csv",
        "select 1 as a, 'x' as b;",
        ".run failures-by-category job='no such job'",
        ".run throughput ?",
        ".run failures-by-categori",
        ".tabels",
        "create table mine as select 1 as a;",
        "copy mine to 'stolen.csv';",
        "select repeat('wide ', 100) as text, 7 as number;",
    ] {
        terminal.enter(typed);
    }
    golden("shell/session.txt", &leave(terminal));
    assert_eq!(std::fs::read_to_string(work.path("rows.csv")).expect("the file"), "a,b\n1,x\n");
    assert!(!work.path("stolen.csv").exists());
}

#[test]
fn the_shell_greets_and_takes_the_time() {
    let work = stored("synclens-store");
    let mut terminal = open(&work, &[]);
    assert!(terminal.enter("select 42 as answer;").contains("\n    42\n1 row, 0."));
    assert!(terminal.enter(".output rows.csv").ends_with("the next result goes to 'rows.csv'\n"));
    assert!(terminal.enter("select 42 as answer;").contains("1 row to 'rows.csv', 0."));
    assert!(terminal.enter(".queries").contains("errors-by-object"));
    assert!(terminal.enter(".tables").contains("One row per source record that a job processed"));
    terminal.press(CTRL_D);
    let (code, screen) = terminal.end();
    assert_eq!(code, 0);
    assert!(screen.starts_with("synclens ") && screen.contains(" audit rows, 6 jobs\n"), "{screen}");
}

#[test]
fn tab_completes_what_the_store_holds() {
    let work = stored("synclens-store");
    let mut terminal = open(&work, &["--quiet"]);
    for (typed, completed) in [
        (".sch", ".schema"),
        (".run failures-by", ".run failures-by-category"),
        (".run failures-by-category j", ".run failures-by-category job="),
        (".mode js", ".mode json"),
        ("select * from audi", "select * from audit_log"),
        ("select count(*) from audit_log a where a.status_c", "select count(*) from audit_log a where a.status_code"),
        ("select regexp_full", "select regexp_full_match("),
        ("select 1 from job where job_id = 'a1J7k00000000BU", "select 1 from job where job_id = 'a1J7k00000000BUEAY"),
    ] {
        terminal.press(typed);
        terminal.sees(&format!("synclens> {typed}"));
        terminal.press(TAB);
        terminal.sees(&format!("synclens> {completed}"));
        terminal.press(CTRL_C);
        terminal.prompt();
    }
    // Several ways to go on are listed; the second Tab asks for them.
    terminal.press("select * from job join ap");
    terminal.sees("synclens> select * from job join ap");
    terminal.press(TAB);
    terminal.press(TAB);
    terminal.waits("the list", |screen| screen.text(0).contains("apex_job") && screen.text(0).contains("application_log"));
    terminal.press(CTRL_C);
    terminal.prompt();
    terminal.enter("create table own_table as select 1 as own_column;");
    terminal.press("select own_c");
    terminal.press(TAB);
    terminal.sees("synclens> select own_column");
    terminal.press(CTRL_C);
    terminal.prompt();
    leave(terminal);
}

#[test]
fn the_history_outlives_the_shell() {
    let work = stored("synclens-store");
    let mut terminal = open(&work, &["--quiet"]);
    terminal.enter("select 40 + 2\r  as first;");
    leave(terminal);
    assert!(work.path(".local/state/synclens/sql_history").exists());
    let mut terminal = open(&work, &["--quiet"]);
    terminal.press(UP);
    terminal.sees("synclens> .exit");
    terminal.press(UP);
    terminal.sees("  as first;");
    let answer = terminal.enter("");
    assert!(answer.contains("\nfirst\n") && answer.contains("\n   42\n"), "{answer}");
    leave(terminal);
}

#[test]
fn ctrl_c_stops_the_statement_and_not_the_shell() {
    let work = stored("synclens-store");
    let mut terminal = open(&work, &["--quiet"]);
    terminal.press("select sum(a.i * b.i) from range(1000000000) a(i), range(1000000) b(i); select 'not reached';\r");
    terminal.waits("the statement", |screen| screen.line().is_empty());
    std::thread::sleep(Duration::from_millis(300));
    terminal.press(CTRL_C);
    let screen = terminal.prompt().text(0);
    assert!(screen.ends_with("\nstopped\n") && !screen.contains("───"), "{screen}");
    terminal.press("select 1 +");
    terminal.sees("synclens> select 1 +");
    terminal.press(CTRL_C);
    terminal.prompt();
    assert!(terminal.enter("select 20 + 3 as after;").contains("\n   23\n"));
    leave(terminal);
}

#[test]
fn what_does_not_fit_on_the_screen_goes_to_the_pager() {
    let work = stored("synclens-store");
    let mut terminal = open_with_rows(&work, &["--quiet"], 30);
    assert!(!terminal.enter("select i as line from range(20) t(i);").contains("PAGED"));
    let answer = terminal.enter("select i as line from range(200) t(i);");
    assert!(answer.contains("\nPAGED\n") && answer.contains("\n 199\n"), "{answer}");
    let columns: Vec<String> = (0..20).map(|column| format!("'{}' as column_{column}", "wide ".repeat(3))).collect();
    let answer = terminal.enter(&format!("select\r{};", columns.join(",\r")));
    assert!(answer.contains("\nPAGED\n") && answer.contains("column_19\n"), "{answer}");
    leave(terminal);
}
