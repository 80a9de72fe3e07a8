//! The words of a statement as SQLite cuts them: its four kinds of quotes, and comments that are not nested.
//!
//! This only decides which words a person is told, where a statement ends, and which files it names; what is run is decided by
//! SQLite itself.

use super::failure::{NUL, UNFINISHED};
use model::{Error, Result};
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes of any kind.
    Name,
    /// A string or a blob.
    Literal,
    /// `;`
    End,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `.`
    Dot,
    /// A number, a parameter, an operator's character.
    Other,
}

/// Cuts the text. Comments and white space are left out.
///
/// # Errors
/// For a NUL, and for a text that ends inside a quote or a comment.
pub(super) fn tokens(sql: &str) -> Result<Vec<(Token, Range<usize>)>> {
    if sql.contains('\0') {
        return Err(Error::new(&NUL));
    }
    let mut lexer = Lexer { sql, bytes: sql.as_bytes(), at: 0 };
    let mut out = Vec::new();
    loop {
        lexer.skip()?;
        let start = lexer.at;
        let Some(token) = lexer.token()? else { return Ok(out) };
        out.push((token, start..lexer.at));
    }
}

/// The name that a token writes, without its quotes.
pub(super) fn name(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(quote @ ('"' | '`')) => {
            let inner = chars.as_str().strip_suffix(quote).unwrap_or_default();
            inner.replace(&format!("{quote}{quote}"), &quote.to_string())
        }
        Some('[') => chars.as_str().strip_suffix(']').unwrap_or_default().to_owned(),
        _ => text.to_owned(),
    }
}

struct Lexer<'a> {
    sql: &'a str,
    bytes: &'a [u8],
    at: usize,
}

fn begins_word(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn in_word(b: u8) -> bool {
    begins_word(b) || b.is_ascii_digit() || b == b'$'
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn unfinished(&self, what: &str, from: usize) -> Error {
        Error::new(&UNFINISHED).with("what", what).with("at", self.sql[..from].chars().count() + 1)
    }

    /// Over white space and comments.
    fn skip(&mut self) -> Result<()> {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0c), _) => self.at += 1,
                (Some(b'-'), Some(b'-')) => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                (Some(b'/'), Some(b'*')) => {
                    let Some(close) = self.sql[self.at + 2..].find("*/") else {
                        return Err(self.unfinished("a comment", self.at));
                    };
                    self.at += close + 4;
                }
                _ => return Ok(()),
            }
        }
    }

    fn token(&mut self) -> Result<Option<Token>> {
        let Some(first) = self.peek(0) else { return Ok(None) };
        let token = match first {
            b'\'' => return self.quoted(b'\'', "a string", Token::Literal),
            b'"' | b'`' => return self.quoted(first, "a quoted name", Token::Name),
            b'[' => return self.bracketed(),
            b'x' | b'X' if self.peek(1) == Some(b'\'') => {
                self.at += 1;
                return self.quoted(b'\'', "a blob", Token::Literal);
            }
            b'0'..=b'9' => {
                self.while_in(|b| in_word(b) || b == b'.');
                return Ok(Some(Token::Other));
            }
            b if begins_word(b) => {
                self.while_in(in_word);
                return Ok(Some(Token::Word));
            }
            b'$' | b'?' | b':' | b'@' | b'#' => {
                self.at += 1;
                self.while_in(in_word);
                return Ok(Some(Token::Other));
            }
            b';' => Token::End,
            b'(' => Token::Open,
            b')' => Token::Close,
            b'.' => Token::Dot,
            _ => Token::Other,
        };
        self.at += 1;
        Ok(Some(token))
    }

    fn while_in(&mut self, more: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(&more) {
            self.at += 1;
        }
    }

    fn quoted(&mut self, quote: u8, what: &str, token: Token) -> Result<Option<Token>> {
        let from = self.at;
        loop {
            self.at += 1;
            match self.peek(0) {
                None => return Err(self.unfinished(what, from)),
                Some(b) if b == quote && self.peek(1) == Some(quote) => self.at += 1,
                Some(b) if b == quote => {
                    self.at += 1;
                    return Ok(Some(token));
                }
                Some(_) => {}
            }
        }
    }

    fn bracketed(&mut self) -> Result<Option<Token>> {
        let Some(close) = self.sql[self.at..].find(']') else {
            return Err(self.unfinished("a quoted name", self.at));
        };
        self.at += close + 1;
        Ok(Some(Token::Name))
    }
}
