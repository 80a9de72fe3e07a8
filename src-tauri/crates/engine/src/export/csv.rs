//! CSV as in RFC 4180: UTF-8, a line of names, quotes where needed; NULL is nothing, an empty text is `""`.

use super::Format;
use super::file::Out;
use super::geometry::Geometries;
use super::layout::{Is, Layout};
use super::texts::io;
use crate::explorer::cells::Form;
use arrow_array::RecordBatch;
use map::wkb;
use model::Result;
use std::io::Write;

pub(super) struct Csv {
    out: Out,
    layout: Layout,
    line: Vec<u8>,
    scratch: Vec<u8>,
    text: String,
}

impl Csv {
    pub(super) fn begin(out: Out, mut layout: Layout) -> Result<Self> {
        if layout.geometry.is_some() {
            let digits = match layout.how.decimals {
                Some(n) => format!("rounded to {n} decimals"),
                None => "with all their digits".to_owned(),
            };
            layout.notes.push(format!("Geometries are written as WKT, {digits}."));
        }
        let mut csv = Self { out, layout, line: Vec::new(), scratch: Vec::new(), text: String::new() };
        for at in 0..csv.layout.columns.len() {
            csv.separate(at);
            let name = std::mem::take(&mut csv.layout.columns[at].name);
            quoted(&name, &mut csv.line);
            csv.layout.columns[at].name = name;
        }
        csv.end_line()?;
        Ok(csv)
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.line.push(b',');
        }
    }

    fn end_line(&mut self) -> Result<()> {
        self.line.extend_from_slice(b"\r\n");
        let written = self.out.write_all(&self.line);
        self.line.clear();
        written.map_err(|e| io(&e))
    }
}

impl Format for Csv {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        for row in 0..batch.num_rows() {
            for at in 0..self.layout.columns.len() {
                self.separate(at);
                self.text.clear();
                let there = match &mut self.layout.columns[at].is {
                    Is::Value(_) => self.layout.cells.write(batch, at, row, Form::Full, usize::MAX, &mut self.text),
                    Is::Geometry(geometries) => match Geometries::bytes(batch.column(at).as_ref(), row) {
                        Some(bytes) => geometry(geometries, bytes, self.layout.how.decimals, &mut self.scratch, &mut self.text),
                        None => false,
                    },
                };
                if there {
                    quoted(&self.text, &mut self.line);
                }
            }
            self.end_line()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<String>> {
        self.out.flush().map_err(|e| io(&e))?;
        Ok(self.layout.into_notes())
    }
}

/// False when it could not be written.
fn geometry(column: &mut Geometries, bytes: &[u8], decimals: Option<u32>, scratch: &mut Vec<u8>, text: &mut String) -> bool {
    if column.says_each
        && let Ok((_, Some(srid))) = wkb::normalise(bytes)
    {
        text.push_str(&format!("SRID={srid};"));
    }
    let Some(iso) = column.convert(bytes, scratch) else { return false };
    let mut rounded = Vec::new();
    let iso = match decimals {
        None => &*iso,
        Some(n) => {
            let unit = 10f64.powi(i32::try_from(n.min(15)).unwrap_or(15));
            let round = |xy: &mut [[f64; 2]]| xy.iter_mut().flatten().for_each(|v| *v = (*v * unit).round() / unit);
            if let Err(e) = wkb::rewrite(&iso, &mut rounded, round) {
                return column.lose::<()>(e.to_string()).is_some();
            }
            &rounded
        }
    };
    match wkb::wkt(iso, text) {
        Ok(()) => true,
        Err(e) => column.lose::<()>(e.to_string()).is_some(),
    }
}

/// In quotes where it must be; an empty text always, so that it is told from NULL.
fn quoted(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if !bytes.is_empty() && !bytes.iter().any(|b| matches!(b, b'"' | b',' | b'\n' | b'\r' | b' ' | b'\t')) {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for byte in bytes {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}
