//! Values put into Arrow columns, a batch at a time.

use super::crs::CrsTable;
use super::numeric::Numeric;
use super::plan::{ColumnPlan, Shape, Srid};
use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder, Float64Builder, Int16Builder,
    Int32Builder, Int64Builder, StringBuilder, Time64MicrosecondBuilder, TimestampMicrosecondBuilder, UInt32Builder,
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use map::wkb::{normalise, normalise_into};
use std::sync::Arc;

/// Days and microseconds from 1970 to 2000, where PostgreSQL's counting begins.
const DAYS: i32 = 10_957;
const MICROSECONDS: i64 = 946_684_800_000_000;

/// Why a value cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The bytes are not what the type says.
    Malformed(&'static str),
    /// The Arrow type cannot hold it.
    DoesNotFit,
    /// Another SRID than the column's.
    OtherSrid(i32),
}

const SHORT: Trouble = Trouble::Malformed("A value has another length than its type.");
const NOT_UTF8: Trouble = Trouble::Malformed("A text is not UTF-8, although that was agreed on.");

/// Columns that are being filled.
pub(super) struct Rows {
    columns: Vec<Filling>,
    count: usize,
    bytes: usize,
}

struct Filling {
    shape: Shape,
    srid: Option<i32>,
    build: Build,
    scratch: Vec<u8>,
}

enum Build {
    Bool(BooleanBuilder),
    Int2(Int16Builder),
    Int4(Int32Builder),
    Int8(Int64Builder),
    Oid(UInt32Builder),
    Float4(Float32Builder),
    Float8(Float64Builder),
    Decimal(Decimal128Builder),
    Text(StringBuilder),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Binary(BinaryBuilder),
}

/// The same call on whichever builder it is.
macro_rules! each {
    ($build:expr, $b:ident => $call:expr) => {
        match $build {
            Build::Bool($b) => $call,
            Build::Int2($b) => $call,
            Build::Int4($b) => $call,
            Build::Int8($b) => $call,
            Build::Oid($b) => $call,
            Build::Float4($b) => $call,
            Build::Float8($b) => $call,
            Build::Decimal($b) => $call,
            Build::Text($b) => $call,
            Build::Date($b) => $call,
            Build::Time($b) => $call,
            Build::Timestamp($b) => $call,
            Build::Binary($b) => $call,
        }
    };
}

impl Rows {
    pub(super) fn new(plan: &[ColumnPlan]) -> Result<Self, ArrowError> {
        Ok(Self { columns: plan.iter().map(Filling::new).collect::<Result<_, _>>()?, count: 0, bytes: 0 })
    }

    /// Rows since the last batch.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Bytes since the last batch.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a row of `bytes` bytes.
    ///
    /// # Errors
    /// The column's number, and why. The batch is then no more to be used.
    pub(super) fn append<'a>(
        &mut self,
        fields: impl Iterator<Item = Option<&'a [u8]>>,
        bytes: usize,
    ) -> Result<(), (usize, Trouble)> {
        for (at, (column, field)) in self.columns.iter_mut().zip(fields).enumerate() {
            column.append(field).map_err(|trouble| (at, trouble))?;
        }
        self.count += 1;
        self.bytes += bytes;
        Ok(())
    }

    /// The schema, with the SRIDs that have been seen so far. From here on they are fixed.
    pub(super) fn schema(&mut self, plan: &[ColumnPlan], crs: &CrsTable) -> SchemaRef {
        let mut fields = Vec::with_capacity(plan.len());
        for (column, plan) in self.columns.iter_mut().zip(plan) {
            if let Shape::Geometry { srid: srid @ Srid::FirstValue, .. } = &mut column.shape {
                // None was seen: nothing is promised, and one that comes later is another one.
                *srid = Srid::Declared(*column.srid.get_or_insert(0));
            }
            fields.push(plan.field(column.srid, crs));
        }
        Arc::new(Schema::new(fields))
    }

    /// Takes the rows out as a batch.
    pub(super) fn take(&mut self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(|c| each!(&mut c.build, b => ArrayBuilder::finish(b))).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.count));
        self.count = 0;
        self.bytes = 0;
        RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Trouble> {
    bytes.try_into().map_err(|_| SHORT)
}

fn utf8(bytes: &[u8]) -> Result<&str, Trouble> {
    std::str::from_utf8(bytes).map_err(|_| NOT_UTF8)
}

/// Days since 1970; the infinities are the extremes, which no date of PostgreSQL's reaches.
fn date(days: i32) -> Result<i32, Trouble> {
    match days {
        i32::MAX | i32::MIN => Ok(days),
        days => days.checked_add(DAYS).filter(|d| *d != i32::MAX).ok_or(Trouble::DoesNotFit),
    }
}

/// Microseconds since 1970; the infinities are the extremes. PostgreSQL's last thirty years do not fit.
fn timestamp(microseconds: i64) -> Result<i64, Trouble> {
    match microseconds {
        i64::MAX | i64::MIN => Ok(microseconds),
        n => n.checked_add(MICROSECONDS).filter(|n| *n != i64::MAX).ok_or(Trouble::DoesNotFit),
    }
}

