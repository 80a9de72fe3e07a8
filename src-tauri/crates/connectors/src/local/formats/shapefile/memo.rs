//! Long texts of a .dbf, in blocks of a file beside it (.dbt of dBASE III and IV, .fpt of FoxPro).

use super::parts::{Part, Place};
use model::Result;

/// A memo file is held in memory while its table is read; a larger one is refused.
const LARGEST: u64 = 512 * 1024 * 1024;

/// All long texts of a table.
pub(super) struct Memos {
    bytes: Vec<u8>,
    block: usize,
    dialect: Dialect,
}

#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    /// Ended by two 0x1A.
    Third,
    /// With a length before it, little endian, that counts itself.
    Fourth,
    /// With a type and a length before it, big endian.
    Fox,
}

impl Memos {
    /// Reads the file. None when there is none.
    pub(super) fn open(place: &Place, version: u8) -> Result<Option<Self>> {
        if place.size(Part::Memo) > LARGEST {
            return Err(place.held(Part::Memo)?.unknown("Its memo file is larger than what is held in memory at once."));
        }
        place.with(Part::Memo, |file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes, LARGEST)?;
            let dialect = match version {
                0x30..=0x32 | 0xf5 => Dialect::Fox,
                0x8b | 0xcb => Dialect::Fourth,
                _ => Dialect::Third,
            };
            let block = match dialect {
                Dialect::Third => 512,
                Dialect::Fourth => usize::from(u16::from_le_bytes(two(&bytes, 20))),
                Dialect::Fox => usize::from(u16::from_be_bytes(two(&bytes, 6))),
            };
            let block = match (block, dialect) {
                (0, Dialect::Fox) => 1,
                (0, _) => 512,
                (block, _) => block,
            };
            Ok(Self { bytes, block, dialect })
        })
    }

    /// The text that begins in this block. None when the file has no such block.
    pub(super) fn text(&self, block: u32) -> Option<&[u8]> {
        let start = (block as usize).checked_mul(self.block)?;
        let rest = self.bytes.get(start..)?;
        let four = |at: usize| rest.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok());
        match self.dialect {
            Dialect::Third => {
                let end = rest.iter().position(|b| *b == 0x1a).unwrap_or(rest.len());
                Some(&rest[..end])
            }
            Dialect::Fourth => {
                let length = u32::from_le_bytes(four(4)?) as usize;
                rest.get(8..length.max(8))
            }
            Dialect::Fox => {
                let length = u32::from_be_bytes(four(4)?) as usize;
                rest.get(8..8usize.checked_add(length)?)
            }
        }
    }
}

fn two(bytes: &[u8], at: usize) -> [u8; 2] {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).unwrap_or_default()
}
