//! PostgreSQL's binary COPY format, cut into rows across the borders of the chunks that it comes in.
//!
//! A length is believed only as far as bytes have come: nothing is reserved for what was merely announced.

use bytes::{Bytes, BytesMut};
use std::ops::Range;

const SIGNATURE: &[u8; 11] = b"PGCOPY\n\xff\r\n\0";
/// What the header may carry beside its 19 bytes.
const LONGEST_EXTENSION: usize = 1 << 20;
/// PostgreSQL's own limit of a value is 1 GiB, and of a row about the same.
const LONGEST_ROW: usize = (1 << 30) + (1 << 20);

/// How far a look at the bytes came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A row: see [`Copy::fields`].
    Row,
    /// More bytes are needed.
    More,
    /// The trailer was read; nothing may follow.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Rows,
    Ended,
}

/// The format's reader.
pub(super) struct Copy {
    state: State,
    columns: usize,
    chunk: Bytes,
    at: usize,
    /// The beginning of something whose end has not come yet, and how long it is at least.
    carry: BytesMut,
    needed: usize,
    fields: Vec<Option<Range<usize>>>,
}

type Bad = &'static str;

impl Copy {
    /// For rows of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        let fields = Vec::with_capacity(columns);
        Self { state: State::Header, columns, chunk: Bytes::new(), at: 0, carry: BytesMut::new(), needed: 0, fields }
    }

    /// Takes a chunk. All rows of the one before have been taken out.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.at < self.chunk.len() {
            self.carry.extend_from_slice(&self.chunk[self.at..]);
            self.chunk = Bytes::new();
            self.at = 0;
        }
        if self.carry.is_empty() {
            self.chunk = chunk;
            self.at = 0;
            return;
        }
        self.carry.extend_from_slice(&chunk);
        if self.carry.len() >= self.needed {
            self.chunk = self.carry.split().freeze();
            self.at = 0;
        }
    }

    /// Looks for the next row.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub(super) fn step(&mut self) -> Result<Step, Bad> {
        if !self.carry.is_empty() {
            return Ok(Step::More);
        }
        match self.state {
            State::Header => {
                if !self.header()? {
                    return Ok(Step::More);
                }
                self.state = State::Rows;
                self.row()
            }
            State::Rows => self.row(),
            State::Ended if self.at < self.chunk.len() => Err("Data follow the end of the data."),
            State::Ended => Ok(Step::End),
        }
    }

    /// The fields of the row that was found last.
    pub(super) fn fields(&self) -> impl Iterator<Item = Option<&[u8]>> {
        self.fields.iter().map(|field| field.clone().map(|range| &self.chunk[range]))
    }

    /// The stream has ended: has the data?
    ///
    /// # Errors
    /// When the trailer did not come.
    pub(super) fn finish(&self) -> Result<(), Bad> {
        if self.state == State::Ended { Ok(()) } else { Err("The data end before their end is marked.") }
    }

    /// How many bytes the last row had.
    pub(super) fn row_bytes(&self) -> usize {
        self.fields.iter().flatten().map(ExactSizeIterator::len).sum::<usize>() + self.columns
    }

    fn left(&self) -> &[u8] {
        &self.chunk[self.at..]
    }

    fn wait_for(&mut self, needed: usize) -> Step {
        self.needed = needed;
        Step::More
    }

    fn header(&mut self) -> Result<bool, Bad> {
        let left = self.left();
        let seen = left.len().min(SIGNATURE.len());
        if left[..seen] != SIGNATURE[..seen] {
            return Err("They do not begin as PostgreSQL's binary format does.");
        }
        if left.len() < 19 {
            self.wait_for(19);
            return Ok(false);
        }
        if u32_at(left, 11) != 0 {
            return Err("They are in a version of PostgreSQL's binary format that is not known.");
        }
        let extension = u32_at(left, 15) as usize;
        if extension > LONGEST_EXTENSION {
            return Err("Their header is too long.");
        }
        if left.len() < 19 + extension {
            self.wait_for(19 + extension);
            return Ok(false);
        }
        self.at += 19 + extension;
        Ok(true)
    }

    fn row(&mut self) -> Result<Step, Bad> {
        let left = &self.chunk[self.at..];
        if left.len() < 2 {
            return Ok(self.wait_for(2));
        }
        let count = i16::from_be_bytes([left[0], left[1]]);
        if count == -1 {
            self.at += 2;
            self.state = State::Ended;
            return self.step();
        }
        if usize::try_from(count) != Ok(self.columns) {
            return Err("A row has another number of columns than the server announced.");
        }
        self.fields.clear();
        let mut at = 2;
        for _ in 0..self.columns {
            if left.len() < at + 4 {
                return Ok(self.wait_for(at + 4));
            }
            let length = u32_at(left, at).cast_signed();
            at += 4;
            if length == -1 {
                self.fields.push(None);
                continue;
            }
            let end = usize::try_from(length).ok().map(|length| at + length).filter(|end| *end <= LONGEST_ROW);
            let end = end.ok_or("A value has an impossible length.")?;
            if left.len() < end {
                return Ok(self.wait_for(end));
            }
            self.fields.push(Some(self.at + at..self.at + end));
            at = end;
        }
        self.at += at;
        Ok(Step::Row)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
