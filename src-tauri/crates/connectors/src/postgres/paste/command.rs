//! A `psql` command as a provider's console shows it: `psql "postgres://…"`, `psql -h host -p 5432 -U user database`.
//! Variables in front of it (`PGPASSWORD=…`) are read by `env`.

use super::{Pair, env, keywords, url};

/// The pairs of a command; None when it is none.
pub(super) fn read(text: &str) -> Option<Vec<Pair>> {
    let (before, rest) = match text.strip_prefix("psql") {
        Some(rest) => ("", rest),
        None => text.split_once(" psql")?,
    };
    if !rest.starts_with(char::is_whitespace) || text.contains('\n') {
        return None;
    }
    let mut pairs = env::read(before).unwrap_or_default();
    let mut words = words(rest)?.into_iter();
    let mut bare = vec!["dbname", "user"].into_iter();
    while let Some(word) = words.next() {
        let (keyword, value) = match option(&word) {
            Some((Some(keyword), Some(value))) => (Some(keyword), value),
            Some((Some(keyword), None)) => (Some(keyword), words.next()?),
            // An option of psql itself, which says nothing of where to go.
            Some((None, _)) => continue,
            None => (None, word),
        };
        // Where a database's name stands, a whole URL or keyword string may stand too.
        let whole = matches!(keyword, None | Some("dbname")).then(|| url::read(&value).or_else(|| keywords::read(&value)));
        match whole.flatten() {
            Some(found) => pairs.extend(found),
            None => pairs.push((keyword.or_else(|| bare.next())?.to_owned(), value)),
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// `-h`, `-hdb`, `--host`, `--host=db`: the keyword, and the value when it is part of the word.
fn option(word: &str) -> Option<(Option<&'static str>, Option<String>)> {
    const NAMES: [(&str, &str, &str); 4] =
        [("-h", "--host", "host"), ("-p", "--port", "port"), ("-U", "--username", "user"), ("-d", "--dbname", "dbname")];
    if !word.starts_with('-') {
        return None;
    }
    for (short, long, keyword) in NAMES {
        let value = match word.strip_prefix(long) {
            Some("") => return Some((Some(keyword), None)),
            Some(rest) => rest.strip_prefix('='),
            None => word.strip_prefix(short),
        };
        match value {
            Some("") => return Some((Some(keyword), None)),
            Some(value) => return Some((Some(keyword), Some(value.to_owned()))),
            None => {}
        }
    }
    Some((None, None))
}

/// The words of a shell's line. None when a quote is left open.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (None | Some('"'), '\\') => word.get_or_insert_default().push(chars.next()?),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    quote.is_none().then_some(out)
}
