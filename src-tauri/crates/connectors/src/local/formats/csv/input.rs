//! A file's bytes as UTF-8, with a bound on each record and a mark behind the end.
//!
//! Owns: decoding while reading, noticing records that do not end, and the mark by which an open quote is found: the reader of
//! records takes the end of the file for the end of a quoted value, and the mark is then a part of it. Does not own: which
//! encoding it is (`dress`), or records.

use super::dress::{Charset, Dress};
use encoding_rs::{Decoder, DecoderResult};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// No record is longer.
pub(super) const LONGEST: u64 = 64 << 20;
/// Stands behind the end, in a line of its own.
pub(super) const END: &[u8] = b"\n\x02end of the file\x03\n";

/// Why reading stopped, beside what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// A record does not end.
    Endless,
    /// Bytes that the encoding does not know.
    Malformed,
}

impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Halt {}

/// How many bytes were read since the last record ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget(Arc<AtomicU64>);

impl Budget {
    /// A record ended.
    pub(super) fn renew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The bytes.
pub(super) struct Input {
    file: File,
    decoder: Option<Decoder>,
    budget: Budget,
    raw: Vec<u8>,
    /// Decoded, and how much of it was handed on.
    ready: Vec<u8>,
    at: usize,
    /// The file's end was met; then: so was the mark's.
    ended: bool,
    over: bool,
}

impl Input {
    /// The file's text in this dress, from its beginning.
    pub(super) fn open(path: &Path, dress: &Dress, budget: Budget) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut skipped = vec![0; dress.mark];
        file.read_exact(&mut skipped)?;
        let decoder = match dress.charset {
            Charset::Utf8 => None,
            Charset::Other(encoding) => Some(encoding.new_decoder_without_bom_handling()),
        };
        Ok(Self { file, decoder, budget, raw: vec![0; 64 << 10], ready: Vec::new(), at: 0, ended: false, over: false })
    }

    /// The next piece of text, which may be empty.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        if self.ended {
            self.over = true;
            self.ready.extend_from_slice(END);
            return Ok(());
        }
        let count = self.file.read(&mut self.raw)?;
        self.ended = count == 0;
        let Some(decoder) = &mut self.decoder else {
            self.ready.extend_from_slice(&self.raw[..count]);
            return Ok(());
        };
        let room = decoder.max_utf8_buffer_length_without_replacement(count).unwrap_or(count * 4 + 16);
        self.ready.resize(room, 0);
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(&self.raw[..count], &mut self.ready, self.ended);
        self.ready.truncate(written);
        if result == DecoderResult::InputEmpty { Ok(()) } else { Err(io::Error::other(Halt::Malformed)) }
    }
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.over {
            self.refill()?;
        }
        let count = out.len().min(self.ready.len() - self.at);
        out[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        if self.budget.0.fetch_add(count as u64, Ordering::Relaxed) > LONGEST {
            return Err(io::Error::other(Halt::Endless));
        }
        Ok(count)
    }
}
