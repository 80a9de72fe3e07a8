//! The .dbf: its header, and of which type each column really is.
//!
//! The file says of a column that it holds whole numbers or dates, and some programs write other things there all the same. So
//! all values are looked at once when the file is opened; a column that does not keep its word is text, and nothing is lost.

use super::code_page::CodePage;
use super::parts::{Bytes, Part, Place};
use super::value::{self, Cell};
use arrow_schema::DataType;
use model::Result;

/// Above this size the values are believed, not looked at.
const LOOKED_AT: u64 = 512 * 1024 * 1024;
/// The header and one column's entry.
const HEADER: usize = 32;

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The letter of the format.
    pub(super) letter: u8,
    pub(super) width: usize,
    pub(super) decimals: u8,
    /// Where it begins in a row.
    pub(super) start: usize,
    /// What its values are made to.
    pub(super) kind: Kind,
}

/// What a column's values are made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Memo,
    /// Digits that fit into eight bytes.
    Whole,
    /// Digits that may not; so many at most.
    Digits(u8),
    Real,
    Day,
    Flag,
    /// Binary numbers of the later dialects.
    Int32,
    Double,
    Currency,
    Moment,
    Raw,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Memo => DataType::Utf8,
            Self::Whole => DataType::Int64,
            Self::Digits(width) => DataType::Decimal128(width, 0),
            Self::Real | Self::Double => DataType::Float64,
            Self::Day => DataType::Date32,
            Self::Flag => DataType::Boolean,
            Self::Int32 => DataType::Int32,
            Self::Currency => DataType::Decimal128(19, 4),
            Self::Moment => DataType::Timestamp(arrow_schema::TimeUnit::Millisecond, None),
            Self::Raw => DataType::Binary,
        }
    }
}

/// What the header says, and what a look at the values added.
#[derive(Debug, Clone)]
pub(super) struct Dbf {
    pub(super) columns: Vec<Column>,
    pub(super) rows: u64,
    /// Rows that are marked as deleted; None: not looked.
    pub(super) deleted: Option<u64>,
    pub(super) header: u64,
    pub(super) width: usize,
    pub(super) code_page: CodePage,
    /// dBASE III, IV or FoxPro, as it matters for memos.
    pub(super) version: u8,
}

/// Reads header and values. None when there is no .dbf.
pub(super) fn open(place: &Place) -> Result<Option<Dbf>> {
    let cpg = place.text(Part::Cpg)?;
    let memo = place.has(Part::Memo);
    place.with(Part::Dbf, |bytes| {
        let mut dbf = header(bytes, cpg.as_deref(), memo)?;
        let size = place.size(Part::Dbf);
        let needed = dbf.rows.saturating_mul(dbf.width as u64).saturating_add(dbf.header);
        // A file's own size is certain; a packed one's comes to light when it is read.
        if matches!(place, Place::Files(_)) && needed > size {
            let why = format!("Its .dbf has {size} bytes, and {} rows need {needed}.", dbf.rows);
            return Err(bytes.held().damaged(why));
        }
        if needed <= LOOKED_AT {
            look(&mut dbf, bytes)?;
        }
        Ok(dbf)
    })
}

