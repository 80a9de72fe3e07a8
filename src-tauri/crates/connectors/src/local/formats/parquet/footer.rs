//! A look at a Parquet file's footer before the library reads it.
//!
//! Owns: whether there is a whole footer, and that nothing in it asks for more than the file has: lists that are longer than
//! their bytes, nesting without end. The library allocates what such lists claim, and follows the schema by recursion; a hostile
//! file could end the program with either. Does not own: what the footer means.

use super::text::{ENCRYPTED, HUGE_FOOTER, NOT_PARQUET, UNFINISHED};
use crate::local::error::{DAMAGED, EMPTY, io, of_file};
use model::{Error, Result};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// No longer footer is read.
const LONGEST: u64 = 64 << 20;
/// No deeper schema is read, and no deeper structure of the footer itself.
const DEEPEST: usize = 48;
/// No more columns, with all that is nested in them, are read.
const MOST_COLUMNS: usize = 100_000;

/// Looks at the footer.
///
/// # Errors
/// When the file is no Parquet file, is not finished, is encrypted, or its footer is not sound.
pub(super) fn check(path: &Path, file: &mut File) -> Result<()> {
    let failed = |e: std::io::Error| io(path, &e);
    let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
    if length == 0 {
        return Err(of_file(&EMPTY, path));
    }
    let mut head = [0; 4];
    file.rewind().map_err(failed)?;
    let whole_head = length >= 4 && file.read_exact(&mut head).is_ok();
    if whole_head && &head == b"PARE" {
        return Err(of_file(&ENCRYPTED, path));
    }
    if !whole_head || &head != b"PAR1" {
        return Err(of_file(&NOT_PARQUET, path));
    }
    if length < 12 {
        return Err(of_file(&UNFINISHED, path));
    }
    let mut tail = [0; 8];
    file.seek(SeekFrom::End(-8)).map_err(failed)?;
    file.read_exact(&mut tail).map_err(failed)?;
    if &tail[4..] != b"PAR1" {
        return Err(of_file(&UNFINISHED, path));
    }
    let size = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if size > length - 12 {
        return Err(damaged(path, "Its footer claims to be longer than the file."));
    }
    if size > LONGEST {
        return Err(of_file(&HUGE_FOOTER, path).with("size", size >> 20).with("most", LONGEST >> 20));
    }
    let mut footer = vec![0; usize::try_from(size).unwrap_or_default()];
    file.seek(SeekFrom::Start(length - 8 - size)).map_err(failed)?;
    file.read_exact(&mut footer).map_err(failed)?;
    match (Compact { bytes: &footer, at: 0, schema: Vec::new(), encrypted: false }).footer() {
        Ok(false) => Ok(()),
        Ok(true) => Err(of_file(&ENCRYPTED, path)),
        Err(why) => Err(damaged(path, why)),
    }
}

fn damaged(path: &Path, why: &str) -> Error {
    of_file(&DAMAGED, path).with("why", why)
}

type Sound<T> = std::result::Result<T, &'static str>;

const SHORT: &str = "Its footer ends too early.";

/// Thrift's compact protocol, walked over.
struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many children each element of the schema has.
    schema: Vec<i64>,
    encrypted: bool,
}

// Types of the protocol.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

// Fields of `FileMetaData` and `SchemaElement`.
const SCHEMA: i64 = 2;
const ENCRYPTION: i64 = 8;
const CHILDREN: i64 = 5;

