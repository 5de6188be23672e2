//! Where a result goes: a file that is there only when it is complete, or a stream whose reader may go away.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::NamedTempFile;

use super::Out;
use crate::error::{Error, Place, Result};

/// Writes an answer whole: to a file that is there only when it is complete, or to standard output, whose reader may go away.
pub fn deliver(to: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let (file, out) = match to {
        Some(path) => {
            let (file, out) = Unfinished::create(path)?;
            (Some(file), out)
        }
        None => (None, Box::new(io::stdout()) as Out),
    };
    let closed = Arc::new(AtomicBool::new(false));
    let mut out = Watched::new(out, closed.clone());
    let written = write(&mut out).and_then(|()| out.flush().place(|| "cannot write the answer".into()));
    match written {
        Err(_) if closed.load(Ordering::Relaxed) => Err(Error::closed_pipe()),
        Err(error) => Err(error),
        Ok(()) => file.map_or(Ok(()), Unfinished::complete),
    }
}

/// A file under a passing name, until it is complete; removed if it never is.
pub(super) struct Unfinished {
    path: PathBuf,
    /// None where the path is a device or a pipe, which is written to as it is.
    file: Option<NamedTempFile>,
}

impl Unfinished {
    /// The file and what writes to it.
    pub(super) fn create(path: &Path) -> Result<(Unfinished, Out<'static>)> {
        let place = || format!("cannot write '{}'", path.display());
        if path.exists() && !path.is_file() {
            let out = File::options().write(true).open(path).place(place)?;
            return Ok((Unfinished { path: path.to_path_buf(), file: None }, Box::new(out)));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Error::new(format!("cannot write '{}': there is no folder '{}'", path.display(), folder.display())));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".synclens-");
        // A passing file is for its owner only; a result is as public as any file that the user makes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder.tempfile_in(folder).place(place)?;
        let out = file.reopen().place(place)?;
        Ok((Unfinished { path: path.to_path_buf(), file: Some(file) }, Box::new(out)))
    }

    /// Gives the file its name.
    pub(super) fn complete(self) -> Result<()> {
        match self.file {
            Some(file) => file.persist(&self.path).map(drop).place(|| format!("cannot write '{}'", self.path.display())),
            None => Ok(()),
        }
    }
}

/// A buffered stream that remembers that its reader has gone away, which is no error.
pub(super) struct Watched<W: Write> {
    out: BufWriter<W>,
    closed: Arc<AtomicBool>,
}

impl<W: Write> Watched<W> {
    pub(super) fn new(out: W, closed: Arc<AtomicBool>) -> Self {
        Watched { out: BufWriter::with_capacity(1 << 16, out), closed }
    }

    fn watch<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.closed.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.watch(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.watch(result)
    }
}
