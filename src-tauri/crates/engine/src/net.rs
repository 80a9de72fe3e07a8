//! The product's way out to the network: directly, or through the proxy that the person set.
//!
//! Owns: looking names up, trying addresses, tunnels through HTTP and SOCKS5 proxies, the extra authorities of Settings.
//! Does not own: encryption and protocols, which belong to each connector.
//!
//! The *system's* proxy is used for a database's own protocol only when it is a SOCKS proxy. An HTTP proxy of the system is
//! meant for web traffic and mostly refuses database ports, so it is used there only when it was set by hand.

use crate::views::Proxy;
use async_trait::async_trait;
use futures::stream::{FuturesUnordered, StreamExt};
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use model::{Ctx, Error, Io, Kind, Net, Result, StageEvent, StageState, Text, net, stage};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream};
use tower_service::Service;

/// A second address is tried after so long without an answer from the first (RFC 8305, section 8).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// The proxy did not give a way through.
pub const PROXY_FAILED: Text = Text {
    code: "net.proxy_failed",
    kind: Kind::Network,
    what: "The proxy {proxy} gave no way to {host}.",
    why: "{detail}",
    remedy: "Check the proxy's address, or connect without it (Settings, or Advanced for this connection alone).",
    retryable: true,
};
/// The proxy's address cannot be used.
pub const PROXY_INVALID: Text = Text {
    code: "net.proxy_invalid",
    kind: Kind::Invalid,
    what: "This is not the address of a proxy that Landbridge can use.",
    why: "{detail}",
    remedy: "Write it as http://host:port or socks5://host:port, without a user or password.",
    retryable: false,
};

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
    /// [`PROXY_INVALID`].
    pub fn new(proxy: &Proxy, also_here: bool, extra_roots: Vec<Vec<u8>>) -> Result<Self> {
        let proxy = match proxy {
            Proxy::None => None,
            Proxy::Manual { url } => Some(parse_proxy(url)?),
            Proxy::System => system_socks_proxy(),
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
        let note = Some(format!("left to the proxy {}", shown(proxy)));
        cx.report.stage(StageEvent { stage: stage::RESOLVE, state: StageState::Skipped, millis: 0.0, note, error: None });
        let tcp = cx.stage(stage::REACH, async {
            let failed = |detail: String| {
                Error::new(&PROXY_FAILED).with("proxy", shown(proxy)).with("host", host).with("detail", sentence(&detail))
            };
            let target = format!("https://{}:{port}", bracketed(host));
            let target: Uri = target.parse().map_err(|_| failed("The server's name cannot be sent to a proxy".to_owned()))?;
            let mut reach = HttpConnector::new();
            reach.enforce_http(false);
            reach.set_nodelay(true);
            let io = if proxy.scheme_str() == Some("socks5") {
                SocksV5::new(proxy.clone(), reach).local_dns(false).call(target).await.map_err(|e| failed(innermost(&e)))?
            } else {
                Tunnel::new(proxy.clone(), reach).call(target).await.map_err(|e| failed(innermost(&e)))?
            };
            Ok(TokioIo::into_inner(io))
        });
        Ok(Box::new(tcp.await?))
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

/// Checks a proxy's address as a person types it.
///
/// # Errors
/// [`PROXY_INVALID`].
pub fn parse_proxy(url: &str) -> Result<Uri> {
    let invalid = |detail: &str| Error::new(&PROXY_INVALID).with("detail", detail);
    let uri: Uri = url.trim().parse().map_err(|_| invalid("It is not an address."))?;
    let scheme = uri.scheme_str().unwrap_or_default();
    if !matches!(scheme, "http" | "socks5") {
        return Err(invalid("It does not begin with http:// or socks5://."));
    }
    let authority = uri.authority().ok_or_else(|| invalid("It names no host."))?;
    if authority.as_str().contains('@') {
        return Err(invalid("It holds a user or password, which would be kept in the clear."));
    }
    if authority.host().is_empty() || authority.port_u16().is_none_or(|p| p == 0) {
        return Err(invalid("It needs a host and a port."));
    }
    Ok(uri)
}

fn system_socks_proxy() -> Option<Uri> {
    let any: Uri = "https://database.invalid:5432".parse().ok()?;
    let uri = Matcher::from_system().intercept(&any)?.uri().clone();
    match uri.scheme_str() {
        Some("socks5") => Some(uri),
        Some("socks5h") => uri.to_string().replacen("socks5h", "socks5", 1).parse().ok(),
        _ => None,
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

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn shown(proxy: &Uri) -> String {
    proxy.authority().map(ToString::to_string).unwrap_or_default()
}

fn sentence(text: &str) -> String {
    let mut out = text.trim_end_matches('.').to_owned();
    if let Some(first) = out.get(..1) {
        let upper = first.to_uppercase();
        out.replace_range(..1, &upper);
    }
    out.push('.');
    out
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut at = error;
    while let Some(inner) = at.source() {
        at = inner;
    }
    at.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_with_credentials_or_without_a_port_is_refused_in_words() {
        for bad in ["", "proxy", "http://proxy", "http://a:b@proxy:1", "ftp://proxy:1", "http://:8080", "http://p:0"] {
            assert!(parse_proxy(bad).is_err(), "{bad}");
        }
        assert!(parse_proxy("http://proxy:3128").is_ok());
        assert!(parse_proxy(" socks5://[::1]:1080 ").is_ok());
    }

    #[test]
    fn families_take_turns() {
        let a = |s: &str| s.parse::<SocketAddr>().map_err(|e| e.to_string());
        let all: Result<Vec<_>, _> = ["[::1]:1", "[::2]:1", "1.1.1.1:1"].into_iter().map(a).collect();
        let order: Vec<String> = interleaved(all.unwrap_or_default()).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["[::1]:1", "1.1.1.1:1", "[::2]:1"]);
    }
}