fn header(bytes: &mut Bytes<'_>, cpg: Option<&[u8]>, memo: bool) -> Result<Dbf> {
    let mut start = [0; HEADER];
    bytes.exact(&mut start)?;
    let rows = u64::from(u32::from_le_bytes([start[4], start[5], start[6], start[7]]));
    let length = u64::from(u16::from_le_bytes([start[8], start[9]]));
    let width = usize::from(u16::from_le_bytes([start[10], start[11]]));
    let (version, code_page) = (start[0], CodePage::of(cpg, start[29]));
    if length < HEADER as u64 + 1 || width == 0 {
        return Err(bytes.held().damaged("Its .dbf does not begin like one."));
    }
    let mut entries = Vec::new();
    bytes.take(length - HEADER as u64, &mut entries)?;
    let mut columns = Vec::new();
    let mut at = 1;
    for entry in entries.chunks_exact(HEADER).take_while(|entry| !matches!(entry[0], 0x0d | 0)) {
        let name = entry[..11].split(|b| *b == 0).next().unwrap_or_default();
        let letter = entry[11].to_ascii_uppercase();
        // A text may be wider than a byte says: the decimals' byte is then the upper one, in files of Clipper and FoxPro.
        let (mut size, mut decimals) = (usize::from(entry[16]), entry[17]);
        if letter == b'C' && decimals > 0 && at + size + (usize::from(decimals) << 8) <= width {
            (size, decimals) = (size + (usize::from(decimals) << 8), 0);
        }
        let column = Column {
            name: code_page.text(name).trim().to_owned(),
            letter,
            width: size,
            decimals,
            start: at,
            kind: kind(letter, size, decimals, version, memo),
        };
        at += size;
        // The null flags of FoxPro are no column of a person's.
        if letter != b'0' {
            columns.push(column);
        }
    }
    if at > width {
        return Err(bytes.held().damaged("The columns of its .dbf are wider than its rows."));
    }
    Ok(Dbf { columns, rows, deleted: None, header: length, width, code_page, version })
}

fn kind(letter: u8, width: usize, decimals: u8, version: u8, memo: bool) -> Kind {
    match (letter, width) {
        (b'N' | b'F', _) if decimals == 0 && letter == b'N' => match width {
            0..=18 => Kind::Whole,
            19..=38 => Kind::Digits(u8::try_from(width).unwrap_or(38)),
            _ => Kind::Text,
        },
        (b'N' | b'F', _) => Kind::Real,
        (b'D', 8) => Kind::Day,
        (b'L', 1) => Kind::Flag,
        (b'I' | b'+', 4) => Kind::Int32,
        (b'O', 8) => Kind::Double,
        // A double in FoxPro's files, a memo of bytes in dBASE's.
        (b'B', 8) if matches!(version, 0x30..=0x32) => Kind::Double,
        (b'Y', 8) => Kind::Currency,
        (b'T' | b'@', 8) => Kind::Moment,
        (b'M', _) if memo => Kind::Memo,
        (b'C' | b'V' | b'M' | b'D' | b'L', _) => Kind::Text,
        _ => Kind::Raw,
    }
}

/// One look at all values: how many rows are deleted, and which columns do not keep their word.
fn look(dbf: &mut Dbf, bytes: &mut Bytes<'_>) -> Result<()> {
    let mut row = vec![0; dbf.width];
    let mut deleted = 0;
    let mut fits: Vec<bool> = dbf.columns.iter().map(|c| matches!(c.kind, Kind::Digits(_))).collect();
    bytes.to(dbf.header)?;
    for _ in 0..dbf.rows {
        bytes.exact(&mut row)?;
        if row[0] == b'*' {
            deleted += 1;
            continue;
        }
        for (column, fits) in dbf.columns.iter_mut().zip(&mut fits) {
            let cell = row.get(column.start..column.start + column.width).unwrap_or_default();
            match column.kind {
                Kind::Whole | Kind::Digits(_) | Kind::Real | Kind::Day | Kind::Flag => match value::of(column.kind, cell) {
                    Cell::Wrong => column.kind = Kind::Text,
                    Cell::Digits(digits) => *fits &= i64::try_from(digits).is_ok(),
                    _ => {}
                },
                _ => {}
            }
        }
    }
    for (column, fits) in dbf.columns.iter_mut().zip(fits) {
        if fits && matches!(column.kind, Kind::Digits(_)) {
            column.kind = Kind::Whole;
        }
    }
    dbf.deleted = Some(deleted);
    Ok(())
}

impl Column {
    /// As the format names it: `N(10,2)`.
    pub(super) fn type_name(&self) -> String {
        let letter = char::from(self.letter);
        match self.letter {
            b'N' | b'F' if self.decimals > 0 => format!("{letter}({},{})", self.width, self.decimals),
            b'N' | b'F' | b'C' => format!("{letter}({})", self.width),
            _ => letter.to_string(),
        }
    }
}
