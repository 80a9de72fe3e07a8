//! Where rows come from: a binary COPY, or the binary rows of a statement with parameters.

use super::copy::{Copy, Step};
use super::rows::{Rows, Trouble};
use futures::StreamExt;
use futures::stream::BoxStream;
use std::error::Error as StdError;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{CopyOutStream, Row};

/// A batch's size.
pub(super) const MOST_BYTES: usize = 4 << 20;
/// Rows that have come are handed on after this long, even if the batch is not full.
const LINGER: Duration = Duration::from_millis(100);

/// Why no more rows come.
pub(super) enum Failed {
    /// A value of this column.
    Value(usize, Trouble),
    /// The bytes between the values.
    Malformed(&'static str),
    /// The server's words, or the connection's.
    Server(tokio_postgres::Error),
}

/// Rows on their way.
pub(super) enum Source {
    /// `COPY … TO STDOUT (FORMAT binary)`.
    Copy(Pin<Box<CopyOutStream>>, Copy),
    /// A statement's rows, and how many more of them are wanted.
    Rows(BoxStream<'static, Result<Row, tokio_postgres::Error>>, u64),
}

/// A field as it is sent.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(raw))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Source {
    /// Adds rows until there are `most`, or enough bytes, or no more come for now. False when none will come any more.
    pub(super) async fn fill(&mut self, rows: &mut Rows, most: usize) -> Result<bool, Failed> {
        let mut until = None;
        loop {
            if rows.count() >= most || rows.bytes() >= MOST_BYTES {
                return Ok(true);
            }
            if let Self::Copy(_, copy) = self {
                match copy.step().map_err(Failed::Malformed)? {
                    Step::Row => {
                        let bytes = copy.row_bytes();
                        rows.append(copy.fields(), bytes).map_err(|(at, trouble)| Failed::Value(at, trouble))?;
                        continue;
                    }
                    Step::More | Step::End => {}
                }
            }
            if rows.count() == 0 {
                if !self.receive(rows).await? {
                    return Ok(false);
                }
                continue;
            }
            let until = *until.get_or_insert_with(|| Instant::now() + LINGER);
            match timeout_at(until, self.receive(rows)).await {
                Err(_) => return Ok(true),
                Ok(more) => {
                    if !more? {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Waits for the next message. Nothing is lost when this is dropped while it waits.
    async fn receive(&mut self, rows: &mut Rows) -> Result<bool, Failed> {
        match self {
            Self::Copy(stream, copy) => match stream.next().await {
                Some(Ok(chunk)) => {
                    copy.push(chunk);
                    Ok(true)
                }
                Some(Err(e)) => Err(Failed::Server(e)),
                None => copy.finish().map(|()| false).map_err(Failed::Malformed),
            },
            Self::Rows(_, 0) => Ok(false),
            Self::Rows(stream, left) => match stream.next().await {
                Some(Ok(row)) => {
                    *left -= 1;
                    append(&row, rows).map(|()| true)
                }
                Some(Err(e)) => Err(Failed::Server(e)),
                None => Ok(false),
            },
        }
    }
}

fn append(row: &Row, rows: &mut Rows) -> Result<(), Failed> {
    let mut fields = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        fields.push(row.try_get::<_, Option<Raw<'_>>>(at).map_err(Failed::Server)?.map(|raw| raw.0));
    }
    rows.append(fields.into_iter(), row.raw_size_bytes()).map_err(|(at, trouble)| Failed::Value(at, trouble))
}