impl Compact<'_> {
    /// Whether it is encrypted.
    fn footer(mut self) -> Sound<bool> {
        self.structure(0, &mut |walk, field, kind| match field {
            SCHEMA if kind == LIST => walk.schema_elements().map(|()| true),
            ENCRYPTION => {
                walk.encrypted = true;
                Ok(false)
            }
            _ => Ok(false),
        })?;
        self.depth()?;
        Ok(self.encrypted)
    }

    /// Walks over a structure. `own` answers whether it took the field itself.
    fn structure(&mut self, depth: usize, own: &mut dyn FnMut(&mut Self, i64, u8) -> Sound<bool>) -> Sound<()> {
        let mut last = 0;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0F;
            if kind == STOP {
                return Ok(());
            }
            last = match head >> 4 {
                0 => self.zigzag()?,
                more => last + i64::from(more),
            };
            if !own(self, last, kind)? {
                self.value(kind, depth, false)?;
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize, in_list: bool) -> Sound<()> {
        if depth > DEEPEST {
            return Err("Its footer is nested too deep.");
        }
        match kind {
            TRUE | FALSE if in_list => self.byte().map(drop),
            TRUE | FALSE => Ok(()),
            BYTE => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            DOUBLE => self.skip(8),
            BINARY => {
                let length = self.varint()?;
                self.skip(length)
            }
            LIST | SET => {
                let (size, of) = self.list()?;
                (0..size).try_for_each(|_| self.value(of, depth + 1, true))
            }
            MAP => {
                let size = self.counted()?;
                if size == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                (0..size).try_for_each(|_| {
                    self.value(kinds >> 4, depth + 1, true)?;
                    self.value(kinds & 0x0F, depth + 1, true)
                })
            }
            STRUCT => self.structure(depth + 1, &mut |_, _, _| Ok(false)),
            _ => Err("Its footer holds a type that does not exist."),
        }
    }

    fn schema_elements(&mut self) -> Sound<()> {
        let (size, of) = self.list()?;
        if of != STRUCT || size == 0 {
            return Err("Its schema is none.");
        }
        if size > MOST_COLUMNS as u64 {
            return Err("Its schema has more than 100,000 parts.");
        }
        for _ in 0..size {
            let mut children = 0;
            self.structure(1, &mut |walk, field, kind| {
                if field == CHILDREN && (4..=6).contains(&kind) {
                    children = walk.zigzag()?;
                    return Ok(true);
                }
                Ok(false)
            })?;
            self.schema.push(children);
        }
        Ok(())
    }

    /// The schema is a tree, written root first: every child is there, and no branch is too long.
    fn depth(&self) -> Sound<()> {
        let mut open: Vec<i64> = Vec::new();
        for (at, children) in self.schema.iter().enumerate() {
            while open.last() == Some(&0) {
                open.pop();
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            } else if at > 0 {
                return Err("Its schema has parts that belong to nothing.");
            }
            if *children < 0 || *children > (self.schema.len() - at - 1) as i64 {
                return Err("Its schema has fewer parts than it says.");
            }
            if *children > 0 {
                open.push(*children);
            }
            if open.len() > DEEPEST {
                return Err("Its schema is nested too deep.");
            }
        }
        if open.iter().any(|left| *left > 0) { Err("Its schema has fewer parts than it says.") } else { Ok(()) }
    }

    fn byte(&mut self) -> Sound<u8> {
        let byte = *self.bytes.get(self.at).ok_or(SHORT)?;
        self.at += 1;
        Ok(byte)
    }

    fn skip(&mut self, count: u64) -> Sound<()> {
        let left = (self.bytes.len() - self.at) as u64;
        if count > left {
            return Err(SHORT);
        }
        self.at += usize::try_from(count).map_err(|_| SHORT)?;
        Ok(())
    }

    fn varint(&mut self) -> Sound<u64> {
        let mut out = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            out |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(out);
            }
        }
        Err("Its footer holds a number without end.")
    }

    fn zigzag(&mut self) -> Sound<i64> {
        let n = self.varint()?;
        Ok((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
    }

    /// Each part takes a byte at least.
    fn counted(&mut self) -> Sound<u64> {
        let size = self.varint()?;
        if size > (self.bytes.len() - self.at) as u64 {
            Err("Its footer holds a list that is longer than the footer.")
        } else {
            Ok(size)
        }
    }

    fn list(&mut self) -> Sound<(u64, u8)> {
        let head = self.byte()?;
        let size = match head >> 4 {
            15 => self.counted()?,
            few => u64::from(few),
        };
        Ok((size, head & 0x0F))
    }
}
