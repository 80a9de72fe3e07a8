//! The file as a row of features: found by their brackets, without reading the file into memory.

use super::feature::Wrong;
use crate::local::formats::held::Held;
use model::{Error, Result};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

/// A feature is not longer.
const LONGEST: usize = 512 * 1024 * 1024;

/// What the file holds, in order.
pub(super) enum Item<'a> {
    /// A feature, or a geometry by itself.
    Feature(&'a [u8]),
    /// The members of a collection but for its features, after them.
    Collection(&'a [u8]),
}

/// Hears of each; breaks when no more is wanted.
pub(super) type Hear<'a> = dyn FnMut(Item<'_>) -> Result<ControlFlow<()>> + 'a;

/// The file's bytes, one after the other.
pub(super) struct Scan<'a> {
    held: &'a Held,
    file: BufReader<File>,
    at: u64,
}

impl<'a> Scan<'a> {
    /// From the file's beginning.
    pub(super) fn new(held: &'a Held) -> Result<Self> {
        let mut scan = Self { held, file: BufReader::with_capacity(256 * 1024, held.open()?), at: 0 };
        if scan.buffer()?.starts_with(b"\xef\xbb\xbf") {
            scan.consume(3);
        }
        Ok(scan)
    }

    /// All of it.
    pub(super) fn run(&mut self, hear: &mut Hear<'_>) -> Result<ControlFlow<()>> {
        let mut raw = Vec::new();
        loop {
            match self.next_byte()? {
                None => return Ok(ControlFlow::Continue(())),
                Some(b'{') => {
                    if self.object(&mut raw, hear)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                // Features in an array, without a collection around it.
                Some(b'[') => {
                    if self.array(&mut raw, hear)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Some(b',' | 0x1e) => self.consume(1),
                Some(_) => return Err(self.broken("Something there is neither an object nor an array.")),
            }
        }
    }

    /// One object at the top: a collection, whose features are told one by one, or a feature.
    fn object(&mut self, raw: &mut Vec<u8>, hear: &mut Hear<'_>) -> Result<ControlFlow<()>> {
        let mut shell = vec![b'{'];
        let mut is_collection = false;
        self.consume(1);
        loop {
            match self.next_byte()? {
                Some(b'}') => break self.consume(1),
                Some(b',') => self.consume(1),
                Some(b'"') => {
                    raw.clear();
                    self.value(raw)?;
                    let is_features = raw.as_slice() == b"\"features\"";
                    if self.next_byte()? != Some(b':') {
                        return Err(self.broken("A member has no value."));
                    }
                    self.consume(1);
                    if is_features && self.next_byte()? == Some(b'[') {
                        is_collection = true;
                        if self.array(raw, hear)?.is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                        continue;
                    }
                    if shell.len() > 1 {
                        shell.push(b',');
                    }
                    shell.append(raw);
                    shell.push(b':');
                    if matches!(self.next_byte()?, None | Some(b'}' | b']' | b',' | b':')) {
                        return Err(self.broken("A member has no value."));
                    }
                    self.value(&mut shell)?;
                }
                Some(_) => return Err(self.broken("Something there is no member of an object.")),
                None => return Err(self.broken("It ends in the middle of an object.")),
            }
        }
        shell.push(b'}');
        hear(if is_collection { Item::Collection(&shell) } else { Item::Feature(&shell) })
    }

    fn array(&mut self, raw: &mut Vec<u8>, hear: &mut Hear<'_>) -> Result<ControlFlow<()>> {
        self.consume(1);
        loop {
            match self.next_byte()? {
                Some(b']') => {
                    self.consume(1);
                    return Ok(ControlFlow::Continue(()));
                }
                Some(b',') => self.consume(1),
                Some(b'}' | b':') => return Err(self.broken("Brackets do not match.")),
                Some(_) => {
                    raw.clear();
                    self.value(raw)?;
                    if hear(Item::Feature(raw))?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                None => return Err(self.broken("It ends in the middle of its features.")),
            }
        }
    }

    /// One value as it is written, behind what `out` holds already: up to its matching bracket, quote, or end.
    fn value(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let (mut depth, mut in_text, mut escaped, mut begun) = (0usize, false, false, false);
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return if begun && depth == 0 && !in_text {
                    Ok(())
                } else {
                    Err(self.broken("It ends in the middle of a value."))
                };
            }
            let mut taken = 0;
            let mut done = false;
            for byte in buffer {
                let bare = begun && depth == 0 && !in_text;
                if bare && (byte.is_ascii_whitespace() || b",]}:".contains(byte)) {
                    done = true;
                    break;
                }
                taken += 1;
                begun = true;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    _ if in_text => {}
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => continue,
                }
                if depth == 0 && !in_text {
                    done = true;
                    break;
                }
            }
            out.extend_from_slice(&buffer[..taken]);
            self.consume(taken);
            if done {
                return Ok(());
            }
            if out.len() > LONGEST {
                return Err(self.broken("One of its features is longer than what is held in memory at once."));
            }
        }
    }

    /// The next byte that is no blank, still to be consumed.
    fn next_byte(&mut self) -> Result<Option<u8>> {
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            match buffer.iter().position(|b| !b.is_ascii_whitespace()) {
                Some(blanks) => {
                    let byte = buffer[blanks];
                    self.consume(blanks);
                    return Ok(Some(byte));
                }
                None => {
                    let blanks = buffer.len();
                    self.consume(blanks);
                }
            }
        }
    }

    fn buffer(&mut self) -> Result<&[u8]> {
        let held = self.held;
        self.file.fill_buf().map_err(|e| held.io(&e))
    }

    fn consume(&mut self, count: usize) {
        self.file.consume(count);
        self.at += count as u64;
    }

    fn broken(&self, why: &'static str) -> Error {
        self.held.damaged(Wrong::new(why).at_byte(self.at))
    }
}
