//! What each statement of a text is, by its words alone.

use super::lexer::{Token, tokens};
use model::{Result, StatementKind};
use std::ops::Range;

/// One statement of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// From its first word to its last, without `;` and without comments around it.
    pub(crate) range: Range<usize>,
    /// What it does, as far as words tell.
    pub(crate) kind: StatementKind,
    /// Its first word in capitals; empty when it begins with something else.
    pub(crate) first: String,
    /// Can stand where a table stands: `SELECT`, `VALUES`, `TABLE`, `WITH`.
    pub(crate) is_table: bool,
}

/// The statements of a text, in order.
///
/// # Errors
/// For a text that ends inside a quote or a comment.
pub(crate) fn statements(sql: &str) -> Result<Vec<Statement>> {
    let mut out = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut blocks = 0usize;
    for (token, range) in tokens(sql)? {
        let text = &sql[range.clone()];
        if token == Token::End && blocks == 0 {
            push(&mut out, &words);
            words.clear();
            continue;
        }
        if token == Token::Word {
            blocks = blocks_after(blocks, text, &words);
        }
        words.push(Word { token, text, range });
    }
    push(&mut out, &words);
    Ok(out)
}

struct Word<'a> {
    token: Token,
    text: &'a str,
    range: Range<usize>,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// A routine's body in SQL (`BEGIN ATOMIC … END`) holds semicolons of its own.
fn blocks_after(blocks: usize, word: &str, before: &[Word<'_>]) -> usize {
    let routine =
        before.first().is_some_and(|w| w.is("CREATE")) && before.iter().take(4).any(|w| w.is("FUNCTION") || w.is("PROCEDURE"));
    if !routine {
        return 0;
    }
    match word.to_ascii_uppercase().as_str() {
        "BEGIN" => blocks + 1,
        "CASE" if blocks > 0 => blocks + 1,
        "END" => blocks.saturating_sub(1),
        _ => blocks,
    }
}

fn push(out: &mut Vec<Statement>, words: &[Word<'_>]) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let opening = words.iter().find(|w| w.token != Token::Open);
    let word = opening.filter(|w| w.token == Token::Word).map(|w| w.text.to_ascii_uppercase()).unwrap_or_default();
    let is_table = matches!(word.as_str(), "SELECT" | "VALUES" | "TABLE" | "WITH");
    let range = first.range.start..last.range.end;
    out.push(Statement { range, kind: kind(words, &word), first: word, is_table });
}

fn kind(words: &[Word<'_>], first: &str) -> StatementKind {
    match first {
        "SELECT" if selects_into(words) => StatementKind::Write,
        "SELECT" | "VALUES" | "TABLE" | "SHOW" => StatementKind::Read,
        "WITH" if changes(words) => StatementKind::Write,
        "WITH" => StatementKind::Read,
        "EXPLAIN" => explained(words),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "COMMENT" | "GRANT" | "REVOKE"
        | "REINDEX" | "CLUSTER" | "VACUUM" | "ANALYZE" | "ANALYSE" | "REFRESH" | "IMPORT" | "SECURITY" | "REASSIGN" => {
            StatementKind::Write
        }
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" | "PREPARE" | "EXECUTE"
        | "DEALLOCATE" | "SET" | "RESET" | "DISCARD" | "LOCK" | "DECLARE" | "FETCH" | "MOVE" | "CLOSE" | "LISTEN"
        | "UNLISTEN" | "NOTIFY" | "LOAD" | "CHECKPOINT" => StatementKind::Control,
        _ => StatementKind::Other,
    }
}

/// `SELECT … INTO` makes a table.
fn selects_into(words: &[Word<'_>]) -> bool {
    let mut depth = 0usize;
    words.iter().any(|w| {
        match w.token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && w.is("INTO")
    })
}

/// A `WITH` that changes data: a changing word at the head of a parenthesis, or of the main statement.
fn changes(words: &[Word<'_>]) -> bool {
    words.windows(2).any(|pair| {
        let heads = pair[0].token == Token::Open || pair[0].token == Token::Close;
        heads && ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|w| pair[1].is(w))
    })
}

/// `EXPLAIN` runs its statement only with `ANALYZE`; then it is what that statement is.
fn explained(words: &[Word<'_>]) -> StatementKind {
    let is_option = |w: &Word<'_>| w.is("ANALYZE") || w.is("ANALYSE") || w.is("VERBOSE");
    let heads = ["SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"];
    let listed = words.get(1).is_some_and(|w| w.token == Token::Open)
        && words.get(2).is_some_and(|w| w.token == Token::Word && !heads.iter().any(|head| w.is(head)));
    let inner = if listed {
        words.iter().position(|w| w.token == Token::Close).map_or(words.len(), |at| at + 1)
    } else {
        1 + words[1..].iter().take_while(|w| is_option(w)).count()
    };
    let (options, inner) = words.split_at(inner);
    if !options.iter().any(|w| w.is("ANALYZE") || w.is("ANALYSE")) {
        return StatementKind::Read;
    }
    let word = inner.iter().find(|w| w.token != Token::Open).map(|w| w.text.to_ascii_uppercase()).unwrap_or_default();
    kind(inner, &word)
}
