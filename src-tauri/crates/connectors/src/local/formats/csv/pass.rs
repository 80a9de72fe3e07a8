//! The one pass over a whole file that finds out what its columns are.
//!
//! Owns: records of a file with their lines, the pass, and its results kept in memory for as long as the files stay as they are.
//! Does not own: the guesses (`dress`, `kinds`), which it corrects where the whole file says otherwise: another encoding where the
//! text is not UTF-8 after all, no quotes where one never closes and all lines are even without them.

use super::dress::{Charset, Dress};
use super::input::{Budget, END, Halt, Input, LONGEST};
use super::kinds::{Could, Kind};
use super::text::{ENCODING, LONG_LINE, LONG_ROW, NUL, OPEN_QUOTE, WIDE};
use crate::local::error::{io, of_file};
use crate::local::stamp::Stamp;
use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use model::{Error, Result};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Tables are not wider.
const MOST_COLUMNS: usize = 16_384;
/// So many files' passes are remembered.
const REMEMBERED: usize = 64;

/// What the pass found.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) dress: Dress,
    pub(super) columns: Vec<(Could, Kind)>,
    pub(super) rows: u64,
    /// Lines with too few values: how many, and the first.
    pub(super) short: Option<(u64, u64)>,
}

static PASSES: Mutex<VecDeque<(PathBuf, Stamp, Arc<Seen>)>> = Mutex::new(VecDeque::new());

/// What the file's columns are, from an earlier pass if the file is still the same.
///
/// # Errors
/// As the file cannot be read as lines of values.
pub(super) fn seen(path: &Path, stamp: Stamp) -> Result<Arc<Seen>> {
    let known =
        PASSES.lock().ok().and_then(|p| p.iter().find(|(at, s, _)| at == path && *s == stamp).map(|(.., seen)| Arc::clone(seen)));
    if let Some(known) = known {
        return Ok(known);
    }
    let seen = Arc::new(passes(path)?);
    stamp.check(path)?;
    if let Ok(mut passes) = PASSES.lock() {
        passes.retain(|(at, ..)| at != path);
        passes.push_back((path.to_owned(), stamp, Arc::clone(&seen)));
        if passes.len() > REMEMBERED {
            passes.pop_front();
        }
    }
    Ok(seen)
}

/// Why a pass ended early.
enum Ended {
    /// The text is not UTF-8 after all.
    NotUtf8,
    /// A quote does not close.
    Quote(Error),
    Failed(Error),
}

fn passes(path: &Path) -> Result<Seen> {
    let guess = |legacy| Dress::guess(path, legacy).map_err(|e| io(path, &e));
    let mut dress = guess(false)?;
    let mut legacy = false;
    loop {
        match pass(path, &dress) {
            Ok(seen) => return Ok(seen),
            Err(Ended::Failed(error)) => return Err(error),
            Err(Ended::NotUtf8) if !legacy => {
                legacy = true;
                dress = guess(true)?;
            }
            Err(Ended::NotUtf8) => return Err(of_file(&ENCODING, path).with("encoding", dress.encoding()).with("line", 1)),
            Err(Ended::Quote(error)) => {
                // Where quotes are no quotes, all lines are even without them.
                dress.quotes = false;
                return match pass(path, &dress) {
                    Ok(seen) if dress.names.len() > 1 && seen.short.is_none() => Ok(seen),
                    _ => Err(error),
                };
            }
        }
    }
}

/// The records of a file, one after the other.
pub(super) struct Records {
    path: PathBuf,
    reader: Reader<Input>,
    budget: Budget,
    record: ByteRecord,
    encoding: String,
    utf8: bool,
}

impl Records {
    /// From the first one behind the header.
    pub(super) fn open(path: &Path, dress: &Dress) -> Result<Self> {
        let budget = Budget::default();
        let input = Input::open(path, dress, budget.clone()).map_err(|e| io(path, &e))?;
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(dress.delimiter).quoting(dress.quotes).buffer_capacity(64 << 10);
        let reader = builder.from_reader(input);
        let utf8 = dress.charset == Charset::Utf8;
        Ok(Self { path: path.to_owned(), reader, budget, record: ByteRecord::new(), encoding: dress.encoding(), utf8 })
    }

