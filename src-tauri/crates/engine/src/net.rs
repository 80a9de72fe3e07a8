//! The product's way out to the network: directly, or through the proxy that the person set.
//!
//! Owns: looking names up, trying addresses, when a proxy is used, the extra authorities of Settings.
//! Does not own: how proxies are spoken to (`proxy`); encryption and protocols, which belong to each connector.

use crate::proxy;
use crate::views::Proxy;
use async_trait::async_trait;
use futures::stream::{FuturesUnordered, StreamExt};
use http::Uri;
use model::{Ctx, Io, Net, Result, StageEvent, StageState, net, stage};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream};

/// A second address is tried after so long without an answer from the first (RFC 8305, section 8).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// The way out of one connection.
pub struct WayOut {
    proxy: Option<Uri>,
    /// This computer is reached without the proxy, unless the connection itself asked for it.
    also_here: bool,
    extra_roots: Vec<Vec<u8>>,
}

impl WayOut {
    /// The way that `proxy` says, with certificates (DER) of extra authorities. This computer's own addresses are reached
    /// without a proxy, except with `also_here`.
    ///
    /// # Errors
    /// [`proxy::INVALID`].
    pub fn new(proxy: &Proxy, also_here: bool, extra_roots: Vec<Vec<u8>>) -> Result<Self> {
        let proxy = match proxy {
            Proxy::None => None,
            Proxy::Manual { url } => Some(proxy::parse(url)?),
            Proxy::System => proxy::system_socks(),
        };
        Ok(Self { proxy, also_here, extra_roots })
    }

    async fn direct(&self, host: &str, port: u16, cx: &Ctx) -> Result<Io> {
        let addresses = net::resolving(cx, stage::RESOLVE, host, lookup(host, port)).await?;
        cx.note(stage::RESOLVE, StageState::Note, described(&addresses));
        let tcp = net::reaching(cx, stage::REACH, (host, port), first_to_answer(addresses)).await?;
        Ok(Box::new(tcp))
    }

    async fn through(&self, proxy: &Uri, host: &str, port: u16, cx: &Ctx) -> Result<Io> {
        let note = Some(format!("left to the proxy {}", proxy::shown(proxy)));
        cx.report.stage(StageEvent { stage: stage::RESOLVE, state: StageState::Skipped, millis: 0.0, note, error: None });
        cx.stage(stage::REACH, proxy::tunnel(proxy, host, port, &self.extra_roots)).await
    }
}

#[async_trait]
impl Net for WayOut {
    async fn tcp(&self, host: &str, port: u16, cx: &Ctx) -> Result<Io> {
        match &self.proxy {
            Some(proxy) if self.also_here || !is_loopback(host) => self.through(proxy, host, port, cx).await,
            _ => self.direct(host, port, cx).await,
        }
    }

    async fn unix(&self, socket: &std::path::Path, cx: &Ctx) -> Result<Io> {
        let shown = socket.display().to_string();
        let io = net::reaching(cx, stage::REACH, (&shown, 0), UnixStream::connect(socket)).await?;
        Ok(Box::new(io))
    }

    fn extra_roots(&self) -> Vec<Vec<u8>> {
        self.extra_roots.clone()
    }
}

async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    if found.is_empty() { Err(io::Error::from(io::ErrorKind::NotFound)) } else { Ok(found) }
}

/// Tries the addresses one after the other without waiting for the slow ones; the first that answers wins.
async fn first_to_answer(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = interleaved(addresses).into_iter();
    let mut trying = FuturesUnordered::new();
    let mut first_error = None;
    loop {
        if let Some(address) = waiting.next() {
            trying.push(TcpStream::connect(address));
        }
        let next = tokio::time::sleep(NEXT_ADDRESS_AFTER);
        tokio::select! {
            done = trying.next() => match done {
                Some(Ok(tcp)) => { tcp.set_nodelay(true)?; return Ok(tcp); }
                Some(Err(e)) => { first_error.get_or_insert(e); }
                None => return Err(first_error.unwrap_or_else(|| io::Error::from(io::ErrorKind::NotFound))),
            },
            () = next, if waiting.len() > 0 => {}
        }
    }
}

/// IPv6 and IPv4 by turns, so that one broken family costs one step (RFC 8305, section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let v6_first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (a, b): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|x| x.is_ipv6() == v6_first);
    let longest = a.len().max(b.len());
    (0..longest).flat_map(|n| [a.get(n).copied(), b.get(n).copied()]).flatten().collect()
}

fn described(addresses: &[SocketAddr]) -> String {
    match addresses {
        [] => String::new(),
        [one] => one.ip().to_string(),
        [one, rest @ ..] => format!("{} and {} more", one.ip(), rest.len()),
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let a = |s: &str| s.parse::<SocketAddr>().map_err(|e| e.to_string());
        let all: Result<Vec<_>, _> = ["[::1]:1", "[::2]:1", "1.1.1.1:1"].into_iter().map(a).collect();
        let order: Vec<String> = interleaved(all.unwrap_or_default()).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["[::1]:1", "1.1.1.1:1", "[::2]:1"]);
    }
}
