//! The words of a statement, as PostgreSQL cuts them: quotes, escapes, dollar quotes and nested comments are understood,
//! so that a word inside one of them is none.
//!
//! This only decides which words a person is told and where a statement ends; what is run is decided by the server.

use super::text::{NUL, UNFINISHED};
use model::{Error, Result};
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes.
    Name,
    /// A string of any kind.
    Literal,
    /// `;`
    End,
    /// `(`
    Open,
    /// `)`
    Close,
    /// A number, a parameter, an operator's character.
    Other,
}

/// Cuts the text. Comments and white space are left out.
///
/// # Errors
/// For a NUL, and for a text that ends inside a quote or a comment.
pub(super) fn tokens(sql: &str) -> Result<Vec<(Token, Range<usize>)>> {
    if let Some(at) = sql.find('\0') {
        return Err(Error::new(&NUL).with("at", at));
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
                (Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c), _) => self.at += 1,
                (Some(b'-'), Some(b'-')) => self.line_comment(),
                (Some(b'/'), Some(b'*')) => self.block_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    fn block_comment(&mut self) -> Result<()> {
        let from = self.at;
        let mut depth = 0usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return Err(self.unfinished("a comment", from)),
            }
        }
    }

    fn token(&mut self) -> Result<Option<Token>> {
        let Some(first) = self.peek(0) else { return Ok(None) };
        let single = |this: &mut Self, token| {
            this.at += 1;
            Ok(Some(token))
        };
        match first {
            b';' => single(self, Token::End),
            b'(' => single(self, Token::Open),
            b')' => single(self, Token::Close),
            b'\'' => self.string(false).map(Some),
            b'"' => self.name().map(Some),
            b'$' if self.peek(1).is_some_and(|b| b == b'$' || begins_word(b)) => self.dollar().map(Some),
            b'0'..=b'9' => {
                while self.peek(0).is_some_and(|b| in_word(b) || b == b'.') {
                    self.at += 1;
                }
                Ok(Some(Token::Other))
            }
            b if begins_word(b) => self.word().map(Some),
            _ => single(self, Token::Other),
        }
    }

    /// A word, or the quote that a prefix (`E'`, `B'`, `X'`, `N'`, `U&'`, `U&"`) begins.
    fn word(&mut self) -> Result<Token> {
        let prefix = self.bytes[self.at].to_ascii_lowercase();
        match (prefix, self.peek(1), self.peek(2)) {
            (b'e', Some(b'\''), _) => {
                self.at += 1;
                return self.string(true);
            }
            (b'b' | b'x' | b'n', Some(b'\''), _) => {
                self.at += 1;
                return self.string(false);
            }
            (b'u', Some(b'&'), Some(b'\'')) => {
                self.at += 2;
                return self.string(false);
            }
            (b'u', Some(b'&'), Some(b'"')) => {
                self.at += 2;
                return self.name();
            }
            _ => {}
        }
        while self.peek(0).is_some_and(in_word) {
            self.at += 1;
        }
        Ok(Token::Word)
    }

    fn string(&mut self, escapes: bool) -> Result<Token> {
        let from = self.at;
        loop {
            self.at += 1;
            match self.peek(0) {
                None => return Err(self.unfinished("a string", from)),
                Some(b'\\') if escapes => self.at += usize::from(self.peek(1).is_some()),
                Some(b'\'') if self.peek(1) == Some(b'\'') => self.at += 1,
                Some(b'\'') => {
                    self.at += 1;
                    match self.continued() {
                        Some(at) => self.at = at,
                        None => return Ok(Token::Literal),
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// A string goes on in a quote that a line break separates from it, with the same escapes.
    fn continued(&self) -> Option<usize> {
        let gap = self.bytes[self.at..].iter().position(|b| !b.is_ascii_whitespace())?;
        let next = self.at + gap;
        let breaks = self.bytes[self.at..next].iter().any(|b| matches!(b, b'\n' | b'\r'));
        (breaks && self.bytes[next] == b'\'').then_some(next)
    }

    fn name(&mut self) -> Result<Token> {
        let from = self.at;
        loop {
            self.at += 1;
            match self.peek(0) {
                None => return Err(self.unfinished("a quoted name", from)),
                Some(b'"') if self.peek(1) == Some(b'"') => self.at += 1,
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Token::Name);
                }
                Some(_) => {}
            }
        }
    }

    fn dollar(&mut self) -> Result<Token> {
        let from = self.at;
        let mut end = from + 1;
        while self.bytes.get(end).is_some_and(|b| begins_word(*b) || b.is_ascii_digit()) {
            end += 1;
        }
        if self.bytes.get(end) != Some(&b'$') {
            self.at += 1;
            return Ok(Token::Other);
        }
        let tag = &self.sql[from..=end];
        let Some(close) = self.sql[end + 1..].find(tag) else {
            return Err(self.unfinished("a dollar quote", from));
        };
        self.at = end + 1 + close + tag.len();
        Ok(Token::Literal)
    }
}
