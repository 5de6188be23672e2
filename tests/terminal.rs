//! The shell as a person uses it: a pseudo-terminal types, presses keys and reads the screen.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::harness::Workdir;
use crate::shell::stored;

/// Longer than any answer takes on a busy machine, in milliseconds.
const PATIENCE: u64 = 60_000;

fn open(work: &Workdir) -> PtySession {
    work.write("pager", "echo PAGED\ncat\n");
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "stty cols 100 rows 30; exec \"$0\" sql", env!("CARGO_BIN_EXE_synclens")])
        .current_dir(work.path("."))
        .env_clear()
        .envs([
            ("HOME", work.path(".").display().to_string().as_str()),
            ("PATH", "/usr/bin:/bin"),
            ("TERM", "xterm"),
            ("NO_COLOR", "1"),
            ("PAGER", "/bin/sh pager"),
        ]);
    let mut shell = spawn_command(command, Some(PATIENCE)).expect("a terminal");
    shell.exp_string("audit rows").expect("the greeting");
    prompt(&mut shell);
    shell
}

#[track_caller]
fn prompt(shell: &mut PtySession) {
    shell.exp_string("synclens> ").expect("the prompt");
}

#[track_caller]
fn sees(shell: &mut PtySession, text: &str) {
    if let Err(error) = shell.exp_string(text) {
        panic!("'{text}' was not seen: {error}");
    }
}

/// Types a line and leaves it to the caller to see the answer.
fn types(shell: &mut PtySession, line: &str) {
    shell.send(line).and_then(|_| shell.send("\r")).expect("the terminal takes it");
    shell.flush().expect("the terminal takes it");
}

fn leaves(mut shell: PtySession) {
    types(&mut shell, ".exit");
    shell.exp_eof().expect("it ends");
}

#[test]
fn a_statement_may_have_several_lines() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, "select 6 * 7");
    types(&mut shell, "  as \"the answer\"");
    types(&mut shell, ";");
    sees(&mut shell, "the answer\r\n");
    sees(&mut shell, "42\r\n");
    sees(&mut shell, "1 row, ");
    prompt(&mut shell);
    leaves(shell);
}

#[test]
fn tab_completes_tables_columns_and_queries() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    shell.send("select count(*) > 0 as any from audi\t where stat\t_code = 7;\r").expect("the terminal takes it");
    shell.flush().expect("the terminal takes it");
    sees(&mut shell, "from audit_log");
    sees(&mut shell, "any\r\n");
    sees(&mut shell, "true\r\n");
    prompt(&mut shell);
    shell.send(".run failures-by\t\r").expect("the terminal takes it");
    shell.flush().expect("the terminal takes it");
    sees(&mut shell, "failures-by-category");
    sees(&mut shell, "families\r\n");
    prompt(&mut shell);
    leaves(shell);
}

#[test]
fn the_history_outlives_the_shell() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, "select 40 + 2 as first;");
    sees(&mut shell, "first\r\n");
    prompt(&mut shell);
    leaves(shell);
    let mut shell = open(&work);
    // Up twice, past the command that ended the first shell.
    shell.send("\u{1b}[A\u{1b}[A\r").expect("the terminal takes it");
    shell.flush().expect("the terminal takes it");
    sees(&mut shell, "first\r\n");
    sees(&mut shell, "42\r\n");
    prompt(&mut shell);
    leaves(shell);
    assert!(work.path(".local/state/synclens/sql_history").exists());
}

#[test]
fn ctrl_c_stops_the_statement_and_not_the_shell() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, "select sum(a.i * b.i) from range(1000000000) a(i), range(1000000) b(i);");
    // The line has been read once the screen has the line break after it.
    sees(&mut shell, ";\r\n");
    std::thread::sleep(std::time::Duration::from_millis(500));
    shell.send_control('c').expect("the terminal takes it");
    sees(&mut shell, "stopped\r\n");
    prompt(&mut shell);
    shell.send("select 1 +").expect("the terminal takes it");
    shell.send_control('c').expect("the terminal takes it");
    prompt(&mut shell);
    types(&mut shell, "select 20 + 3 as after;");
    sees(&mut shell, "after\r\n");
    sees(&mut shell, "23\r\n");
    prompt(&mut shell);
    leaves(shell);
}

#[test]
fn an_error_is_told_and_the_shell_goes_on() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, "select * from jobs;");
    sees(&mut shell, "error: table with name jobs does not exist\r\n");
    sees(&mut shell, "^^^^\r\n");
    sees(&mut shell, "did you mean 'job'?");
    prompt(&mut shell);
    types(&mut shell, ".tabels");
    sees(&mut shell, "did you mean '.tables'?");
    prompt(&mut shell);
    types(&mut shell, "copy job to 'stolen.csv';");
    sees(&mut shell, "error: COPY is not allowed here");
    prompt(&mut shell);
    leaves(shell);
    assert!(!work.path("stolen.csv").exists());
}

#[test]
fn the_next_result_goes_to_a_file() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, ".output rows.csv");
    sees(&mut shell, "the next result goes to 'rows.csv'");
    prompt(&mut shell);
    types(&mut shell, "select 1 as a, 'x' as b;");
    sees(&mut shell, "1 row to 'rows.csv', ");
    prompt(&mut shell);
    types(&mut shell, "select 2 as back;");
    sees(&mut shell, "back\r\n");
    prompt(&mut shell);
    leaves(shell);
    assert_eq!(std::fs::read_to_string(work.path("rows.csv")).expect("the file"), "a,b\n1,x\n");
}

#[test]
fn a_table_fits_the_screen_and_a_long_one_goes_to_the_pager() {
    let work = stored("synclens-store");
    let mut shell = open(&work);
    types(&mut shell, "select repeat('wide ', 100) as text, 7 as number;");
    sees(&mut shell, "…");
    sees(&mut shell, "7\r\n");
    prompt(&mut shell);
    types(&mut shell, "select i as line from range(200) t(i);");
    sees(&mut shell, "PAGED\r\n");
    sees(&mut shell, "199\r\n");
    sees(&mut shell, "200 rows, ");
    prompt(&mut shell);
    leaves(shell);
}
