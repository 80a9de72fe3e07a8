//! The stream that PostgreSQL's protocol runs over, encrypted or not, with an eye on the server's first message.
//!
//! The protocol's own crate answers a demand for the password in clear at once, to anyone. Here the first message is held back
//! until it is known: a password in clear goes only to a server that was verified or is this computer, and what is no PostgreSQL
//! is told as such. Owns nothing of what follows the first message.

use model::Io;
use std::fmt;
use std::io::{Error as IoError, Result as IoResult};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// The server's first message in answer to a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing came yet.
    Nothing,
    /// An error, or a notice.
    Told,
    /// No proof.
    NoProof,
    /// The password in clear.
    Cleartext,
    /// The password's MD5.
    Md5,
    /// SCRAM or another SASL mechanism.
    Sasl,
    /// Kerberos, GSSAPI, SSPI: not offered here.
    Other,
}

impl Asked {
    fn of(code: u32) -> Self {
        match code {
            0 => Self::NoProof,
            3 => Self::Cleartext,
            5 => Self::Md5,
            10 => Self::Sasl,
            _ => Self::Other,
        }
    }

    /// Some form of the password was asked for.
    pub(super) fn is_password(self) -> bool {
        matches!(self, Self::Cleartext | Self::Md5 | Self::Sasl)
    }
}

/// Shared with whoever explains a failure.
#[derive(Debug, Default)]
pub(super) struct Watch(AtomicU32);

const NOTHING: u32 = 0;
const TOLD: u32 = 1;
const FIRST_CODE: u32 = 2;

impl Watch {
    /// What the server asked for so far.
    pub(super) fn asked(&self) -> Asked {
        match self.0.load(Ordering::Relaxed) {
            NOTHING => Asked::Nothing,
            TOLD => Asked::Told,
            n => Asked::of(n - FIRST_CODE),
        }
    }
}

/// Why the stream stopped by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The password was asked for in clear, where it could be read or be for anyone.
    Cleartext,
    /// What came is not of the protocol.
    NotPostgres,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refusal {}

/// The longest message that can be a first answer.
const LONGEST: u32 = 64 * 1024;
/// Kind, length, and the code of an authentication request.
const HEAD: usize = 9;

/// An open way to the server.
pub(super) struct Channel {
    stream: Io,
    binding: Mutex<Option<ChannelBinding>>,
    watch: Arc<Watch>,
    cleartext_allowed: bool,
    head: Vec<u8>,
    /// How much of the head was passed on; None while it is being read.
    passed: Option<usize>,
}

impl Channel {
    /// Over `stream`; `binding` when it is encrypted.
    pub(super) fn new(stream: Io, binding: Option<ChannelBinding>, cleartext_allowed: bool) -> Self {
        let watch = Arc::new(Watch::default());
        Self { stream, binding: Mutex::new(binding), watch, cleartext_allowed, head: Vec::with_capacity(HEAD), passed: None }
    }

    /// What the server will be seen to ask for.
    pub(super) fn watch(&self) -> Arc<Watch> {
        self.watch.clone()
    }

    /// True when the head is decided; None when more of it is needed.
    fn judge(&self) -> Result<Option<()>, Refusal> {
        let Some((kind, rest)) = self.head.split_first() else { return Ok(None) };
        if !matches!(kind, b'R' | b'E' | b'N' | b'v') {
            return Err(Refusal::NotPostgres);
        }
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        if !(8..LONGEST).contains(&u32::from_be_bytes(*length)) {
            return Err(Refusal::NotPostgres);
        }
        if *kind != b'R' {
            self.watch.0.store(TOLD, Ordering::Relaxed);
            return Ok(Some(()));
        }
        let Some(code) = rest.first_chunk::<4>().map(|c| u32::from_be_bytes(*c)) else { return Ok(None) };
        self.watch.0.store(code.saturating_add(FIRST_CODE), Ordering::Relaxed);
        if Asked::of(code) == Asked::Cleartext && !self.cleartext_allowed {
            return Err(Refusal::Cleartext);
        }
        Ok(Some(()))
    }

