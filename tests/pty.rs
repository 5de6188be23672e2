//! A terminal with somebody before it: keys go in, and what is on the screen is seen.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rexpect::process::{PtyProcess, Signal, WaitStatus};

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const PROMPT: &str = "synclens> ";

/// A program in a terminal; it is killed with the value.
pub struct Terminal {
    process: PtyProcess,
    keyboard: File,
    output: Arc<(Mutex<Output>, Condvar)>,
}

#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    ended: bool,
}

impl Terminal {
    /// Runs a command in a terminal of this size.
    pub fn open(command: &Command, columns: u16, rows: u16) -> Terminal {
        let mut sized = Command::new("/bin/sh");
        sized.arg("-c").arg(format!("stty cols {columns} rows {rows}; exec \"$0\" \"$@\""));
        sized.arg(command.get_program()).args(command.get_args()).env_clear();
        sized.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        sized.current_dir(command.get_current_dir().expect("a folder of its own"));
        let process = PtyProcess::new(sized).expect("a terminal");
        let keyboard = process.get_file_handle().expect("the keyboard");
        let mut screen = process.get_file_handle().expect("the screen");
        let output = Arc::new((Mutex::new(Output::default()), Condvar::new()));
        let seen = output.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                // When the last program has left the terminal, reading it is an error.
                let length = screen.read(&mut bytes).unwrap_or(0);
                let mut output = seen.0.lock().expect("no panic");
                output.bytes.extend_from_slice(&bytes[..length]);
                output.ended = length == 0;
                seen.1.notify_all();
                if output.ended {
                    return;
                }
            }
        });
        Terminal { process, keyboard, output }
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal takes it");
    }

    /// Waits until the screen is as it should be, or the program has ended.
    #[track_caller]
    fn until(&self, what: &str, wanted: impl Fn(&Screen, bool) -> bool) -> Screen {
        let end = Instant::now() + PATIENCE;
        let (output, changed) = &*self.output;
        let mut output = output.lock().expect("no panic");
        loop {
            let screen = Screen::of(&output.bytes);
            if wanted(&screen, output.ended) {
                return screen;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !output.ended, "{what} was not seen; the screen:\n{}{}", screen.text(0), screen.line());
            output = changed.wait_timeout(output, left).expect("no panic").0;
        }
    }

    /// Waits until the screen is as it should be.
    #[track_caller]
    pub fn waits(&self, what: &str, wanted: impl Fn(&Screen) -> bool) -> Screen {
        self.until(what, |screen, _| wanted(screen))
    }

    /// Waits until the line with the cursor begins as told.
    #[track_caller]
    pub fn sees(&self, line: &str) {
        self.waits(line, |screen| screen.line().starts_with(line));
    }

    /// Waits for an empty prompt.
    #[track_caller]
    pub fn prompt(&self) -> Screen {
        self.waits("the prompt", |screen| screen.line() == PROMPT)
    }

    /// Types keys and Enter, waits for the next prompt, and gives what is on the screen in between, with what was typed.
    #[track_caller]
    pub fn enter(&mut self, keys: &str) -> String {
        let row = self.waits("the screen", |_| true).row;
        self.press(keys);
        self.press("\r");
        self.waits("the next prompt", |screen| screen.row > row && screen.line() == PROMPT).text(row)
    }

    /// Waits until the program has ended; gives its exit code and all that is on the screen.
    #[track_caller]
    pub fn end(self) -> (i32, String) {
        let screen = self.until("the end", |_, ended| ended).text(0);
        let end = Instant::now() + PATIENCE;
        loop {
            match self.process.status() {
                Some(WaitStatus::Exited(_, code)) => return (code, screen),
                Some(WaitStatus::StillAlive) if Instant::now() < end => std::thread::sleep(Duration::from_millis(20)),
                other => panic!("it did not end as it should: {other:?}"),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.process.kill(Signal::SIGKILL));
    }
}

/// What a terminal shows, without an end below.
#[derive(Default)]
pub struct Screen {
    lines: Vec<Vec<char>>,
    pub row: usize,
    column: usize,
}

impl Screen {
    fn of(bytes: &[u8]) -> Screen {
        let mut screen = Screen { lines: vec![Vec::new()], row: 0, column: 0 };
        let text = String::from_utf8_lossy(bytes);
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\r' => screen.column = 0,
                '\n' => screen.down(1),
                '\u{8}' => screen.column = screen.column.saturating_sub(1),
                '\u{1b}' => screen.escape(&mut characters),
                control if control.is_control() => {}
                shown => screen.put(shown),
            }
        }
        screen
    }

    fn put(&mut self, character: char) {
        let line = &mut self.lines[self.row];
        if line.len() <= self.column {
            line.resize(self.column + 1, ' ');
        }
        line[self.column] = character;
        self.column += 1;
    }

    fn down(&mut self, rows: usize) {
        self.row += rows;
        self.lines.resize(self.lines.len().max(self.row + 1), Vec::new());
    }

    /// The sequences with which a line editor moves and erases; those for colours and modes show nothing.
    fn escape(&mut self, characters: &mut std::str::Chars<'_>) {
        if characters.next() != Some('[') {
            return;
        }
        let mut number = String::new();
        for character in characters {
            let count = number.parse().unwrap_or(1);
            match character {
                'A' => self.row = self.row.saturating_sub(count),
                'B' => self.down(count),
                'C' => self.column += count,
                'D' => self.column = self.column.saturating_sub(count),
                'J' => {
                    self.lines.truncate(self.row + 1);
                    self.lines[self.row].truncate(self.column);
                }
                'K' => self.lines[self.row].truncate(self.column),
                '@'..='~' => {}
                other => {
                    number.push(other);
                    continue;
                }
            }
            return;
        }
    }

    /// The line with the cursor, up to the cursor or the last character.
    pub fn line(&self) -> String {
        let line = &self.lines[self.row];
        line.iter().chain(std::iter::repeat_n(&' ', self.column.saturating_sub(line.len()))).collect()
    }

    /// The lines from `row` on, up to that with the cursor, without spaces at their ends.
    pub fn text(&self, row: usize) -> String {
        let lines = &self.lines[row..self.row];
        lines.iter().map(|line| format!("{}\n", line.iter().collect::<String>().trim_end())).collect()
    }
}
