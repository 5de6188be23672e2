//! Ctrl-C: stops the statement that runs, and not the shell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::Session;
use crate::error::{Error, Place, Result};

/// Ends what the running statement does.
type Halt = Box<dyn Fn() + Send>;

/// Tells the statement that runs from a shell that waits.
#[derive(Clone, Default)]
pub(super) struct Stop {
    running: Arc<Mutex<Option<Halt>>>,
    stopped: Arc<AtomicBool>,
}

impl Stop {
    /// Takes over the signals of the process.
    pub(super) fn install() -> Result<Stop> {
        let stop = Stop::default();
        let handler = stop.clone();
        ctrlc::set_handler(move || handler.signal()).place(|| "cannot take Ctrl-C over".into())?;
        Ok(stop)
    }

    /// At the prompt the line editor reads Ctrl-C as a key, so a signal that comes there asks the process to end.
    fn signal(&self) {
        match self.running.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(halt) => {
                self.stopped.store(true, Ordering::Relaxed);
                halt();
            }
            None => std::process::exit(INTERRUPTED),
        }
    }

    /// Runs `work` on `session` so that a signal stops it.
    pub(super) fn while_running<T>(&self, session: &Session, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let handle = session.interrupt();
        self.stopped.store(false, Ordering::Relaxed);
        self.set(Some(Box::new(move || handle.interrupt())));
        let result = work();
        self.set(None);
        if result.is_err() && self.stopped.load(Ordering::Relaxed) { Err(Error::stopped()) } else { result }
    }

    fn set(&self, halt: Option<Halt>) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = halt;
    }
}

/// The exit code of a process that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