    /// The next record and its line. None at the end.
    fn advance(&mut self) -> std::result::Result<Option<u64>, Ended> {
        let begun = self.reader.position().line();
        self.budget.renew();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(self.ended(error, begun)),
        }
        let line = self.record.position().map_or(begun, csv::Position::line);
        let mark = END.trim_ascii();
        if let Some(last) = self.record.iter().next_back()
            && last.trim_ascii_end().ends_with(mark)
        {
            if self.record.len() == 1 && last == mark {
                return Ok(None);
            }
            return Err(Ended::Quote(of_file(&OPEN_QUOTE, &self.path).with("line", line)));
        }
        if self.record.as_slice().contains(&0) {
            return Err(Ended::Failed(of_file(&NUL, &self.path).with("line", line)));
        }
        if self.utf8 && self.record.iter().any(|field| std::str::from_utf8(field).is_err()) {
            return Err(Ended::NotUtf8);
        }
        Ok(Some(line))
    }

    fn ended(&self, error: csv::Error, line: u64) -> Ended {
        let ErrorKind::Io(error) = error.into_kind() else {
            return Ended::Failed(of_file(&ENCODING, &self.path).with("encoding", &self.encoding).with("line", line));
        };
        match error.get_ref().and_then(|e| e.downcast_ref::<Halt>()) {
            Some(Halt::Endless) => Ended::Quote(of_file(&LONG_LINE, &self.path).with("line", line).with("most", LONGEST >> 20)),
            Some(Halt::Malformed) => {
                Ended::Failed(of_file(&ENCODING, &self.path).with("encoding", &self.encoding).with("line", line))
            }
            None => Ended::Failed(io(&self.path, &error)),
        }
    }

    /// The next record. None at the end.
    ///
    /// # Errors
    /// As the file can no longer be read as it was in the pass.
    pub(super) fn next(&mut self) -> Result<Option<&ByteRecord>> {
        match self.advance() {
            Ok(Some(_)) => Ok(Some(&self.record)),
            Ok(None) => Ok(None),
            Err(Ended::Quote(error) | Ended::Failed(error)) => Err(error),
            Err(Ended::NotUtf8) => Err(of_file(&ENCODING, &self.path).with("encoding", &self.encoding).with("line", 1)),
        }
    }
}

/// A value of a record, as text. Records are checked as a whole.
pub(super) fn value(record: &ByteRecord, at: usize) -> &str {
    record.get(at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

fn pass(path: &Path, dress: &Dress) -> std::result::Result<Seen, Ended> {
    let width = dress.names.len();
    if width > MOST_COLUMNS {
        return Err(Ended::Failed(of_file(&WIDE, path).with("most", MOST_COLUMNS)));
    }
    let mut records = Records::open(path, dress).map_err(Ended::Failed)?;
    let mut columns = vec![Could::default(); width];
    let (mut rows, mut short) = (0, None);
    if dress.header && records.advance()?.is_none() {
        return Ok(Seen { dress: dress.clone(), columns: Vec::new(), rows, short });
    }
    while let Some(line) = records.advance()? {
        let record = &records.record;
        if record.iter().skip(width).any(|extra| !extra.is_empty()) {
            let error = of_file(&LONG_ROW, path).with("line", line);
            return Err(Ended::Failed(error.with("count", record.len()).with("columns", width)));
        }
        if record.len() < width {
            let (count, first) = short.unwrap_or((0, line));
            short = Some((count + 1, first));
        }
        for (at, column) in columns.iter_mut().enumerate().take(record.len()) {
            column.see(value(record, at));
        }
        rows += 1;
    }
    let columns = columns.into_iter().map(|could| {
        let kind = could.kind(dress.delimiter);
        (could, kind)
    });
    Ok(Seen { dress: dress.clone(), columns: columns.collect(), rows, short })
}