impl Filling {
    fn new(plan: &ColumnPlan) -> Result<Self, ArrowError> {
        let build = match &plan.shape {
            Shape::Bool => Build::Bool(BooleanBuilder::new()),
            Shape::Int2 => Build::Int2(Int16Builder::new()),
            Shape::Int4 => Build::Int4(Int32Builder::new()),
            Shape::Int8 => Build::Int8(Int64Builder::new()),
            Shape::Oid => Build::Oid(UInt32Builder::new()),
            Shape::Float4 => Build::Float4(Float32Builder::new()),
            Shape::Float8 => Build::Float8(Float64Builder::new()),
            Shape::Decimal { precision, scale } => {
                Build::Decimal(Decimal128Builder::new().with_precision_and_scale(*precision, scale.cast_signed())?)
            }
            Shape::Numeric | Shape::Text | Shape::Jsonb | Shape::Uuid | Shape::Printed => Build::Text(StringBuilder::new()),
            Shape::Date => Build::Date(Date32Builder::new()),
            Shape::Time => Build::Time(Time64MicrosecondBuilder::new()),
            Shape::Timestamp { utc } => {
                Build::Timestamp(TimestampMicrosecondBuilder::new().with_timezone_opt(utc.then_some("UTC")))
            }
            Shape::Bytea | Shape::Geometry { .. } => Build::Binary(BinaryBuilder::new()),
        };
        let srid = match plan.shape {
            Shape::Geometry { srid: Srid::Declared(srid), .. } => Some(srid),
            _ => None,
        };
        Ok(Self { shape: plan.shape.clone(), srid, build, scratch: Vec::new() })
    }

    fn append(&mut self, field: Option<&[u8]>) -> Result<(), Trouble> {
        let Some(bytes) = field else {
            each!(&mut self.build, b => b.append_null());
            return Ok(());
        };
        match &mut self.build {
            Build::Bool(b) => b.append_value(fixed::<1>(bytes)?[0] != 0),
            Build::Int2(b) => b.append_value(i16::from_be_bytes(fixed(bytes)?)),
            Build::Int4(b) => b.append_value(i32::from_be_bytes(fixed(bytes)?)),
            Build::Int8(b) => b.append_value(i64::from_be_bytes(fixed(bytes)?)),
            Build::Oid(b) => b.append_value(u32::from_be_bytes(fixed(bytes)?)),
            Build::Float4(b) => b.append_value(f32::from_be_bytes(fixed(bytes)?)),
            Build::Float8(b) => b.append_value(f64::from_be_bytes(fixed(bytes)?)),
            Build::Decimal(b) => b.append_value(decimal(&self.shape, bytes)?),
            Build::Text(b) => text(&self.shape, bytes, b)?,
            Build::Date(b) => b.append_value(date(i32::from_be_bytes(fixed(bytes)?))?),
            Build::Time(b) => b.append_value(i64::from_be_bytes(fixed(bytes)?)),
            Build::Timestamp(b) => b.append_value(timestamp(i64::from_be_bytes(fixed(bytes)?))?),
            Build::Binary(b) => match self.shape {
                Shape::Geometry { srid, .. } => geometry(srid, &mut self.srid, bytes, &mut self.scratch, b)?,
                _ => b.append_value(bytes),
            },
        }
        Ok(())
    }
}

const NO_NUMERIC: Trouble = Trouble::Malformed("A numeric's bytes are none.");

fn decimal(shape: &Shape, bytes: &[u8]) -> Result<i128, Trouble> {
    let Shape::Decimal { precision, scale } = shape else { return Err(NO_NUMERIC) };
    match Numeric::read(bytes).ok_or(NO_NUMERIC)? {
        Numeric::Finite(number) => number.decimal(*precision, *scale).ok_or(Trouble::DoesNotFit),
        Numeric::Special(_) => Err(Trouble::DoesNotFit),
    }
}

fn text(shape: &Shape, bytes: &[u8], out: &mut StringBuilder) -> Result<(), Trouble> {
    match shape {
        Shape::Numeric => match Numeric::read(bytes).ok_or(NO_NUMERIC)? {
            Numeric::Special(word) => out.append_value(word),
            Numeric::Finite(number) => {
                let mut printed = String::new();
                number.print(&mut printed);
                out.append_value(printed);
            }
        },
        Shape::Jsonb => match bytes.split_first() {
            Some((1, json)) => out.append_value(utf8(json)?),
            _ => return Err(Trouble::Malformed("A jsonb value is of a version that is not known.")),
        },
        Shape::Uuid => out.append_value(uuid(fixed(bytes)?)),
        _ => out.append_value(utf8(bytes)?),
    }
    Ok(())
}

fn uuid(bytes: [u8; 16]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}

const NO_GEOMETRY: Trouble = Trouble::Malformed("A geometry's bytes are none that is known.");

fn geometry(
    from: Srid,
    known: &mut Option<i32>,
    bytes: &[u8],
    scratch: &mut Vec<u8>,
    out: &mut BinaryBuilder,
) -> Result<(), Trouble> {
    if from == Srid::EachValue {
        normalise(bytes).map_err(|_| NO_GEOMETRY)?;
        out.append_value(bytes);
        return Ok(());
    }
    scratch.clear();
    let srid = normalise_into(bytes, scratch).map_err(|_| NO_GEOMETRY)?.unwrap_or_default();
    if *known.get_or_insert(srid) != srid {
        return Err(Trouble::OtherSrid(srid));
    }
    out.append_value(&*scratch);
    Ok(())
}
