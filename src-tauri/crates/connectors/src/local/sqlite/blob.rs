//! The blob in which a GeoPackage keeps a geometry: a header, then ISO WKB.
//!
//! Nothing in it is believed: lengths are held against the bytes there are.

/// A blob's header, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The number of its system in this GeoPackage.
    pub(super) srs: i32,
    /// It says that there is no point in it.
    pub(super) empty: bool,
    /// Where the WKB begins.
    pub(super) wkb: usize,
}

/// The header. None: this is no GeoPackage geometry, or one of a kind of its own (extended).
pub(super) fn header(blob: &[u8]) -> Option<Header> {
    let &[b'G', b'P', 0, flags, ..] = blob else { return None };
    if flags & 0b0010_0000 != 0 {
        return None;
    }
    let little = flags & 1 == 1;
    let numbers = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 4,
        2 | 3 => 6,
        4 => 8,
        _ => return None,
    };
    let wkb = 8 + numbers * 8;
    // The smallest geometry is a head of five bytes.
    if blob.len() < wkb + 5 {
        return None;
    }
    let srs = four(blob.get(4..8)?, little);
    Some(Header { srs, empty: flags & 0b0001_0000 != 0, wkb })
}

fn four(bytes: &[u8], little: bool) -> i32 {
    let mut all = [0; 4];
    all.copy_from_slice(bytes);
    if little { i32::from_le_bytes(all) } else { i32::from_be_bytes(all) }
}

/// A geometry as GeoPackages keep it, little-endian. The envelope: least x, greatest x, least y, greatest y.
pub(in crate::local) fn write(srs: i32, envelope: Option<[f64; 4]>, wkb: &[u8]) -> Vec<u8> {
    let mut out = vec![b'G', b'P', 0, if envelope.is_some() { 0b11 } else { 1 }];
    out.extend_from_slice(&srs.to_le_bytes());
    envelope.iter().flatten().for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
    out.extend_from_slice(wkb);
    out
}

#[cfg(test)]
mod tests {
    use super::{header, write};

    const POINT: [u8; 21] = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40];

    #[test]
    fn a_header_tells_where_the_geometry_begins() {
        let found = |blob: &[u8]| header(blob).map(|h| (h.srs, h.empty, h.wkb));
        assert_eq!(found(&write(4326, None, &POINT)), Some((4326, false, 8)));
        let mut empty = write(-1, Some([0.0, 9.0, 0.0, 8.0]), &POINT);
        empty[3] |= 0b1_0000;
        assert_eq!(found(&empty), Some((-1, true, 40)));
    }

    #[test]
    fn a_header_is_read_in_both_byte_orders() {
        let mut big = write(0, None, &POINT);
        big[3] = 0;
        big[4..8].copy_from_slice(&3857i32.to_be_bytes());
        assert_eq!(header(&big).map(|h| (h.srs, h.wkb)), Some((3857, 8)));
    }

    #[test]
    fn what_is_no_geometry_is_told_apart_whatever_its_length() {
        let whole = write(1, Some([0.0; 4]), &POINT);
        for length in 0..45 {
            assert_eq!(header(&whole[..length.min(whole.len())]), None, "{length}");
        }
        for flags in [0b10_0001, 0b1011, 0b1101, 0b1111] {
            let mut odd = whole.clone();
            odd[3] = flags;
            assert_eq!(header(&odd), None, "{flags:b}");
        }
        assert_eq!(header(b"PG\0\x01\0\0\0\0"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..120)) {
            let _ = header(&bytes);
            let mut dressed = b"GP\0".to_vec();
            dressed.extend(bytes);
            let _ = header(&dressed);
        }
    }
}
