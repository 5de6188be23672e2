//! The one error type: what went wrong and where, and the next step for the person who reads it.

use std::fmt;

/// A failure that ends a command, worded for its user.
///
/// `message` says what, where (file, line, column) and why, in lower case; `hint` says what to do next.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
    cause: Cause,
}

/// What ended a command, as far as the exit code tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Something went wrong.
    Fault,
    /// The reader of standard output has gone away, as `head` does: nothing went wrong.
    ClosedPipe,
    /// The user stopped it with Ctrl-C.
    Stopped,
}

/// The result of anything that can end a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that says `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, cause: Cause::Fault }
    }

    /// The reader of standard output has gone away.
    pub fn closed_pipe() -> Self {
        Self { cause: Cause::ClosedPipe, ..Self::new("the reader of the output has gone away") }
    }

    /// The user stopped the work.
    pub fn stopped() -> Self {
        Self { cause: Cause::Stopped, ..Self::new("stopped") }
    }

    /// Whether something went wrong.
    pub fn is_fault(&self) -> bool {
        self.cause == Cause::Fault
    }

    /// Whether it only says that the reader of standard output has gone away.
    pub fn is_closed_pipe(&self) -> bool {
        self.cause == Cause::ClosedPipe
    }

    /// Whether it only says that the user stopped the work.
    pub fn is_stopped(&self) -> bool {
        self.cause == Cause::Stopped
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts where it happened before the message: `cannot read 'audit.csv': ...`.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// The next step, where there is one.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Words any error of a library as one of ours, with the place where it happened.
pub trait Place<T> {
    /// `place` is what was being done, with its object: `cannot read 'audit.csv'`.
    fn place(self, place: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Place<T> for Result<T, E> {
    fn place(self, place: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Error::new(format!("{}: {error}", place())))
    }
}

/// The candidate that is spelled most like `name`, if any is near.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this likeness (Jaro-Winkler, 0 to 1) a suggestion misleads more than it helps.
    const NEAR: f64 = 0.8;
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}
