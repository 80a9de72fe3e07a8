//! Cancelling what a connection has under way: PostgreSQL's cancel request, over a connection of its own and as safe as the first.

use super::error;
use super::negotiate::{Route, unreported};
use super::watch::{Channel, Secured};
use model::{Ctx, Error};
use std::io::{Error as IoError, Result as IoResult};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_postgres::CancelToken;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Able to cancel one connection's work. When it is dropped the connection says goodbye and ends: who uses one keeps both.
pub(super) struct Cancel {
    token: CancelToken,
    route: Arc<Route>,
    cx: Ctx,
    _end: DropGuard,
}

/// What became of a request.
pub(super) enum Request {
    /// The server has passed it on: it hits what ran until now, or nothing.
    PassedOn,
    /// It was never sent, for this reason.
    Unsent(Error),
    /// It may still arrive, and hits whatever runs then; this is why nothing more is known.
    Underway(Error),
}

impl Cancel {
    pub(super) fn new(token: CancelToken, route: Arc<Route>, cx: &Ctx, end: DropGuard) -> Self {
        Self { token, route, cx: unreported(cx), _end: end }
    }

    /// Sends the request, and waits until the server closes: only then it has passed it on, and a statement that begins later
    /// is not hit by it. The server does not say what became of it; the statement's own end does.
    /// Our side stays open until then (see [`Lasting`]): what stands between might close for the
    /// server as soon as we do, with the request still on its way.
    /// Not cancelled by what is being cancelled: it has the connect timeout to itself.
    pub(super) async fn run(&self) -> Request {
        let deadline = Instant::now() + self.route.settings.connect_timeout;
        let cx = Ctx { deadline, cancel: CancellationToken::new(), ..self.cx.clone() };
        let mut channel = match self.route.open(&cx).await {
            Ok(opened) => opened.channel,
            Err(error) => return Request::Unsent(error),
        };
        let sending = async {
            let sent = self.token.cancel_query_raw(&mut channel, Secured).await;
            sent.map_err(|e| error::not_cancelled(&e, &self.route.context()))?;
            // Nothing is sent back; how the end looks does not matter.
            let _ = channel.read(&mut [0]).await;
            Ok(())
        };
        cx.run(sending).await.map_or_else(Request::Underway, |()| Request::PassedOn)
    }
}

/// A channel that is lent: whoever has it cannot end it, and it is still there, and open, afterwards.
pub(super) struct Lasting<'a>(&'a mut Channel);

impl AsyncRead for Lasting<'_> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut *self.0).poll_read(cx, out)
    }
}

impl AsyncWrite for Lasting<'_> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<IoResult<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<IoResult<()>> {
        self.poll_flush(cx)
    }
}

impl TlsStream for Lasting<'_> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

impl<'a> TlsConnect<&'a mut Channel> for Secured {
    type Stream = Lasting<'a>;
    type Error = IoError;
    type Future = std::future::Ready<IoResult<Lasting<'a>>>;

    fn connect(self, channel: &'a mut Channel) -> Self::Future {
        std::future::ready(Ok(Lasting(channel)))
    }
}
