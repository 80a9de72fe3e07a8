//! How lines of values are written: encoding, delimiter, quotes, header.
//!
//! Owns: the guess, from the file's beginning and its name. Does not own: types (`kinds`), or that the guess holds for the
//! whole file (`pass`, which asks for another one when it does not).

use super::kinds::looks_typed;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// So much of the file is looked at, and so many lines.
const SAMPLE: usize = 256 << 10;
const LINES: usize = 200;
/// So much is looked at to guess an encoding that is not UTF-8.
const TO_GUESS: u64 = 16 << 20;

/// The encoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Charset {
    Utf8,
    Other(&'static Encoding),
}

/// How the values are written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dress {
    pub(super) charset: Charset,
    /// Bytes of the mark (BOM) at the beginning.
    pub(super) mark: usize,
    pub(super) delimiter: u8,
    pub(super) quotes: bool,
    pub(super) header: bool,
    /// The columns' names; made up where there is no header.
    pub(super) names: Vec<String>,
}

impl Dress {
    /// The encoding's name, for people.
    pub(super) fn encoding(&self) -> String {
        let name = match self.charset {
            Charset::Utf8 => "UTF-8",
            Charset::Other(encoding) => encoding.name(),
        };
        if self.mark > 0 { format!("{name}, with a mark at the beginning") } else { name.to_owned() }
    }

    /// The delimiter's name, for people.
    pub(super) fn delimiter(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "bar",
            _ => "comma",
        }
    }

    /// The guess. `legacy`: it is known not to be UTF-8.
    pub(super) fn guess(path: &Path, legacy: bool) -> io::Result<Self> {
        let mut sample = Vec::new();
        File::open(path)?.take(SAMPLE as u64).read_to_end(&mut sample)?;
        let whole = sample.len() < SAMPLE;
        let (charset, mark) = charset(path, &sample, whole, legacy)?;
        let bytes = sample.get(mark..).unwrap_or_default();
        let mut text = match charset {
            Charset::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Charset::Other(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        };
        if !whole && let Some(end) = text.rfind('\n') {
            text.truncate(end);
        }
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let delimiter = delimiter(&text, &extension);
        let records = records(&text, delimiter, LINES);
        let (header, names) = header(&records);
        Ok(Self { charset, mark, delimiter, quotes: true, header, names })
    }
}

fn charset(path: &Path, sample: &[u8], whole: bool, legacy: bool) -> io::Result<(Charset, usize)> {
    if sample.starts_with(&[0xEF, 0xBB, 0xBF]) && !legacy {
        return Ok((Charset::Utf8, 3));
    }
    match sample.get(..2) {
        Some([0xFF, 0xFE]) => return Ok((Charset::Other(UTF_16LE), 2)),
        Some([0xFE, 0xFF]) => return Ok((Charset::Other(UTF_16BE), 2)),
        _ => {}
    }
    // Latin text in UTF-16 has a NUL in every other byte.
    let nuls = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, quarter) = (nuls(0), nuls(1), sample.len() / 4);
    if even + odd > quarter && sample.len() > 3 {
        return Ok((Charset::Other(if odd > even { UTF_16LE } else { UTF_16BE }), 0));
    }
    let fine = match std::str::from_utf8(sample) {
        Ok(_) => true,
        // A character that the sample cuts in two.
        Err(e) => e.error_len().is_none() && !whole,
    };
    if fine && !legacy {
        return Ok((Charset::Utf8, 0));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut file = File::open(path)?.take(TO_GUESS);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        detector.feed(&buffer[..count], count == 0);
        if count == 0 {
            break;
        }
    }
    Ok((Charset::Other(detector.guess(None, Utf8Detection::Deny)), 0))
}

/// The first records of a text.
fn records(text: &str, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let records = reader.records().take(most).map_while(Result::ok);
    records.map(|r| r.iter().map(str::to_owned).collect()).collect()
}

/// The one by which most lines have the same number of values, more than one.
fn delimiter(text: &str, extension: &str) -> u8 {
    let named = match extension {
        "tsv" | "tab" => Some(b'\t'),
        "psv" => Some(b'|'),
        _ => None,
    };
    let score = |delimiter: u8| {
        let counts: Vec<usize> = records(text, delimiter, LINES).iter().map(Vec::len).collect();
        let alike = |count: usize| counts.iter().filter(|c| **c == count).count();
        let usual = counts.iter().copied().filter(|c| *c > 1).max_by_key(|c| (alike(*c), *c))?;
        Some((alike(usual) * 100 / counts.len().max(1), usize::from(named == Some(delimiter)), usual))
    };
    let best = [b',', b';', b'\t', b'|'].into_iter().filter_map(|d| Some((score(d)?, d))).max_by_key(|(score, _)| *score);
    best.map_or(named.unwrap_or(b','), |(_, delimiter)| delimiter)
}

/// Whether the first line is a header, and the names. It is one unless its values are of the types that stand below them.
fn header(records: &[Vec<String>]) -> (bool, Vec<String>) {
    let Some((first, rest)) = records.split_first() else { return (false, vec!["column_1".to_owned()]) };
    let usual =
        rest.iter().map(Vec::len).max_by_key(|count| rest.iter().filter(|r| r.len() == *count).count()).unwrap_or(first.len());
    let typed = |at: usize| {
        let mut values = rest.iter().filter_map(|r| r.get(at)).filter(|v| !v.is_empty()).peekable();
        values.peek().is_some() && values.all(|v| looks_typed(v))
    };
    let of_type: Vec<&String> = first.iter().enumerate().filter(|(at, _)| typed(*at)).map(|(_, v)| v).collect();
    let alike = |v: &&String| v.is_empty() || looks_typed(v);
    let header = if of_type.is_empty() {
        // All is text: names are not empty, differ, and are no numbers.
        let mut names: Vec<&String> = first.iter().collect();
        names.sort();
        names.dedup();
        names.len() == first.len() && !first.iter().any(|v| v.is_empty() || looks_typed(v))
    } else {
        !of_type.iter().all(alike) || years(&of_type)
    };
    if !header {
        let width = first.len().max(usual);
        return (false, (1..=width).map(|n| format!("column_{n}")).collect());
    }
    let mut names: Vec<String> = first.iter().map(|n| n.trim().to_owned()).collect();
    // As R writes it: the first column, the rows' names, has no name.
    if usual == names.len() + 1 && rest.iter().all(|r| r.len() == usual) {
        names.insert(0, String::new());
    }
    (true, distinct(names))
}

/// A row of years above numbers is a header after all.
fn years(values: &[&String]) -> bool {
    let years: Option<Vec<u16>> = values.iter().map(|v| v.parse::<u16>().ok().filter(|y| (1800..2200).contains(y))).collect();
    years.is_some_and(|years| years.len() > 1 && years.windows(2).all(|pair| pair[0] < pair[1]))
}

/// Names that are not empty and all differ.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    let mut out = Vec::with_capacity(names.len());
    for (at, name) in names.into_iter().enumerate() {
        let name = if name.is_empty() { format!("column_{}", at + 1) } else { name };
        let mut one = name.clone();
        let mut number = 2;
        while !taken.insert(one.clone()) {
            one = format!("{name} ({number})");
            number += 1;
        }
        out.push(one);
    }
    out
}
