//! Cancelling what a connection has under way: PostgreSQL's cancel request, over a connection of its own and as safe as the first.

use super::error;
use super::negotiate::{Route, unreported};
use super::watch::Secured;
use model::{Ctx, Result};
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;
use tokio_postgres::CancelToken;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Able to cancel one connection's work. When it is dropped the connection says goodbye and ends: who uses one keeps both.
pub(super) struct Cancel {
    token: CancelToken,
    route: Arc<Route>,
    cx: Ctx,
    _end: DropGuard,
}

impl Cancel {
    pub(super) fn new(token: CancelToken, route: Arc<Route>, cx: &Ctx, end: DropGuard) -> Self {
        Self { token, route, cx: unreported(cx), _end: end }
    }

    /// Sends the request, and waits until the server closes: only then it has passed it on, and a statement that begins later
    /// is not hit by it. The server does not say what became of it; the statement's own end does.
    /// Not cancelled by what is being cancelled: it has the connect timeout to itself.
    ///
    /// # Errors
    /// As connecting.
    pub(super) async fn run(&self) -> Result<()> {
        let deadline = Instant::now() + self.route.settings.connect_timeout;
        let cx = Ctx { deadline, cancel: CancellationToken::new(), ..self.cx.clone() };
        let mut channel = self.route.open(&cx).await?.channel;
        let sending = async {
            let sent = self.token.cancel_query_raw(&mut channel, Secured).await;
            sent.map_err(|e| error::not_cancelled(&e, &self.route.context()))?;
            // Nothing is sent back; how the end looks does not matter.
            let _ = channel.read(&mut [0]).await;
            Ok(())
        };
        cx.run(sending).await
    }
}
