//! FlatGeobuf: one table, its rows behind a header and, mostly, an R-tree.
//!
//! Owns: the file's frame, its index, its columns and its geometries. The tables inside are read by the format's own generated
//! code, which checks every offset before it is followed. Does not own: filtering beyond the index.
//!
//! Lengths and counts come from the file: each is held against the size of the file before memory is taken for it.

mod feature;
mod geometry;
mod header;
mod index;
#[cfg(test)]
mod tests;

use super::held::Held;
use super::rows::{Rows, Value};
use crate::local::source::{Layer, Read, Sink, Source};
use header::Header;
use model::Result;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read as _, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// An opened FlatGeobuf file.
struct FlatGeobuf {
    held: Held,
    header: Header,
    layers: [Layer; 1],
}

/// Opens the file by its header.
///
/// # Errors
/// When it cannot be read, or is no FlatGeobuf file of a version that is known.
pub(in crate::local) fn open(path: &Path) -> Result<Arc<dyn Source>> {
    let held = Held::of(path)?;
    let header = header::read(&held, &mut BufReader::new(held.open()?))?;
    let layers = [header.layer(&held)];
    Ok(Arc::new(FlatGeobuf { held, header, layers }))
}

impl Source for FlatGeobuf {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let mut file = Features {
            held: &self.held,
            file: BufReader::with_capacity(256 * 1024, self.held.open()?),
            at: 0,
            buffer: Vec::new(),
        };
        let mut rows = Rows::new(&self.layers[0].schema, read, sink)?;
        let found = match (read.bbox, &self.header.index) {
            (Some((_, bounds)), Some(index)) => Some(index.search(&self.held, &mut file.file, bounds)?),
            _ => None,
        };
        match found {
            Some(offsets) => {
                for offset in offsets {
                    file.seek(self.header.features.saturating_add(offset))?;
                    if !file.next()? {
                        return Err(self.held.damaged("Its index points behind its end."));
                    }
                    if self.row(&file.buffer, &mut rows)?.is_break() {
                        return self.held.check();
                    }
                }
            }
            None => {
                file.seek(self.header.features)?;
                let mut count = 0;
                while !rows.is_full() && self.header.count.is_none_or(|all| count < all) && file.next()? {
                    count += 1;
                    if self.row(&file.buffer, &mut rows)?.is_break() {
                        return self.held.check();
                    }
                }
                if !rows.is_full() && self.header.count.is_some_and(|all| count < all) {
                    return Err(self.held.damaged("It ends before its last row."));
                }
            }
        }
        self.held.check()?;
        rows.flush().map(|_| ())
    }
}

impl FlatGeobuf {
    fn row(&self, bytes: &[u8], rows: &mut Rows<'_, '_>) -> Result<std::ops::ControlFlow<()>> {
        let feature = ::flatgeobuf::size_prefixed_root_as_feature(bytes)
            .map_err(|e| self.held.damaged("One of its rows cannot be read.").vendor(None, e.to_string()))?;
        feature::properties(&self.held, &self.header, &feature, rows)?;
        let column = self.header.columns.len();
        if let (Some(geometry), true) = (feature.geometry(), rows.wants(column)) {
            let mut wkb = Vec::new();
            geometry::write(&geometry, &self.header, &mut wkb).map_err(|why| self.held.damaged(why))?;
            rows.put(column, Value::Bytes(&wkb))?;
        }
        rows.end_row()
    }
}

/// The rows' bytes, one after the other.
struct Features<'a> {
    held: &'a Held,
    file: BufReader<File>,
    at: u64,
    buffer: Vec<u8>,
}

impl Features<'_> {
    fn seek(&mut self, to: u64) -> Result<()> {
        let here = self.file.stream_position().map_err(|e| self.held.io(&e))?;
        let by = i64::try_from(to).ok().zip(i64::try_from(here).ok()).and_then(|(to, here)| to.checked_sub(here));
        let moved = match by {
            // Near ahead it is in the buffer already.
            Some(by) => self.file.seek_relative(by),
            None => self.file.seek(SeekFrom::Start(to)).map(|_| ()),
        };
        self.at = to;
        moved.map_err(|e| self.held.io(&e))
    }

    /// The next row into the buffer, with its size before it. False at the end of the file.
    fn next(&mut self) -> Result<bool> {
        let mut size = [0; 4];
        match self.file.read_exact(&mut size) {
            Ok(()) => {}
            Err(e) if e.kind() == ErrorKind::UnexpectedEof && self.at >= self.held.bytes() => return Ok(false),
            Err(e) => return Err(self.held.io(&e)),
        }
        let length = u64::from(u32::from_le_bytes(size));
        self.at += 4 + length;
        if self.at > self.held.bytes() || length < 4 {
            return Err(self.held.damaged("One of its rows is longer than the file."));
        }
        self.buffer.clear();
        self.buffer.extend_from_slice(&size);
        let read = self.file.by_ref().take(length).read_to_end(&mut self.buffer).map_err(|e| self.held.io(&e))?;
        if (read as u64) < length {
            return Err(self.held.damaged("It ends in the middle of a row."));
        }
        Ok(true)
    }
}
