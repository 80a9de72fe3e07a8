//! EWKB into ISO WKB without SRID. Only heads change: flags become thousands, an SRID is taken out.

use super::{Header, Points, Visit, WkbError, walk};
use std::borrow::Cow;

/// The geometry as ISO WKB without SRID, and the SRID that it had. Checked as a whole; borrowed when nothing changes.
///
/// # Errors
/// Whatever is wrong with the bytes. Curves and surfaces are no error here: they keep their own codes.
pub fn normalise(ewkb: &[u8]) -> Result<(Cow<'_, [u8]>, Option<i32>), WkbError> {
    let mut heads = Heads::default();
    let outermost = walk(ewkb, &mut heads)?;
    if heads.0.is_empty() {
        return Ok((Cow::Borrowed(ewkb), outermost.srid));
    }
    let mut out = Vec::with_capacity(ewkb.len());
    heads.write(ewkb, &mut out);
    Ok((Cow::Owned(out), outermost.srid))
}

/// As [`normalise`], behind what `out` holds already; on an error `out` is as it was.
///
/// # Errors
/// As [`normalise`].
pub fn normalise_into(ewkb: &[u8], out: &mut Vec<u8>) -> Result<Option<i32>, WkbError> {
    if let Some(srid) = plain_point(ewkb, out) {
        return Ok(srid);
    }
    let mut heads = Heads::default();
    let outermost = walk(ewkb, &mut heads)?;
    heads.write(ewkb, out);
    Ok(outermost.srid)
}

/// The most frequent value of all, without a walk: a little-endian point with x and y.
fn plain_point(ewkb: &[u8], out: &mut Vec<u8>) -> Option<Option<i32>> {
    const POINT: [u8; 5] = [1, 1, 0, 0, 0];
    const WITH_SRID: [u8; 5] = [1, 1, 0, 0, 0x20];
    if ewkb.len() == 25 && ewkb.starts_with(&WITH_SRID) {
        out.extend_from_slice(&POINT);
        out.extend_from_slice(&ewkb[9..]);
        return Some(Some(i32::from_le_bytes([ewkb[5], ewkb[6], ewkb[7], ewkb[8]])));
    }
    if ewkb.len() == 21 && ewkb.starts_with(&POINT) {
        out.extend_from_slice(ewkb);
        return Some(None);
    }
    None
}

/// The heads that have to change: none or one for anything flat.
#[derive(Default)]
struct Heads(Vec<Header>);

impl Heads {
    fn write(&self, ewkb: &[u8], out: &mut Vec<u8>) {
        out.reserve(ewkb.len());
        let mut copied = 0;
        for head in &self.0 {
            out.extend_from_slice(&ewkb[copied..=head.start]);
            let code = head.iso_code();
            out.extend_from_slice(&if head.little_endian { code.to_le_bytes() } else { code.to_be_bytes() });
            copied = head.end;
        }
        out.extend_from_slice(&ewkb[copied..]);
    }
}

impl Visit for Heads {
    fn begin(&mut self, header: &Header) -> Result<(), WkbError> {
        let has_srid = header.end - header.start > 5;
        let dimensions = header.dimensions;
        // A head of five bytes and two dimensions is written alike in both forms.
        if has_srid || dimensions.z || dimensions.m {
            self.0.push(*header);
        }
        Ok(())
    }
    fn points(&mut self, _: Points<'_>) {}
    fn end(&mut self) {}
}
