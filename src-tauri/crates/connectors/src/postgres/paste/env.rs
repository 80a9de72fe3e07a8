//! PG* environment lines as they stand in a shell's profile, a `.env` file or a Windows prompt, and `DATABASE_URL=…`.

use super::{Pair, unquoted, url};

/// The variables that name something libpq's keywords name too.
const KEYWORDS: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGDATABASE", "dbname"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGPASSFILE", "passfile"),
    ("PGSERVICE", "service"),
    ("PGSERVICEFILE", "servicefile"),
    ("PGOPTIONS", "options"),
];

/// The pairs of the lines; None when there is none of ours among them.
pub(super) fn read(text: &str) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    for statement in text.lines().flat_map(statements) {
        let Some((name, value)) = assignment(statement) else { continue };
        if name.starts_with("PG") && name != "PGAPPNAME" {
            let keyword = KEYWORDS.iter().find(|(variable, _)| *variable == name).map_or(name, |(_, keyword)| keyword);
            pairs.push((keyword.to_owned(), value.to_owned()));
        } else if let Some(found) = url::read(value) {
            pairs.extend(found);
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// A line may hold several assignments before a command, as in `PGHOST=db PGUSER=me psql`. Quotes hold a value together.
fn statements(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ';' | ' ' | '\t') if starts_assignment(&line[at + 1..]) => {
                out.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&line[start..]);
    out
}

fn starts_assignment(text: &str) -> bool {
    text.split_once('=')
        .is_some_and(|(name, _)| name.starts_with("PG") && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
}

/// `export X=v`, `X=v`, `set X=v`, `set "X=v"`, `$env:X = "v"`, `X: v`.
fn assignment(statement: &str) -> Option<(&str, &str)> {
    let mut text = statement.trim().trim_end_matches(';').trim();
    if text.starts_with('#') {
        return None;
    }
    let mut prompt = false;
    for word in ["export ", "set ", "SET ", "setx ", "$env:", "$Env:", "declare -x "] {
        if let Some(rest) = text.strip_prefix(word) {
            text = rest.trim_start();
            prompt |= word.eq_ignore_ascii_case("set ");
        }
    }
    // `set "X=v"`: the quotes are around name and value.
    let inner = unquoted(text);
    let text = if inner.contains('=') { inner } else { text };
    let (name, value) = text.split_once('=').or_else(|| text.split_once(':'))?;
    let name = name.trim();
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    // A Windows prompt takes the rest of the line; elsewhere a space outside quotes ends the value.
    named.then(|| (name, if prompt { value.trim() } else { word(value.trim()) }))
}

/// The first word, without its quotes.
fn word(text: &str) -> &str {
    let quoted = ['"', '\''].iter().find_map(|q| text.strip_prefix(*q)?.split_once(*q).map(|(inside, _)| inside));
    quoted.unwrap_or_else(|| text.split_whitespace().next().unwrap_or_default())
}
