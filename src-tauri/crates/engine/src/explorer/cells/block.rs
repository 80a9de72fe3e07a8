//! Parts of a grid, blocks to copy, one value whole.

use super::text::{Cells, Form, cut_bytes};
use crate::views::CellView;
use arrow_array::RecordBatch;
use model::{Error, Kind, Result, Text};

/// A cell shows so many characters.
const SHOWN: usize = 300;
/// One value, whole, is no longer than this.
const WHOLE: usize = 1 << 20;
/// What is copied is no longer than this.
const COPIED: usize = 64 << 20;

/// More was to be copied than is kind to whatever it is pasted into.
const COPY_TOO_LARGE: Text = Text {
    code: "rows.copy_too_large",
    kind: Kind::Invalid,
    what: "This is too much to copy: more than {megabytes} MB of text.",
    why: "The values that are not shown whole count too.",
    remedy: "Select fewer rows or columns, or export to a file.",
    retryable: false,
};

/// Rows of a batch.
#[derive(Clone)]
pub(crate) struct Part {
    /// The batch.
    pub(crate) batch: RecordBatch,
    /// Its rows that are meant.
    pub(crate) rows: std::ops::Range<usize>,
}

/// The text of all cells, and where one was cut: row from the first part's first row on, column.
pub(crate) fn part(cells: &Cells, parts: &[Part]) -> (Vec<Vec<Option<String>>>, Vec<[u32; 2]>) {
    let (mut rows, mut cut) = (Vec::new(), Vec::new());
    let mut scratch = String::new();
    for Part { batch, rows: range } in parts {
        for row in range.clone() {
            let mut values = Vec::with_capacity(batch.num_columns());
            for column in 0..batch.num_columns() {
                scratch.clear();
                // Enough that a text which ends here has more characters than are shown.
                let there = cells.write(batch, column, row, Form::Short, (SHOWN + 1) * 4, &mut scratch);
                if there && let Some((end, _)) = scratch.char_indices().nth(SHOWN) {
                    scratch.truncate(end);
                    scratch.push('…');
                    cut.push([u32::try_from(rows.len()).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX)]);
                }
                values.push(there.then(|| scratch.as_str().to_owned()));
            }
            rows.push(values);
        }
    }
    (rows, cut)
}

/// One value, whole.
pub(crate) fn whole(cells: &Cells, batch: &RecordBatch, column: usize, row: usize) -> CellView {
    let mut text = String::new();
    if !cells.write(batch, column, row, Form::Indented, WHOLE + 4, &mut text) {
        return CellView { text: None, cut: false, bytes: 0 };
    }
    let bytes = cells.bytes(batch, column, row, text.len());
    let cut = text.len() > WHOLE;
    text.truncate(cut_bytes(&text, WHOLE).len());
    CellView { text: Some(text), cut, bytes }
}

/// Tab-separated text as spreadsheets read it: a value with a tab, a line break or a quote is quoted, NULL is empty.
///
/// # Errors
/// [`COPY_TOO_LARGE`].
pub(crate) fn tsv(cells: &Cells, parts: &[Part], columns: &[usize], header: Option<&[String]>) -> Result<String> {
    let mut out = String::new();
    let mut scratch = String::new();
    let end_line = |out: &mut String| {
        out.truncate(out.strip_suffix('\t').map_or(out.len(), str::len));
        out.push('\n');
    };
    if let Some(names) = header {
        for name in names {
            field(name, &mut out);
            out.push('\t');
        }
        end_line(&mut out);
    }
    for Part { batch, rows } in parts {
        for row in rows.clone() {
            for column in columns {
                scratch.clear();
                if cells.write(batch, *column, row, Form::Full, COPIED + 1, &mut scratch) {
                    field(&scratch, &mut out);
                }
                out.push('\t');
                if out.len() > COPIED {
                    return Err(Error::new(&COPY_TOO_LARGE).with("megabytes", COPIED >> 20));
                }
            }
            end_line(&mut out);
        }
    }
    Ok(out)
}

fn field(text: &str, out: &mut String) {
    if text.contains(['\t', '\n', '\r', '"']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}