    /// Reads until the head is decided, or the stream ends.
    fn read_head(&mut self, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        loop {
            let mut room = [0u8; HEAD];
            let wanted = if self.head.len() < 5 { 5 } else { HEAD };
            let mut buffer = ReadBuf::new(&mut room[..wanted - self.head.len()]);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            let ended = buffer.filled().is_empty();
            self.head.extend_from_slice(buffer.filled());
            if ended || self.judge().map_err(IoError::other)?.is_some() {
                self.passed = Some(0);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncRead for Channel {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<IoResult<()>> {
        if self.passed.is_none() {
            ready!(self.read_head(cx))?;
        }
        let passed = self.passed.unwrap_or_default();
        if passed < self.head.len() {
            let part = &self.head[passed..];
            let count = part.len().min(out.remaining());
            out.put_slice(&part[..count]);
            self.passed = Some(passed + count);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, out)
    }
}

impl AsyncWrite for Channel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<IoResult<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl TlsStream for Channel {
    /// Asked once, by the login.
    fn channel_binding(&self) -> ChannelBinding {
        self.binding.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(ChannelBinding::none)
    }
}

/// Hands the protocol's crate a channel on which TLS is done already (or was decided against).
pub(super) struct Secured;

impl TlsConnect<Channel> for Secured {
    type Stream = Channel;
    type Error = IoError;
    type Future = std::future::Ready<IoResult<Channel>>;

    fn connect(self, channel: Channel) -> Self::Future {
        std::future::ready(Ok(channel))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn read(sent: &[u8], allowed: bool) -> (IoResult<Vec<u8>>, Asked) {
        let (near, mut far) = tokio::io::duplex(3); // small: the head arrives in pieces
        let mut channel = Channel::new(Box::new(near), None, allowed);
        let watch = channel.watch();
        let sent = sent.to_vec();
        let sender = tokio::spawn(async move { far.write_all(&sent).await });
        let mut got = Vec::new();
        let result = channel.read_to_end(&mut got).await.map(|_| got);
        drop(channel);
        drop(sender.await);
        (result, watch.asked())
    }

    fn request(code: u32) -> Vec<u8> {
        let mut message = vec![b'R', 0, 0, 0, 8];
        message.extend(code.to_be_bytes());
        message.extend(b"more");
        message
    }

    #[tokio::test]
    async fn postgres_first_message_is_passed_on_whole_and_known() {
        for (code, asked) in
            [(0, Asked::NoProof), (5, Asked::Md5), (7, Asked::Other), (10, Asked::Sasl), (u32::MAX, Asked::Other)]
        {
            let (got, seen) = read(&request(code), false).await;
            assert_eq!((got.unwrap(), seen), (request(code), asked));
        }
    }

    #[tokio::test]
    async fn postgres_password_in_clear_is_held_back() {
        let (got, asked) = read(&request(3), false).await;
        let refusal = got.unwrap_err().get_ref().and_then(|e| e.downcast_ref::<Refusal>().copied());
        assert_eq!((refusal, asked), (Some(Refusal::Cleartext), Asked::Cleartext));
        assert_eq!(read(&request(3), true).await.0.unwrap(), request(3));
    }

    #[tokio::test]
    async fn postgres_other_protocols_are_seen_at_once() {
        for sent in [
            &b"SSH-2.0-OpenSSH_9.6\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\n",
            b"R\xff\xff\xff\xff1234",
            b"E234567890",
            b"\0\0\0\0\0\0",
        ] {
            let refusal = read(sent, true).await.0.unwrap_err().get_ref().and_then(|e| e.downcast_ref::<Refusal>().copied());
            assert_eq!(refusal, Some(Refusal::NotPostgres), "{sent:?}");
        }
        assert_eq!(read(b"", true).await.0.unwrap(), b"");
        assert_eq!(read(b"R\0", true).await.0.unwrap(), b"R\0");
    }
}
