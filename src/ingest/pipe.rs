//! Turns a thread that writes into a reader: for sources that cannot be asked for their next bytes.

use std::io::{self, Read, Write};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Bytes handed over at a time.
const CHUNK_BYTES: usize = 256 << 10;
/// Chunks that may wait to be read: they bound the memory.
const WAITING_CHUNKS: usize = 4;

/// Reads what a thread writes.
pub struct Pipe {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    at: usize,
}

/// Where the thread writes.
pub struct PipeWriter {
    chunks: Sender<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
}

impl Pipe {
    /// Starts a thread that runs `write`. It ends when that returns, or, at its next write, when the reader is dropped.
    pub fn new(write: impl FnOnce(&mut PipeWriter) -> io::Result<()> + Send + 'static) -> Self {
        let (sender, chunks) = bounded(WAITING_CHUNKS);
        std::thread::spawn(move || {
            let mut writer = PipeWriter { chunks: sender, chunk: Vec::new() };
            let result = write(&mut writer).and_then(|()| writer.flush());
            if let Err(error) = result {
                // A reader that is gone needs no error.
                let _ = writer.chunks.send(Err(error));
            }
        });
        Self { chunks, chunk: Vec::new(), at: 0 }
    }
}

impl Read for Pipe {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.len() {
            match self.chunks.recv() {
                Ok(chunk) => (self.chunk, self.at) = (chunk?, 0),
                Err(_) => return Ok(0),
            }
        }
        let read = bytes.len().min(self.chunk.len() - self.at);
        bytes[..read].copy_from_slice(&self.chunk[self.at..self.at + read]);
        self.at += read;
        Ok(read)
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK_BYTES));
        self.chunks.send(Ok(chunk)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
