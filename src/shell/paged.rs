//! Shows what does not fit on the screen in the user's pager.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use unicode_width::UnicodeWidthStr;

/// The size of the screen, in characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub width: usize,
    pub height: usize,
}

/// Holds a text back until it is known whether it fits, and then writes it to the screen or to a pager.
pub(super) struct Paged {
    screen: Screen,
    held: Vec<u8>,
    to: To,
}

enum To {
    Undecided,
    Screen,
    Pager(Child),
}

impl Paged {
    pub(super) fn new(screen: Screen) -> Paged {
        Paged { screen, held: Vec::new(), to: To::Undecided }
    }

    /// Shows what is still held back, and waits until the reader has left the pager.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if matches!(self.to, To::Undecided) {
            self.to = To::Screen;
            self.pass()?;
        }
        match self.to {
            To::Pager(mut pager) => {
                drop(pager.stdin.take());
                pager.wait().map(drop)
            }
            _ => io::stdout().flush(),
        }
    }

    /// Whether what is held back is more than the screen shows at once.
    fn overflows(&self) -> bool {
        let text = String::from_utf8_lossy(&self.held);
        // Two lines stay for the count of rows and the prompt.
        let mut lines = text.lines();
        lines.clone().count() + 2 > self.screen.height
            || lines.any(|line| anstream::adapter::strip_str(line).to_string().width() > self.screen.width)
    }

    /// Hands on what is held back, once it is known where to.
    fn pass(&mut self) -> io::Result<()> {
        let held = &mut self.held;
        match &mut self.to {
            To::Undecided => return Ok(()),
            To::Screen => io::stdout().write_all(held)?,
            To::Pager(pager) => pager.stdin.as_mut().map_or(Ok(()), |pipe| pipe.write_all(held))?,
        }
        held.clear();
        Ok(())
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if matches!(self.to, To::Undecided) && self.overflows() {
            self.to = pager().map_or(To::Screen, To::Pager);
        }
        self.pass()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `$PAGER`, else `less`; none where there is no such program. Its options are those that git gives it: colours, no wrapped lines.
fn pager() -> Option<Child> {
    let command = std::env::var("PAGER").unwrap_or_else(|_| "less".into());
    let mut words = command.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRSX");
    }
    command.spawn().ok()
}
