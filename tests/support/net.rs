//! The network as it is: no proxy, no authorities of its own unless given.

use async_trait::async_trait;
use model::{Ctx, Io, Net, Result, net, stage};
use std::net::IpAddr;
use std::path::Path;
use tokio::net::{TcpStream, UnixStream};

/// Connects directly.
#[derive(Default)]
pub struct PlainNet {
    /// Certificates (DER) that count beside the system's.
    pub extra_roots: Vec<Vec<u8>>,
    /// Every name and address is this one: a server of the tests stands for a remote one.
    pub stand_in: Option<IpAddr>,
}

#[async_trait]
impl Net for PlainNet {
    async fn tcp(&self, host: &str, port: u16, cx: &Ctx) -> Result<Io> {
        let found = self.stand_in.map_or_else(|| host.to_owned(), |ip| ip.to_string());
        let lookup = async { Ok(tokio::net::lookup_host((found, port)).await?.collect::<Vec<_>>()) };
        let addresses = net::resolving(cx, stage::RESOLVE, host, lookup).await?;
        let stream = net::reaching(cx, stage::REACH, (host, port), TcpStream::connect(&addresses[..])).await?;
        // As the product's own: else each answer waits for a delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        Ok(Box::new(stream))
    }

    async fn unix(&self, socket: &Path, cx: &Ctx) -> Result<Io> {
        let shown = socket.display().to_string();
        Ok(Box::new(net::reaching(cx, stage::REACH, (&shown, 0), UnixStream::connect(socket)).await?))
    }

    fn extra_roots(&self) -> Vec<Vec<u8>> {
        self.extra_roots.clone()
    }
}
