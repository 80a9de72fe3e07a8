//! What each statement of a text is, by its words alone, and which names it could mean.

use super::failure::{NOT_ONE, NOT_READING, NOTHING};
use super::lexer::{Token, name, tokens};
use model::{Error, Result, StatementKind};
use std::ops::Range;

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// From its first word to its last, without `;` and without comments around it.
    pub(super) range: Range<usize>,
    /// What it does, as far as words tell.
    pub(super) kind: StatementKind,
    /// Its first word in capitals; empty when it begins with something else.
    pub(super) first: String,
}

struct Word<'a> {
    token: Token,
    text: &'a str,
    range: Range<usize>,
}

/// The statements of a text, in order.
///
/// # Errors
/// For a text that ends inside a quote or a comment.
pub(super) fn statements(sql: &str) -> Result<Vec<Statement>> {
    let mut out = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut blocks = 0usize;
    for (token, range) in tokens(sql)? {
        let text = &sql[range.clone()];
        if token == Token::End && blocks == 0 {
            out.extend(statement(&words));
            words.clear();
            continue;
        }
        if token == Token::Word {
            blocks = blocks_after(blocks, text, &words);
        }
        words.push(Word { token, text, range });
    }
    out.extend(statement(&words));
    Ok(out)
}

/// A trigger's body holds semicolons of its own.
fn blocks_after(blocks: usize, word: &str, before: &[Word<'_>]) -> usize {
    let is = |at: usize, what: &str| before.get(at).is_some_and(|w| w.text.eq_ignore_ascii_case(what));
    let trigger = is(0, "CREATE") && (is(1, "TRIGGER") || is(2, "TRIGGER"));
    match word.to_ascii_uppercase().as_str() {
        _ if !trigger => 0,
        "BEGIN" => blocks + 1,
        "CASE" if blocks > 0 => blocks + 1,
        "END" => blocks.saturating_sub(1),
        _ => blocks,
    }
}

fn statement(words: &[Word<'_>]) -> Option<Statement> {
    let (first, last) = (words.first()?, words.last()?);
    let word = if first.token == Token::Word { first.text.to_ascii_uppercase() } else { String::new() };
    Some(Statement { range: first.range.start..last.range.end, kind: kind(words, &word), first: word })
}

fn kind(words: &[Word<'_>], first: &str) -> StatementKind {
    match first {
        "SELECT" | "VALUES" | "EXPLAIN" => StatementKind::Read,
        "WITH" if changes(words) => StatementKind::Write,
        "WITH" => StatementKind::Read,
        "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "CREATE" | "ALTER" | "DROP" | "REINDEX" | "ANALYZE" | "VACUUM" => {
            StatementKind::Write
        }
        "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "PRAGMA" | "ATTACH" | "DETACH" => {
            StatementKind::Control
        }
        _ => StatementKind::Other,
    }
}

/// A `WITH` whose main statement changes data: it follows a closing parenthesis.
fn changes(words: &[Word<'_>]) -> bool {
    words.windows(2).any(|pair| {
        let main = pair[0].token == Token::Close && pair[1].token == Token::Word;
        main && ["INSERT", "REPLACE", "UPDATE", "DELETE"].iter().any(|w| pair[1].text.eq_ignore_ascii_case(w))
    })
}

/// The one reading statement of the text, without what surrounds it.
///
/// # Errors
/// When it is not one, or does not read.
pub(super) fn one_reading(sql: &str) -> Result<&str> {
    let mut all = statements(sql)?;
    let one = match all.len() {
        0 => return Err(Error::new(&NOTHING)),
        1 => all.remove(0),
        count => return Err(Error::new(&NOT_ONE).with("count", count)),
    };
    if one.kind != StatementKind::Read {
        let word = if one.first.is_empty() { "This".to_owned() } else { one.first.chars().take(40).collect() };
        return Err(Error::new(&NOT_READING).with("word", word));
    }
    Ok(&sql[one.range])
}

/// The names that have a dot behind them: among them are the files that the statement reads.
pub(in crate::local) fn qualifiers(sql: &str) -> Result<Vec<String>> {
    let tokens = tokens(sql)?;
    let pairs = tokens.windows(2).filter(|pair| matches!(pair[0].0, Token::Word | Token::Name) && pair[1].0 == Token::Dot);
    Ok(pairs.map(|pair| name(&sql[pair[0].1.clone()])).collect())
}

/// The names behind `FROM` and `JOIN` that have no file in front of them.
pub(in crate::local) fn unqualified(sql: &str) -> Vec<String> {
    let all = sources(sql).unwrap_or_default();
    all.into_iter().filter_map(|(file, table)| file.is_none().then_some(table)).collect()
}

/// The names behind `FROM` and `JOIN`, each with the file in front of it, if there is one.
pub(super) fn sources(sql: &str) -> Result<Vec<(Option<String>, String)>> {
    let tokens = tokens(sql)?;
    let mut out = Vec::new();
    for (at, (token, range)) in tokens.iter().enumerate() {
        let text = &sql[range.clone()];
        let opens = *token == Token::Word && ["FROM", "JOIN"].iter().any(|w| text.eq_ignore_ascii_case(w));
        let named = |at: usize| {
            let (token, range) = tokens.get(at)?;
            matches!(token, Token::Word | Token::Name).then(|| name(&sql[range.clone()]))
        };
        let Some(first) = named(at + 1).filter(|_| opens) else { continue };
        match tokens.get(at + 2) {
            Some((Token::Dot, _)) => out.extend(named(at + 3).map(|table| (Some(first), table))),
            // A function that returns rows.
            Some((Token::Open, _)) => {}
            _ => out.push((None, first)),
        }
    }
    Ok(out)
}

/// The names that the statement gives to its own parts: `name AS (…)`, `name (columns) AS (…)`.
pub(super) fn own_names(sql: &str) -> Vec<String> {
    let Ok(tokens) = tokens(sql) else { return Vec::new() };
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|(token, range)| *token == Token::Word && sql[range.clone()].eq_ignore_ascii_case(word))
    };
    let mut out = Vec::new();
    for (at, (token, range)) in tokens.iter().enumerate() {
        let begins = at > 0 && (is(at - 1, "WITH") || is(at - 1, "RECURSIVE") || sql[tokens[at - 1].1.clone()] == *",");
        if begins && matches!(token, Token::Word | Token::Name) {
            out.push(name(&sql[range.clone()]));
        }
    }
    out
}
