//! GeoJSON as in RFC 7946: degrees on WGS 84, outer rings anticlockwise; one collection, or one feature a line.

use super::file::Out;
use super::geometry::Geometries;
use super::layout::{Is, Layout};
use super::texts::io;
use super::{Format, values};
use arrow_array::RecordBatch;
use map::wkb;
use model::Result;
use std::io::Write;

/// What is around the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// One FeatureCollection.
    Collection,
    /// A line each.
    Lines,
}

pub(super) struct GeoJson {
    out: Out,
    layout: Layout,
    frame: Frame,
    how: wkb::GeoJson,
    /// Each column's name as JSON, with its colon.
    keys: Vec<Vec<u8>>,
    first: bool,
    feature: Vec<u8>,
    scratch: Vec<u8>,
    text: String,
}

impl GeoJson {
    pub(super) fn begin(mut out: Out, mut layout: Layout, frame: Frame) -> Result<Self> {
        let decimals = Geometries::decimals(layout.how.decimals);
        layout.notes.push(format!("Coordinates are rounded to {decimals} decimals of a degree."));
        let how = wkb::GeoJson { decimals: Some(decimals), right_hand: true };
        let key = |name: &str| {
            let mut key = Vec::new();
            values::string(name, &mut key);
            key.push(b':');
            key
        };
        let keys = layout.columns.iter().map(|c| key(&c.name)).collect();
        if frame == Frame::Collection {
            out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").map_err(|e| io(&e))?;
        }
        Ok(Self { out, layout, frame, how, keys, first: true, feature: Vec::new(), scratch: Vec::new(), text: String::new() })
    }

    /// The geometry of a row, or `null`.
    fn geometry(&mut self, batch: &RecordBatch, at: usize, row: usize) {
        let Is::Geometry(column) = &mut self.layout.columns[at].is else { return };
        let written = Geometries::bytes(batch.column(at).as_ref(), row).and_then(|bytes| {
            let done = {
                let iso = column.convert(bytes, &mut self.scratch)?;
                wkb::geojson(&iso, self.how, &mut self.feature)
            };
            match done {
                Ok(()) => Some(()),
                Err(e) => column.lose(e.to_string()),
            }
        });
        if written.is_none() {
            self.feature.extend_from_slice(b"null");
        }
    }

    fn feature(&mut self, batch: &RecordBatch, row: usize) {
        self.feature.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
        match self.layout.geometry {
            Some(at) => self.geometry(batch, at, row),
            None => self.feature.extend_from_slice(b"null"),
        }
        self.feature.extend_from_slice(b",\"properties\":{");
        let mut first = true;
        for at in 0..self.layout.columns.len() {
            if Some(at) == self.layout.geometry {
                continue;
            }
            if !std::mem::replace(&mut first, false) {
                self.feature.push(b',');
            }
            self.feature.extend_from_slice(&self.keys[at]);
            match &self.layout.columns[at].is {
                Is::Value(value) => value.json(&self.layout.cells, batch, at, row, &mut self.text, &mut self.feature),
                Is::Geometry(_) => self.geometry(batch, at, row),
            }
        }
        self.feature.extend_from_slice(b"}}");
    }
}

impl Format for GeoJson {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        for row in 0..batch.num_rows() {
            self.feature.clear();
            match (self.frame, std::mem::replace(&mut self.first, false)) {
                (Frame::Collection, true) => self.feature.push(b'\n'),
                (Frame::Collection, false) => self.feature.extend_from_slice(b",\n"),
                (Frame::Lines, _) => {}
            }
            self.feature(batch, row);
            if self.frame == Frame::Lines {
                self.feature.push(b'\n');
            }
            self.out.write_all(&self.feature).map_err(|e| io(&e))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<String>> {
        let end: &[u8] = if self.frame == Frame::Collection { b"\n]}\n" } else { b"" };
        self.out.write_all(end).and_then(|()| self.out.flush()).map_err(|e| io(&e))?;
        Ok(self.layout.into_notes())
    }
}
