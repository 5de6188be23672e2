//! Ctrl-C: stops what was typed, and not the shell.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::engine::Session;
use crate::error::{Error, Place, Result};

/// Ends what the running statement does.
type Halt = Box<dyn Fn() + Send>;

/// Tells a signal what it stops.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Somebody typed what is done now, and gets the prompt back when it is stopped.
    typed: bool,
    /// Halts the statement that runs, if one does.
    halt: Option<Halt>,
    /// A signal came since the prompt.
    stopped: bool,
}

/// Between two attempts to halt a statement: one that has not begun yet does not hear the first.
const AGAIN: Duration = Duration::from_millis(50);

/// The exit code of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

impl Stop {
    /// Takes over the signals of the process.
    pub(super) fn install() -> Result<Stop> {
        let stop = Stop::default();
        let handler = stop.clone();
        ctrlc::set_handler(move || handler.signal()).place(|| "cannot take Ctrl-C over".into())?;
        Ok(stop)
    }

    fn signal(&self) {
        let mut state = self.state();
        if !state.typed && state.halt.is_none() {
            std::process::exit(INTERRUPTED);
        }
        state.stopped = true;
        while let (Some(halt), true) = (&state.halt, state.stopped) {
            halt();
            drop(state);
            thread::sleep(AGAIN);
            state = self.state();
        }
    }

    /// Waits for what is typed. The line editor reads Ctrl-C as a key, so a signal that comes meanwhile asks the process to end.
    pub(super) fn while_prompted<T>(&self, read: impl FnOnce() -> T) -> T {
        *self.state() = State::default();
        let typed = read();
        self.state().typed = true;
        typed
    }

    /// Runs `work` on `session` so that a signal stops it.
    pub(super) fn while_running<T>(&self, session: &Session, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let handle = session.interrupt();
        {
            let mut state = self.state();
            if state.stopped {
                return Err(Error::stopped());
            }
            state.halt = Some(Box::new(move || handle.interrupt()));
        }
        let result = work();
        let mut state = self.state();
        state.halt = None;
        if result.is_err() && state.stopped { Err(Error::stopped()) } else { result }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
