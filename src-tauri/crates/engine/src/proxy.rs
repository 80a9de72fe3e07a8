//! Proxies: their addresses, and the tunnels through them (HTTP CONNECT in the clear or inside TLS, SOCKS5).
//!
//! Owns: how a proxy is spoken to. Does not own: when one is used (`net`).
//!
//! The *system's* proxy is used for a database's own protocol only when it is a SOCKS proxy. An HTTP proxy of the system is
//! meant for web traffic and mostly refuses database ports, so it is used there only when it was set by hand.

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use model::{Error, Io, Kind, Result, Text};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The proxy did not give a way through.
pub const FAILED: Text = Text {
    code: "net.proxy_failed",
    kind: Kind::Network,
    what: "The proxy {proxy} gave no way to {host}.",
    why: "{detail}",
    remedy: "Check the proxy's address, or connect without it (Settings, or Advanced for this connection alone).",
    retryable: true,
};
/// The proxy's address cannot be used.
pub const INVALID: Text = Text {
    code: "net.proxy_invalid",
    kind: Kind::Invalid,
    what: "This is not the address of a proxy that Landbridge can use.",
    why: "{detail}",
    remedy: "Write it as http://host:port, https://host:port or socks5://host:port, without a user or password.",
    retryable: false,
};

/// A way through the proxy to the host. The proxy resolves the name.
///
/// # Errors
/// [`FAILED`], in the proxy's or the library's words.
pub async fn tunnel(proxy: &Uri, host: &str, port: u16, extra_roots: &[Vec<u8>]) -> Result<Io> {
    let failed =
        |detail: String| Error::new(&FAILED).with("proxy", shown(proxy)).with("host", host).with("detail", sentence(&detail));
    let target: Uri = format!("https://{}:{port}", bracketed(host))
        .parse()
        .map_err(|_| failed("The server's name cannot be sent to a proxy".to_owned()))?;
    let mut reach = HttpConnector::new();
    reach.enforce_http(false);
    reach.set_nodelay(true);
    match proxy.scheme_str() {
        Some("socks5") => {
            let done = SocksV5::new(proxy.clone(), reach).local_dns(false).call(target).await;
            Ok(Box::new(TokioIo::into_inner(done.map_err(|e| failed(innermost(&e)))?)))
        }
        Some("https") => {
            let reach = Encrypted::new(reach, extra_roots).map_err(|e| failed(e.to_string()))?;
            let done = Tunnel::new(proxy.clone(), reach).call(target).await;
            Ok(Box::new(TokioIo::into_inner(done.map_err(|e| failed(innermost(&e)))?)))
        }
        _ => {
            let done = Tunnel::new(proxy.clone(), reach).call(target).await;
            Ok(Box::new(TokioIo::into_inner(done.map_err(|e| failed(innermost(&e)))?)))
        }
    }
}

/// Reaches the proxy inside TLS, verified by the system's authorities and the extra ones.
#[derive(Clone)]
struct Encrypted {
    reach: HttpConnector,
    tls: TlsConnector,
}

impl Encrypted {
    fn new(reach: HttpConnector, extra_roots: &[Vec<u8>]) -> std::result::Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let extra = extra_roots.iter().map(|der| CertificateDer::from(der.clone()));
        let verifier = Verifier::new_with_extra_roots(extra, provider.clone())?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            // Not less than the default: this is the platform's own verifier.
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self { reach, tls: TlsConnector::from(Arc::new(config)) })
    }
}

impl Service<Uri> for Encrypted {
    type Response = TokioIo<TlsStream<TcpStream>>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), Failure>> {
        self.reach.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, proxy: Uri) -> Self::Future {
        let (tls, reached) = (self.tls.clone(), self.reach.call(proxy.clone()));
        Box::pin(async move {
            let name = proxy.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
            let tcp = TokioIo::into_inner(reached.await?);
            Ok(TokioIo::new(tls.connect(ServerName::try_from(name)?, tcp).await?))
        })
    }
}

/// Checks a proxy's address as a person types it.
///
/// # Errors
/// [`INVALID`].
pub fn parse(url: &str) -> Result<Uri> {
    let invalid = |detail: &str| Error::new(&INVALID).with("detail", detail);
    let uri: Uri = url.trim().parse().map_err(|_| invalid("It is not an address."))?;
    let scheme = uri.scheme_str().unwrap_or_default();
    if !matches!(scheme, "http" | "https" | "socks5") {
        return Err(invalid("It does not begin with http://, https:// or socks5://."));
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

/// The system's SOCKS proxy, if it has one.
pub fn system_socks() -> Option<Uri> {
    let any: Uri = "https://database.invalid:5432".parse().ok()?;
    let uri = Matcher::from_system().intercept(&any)?.uri().clone();
    match uri.scheme_str() {
        Some("socks5") => Some(uri),
        Some("socks5h") => uri.to_string().replacen("socks5h", "socks5", 1).parse().ok(),
        _ => None,
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// A proxy as it is named to a person.
pub fn shown(proxy: &Uri) -> String {
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
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse("http://proxy:3128").is_ok() && parse("https://proxy:443").is_ok());
        assert!(parse(" socks5://[::1]:1080 ").is_ok());
    }
}
